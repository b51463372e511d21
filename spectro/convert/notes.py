"""Names of notes: letters and accidentals on the line of fifths."""

from __future__ import annotations

import functools
import math
import re
from typing import NamedTuple

from ..errors import ParameterError

LETTERS = "FCGDAEB"  # a fifth apart; one more accidental every seven fifths
SHARPS = {"#": 1, "♯": 1, "𝄪": 2, "b": -1, "!": -1, "♭": -1, "𝄫": -2, "n": 0, "♮": 0}
NOTE = re.compile(r"(?P<letter>[A-Ga-g])(?P<accidentals>[#♯𝄪b!♭𝄫n♮]*)(?P<octave>[+-]?\d+)?(?P<cents>[+-]\d+)?")
KEY = re.compile(r"(?P<letter>[A-Ga-g])(?P<accidentals>[#♯𝄪b!♭𝄫n♮]*):(?P<mode>[a-z]{3,})")
# Fifths between the major key of a tonic and the key of its mode.
CHURCH = {"ion": 0, "dor": -2, "phryg": -4, "lyd": 1, "mixolyd": -1, "aeol": -3, "locr": -5}  # without "ian"
FIFTHS = {name: fifths for mode, fifths in CHURCH.items() for name in (mode[:3], mode, f"{mode}ian")}
FIFTHS |= {"maj": 0, "major": 0, "min": -3, "minor": -3}


class Key(NamedTuple):
    """A key by positions on the line of fifths, C = 0."""

    tonic: int
    signature: int  # of the major key with the same notes
    minor: bool  # whether it is spelled as a minor key, and not as the major key with its notes

    @property
    def scale(self) -> range:
        """The seven notes."""
        return range(self.signature - 1, self.signature + 6)


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


def key_of(where: str, key: str) -> Key:
    """Read a key such as `E♭:min`."""
    match = KEY.fullmatch(key) if isinstance(key, str) else None
    if match is None or match["mode"] not in FIFTHS:
        raise ParameterError(
            f"[{where}] key must be a tonic and a mode such as 'C:maj', 'F#:min' or 'E♭:dorian', got {key!r}"
        )
    tonic = _fifths(match["letter"], match["accidentals"])
    return Key(tonic, tonic + FIFTHS[match["mode"]], match["mode"].startswith("min"))


def spelling(where: str, key: str, *, unicode: bool, natural: bool = False) -> list[str]:
    """Names of the twelve pitch classes in a key."""
    return list(_spelled(key_of(where, key), bool(unicode), bool(natural)))


@functools.lru_cache(maxsize=128)
def _spelled(found: Key, unicode: bool, natural: bool) -> tuple[str, ...]:
    """Names of the twelve pitch classes in a key.

    They are twelve neighbors on the line of fifths, with the key's scale among them: F to A♯ for a key with sharps or
    none, G♭ to B for one with flats, moved as far as the scale asks for. A key whose tonic has several accidentals is
    spelled as that with one of them, and each note gets the others.
    """
    accidentals = ((found.tonic if found.minor else found.signature) + 1) // 7
    beyond = 7 * (accidentals - max(-1, min(1, accidentals)))
    signature = found.signature - beyond
    first = beyond + (max(-1, signature - 6) if signature >= 0 else min(-6, signature - 1))
    names = [""] * 12
    for position in range(first, first + 12):
        marked = natural and 0 <= position + 1 < 7 and position not in found.scale
        names[7 * position % 12] = _name(position, unicode) + ("♮" if unicode else "n") * marked
    return tuple(names)


def degrees(where: str, key: str) -> list[int]:
    """Pitch classes of a key's scale, from its tonic upwards."""
    found = key_of(where, key)
    return [(7 * found.tonic + step) % 12 for step in sorted(7 * (note - found.tonic) % 12 for note in found.scale)]


def note_by_fifths(where: str, unison: str, fifths: int, *, unicode: bool) -> str:
    """Name of the note a number of fifths above a note, without octave."""
    match = NOTE.fullmatch(unison) if isinstance(unison, str) else None
    if match is None:
        raise ParameterError(f"[{where}] unison must be the name of a note such as 'C' or 'B♭', got {unison!r}")
    return _name(_fifths(match["letter"], match["accidentals"]) + fifths, unicode, small_first=False)


def _fifths(letter: str, accidentals: str = "") -> int:
    """Fifths above C."""
    return LETTERS.index(letter.upper()) - 1 + 7 * sum(SHARPS[sign] for sign in accidentals)


def _semitones(letter: str, accidentals: str) -> int:
    """Semitones above the C below the letter."""
    return 7 * _fifths(letter) % 12 + sum(SHARPS[sign] for sign in accidentals)


def _name(position: int, unicode: bool, *, small_first: bool = True) -> str:
    """Name the note at a number of fifths above C. An odd single accidental stands before the double ones, or after."""
    sharps, letter = divmod(position + 1, 7)
    one, two = (("♯", "𝄪") if sharps > 0 else ("♭", "𝄫")) if unicode else (("#", "##") if sharps > 0 else ("b", "bb"))
    signs = [one * (abs(sharps) % 2), two * (abs(sharps) // 2)]
    return LETTERS[letter] + "".join(signs if small_first else signs[::-1])
