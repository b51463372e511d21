"""Frequencies, MIDI numbers and names of notes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants import float64 as f64
from .._constants.float64 import A, functions
from .._floor.arrays import evaluated, numpy_numbers
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import N, Others
from ..errors import ParameterError
from .notes import midi_of, spelling

ArrayLike = Any


@public("frequencies")
@documented
def hz_to_midi(frequencies: N | Others) -> N:
    """MIDI number of a frequency: ``69 + 12 log2(f / 440)``.

    Parameters
    ----------
    frequencies : number or array (...)
        Frequencies in Hz; 0 gives minus infinity, negative ones NaN.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Semitones, 69 for A4; differentiable.

    Raises
    ------
    ParameterError
        If the frequencies are not real numbers.

    References
    ----------
    %(midi_reference)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.hz_to_midi(mx.array([220.0, 440.0]))
    array([57, 69], dtype=float32)
    """
    return f64.apply("hz_to_midi", "frequencies", frequencies, _midi_from_hz, smooth=True)


@public("notes")
@documented
def midi_to_hz(notes: N | Others) -> N:
    """Frequency of a MIDI number: ``440 * 2^((m - 69) / 12)``.

    Parameters
    ----------
    notes : number or array (...)
        MIDI numbers, which may have fractions.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Frequencies in Hz; differentiable.

    Raises
    ------
    ParameterError
        If the notes are not real numbers.

    References
    ----------
    %(midi_reference)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.midi_to_hz(mx.array([57, 69]))
    array([220, 440], dtype=float32)
    """
    return f64.apply("midi_to_hz", "notes", notes, _hz_from_midi, smooth=True)


@public("midi")
@documented
def midi_to_note(
    midi: ArrayLike, *, octave: bool = True, cents: bool = False, key: str = "C:maj", unicode: bool = True
) -> str | np.ndarray:
    """Name of the nearest note: ``name[m mod 12]`` and the octave ``m // 12 - 1``.

    Parameters
    ----------
    midi : number or array (...)
        MIDI numbers. One that is not finite has no name.
    octave : bool
        Append the octave; 60 is in octave 4.
    cents : bool
        Append the distance to the note in hundredths of a semitone. Needs the octave.
    key : str
        Tonic and mode for the spelling: `C:maj`, `F#:min`, `E♭:dorian`, ...
    unicode : bool
        Accidentals as ♯ ♭ 𝄪 𝄫, otherwise as # b ## bb.

    Returns
    -------
    %(note_names)s

    Raises
    ------
    ParameterError
        If the key is not known, cents are asked for without the octave, or midi is not real numbers.

    Notes
    -----
    As in librosa, B♯ and C♭ have the octave of the MIDI number, and octaves below MIDI 0 are one too high.

    References
    ----------
    %(midi_reference)s

    Examples
    --------
    >>> import spectro
    >>> spectro.midi_to_note(61)
    'C♯4'
    >>> spectro.midi_to_note(60.25, cents=True)
    'C4+25'
    """
    if cents and not octave:
        raise ParameterError("[midi_to_note] cents=True needs octave=True: '+5' could be an octave")
    names = spelling("midi_to_note", key, unicode=unicode)
    numbers = np.asarray(f64.apply("midi_to_note", "midi", _values("midi_to_note", "midi", midi), lambda m: m))
    notes = np.array([_note(m, names, octave, cents) for m in numbers.ravel().tolist()], dtype=np.str_)
    return notes.reshape(numbers.shape) if numbers.ndim else str(notes[0])


@public("frequencies", keywords=midi_to_note)
@documented
def hz_to_note(frequencies: ArrayLike, **kwargs: Any) -> str | np.ndarray:
    """Name of the note nearest to a frequency: ``midi_to_note(hz_to_midi(f))``.

    Parameters
    ----------
    frequencies : number or array (...)
        Frequencies in Hz. One that is not positive has no name.
    **kwargs
        Keywords of `midi_to_note`.

    Returns
    -------
    %(note_names)s

    Raises
    ------
    ParameterError
        If the frequencies are not real numbers, or a keyword has a bad value.

    Examples
    --------
    >>> import spectro
    >>> spectro.hz_to_note(440.0)
    'A4'
    """
    return midi_to_note(hz_to_midi(_values("hz_to_note", "frequencies", frequencies)), **kwargs)


@public()
@documented
def note_to_midi(note: str | Iterable[str], *, round_midi: bool = True) -> int | float | np.ndarray:
    """MIDI number of a note's name: ``12 (octave + 1) + semitones + cents / 100``.

    Parameters
    ----------
    note : str or iterable of str
        A letter, accidentals (# ♯ 𝄪 b ! ♭ 𝄫 n ♮), an octave (0 when not given) and cents: `C4`, `e♭-1`, `A#5+25`.
    round_midi : bool
        Round to the nearest integer.

    Returns
    -------
    int, float, or NumPy array of int64 or float64
        An empty name is NaN.

    Raises
    ------
    ParameterError
        If a name cannot be read.

    References
    ----------
    %(midi_reference)s

    Examples
    --------
    >>> import spectro
    >>> spectro.note_to_midi(["C4", "A4"])
    array([60, 69])
    """
    return _numbers_of("note_to_midi", note, round_midi)


@public()
def note_to_hz(note: str | Iterable[str], *, round_midi: bool = False) -> float | np.ndarray:
    """Frequency of a note's name: ``midi_to_hz(note_to_midi(note))``.

    Parameters
    ----------
    note : str or iterable of str
        Names as for `note_to_midi`.
    round_midi : bool
        Round to the nearest semitone.

    Returns
    -------
    float, or NumPy array of float64
        Frequencies in Hz.

    Raises
    ------
    ParameterError
        If a name cannot be read.

    Notes
    -----
    Differs from librosa: cents count, as in 1.0; 0.11 rounds to a semitone unless told otherwise.

    Examples
    --------
    >>> import spectro
    >>> float(spectro.note_to_hz("A4"))
    440.0
    """
    midi = _numbers_of("note_to_hz", note, round_midi)
    return f64.apply("note_to_hz", "note", midi, _hz_from_midi)


def _midi_from_hz(frequencies: A) -> A:
    return 12 * functions(frequencies).log2(frequencies / 440) + 69


def _hz_from_midi(midi: A) -> A:
    return 440 * f64.exp2((midi - 69) / 12)


def _values(where: str, name: str, numbers: ArrayLike) -> ArrayLike:
    """Evaluate the numbers of notes: their names are strings, which MLX does not have."""
    if isinstance(numbers, mx.array):
        return evaluated(where, name, numbers.astype(mx.float32))
    return numpy_numbers(where, name, numbers)


def _note(midi: float, names: list[str], octave: bool, cents: bool) -> str:
    if not math.isfinite(midi):
        return ""
    nearest = round(midi)
    name = names[nearest % 12]
    if octave:
        name += str(int(nearest / 12) - 1)
    # Truncated, not rounded a second time, as in librosa: 60.29 is C4+28.
    return f"{name}{int(100 * round(midi - nearest, 2)):+d}" if cents else name


def _numbers_of(where: str, note: str | Iterable[str], round_midi: bool) -> int | float | np.ndarray:
    if isinstance(note, str):
        midi = midi_of(where, note)
        return round(midi) if round_midi and math.isfinite(midi) else np.float64(midi)
    if isinstance(note, (bytes, mx.array)) or not isinstance(note, Iterable):
        raise ParameterError(f"[{where}] note must be a string or strings, got {note!r}")
    numbers = [_numbers_of(where, item, round_midi) for item in note]
    return np.array(numbers)
