"""Sums and order statistics over the frequencies of magnitudes."""

from __future__ import annotations

from collections.abc import Callable

import mlx.core as mx
import numpy as np

from .._floor.checks import SMALLEST_NORMAL
from .._floor.tracing import sized
from .._plans.reductions import (
    Bandwidth,
    Centroid,
    Contrast,
    Energy,
    Flatness,
    ReducedPlan,
    ReductionsPlan,
    Rolloff,
    Weighted,
)
from .filterbank import filterbank
from .spectrogram import magnitude_power
from .stft import stft

RUN = 32  # bins that are summed one after the other: of longer sums float32 loses more


def reduced(plan: ReducedPlan, y: mx.array, window: mx.array, *, stft: Callable[..., mx.array] = stft) -> mx.array:
    """Features of |STFT|: y (..., n), window (n_fft,) -> (..., t, width)."""
    return reductions(plan.reductions, magnitude_power(stft(plan.stft, y, window), 1))


def reductions(plan: ReductionsPlan, S: mx.array) -> mx.array:
    """Features of magnitudes, side by side: S (..., t, f) -> (..., t, width)."""
    sized("reductions", S)
    f = mx.array(plan.frequencies.hertz.astype(np.float32))  # (f,)
    return mx.concatenate([_of[type(feature)](feature, S, f) for feature in plan.features], axis=-1)


def centroid(_: Centroid, S: mx.array, f: mx.array) -> mx.array:
    """Sum of f S / sum of S: S (..., t, f), f (f,) or (..., t, f) -> (..., t, 1)."""
    return (normalized(S) * f).sum(-1, keepdims=True)


def bandwidth(feature: Bandwidth, S: mx.array, f: mx.array, center: mx.array | None = None) -> mx.array:
    """(sum of S |f - c|**p)**(1 / p), S (..., t, f) of sum 1 if `norm`, c (..., t, 1) -> (..., t, 1)."""
    center = centroid(Centroid(), S, f) if center is None else center
    distance = root(mx.abs(f - center), feature.p)  # (..., t, f)
    S = normalized(S) if feature.norm else S
    return root((S * distance).sum(-1, keepdims=True), 1 / feature.p)


def rolloff(feature: Rolloff, S: mx.array, f: mx.array) -> mx.array:
    """The lowest f up to which `percent` of the sum of S lies: S (..., t, f) -> (..., t, 1)."""
    sums = running_sum(S)  # (..., t, f)
    reached = sums >= feature.percent * sums[..., -1:]
    return mx.stop_gradient(mx.where(reached, f, float("inf")).min(-1, keepdims=True))


def flatness(feature: Flatness, S: mx.array, _: mx.array) -> mx.array:
    """Geometric over arithmetic mean of max(amin, S**power): S (..., t, f) -> (..., t, 1)."""
    P = mx.maximum(root(S, feature.power), feature.amin)
    return mx.exp(mx.log(P).mean(-1, keepdims=True)) / P.mean(-1, keepdims=True)


def contrast(feature: Contrast, S: mx.array, _: mx.array) -> mx.array:
    """Valleys and peaks of each band: S (..., t, f) -> (..., t, 2 * bands)."""
    bands = [(mx.sort(S[..., start:stop], axis=-1), count) for start, stop, count in feature.bands]
    valleys = [band[..., :count].mean(-1) for band, count in bands]  # (..., t)
    peaks = [band[..., band.shape[-1] - count :].mean(-1) for band, count in bands]
    return mx.stack([*valleys, *peaks], axis=-1)


def energy(feature: Energy, S: mx.array, _: mx.array) -> mx.array:
    """sqrt(2 sum of |S|**2) / frame_length, the bins that stand alone counted half: S (..., t, f) -> (..., t, 1)."""
    bins, n = S.shape[-1], feature.frame_length
    alone = (mx.arange(bins) == 0) | ((mx.arange(bins) == bins - 1) & (n % 2 == 0))
    square = mx.where(alone, 0.5, 1.0) * S.square()
    return root(square.sum(-1, keepdims=True), 0.5) * (2**0.5 / n)


def weighted(feature: Weighted, S: mx.array, _: mx.array) -> mx.array:
    """Bands of a bank: S (..., t, f) -> (..., t, bands)."""
    return filterbank(feature.bank, S)


def normalized(S: mx.array) -> mx.array:
    """S (..., t, f) of sum 1 over f; zeros stay as they are."""
    total = S.sum(-1, keepdims=True)
    return S / mx.where(total < SMALLEST_NORMAL, 1.0, total)


def running_sum(S: mx.array) -> mx.array:
    """Sums of the bins so far, in runs: S (..., f) -> (..., f)."""
    bins = sized("reductions", S).shape[-1]
    runs = -(-bins // RUN)
    rows = mx.pad(S, [(0, 0)] * (S.ndim - 1) + [(0, runs * RUN - bins)]).reshape(*S.shape[:-1], runs, RUN)
    before = mx.cumsum(rows.sum(-1, keepdims=True), axis=-2, inclusive=False)  # (..., runs, 1)
    return (before + mx.cumsum(rows, axis=-1)).reshape(*S.shape[:-1], runs * RUN)[..., :bins]


def root(x: mx.array, power: float) -> mx.array:
    """x**power of x >= 0, with a zero gradient at zero; NaN stays."""
    if power in (1, 2):
        return x if power == 1 else mx.square(x)
    positive = ~(x <= 0)
    inside = mx.where(positive, x, 1.0)
    return mx.where(positive, mx.sqrt(inside) if power == 0.5 else inside**power, 0.0)


_of: dict[type, Callable[..., mx.array]] = {
    Centroid: centroid,
    Bandwidth: bandwidth,
    Rolloff: rolloff,
    Flatness: flatness,
    Contrast: contrast,
    Energy: energy,
    Weighted: weighted,
}
