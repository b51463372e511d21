"""The period of frames of samples: where a frame is least different from itself some samples later (YIN).

    d[lag] = sum over j of (x[j] - x[j + lag])^2,   and   d'[lag] = d[lag] / mean(d[1 .. lag])

for a frame x of n samples that is zero beyond them. As in librosa, x[0]^2 counts as what is different at lag 0.

de Cheveigne, A. and Kawahara, H., "YIN, a fundamental frequency estimator for speech and music", Journal of the
Acoustical Society of America 111(4), 2002.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from .._cpu import compiled, unavailable

BLOCK = 1 << 20  # samples of frames that are transformed at a time


class Lags(NamedTuple):
    """How signals are cut into frames, and the lags at which these are compared."""

    frame: int
    hop: int
    first: int
    last: int

    @property
    def total(self) -> int:
        """Number of lags."""
        return self.last - self.first + 1


def differences(samples: np.ndarray, lags: Lags) -> np.ndarray:
    """Give d' of signals (channels, n) float32, as (channels, t, lags) float32."""
    channels, n = samples.shape
    out = np.empty((channels, 1 + (n - lags.frame) // lags.hop, lags.total), dtype=np.float32)
    if out.size and unavailable():
        _by_numpy(samples, lags, out)
    elif out.size:
        compiled().periods(np.ascontiguousarray(samples), lags.frame, lags.hop, lags.first, out)
    return out


def autocorrelations(samples: np.ndarray, window: np.ndarray, frames: int, norm: bool) -> np.ndarray:
    """Correlate windowed frames, a sample apart, with themselves, in the compiled part: (..., n) -> (..., t, lags).

    With `norm` each is divided by its largest magnitude. There are as many lags as samples in a frame.
    """
    *channels, n = samples.shape
    out = np.empty((math.prod(channels), frames, len(window)), dtype=np.float32)
    if out.size:
        lines = samples.reshape(-1, n)[:, : frames + len(window) - 1]
        compiled().correlations(np.ascontiguousarray(lines, np.float32), window.astype(np.float32), norm, out)
    return out.reshape(*channels, frames, len(window))


def _by_numpy(samples: np.ndarray, lags: Lags, out: np.ndarray) -> None:
    """Fill d', some frames at a time."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, lags.frame, axis=-1)[:, :: lags.hop]
    step = max(1, BLOCK // lags.frame)
    for channel in range(len(samples)):
        for first in range(0, out.shape[1], step):
            block = slice(first, first + step)
            out[channel, block] = _normalized(frames[channel, block].astype(np.float64), lags)


def _normalized(x: np.ndarray, lags: Lags) -> np.ndarray:
    """Give d' of frames (t, n), as (t, lags)."""
    size = 1 << (lags.frame + lags.last - 1).bit_length()
    product = np.fft.irfft(np.square(np.abs(np.fft.rfft(x, size))), size)[:, : lags.last + 1]
    energy = np.square(x[:, : lags.last])
    d = 2 * (product[:, :1] - product[:, 1:]) - np.cumsum(energy, axis=1)  # without what has no sample `lag` later
    mean = (energy[:, :1] + np.cumsum(d, axis=1)) / np.arange(1, lags.last + 1)
    normalized = d / (mean + np.finfo(np.float64).tiny)
    return normalized[:, lags.first - 1 :]


def troughs(d: np.ndarray) -> np.ndarray:
    """Where d (..., lags) is less than before and not more than after, if there is a lag before and after."""
    falls = d[..., 1:] < d[..., :-1]
    out = np.ones(d.shape, dtype=bool)
    out[..., 1:] = falls
    out[..., 1:-1] &= ~(d[..., 2:] < d[..., 1:-1])
    out[..., 0] = d[..., 0] < d[..., min(1, d.shape[-1] - 1)]
    return out


def periods_at(d: np.ndarray, chosen: tuple[np.ndarray, ...], lags: Lags) -> np.ndarray:
    """Periods in samples at places of d (..., lags), between lags by the parabola through three."""
    *at, k = chosen
    below, middle, above = (
        d[tuple([*at, np.clip(k + step, 0, lags.total - 1)])].astype(np.float64) for step in (-1, 0, 1)
    )
    bend, slope = below + above - 2 * middle, (above - below) / 2
    inside = (np.abs(slope) < np.abs(bend)) & (k > 0) & (k < lags.total - 1)
    return lags.first + k + np.where(inside, -slope / np.where(inside, bend, 1), 0)
