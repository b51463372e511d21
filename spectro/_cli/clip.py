"""A short piece of music whose every onset and pitch is known: drums and a melody, the same on every machine."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

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
SEMITONES = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11)))


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


def samples() -> np.ndarray:
    """Make the clip at `SR` Hz, (n,) float32 within -0.9 and 0.9."""
    noise = np.random.default_rng(7).uniform(-1.0, 1.0, SR)  # one second, which every drum reuses
    drums = {"kick": _kick(), "snare": _snare(noise), "hat": _hat(noise)}
    out = np.zeros(round(DURATION * SR))
    for beat, name in MELODY:
        _mix(out, beat, 0.30 * _string(_hertz(name), harmonics=9, decay=3.2))
    for beat, name in BASS:
        _mix(out, beat, 0.28 * _string(_hertz(name), harmonics=5, decay=2.0))
    for beat, name in DRUMS:
        _mix(out, beat, drums[name])
    out[-(SR // 4) :] *= np.linspace(1.0, 0.0, SR // 4) ** 2  # no click at the end
    return (0.9 * out / np.abs(out).max()).astype(np.float32)


def _mix(out: np.ndarray, beat: float, sound: np.ndarray) -> None:
    """Add a sound where its beat is."""
    first = round((START + beat * BEAT) * SR)
    span = out[first : first + len(sound)]
    span += sound[: len(span)]


def _hertz(name: str) -> float:
    semitones = SEMITONES[name[0]] + 12 * (int(name[1:]) + 1)
    return 440.0 * 2.0 ** ((semitones - 69) / 12)


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SR)) / SR


def _string(hertz: float, harmonics: int, decay: float) -> np.ndarray:
    """Pluck a string: the higher a harmonic, the softer and the shorter."""
    t = _time(2.0)  # (n,)
    k = np.arange(1, harmonics + 1)[:, None]
    partials = np.sin(2 * np.pi * hertz * k * t) * np.exp(-decay * (1 + 0.35 * (k - 1)) * t) / k**1.2
    return np.minimum(t / 0.004, 1.0) * partials.sum(axis=0)


def _kick() -> np.ndarray:
    """Let a sine fall from 160 to 48 Hz."""
    t = _time(0.35)
    hertz = 48 + 112 * np.exp(-t / 0.03)
    return 0.75 * np.sin(2 * np.pi * np.cumsum(hertz) / SR) * np.exp(-t / 0.09)


def _snare(noise: np.ndarray) -> np.ndarray:
    """Noise over a short low tone."""
    t = _time(0.25)
    return 0.30 * noise[: len(t)] * np.exp(-t / 0.055) + 0.25 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.04)


def _hat(noise: np.ndarray) -> np.ndarray:
    """Noise, differentiated twice to leave the treble."""
    t = _time(0.12)
    return 0.09 * np.diff(noise[: len(t) + 2], n=2) * np.exp(-t / 0.02)
