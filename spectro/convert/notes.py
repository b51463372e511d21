"""Names of notes: letters and accidentals on the line of fifths."""

from __future__ import annotations

import math
import re

from ..errors import ParameterError

LETTERS = "FCGDAEB"  # a fifth apart; one more accidental every seven fifths
SHARPS = {"#": 1, "♯": 1, "𝄪": 2, "b": -1, "!": -1, "♭": -1, "𝄫": -2, "n": 0, "♮": 0}
NOTE = re.compile(r"(?P<letter>[A-Ga-g])(?P<accidentals>[#♯𝄪b!♭𝄫n♮]*)(?P<octave>[+-]?\d+)?(?P<cents>[+-]\d+)?")
KEY = re.compile(r"(?P<letter>[A-Ga-g])(?P<accidentals>[#♯𝄪b!♭𝄫n♮]*):(?P<mode>[a-z]{3,})")
# Fifths between the major key of a tonic and the key of its mode.
MODES = {
    "major": 0,
    "ionian": 0,
    "dorian": -2,
    "phrygian": -4,
    "lydian": 1,
    "mixolydian": -1,
    "minor": -3,
    "aeolian": -3,
    "locrian": -5,
}


def midi_of(where: str, note: str) -> float:
    """MIDI number of a note such as `C♯4-25`; the octave is 0 when not given, and no name is no number."""
    if not isinstance(note, str):
        raise ParameterError(f"[{where}] note must be a string or strings, got {note!r}")
    if note == "":
        return math.nan
    match = NOTE.fullmatch(note)
    if match is None:
        raise ParameterError(f"[{where}] note must look like 'A4', 'C#3' or 'E♭2+25', got {note!r}")
    pitch_class = _semitones(match["letter"], match["accidentals"])
    return 12 * (int(match["octave"] or 0) + 1) + pitch_class + int(match["cents"] or 0) * 0.01


def spelling(where: str, key: str, *, unicode: bool) -> list[str]:
    """Names of the twelve pitch classes in a key such as `E♭:min`.

    They are twelve neighbors on the line of fifths, with the key's scale among them: F to A♯ for a key with sharps or
    none, G♭ to B for one with flats, moved as far as the scale asks for.
    """
    match = KEY.fullmatch(key) if isinstance(key, str) else None
    offsets = [offset for mode, offset in MODES.items() if match and mode.startswith(match["mode"])]
    if match is None or not offsets:
        raise ParameterError(
            f"[{where}] key must be a tonic and a mode such as 'C:maj', 'F#:min' or 'E♭:dorian', got {key!r}"
        )
    signature = _fifths(match["letter"], match["accidentals"]) + offsets[0]
    first = max(-1, signature - 6) if signature >= 0 else min(-6, signature - 1)
    names = [""] * 12
    for position in range(first, first + 12):
        names[7 * position % 12] = _name(position, unicode)
    return names


def degrees(where: str, key: str) -> list[int]:
    """Pitch classes of a key's scale, from its tonic upwards."""
    spelling(where, key, unicode=False)  # refuses what is no key
    match = KEY.fullmatch(key)
    assert match is not None
    tonic = _fifths(match["letter"], match["accidentals"])
    signature = tonic + next(offset for mode, offset in MODES.items() if mode.startswith(match["mode"]))
    return [(7 * tonic + step) % 12 for step in sorted(7 * (signature + k - tonic) % 12 for k in range(-1, 6))]


def _fifths(letter: str, accidentals: str = "") -> int:
    """Fifths above C."""
    return LETTERS.index(letter.upper()) - 1 + 7 * sum(SHARPS[sign] for sign in accidentals)


def _semitones(letter: str, accidentals: str) -> int:
    """Semitones above the C below the letter."""
    return 7 * _fifths(letter) % 12 + sum(SHARPS[sign] for sign in accidentals)


def _name(position: int, unicode: bool) -> str:
    """Name the note at a number of fifths above C."""
    sharps, letter = divmod(position + 1, 7)
    one, two = (("♯", "𝄪") if sharps > 0 else ("♭", "𝄫")) if unicode else (("#", "##") if sharps > 0 else ("b", "bb"))
    return LETTERS[letter] + two * (abs(sharps) // 2) + one * (abs(sharps) % 2)
