"""A short piece of music whose every onset and pitch is known: drums and a melody, the same on every machine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .instruments import hat, hertz_of, kick, mixed, snare, string

SR = 22050
BEAT = 0.625  # seconds: 96 beats a minute
START = 0.3
DURATION = 8.2

MELODY = (  # (beat, note): one bar of four beats a line
    *((0, "A4"), (1, "C5"), (2, "E5"), (3, "A5")),
    *((4, "G5"), (4.5, "F5"), (5, "E5"), (6, "C5"), (6.5, "D5"), (7, "E5")),
    *((8, "F5"), (8.5, "E5"), (9, "D5"), (9.5, "C5"), (10, "B4"), (11, "A4")),
)
BASS = ((0, "A2"), (4, "F2"), (8, "D2"), (10, "E2"), (11, "A2"))
DRUMS = (
    *((beat, "kick") for beat in (0, 2, 4, 6, 8, 9.5, 10)),
    *((beat, "snare") for beat in (5, 7, 9, 11)),
    *((beat, "hat") for beat in (5.5, 6.5, 7.5, 8.5, 10.5)),
)


class Onset(NamedTuple):
    """A moment at which something starts, and all that starts then."""

    time: float  # seconds
    names: tuple[str, ...]  # notes first, highest first, then drums


def onsets() -> list[Onset]:
    """List the true onsets of the clip, in order."""
    starts: dict[float, list[str]] = {}
    for beat, name in (*MELODY, *BASS, *DRUMS):
        starts.setdefault(float(beat), []).append(name)
    return [Onset(START + beat * BEAT, tuple(names)) for beat, names in sorted(starts.items())]


def samples(sr: int = SR) -> np.ndarray:
    """Make the clip, (n,) float32 within -0.9 and 0.9."""
    drums = {"kick": kick(sr), "snare": snare(sr), "hat": hat(sr)}
    sounds = [
        *((beat, 0.30 * string(hertz_of(name), sr, harmonics=9, decay=3.2)) for beat, name in MELODY),
        *((beat, 0.28 * string(hertz_of(name), sr, harmonics=5, decay=2.0)) for beat, name in BASS),
        *((beat, drums[name]) for beat, name in DRUMS),
    ]
    return mixed([(START + beat * BEAT, sound) for beat, sound in sounds], DURATION, sr)
