"""Notes of keys, and of fifths upon fifths: `key_to_notes`, `key_to_degrees`, `fifths_to_note`."""

from __future__ import annotations

import numbers

import numpy as np

from .._floor.docs import documented
from .._floor.public import host
from ..convert.notes import degrees, note_by_fifths, spelling
from ..errors import ParameterError


@host()
@documented
def key_to_notes(key: str, *, unicode: bool = True, natural: bool = False) -> list[str]:
    """Names of the twelve pitch classes, spelled for a key: neighbors on the line of fifths, with its scale among them.

    A tonic with an accidental gives all others the same one. One without gets what its scale has more of, or sharps.

    Parameters
    ----------
    %(key)s
    unicode : bool
        Accidentals as ♯ ♭ 𝄪 𝄫 ♮, otherwise as # b ## bb n.
    natural : bool
        Mark notes without accidental that are not in the scale with a natural sign.

    Returns
    -------
    list of 12 str
        Names from C upwards.

    Raises
    ------
    ParameterError
        If the key is not known.

    Examples
    --------
    >>> import spectro
    >>> spectro.key_to_notes("F:maj", unicode=False)
    ['C', 'Db', 'D', 'Eb', 'E', 'F', 'Gb', 'G', 'Ab', 'A', 'Bb', 'B']
    """
    return spelling("key_to_notes", key, unicode=unicode, natural=natural)


@host()
@documented
def key_to_degrees(key: str) -> np.ndarray:
    """Pitch classes of a key's scale, from its tonic upwards.

    Parameters
    ----------
    %(key)s

    Returns
    -------
    array (7,) int64
        Semitones above C, in 0 .. 11.

    Raises
    ------
    ParameterError
        If the key is not known.

    Examples
    --------
    >>> import spectro
    >>> spectro.key_to_degrees("A:min")
    array([ 9, 11,  0,  2,  4,  5,  7])
    """
    return np.array(degrees("key_to_degrees", key))


@host()
def fifths_to_note(*, unison: str, fifths: int, unicode: bool = True) -> str:
    """Name of the note that stands a number of perfect fifths above another: F C G D A E B, seven to an accidental.

    Parameters
    ----------
    unison : str
        Name of the note to count from, such as `C` or `B♭`; its octave does not count.
    fifths : int
        Fifths upwards, negative for downwards.
    unicode : bool
        Accidentals as ♯ ♭ 𝄪 𝄫, otherwise as # b ## bb.

    Returns
    -------
    str
        The name, without octave.

    Raises
    ------
    ParameterError
        If unison is no name of a note, or fifths no integer.

    Examples
    --------
    >>> import spectro
    >>> spectro.fifths_to_note(unison="C", fifths=6, unicode=False)
    'F#'
    """
    if not isinstance(fifths, numbers.Integral):
        raise ParameterError(f"[fifths_to_note] fifths must be an integer, got {fifths!r}")
    return note_by_fifths("fifths_to_note", unison, int(fifths), unicode=unicode)
