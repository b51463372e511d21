"""Single sounds, made from sines and noise: strings, drums, brass, a voice, a bird; and their mixture."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

SEMITONES = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11)))


def hertz_of(note: str) -> float:
    """The frequency of a note such as A4 or F#3."""
    semitones = SEMITONES[note[0]] + note.count("#") + 12 * (int(note.lstrip("ABCDEFG#")) + 1)
    return float(440.0 * 2.0 ** ((semitones - 69) / 12))


def mixed(sounds: Iterable[tuple[float, np.ndarray]], seconds: float, sr: int) -> np.ndarray:
    """Add sounds where they start, in seconds, and fade the end: (n,) float32 within -0.9 and 0.9."""
    out = np.zeros(round(seconds * sr))
    for start, sound in sounds:
        first = round(start * sr)
        span = out[first : first + len(sound)]
        span += sound[: len(span)]
    out[-(sr // 4) :] *= np.linspace(1.0, 0.0, sr // 4) ** 2  # no click at the end
    return (0.9 * out / np.abs(out).max()).astype(np.float32)


def time_of(seconds: float, sr: int) -> np.ndarray:
    """The times of samples, (n,) in seconds."""
    return np.arange(round(seconds * sr)) / sr


def noise_of(sr: int) -> np.ndarray:
    """One second of noise, which every drum reuses."""
    return np.random.default_rng(7).uniform(-1.0, 1.0, sr)


def string(hertz: float, sr: int, harmonics: int = 9, decay: float = 3.2) -> np.ndarray:
    """Pluck a string: the higher a harmonic, the softer and the shorter."""
    t = time_of(2.0, sr)  # (n,)
    k = np.arange(1, harmonics + 1)[:, None]
    partials = np.sin(2 * np.pi * hertz * k * t) * np.exp(-decay * (1 + 0.35 * (k - 1)) * t) / k**1.2
    return np.minimum(t / 0.004, 1.0) * partials.sum(axis=0)


def kick(sr: int) -> np.ndarray:
    """Let a sine fall from 160 to 48 Hz."""
    t = time_of(0.35, sr)
    hertz = 48 + 112 * np.exp(-t / 0.03)
    return 0.75 * np.sin(2 * np.pi * np.cumsum(hertz) / sr) * np.exp(-t / 0.09)


def snare(sr: int) -> np.ndarray:
    """Noise over a short low tone."""
    t = time_of(0.25, sr)
    noise = noise_of(sr)[: len(t)]
    return 0.30 * noise * np.exp(-t / 0.055) + 0.25 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.04)


def hat(sr: int) -> np.ndarray:
    """Noise, differentiated twice to leave the treble."""
    t = time_of(0.12, sr)
    return 0.09 * np.diff(noise_of(sr)[: len(t) + 2], n=2) * np.exp(-t / 0.02)


def brass(hertz: float, seconds: float, sr: int) -> np.ndarray:
    """Blow a note: the treble comes after the bass, a vibrato after both, and breath throughout."""
    t = time_of(seconds, sr)
    vibrato = 0.004 * np.minimum(t / 0.3, 1.0) * np.sin(2 * np.pi * 5.5 * t)
    phase = 2 * np.pi * np.cumsum(hertz * (1 + vibrato)) / sr
    out = 0.004 * np.resize(noise_of(sr), len(t))
    for k in range(1, 16):
        if k * hertz < 0.45 * sr:
            out += np.minimum(t / (0.01 + 0.006 * k), 1.0) * np.sin(k * phase) / k ** (0.7 if k < 5 else 1.5)
    return out * np.clip((seconds - t) / 0.05, 0.0, 1.0)


def glide(start: float, stop: float, seconds: float, sr: int, harmonics: int = 1) -> np.ndarray:
    """Whistle or moan from one frequency to another."""
    t = time_of(seconds, sr)
    phase = 2 * np.pi * np.cumsum(start * (stop / start) ** (t / seconds)) / sr
    shape = np.sin(np.pi * t / seconds) ** 0.7
    return shape * sum(np.sin(k * phase) / k**1.5 for k in range(1, harmonics + 1) if k * max(start, stop) < 0.45 * sr)


def vowel(pitch: float, formants: tuple[float, ...], seconds: float, sr: int) -> np.ndarray:
    """Speak a vowel: harmonics of a falling pitch, strong where the formants are (resonances 90 Hz wide)."""
    t = time_of(seconds, sr)
    phase = 2 * np.pi * np.cumsum(pitch * (1.04 - 0.1 * t / seconds)) / sr
    out = np.zeros(len(t))
    for k in range(1, int(min(4000.0, 0.45 * sr) / pitch)):
        level = sum(0.7**i / (1 + ((k * pitch - f) / 90) ** 2) for i, f in enumerate(formants))
        out += level * np.sin(k * phase)
    return out * np.minimum(1.0, np.minimum(t / 0.03, (seconds - t) / 0.05))


def hiss(seconds: float, sr: int) -> np.ndarray:
    """Speak an s: noise whose treble is left."""
    t = time_of(seconds, sr)
    noise = np.random.default_rng(11).uniform(-1.0, 1.0, len(t) + 1)
    return 0.25 * np.diff(noise) * np.sin(np.pi * t / seconds)
