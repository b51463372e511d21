"""Soft masks, and the parts of a spectrogram behind them."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.checks import SMALLEST_NORMAL
from .._plans import SeparationPlan, SoftmaskPlan

LEAST = 2.0**-100  # levels that count for derivatives, which go with 1 / level and stay finite
LEAST_ROOT = 2.0**-20  # parts of the larger level that do, where the exponent is below 1


def separation(plan: SeparationPlan, S: mx.array, harmonic: mx.array, percussive: mx.array) -> mx.array:
    """Masks of the harmonic and the percussive part, or S times them: three (..., t, f) -> (..., 2, t, f)."""
    pairs = (harmonic, plan.margin_harmonic * percussive), (percussive, plan.margin_percussive * harmonic)
    masks = [share(X, rest, plan.power, plan.splits_zeros).astype(mx.float32) for X, rest in pairs]
    both = mx.stack(masks, axis=-3)  # (..., 2, t, f)
    return both if plan.masks else mx.expand_dims(S, -3) * both


def softmask(plan: SoftmaskPlan, X: mx.array, X_ref: mx.array) -> mx.array:
    """Share of X (...) in what lies over each other, with X_ref (...) -> (...)."""
    return share(X, X_ref, plan.power, plan.splits_zeros)


def share(X: Any, X_ref: Any, power: float, split_zeros: bool) -> Any:
    """X^p / (X^p + X_ref^p), scaled so that neither power leaves the range; X > X_ref for an infinite exponent."""
    if math.isinf(power):
        return X_ref < X
    if isinstance(X, mx.array):
        return _share_of_levels(X, X_ref, power, split_zeros)
    dtype = X.dtype if X.dtype.kind == "f" else np.dtype(np.float32)
    peak = np.maximum(X, X_ref).astype(dtype)
    silent = peak < np.finfo(dtype).tiny
    mine, other = ((np.where(silent, 1, part) / np.where(silent, 1, peak)) ** power for part in (X, X_ref))
    return np.where(silent, 0.5 if split_zeros else 0.0, mine / (mine + other))


def _share_of_levels(X: mx.array, X_ref: mx.array, power: float, split_zeros: bool) -> mx.array:
    """The share, with derivatives that are finite."""
    peak = mx.stop_gradient(mx.maximum(X, X_ref))  # the quotient does not depend on it
    silent, quiet = peak < SMALLEST_NORMAL, peak < LEAST

    def raised(part: mx.array) -> mx.array:
        fixed = mx.stop_gradient(mx.where(silent, 1.0, part) / mx.where(silent, 1.0, peak))
        ratio = mx.where(quiet, fixed, part / mx.where(quiet, 1.0, peak))
        if power >= 1:
            return ratio**power
        steep = ratio < LEAST_ROOT
        return mx.where(steep, mx.stop_gradient(fixed**power), mx.where(steep, 1.0, ratio) ** power)

    mine, other = raised(X), raised(X_ref)
    return mx.where(silent, 0.5 if split_zeros else 0.0, mine / (mine + other))
