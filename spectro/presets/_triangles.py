"""Triangles that are drawn on the mel axis, as Kaldi and VGGish have them; elsewhere they are drawn in Hz."""

from __future__ import annotations

import functools

import numpy as np

from .._constants.given import GivenBank


def mel(hertz: float | np.ndarray) -> np.ndarray:
    """HTK's mel scale, in float64."""
    return 1127.0 * np.log1p(np.asarray(hertz, dtype=np.float64) / 700.0)


@functools.lru_cache(maxsize=32)
def mel_triangles(sr: float, n_fft: int, bands: int, low: float, high: float) -> np.ndarray:
    """Weights of the bins of an FFT (bands, 1 + n_fft // 2) in float64; bins 0 and n_fft / 2 have none."""
    corners = np.linspace(mel(low), mel(high), bands + 2)[:, None]
    bins = mel(np.arange(1 + n_fft // 2) * (sr / n_fft))
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    weights = np.maximum(0.0, np.minimum(rising, falling))
    weights[:, 0] = 0.0
    if n_fft % 2 == 0:
        weights[:, -1] = 0.0
    return weights


@functools.lru_cache(maxsize=32)
def mel_bank(sr: float, n_fft: int, bands: int, low: float, high: float) -> GivenBank:
    """`mel_triangles` as a filterbank."""
    return GivenBank.of(mel_triangles(sr, n_fft, bands, low, high))
