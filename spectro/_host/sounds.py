"""Pieces of a few seconds to two minutes under the names of librosa's examples, the same on every machine."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from . import clip
from .instruments import brass, glide, hat, hertz_of, hiss, kick, mixed, snare, string, vowel

Sounds = Iterator[tuple[float, np.ndarray]]  # when each starts, in seconds, and its samples

VOWELS = {"a": (730, 1090, 2440), "e": (530, 1840, 2480), "i": (270, 2290, 3010), "o": (570, 840, 2410)}
SOLO = (("A3", 1), ("D4", 1), ("F4", 0.5), ("E4", 0.5), ("D4", 1), ("A4", 2), ("G4", 0.5), ("F4", 0.5), ("D4", 2))


class Sound(NamedTuple):
    """One piece: what it is, how long, and what makes its sounds at a sampling rate."""

    title: str
    seconds: float
    make: Callable[[float, int], Sounds]  # of the length in seconds and the sampling rate

    def samples(self, sr: int) -> np.ndarray:
        """Make the piece, (n,) float32."""
        return mixed(self.make(self.seconds, sr), self.seconds, sr)


def solo(bpm: float) -> Callable[[float, int], Sounds]:
    """A melody on a brass instrument."""

    def make(seconds: float, sr: int) -> Sounds:
        start = 0.05
        while start < seconds:
            for note, beats in SOLO:
                yield start, brass(hertz_of(note), 60 / bpm * beats, sr)
                start += 60 / bpm * beats

    return make


def arpeggio(bpm: float, chords: str, pattern: tuple[int, ...], decay: float = 3.2) -> Callable[[float, int], Sounds]:
    """Plucked chords, a note after the other, each accented once."""

    def make(seconds: float, sr: int) -> Sounds:
        pluck = functools.cache(lambda note: string(hertz_of(note), sr, decay=decay))
        steps = [(i == 0, chord.split()[k]) for chord in chords.split("|") for i, k in enumerate(pattern)]
        for step in range(int(seconds * bpm / 60)):
            accent, note = steps[step % len(steps)]
            yield step * 60 / bpm, (1.6 if accent else 1.0) * pluck(note)

    return make


def beat(seconds: float, sr: int) -> Sounds:
    """Drums and a bass at 136 beats a minute."""
    drums = {"k": kick(sr), "s": snare(sr), "h": hat(sr)}
    bass = [0.4 * string(hertz_of(note), sr, harmonics=5) for note in ("E2", "E2", "G2", "A2")]
    eighth = 60 / 136 / 2
    for step in range(int(seconds / eighth)):
        yield from ((step * eighth, drums[name]) for name in ("kh", "h", "sh", "h", "h", "kh", "sh", "h")[step % 8])
        if step % 4 == 0:
            yield step * eighth, bass[step // 4 % 4]


def roll(seconds: float, sr: int) -> Sounds:
    """Strokes of a snare drum, each sooner than the last by a fiftieth."""
    stroke, start, gap = snare(sr), 0.2, 0.6
    while start < seconds - 0.3:
        yield start, stroke
        start, gap = start + gap, max(0.98 * gap, 0.06)


def band(seconds: float, sr: int) -> Sounds:
    """Repeat the clip of the command line: drums, a bass and a plucked melody at 96 beats a minute."""
    samples = clip.samples(sr).astype(np.float64)
    for bar in range(-(-int(seconds) // 8)):
        yield bar * 12 * clip.BEAT, samples


def song(seconds: float, sr: int) -> Sounds:
    """A voice over plucked chords."""
    yield from arpeggio(168, "G3 B3 D4 G4|C4 E4 G4 C5|D4 F#4 A4 D5|G3 B3 D4 G4", (0, 2, 1, 3))(seconds, sr)
    for step in range(int(seconds / 1.4)):
        pitch, name = hertz_of(("G3", "B3", "D4", "C4", "A3")[step % 5]), "aeoi"[step * 7 % 4]
        yield step * 60 / 42, 0.4 * vowel(pitch, VOWELS[name], 1.2, sr)


def speech(pitch: float, seed: int) -> Callable[[float, int], Sounds]:
    """Syllables: vowels of a falling pitch between an s now and then, and pauses."""

    def make(seconds: float, sr: int) -> Sounds:
        draw, start = np.random.default_rng(seed), 0.25
        while start < seconds - 0.6:
            phrase = 0.6 + 2.4 * draw.random()
            stop = min(start + phrase, seconds - 0.4)
            while start < stop:
                length = 0.11 + 0.14 * draw.random()
                if draw.random() < 0.25:
                    yield start, hiss(0.09, sr)
                    start += 0.08
                height = pitch * (0.92 + 0.2 * draw.random())
                yield start, 0.5 * vowel(height, VOWELS["aeio"[draw.integers(4)]], length, sr)
                start += length
            start += 0.15 + 0.4 * draw.random()

    return make


def whale(seconds: float, sr: int) -> Sounds:
    """Moans that rise or fall, three seconds apart."""
    for i in range(int(seconds / 3)):
        low, high = 140 + 60 * (i % 3), 420 + 180 * (i % 4)
        start, stop = (low, high) if i % 2 else (high, low)
        yield 3 * i + 0.3, glide(start, stop, 2.2, sr, harmonics=6)


def bird(seconds: float, sr: int) -> Sounds:
    """Short whistles from 2 to 5 kHz, some rising, some falling."""
    for i in range(int(seconds / 0.45)):
        if i % 5 != 4:
            yield 0.45 * i + 0.1, glide(2100 + 400 * (i % 4), 4600 - 500 * (i % 3), 0.16 + 0.05 * (i % 3), sr)


SOUNDS = {
    "brahms": Sound("Plucked chords in G minor, in place of Brahms's dance", 45.0, arpeggio(
        220, "G3 A#3 D4 G4|C4 D#4 G4 C5|D4 F#4 A4 D5|G3 A#3 D4 G4", (0, 1, 2, 3, 2, 1, 2, 1))),
    "choice": Sound("Drums and a bass at 136 beats a minute", 25.0, beat),
    "drese": Sound("A brass melody at 100 beats a minute", 15.0, solo(100)),
    "drese2": Sound("The same melody at 120 beats a minute", 15.0, solo(120)),
    "fishin": Sound("A voice over plucked chords", 60.0, song),
    "humpback": Sound("Moans that rise and fall, in place of a whale's", 60.0, whale),
    "libri1": Sound("Vowels and sibilants of a low voice, in place of speech", 15.0, speech(115.0, 1)),
    "libri2": Sound("Vowels and sibilants of a middle voice, in place of speech", 15.0, speech(145.0, 2)),
    "libri3": Sound("Vowels and sibilants of a high voice, in place of speech", 15.0, speech(205.0, 3)),
    "nutcracker": Sound("High plucked chords in E minor, in place of a celesta", 120.0, arpeggio(
        232, "E5 G5 B5 E6|C5 E5 G5 C6|A4 C5 E5 A5|B4 D#5 F#5 B5", (0, 2, 3, 2, 1, 2, 3, 1), 5.0)),
    "pistachio": Sound("Fast plucked chords in C, in place of a ragtime", 60.0, arpeggio(
        360, "C3 E4 G4 C5|A2 E4 A4 C5|D3 F4 A4 D5|G2 F4 B4 D5", (0, 2, 1, 3, 2, 3, 1, 3))),
    "robin": Sound("Whistles from 2 to 5 kHz, in place of a bird's", 12.0, bird),
    "snare": Sound("Strokes of a snare drum that come faster and faster", 15.0, roll),
    "sweetwaltz": Sound("A plucked waltz at 132 beats a minute", 56.0, arpeggio(
        132, "F3 A4 C5|D3 F4 A4|A#2 D4 F4|C3 E4 G4", (0, 1, 2))),
    "trumpet": Sound("A brass melody at 108 beats a minute", 117601 / 22050, solo(108)),
    "vibeace": Sound("Drums, a bass and a plucked melody at 96 beats a minute", 61.0, band),
}  # fmt: skip
