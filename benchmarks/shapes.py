"""What is measured: signals, transform sizes, and their answers in float64."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from spectro._constants.banks import MelBank


class Shape(NamedTuple):
    """A batch of signals and how they are framed."""

    batch: int
    samples: int
    n_fft: int
    hop: int
    sr: int
    n_mels: int

    def __str__(self) -> str:
        return f"{self.batch}x{self.samples} {self.n_fft}/{self.hop}"

    @property
    def bins(self) -> int:
        return self.n_fft // 2 + 1

    @property
    def frames(self) -> int:
        return 1 + self.samples // self.hop


SHAPES = (
    Shape(1, 16000, 512, 128, 16000, 80),
    Shape(4, 160000, 1024, 256, 22050, 128),
    Shape(8, 160000, 1024, 256, 22050, 128),
    Shape(8, 480000, 1024, 256, 22050, 128),
    Shape(1, 661500, 2048, 512, 44100, 128),
    Shape(1, 480000, 400, 160, 16000, 80),
)
QUICK = SHAPES[:2]
LARGE = SHAPES[3]
TINY = Shape(1, 1024, 512, 128, 16000, 40)  # so little work that a call is all overhead
LIBROSA = Shape(1, 22050, 2048, 512, 22050, 128)  # a second with librosa's defaults


@functools.lru_cache(maxsize=2)
def signal(shape: Shape) -> np.ndarray:
    """Noise with onsets, so that no answer is trivial: (batch, samples), or (samples,) for one."""
    rng = np.random.default_rng(5)
    y = rng.standard_normal((shape.batch, shape.samples)).astype(np.float32)
    y *= np.exp(-(np.arange(shape.samples) % 5000) / 1500).astype(np.float32)
    return y if shape.batch > 1 else y[0]


def hann(n: int) -> np.ndarray:
    """The periodic window, in float64."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)


@functools.lru_cache(maxsize=4)
def mel_weights(shape: Shape) -> np.ndarray:
    """The filterbank (n_mels, bins) as float32."""
    return np.array(MelBank(shape.sr, shape.n_fft, shape.n_mels, 0.0, shape.sr / 2, False, "slaney").weights())


def inverse(D: np.ndarray, s: Shape) -> np.ndarray:
    """The signal of a spectrum (bins, frames) in float64: overlap-add over the sum of squared windows."""
    window, total = hann(s.n_fft), s.n_fft + s.hop * (D.shape[-1] - 1)
    y, weight = np.zeros(total), np.zeros(total)
    for i, frame in enumerate(np.fft.irfft(D.T, n=s.n_fft, axis=-1)):
        span = slice(i * s.hop, i * s.hop + s.n_fft)
        y[span] += frame * window
        weight[span] += window**2
    middle = slice(s.n_fft // 2, s.n_fft // 2 + s.samples)
    return y[middle] / weight[middle]


class Truth:
    """Answers for the last signal of a batch, or for a signal given, computed in float64."""

    def __init__(self, shape: Shape, y: np.ndarray | None = None):
        self.shape = shape
        self.y = np.atleast_2d(signal(shape) if y is None else y)[-1].astype(np.float64)

    @functools.cached_property
    def stft(self) -> np.ndarray:
        s = self.shape
        padded = np.pad(self.y, s.n_fft // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, s.n_fft)[:: s.hop]
        return np.fft.rfft(frames * hann(s.n_fft), axis=-1).T

    @property
    def istft(self) -> np.ndarray:
        return self.y

    @functools.cached_property
    def mel(self) -> np.ndarray:
        return mel_weights(self.shape).astype(np.float64) @ np.abs(self.stft) ** 2

    @functools.cached_property
    def mel_db(self) -> np.ndarray:
        level = 10 * np.log10(np.maximum(self.mel, 1e-10))
        return np.maximum(level, level.max() - 80)

    @functools.cached_property
    def onset(self) -> np.ndarray:
        rise = np.maximum(0, np.diff(self.mel_db, axis=-1)).mean(axis=0)
        delay = 1 + self.shape.n_fft // (2 * self.shape.hop)
        return np.concatenate([np.zeros(delay), rise])[: self.shape.frames]

    @property
    def round_trip(self) -> np.ndarray:
        """The gradient of the sum of squares of istft(stft(y)) = y."""
        return 2 * self.y
