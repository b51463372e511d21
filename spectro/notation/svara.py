"""Names of pitches in Indian music, svaras: Hindustani (`_h`) and Carnatic (`_c`), of Hz, MIDI numbers and notes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._floor.arrays import numpy_numbers
from .._floor.checks import finite, positive
from .._floor.docs import documented
from .._floor.public import host
from ..convert import hz_to_midi, note_to_midi
from ..errors import ParameterError
from .ragas import carnatic, number_of

HINDUSTANI = ("Sa", "re", "Re", "ga", "Ga", "ma", "Ma", "Pa", "dha", "Dha", "ni", "Ni")
DOTS = {-1: "\N{COMBINING DOT BELOW}", 1: "\N{COMBINING DOT ABOVE}"}
MARKS = {-1: ",", 1: "'"}


@host("midi")
@documented
def midi_to_svara_h(
    midi: Any,
    *,
    Sa: float,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Hindustani svara of a MIDI number: the semitones ``round(midi - Sa)`` above Sa.

    Parameters
    ----------
    midi : number or array (...)
        MIDI numbers.
    %(Sa_midi)s
    %(svara)s

    Returns
    -------
    %(svara_names)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.midi_to_svara_h([60, 61, 62], Sa=60)
    array(['S', 'r', 'R'], dtype='<U1')
    """
    semitones = _semitones("midi_to_svara_h", midi, Sa)
    return _svaras(semitones, _hindustani(abbr), octave, unicode)


@host("midi")
@documented
def midi_to_svara_c(
    midi: Any,
    *,
    Sa: float,
    mela: str | int,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Carnatic svara of a MIDI number: the semitones ``round(midi - Sa)`` above Sa, spelled for a melakarta.

    Parameters
    ----------
    midi : number or array (...)
        MIDI numbers.
    %(Sa_midi)s
    %(mela)s
    %(svara)s

    Returns
    -------
    %(svara_names)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.midi_to_svara_c([60, 62, 64], Sa=60, mela="kanakangi", unicode=False)
    array(['S', 'G1', 'G3'], dtype='<U2')
    """
    where = "midi_to_svara_c"
    names = carnatic(number_of(where, mela), abbr=abbr, unicode=unicode)
    return _svaras(_semitones(where, midi, Sa), names, octave, unicode)


@host("frequencies")
@documented
def hz_to_svara_h(
    frequencies: Any,
    *,
    Sa: float,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Hindustani svara of a frequency: the semitones ``round(12 log2(f / Sa))`` above Sa.

    Parameters
    ----------
    %(frequencies)s
    %(Sa_hz)s
    %(svara)s

    Returns
    -------
    %(svara_names)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.hz_to_svara_h([130.5, 261, 522], Sa=261, unicode=False)
    array(['S,', 'S', "S'"], dtype='<U2')
    """
    semitones = _semitones_of_hz("hz_to_svara_h", frequencies, Sa)
    return _svaras(semitones, _hindustani(abbr), octave, unicode)


@host("frequencies")
@documented
def hz_to_svara_c(
    frequencies: Any,
    *,
    Sa: float,
    mela: str | int,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Carnatic svara of a frequency: the semitones ``round(12 log2(f / Sa))`` above Sa, spelled for a melakarta.

    Parameters
    ----------
    %(frequencies)s
    %(Sa_hz)s
    %(mela)s
    %(svara)s

    Returns
    -------
    %(svara_names)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.hz_to_svara_c([261, 294], Sa=261, mela=36, unicode=False)
    array(['S', 'R2'], dtype='<U2')
    """
    where = "hz_to_svara_c"
    names = carnatic(number_of(where, mela), abbr=abbr, unicode=unicode)
    return _svaras(_semitones_of_hz(where, frequencies, Sa), names, octave, unicode)


@host()
@documented
def note_to_svara_h(
    notes: str | Iterable[str],
    *,
    Sa: str,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Hindustani svara of a note's name: ``midi_to_svara_h(note_to_midi(notes), Sa=note_to_midi(Sa))``.

    Parameters
    ----------
    notes : str or iterable of str
        Names of notes, as for `note_to_midi`.
    %(Sa_note)s
    %(svara)s

    Returns
    -------
    str, or NumPy array of str
        The svaras.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.note_to_svara_h(["C4", "G4", "C5"], Sa="C5", unicode=False)
    array(['S,', 'P,', 'S'], dtype='<U2')
    """
    semitones = _semitones_of_notes("note_to_svara_h", notes, Sa)
    return _svaras(semitones, _hindustani(abbr), octave, unicode)


@host()
@documented
def note_to_svara_c(
    notes: str | Iterable[str],
    *,
    Sa: str,
    mela: str | int,
    abbr: bool = True,
    octave: bool = True,
    unicode: bool = True,
) -> str | np.ndarray:
    """Carnatic svara of a note's name: ``midi_to_svara_c(note_to_midi(notes), Sa=note_to_midi(Sa), mela=mela)``.

    Parameters
    ----------
    notes : str or iterable of str
        Names of notes, as for `note_to_midi`.
    %(Sa_note)s
    %(mela)s
    %(svara)s

    Returns
    -------
    str, or NumPy array of str
        The svaras.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.note_to_svara_c(["C4", "D4"], Sa="C4", mela=1, unicode=False)
    array(['S', 'G1'], dtype='<U2')
    """
    where = "note_to_svara_c"
    names = carnatic(number_of(where, mela), abbr=abbr, unicode=unicode)
    return _svaras(_semitones_of_notes(where, notes, Sa), names, octave, unicode)


def _hindustani(abbr: bool) -> list[str]:
    return [name[0] for name in HINDUSTANI] if abbr else list(HINDUSTANI)


def _semitones(where: str, midi: Any, sa: Any) -> np.ndarray:
    return _real(where, "midi", midi) - finite(where, "Sa", sa)


def _semitones_of_hz(where: str, frequencies: Any, sa: Any) -> np.ndarray:
    sa = positive(where, "Sa", sa)
    return np.asarray(hz_to_midi(_real(where, "frequencies", frequencies))) - hz_to_midi(sa)


def _semitones_of_notes(where: str, notes: Any, sa: Any) -> np.ndarray:
    midi = np.asarray(note_to_midi(notes, round_midi=False), dtype=np.float64)
    if not isinstance(sa, str) or sa == "":
        raise ParameterError(f"[{where}] Sa must be the name of a note such as 'C4', got {sa!r}")
    return midi - note_to_midi(sa)  # whose cents do not count


def _real(where: str, name: str, value: Any) -> np.ndarray:
    return np.asarray(f64.apply(where, name, numpy_numbers(where, name, value), lambda x: x))


def _svaras(semitones: np.ndarray, names: list[str], octave: bool, unicode: bool) -> str | np.ndarray:
    """Names of pitches that lie so many semitones above Sa."""
    svaras = [_svara(x, names, octave, unicode) for x in semitones.ravel().tolist()]
    return np.array(svaras, dtype=np.str_).reshape(semitones.shape) if semitones.ndim else svaras[0]


def _svara(semitones: float, names: list[str], octave: bool, unicode: bool) -> str:
    if not math.isfinite(semitones):
        return ""
    register, place = divmod(round(semitones), 12)
    name = names[place]
    if not octave or register not in DOTS:
        return name
    return name[0] + DOTS[register] + name[1:] if unicode else name + MARKS[register]
