"""Soft masks, and the parts of a spectrogram behind them."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._plans import SeparationPlan


def separation(plan: SeparationPlan, S: mx.array, harmonic: mx.array, percussive: mx.array) -> mx.array:
    """Masks of the harmonic and the percussive part, or S times them: three (..., t, f) -> (..., 2, t, f)."""
    pairs = (harmonic, plan.margin_harmonic * percussive), (percussive, plan.margin_percussive * harmonic)
    masks = [softmask(X, rest, plan.power, plan.splits_zeros).astype(mx.float32) for X, rest in pairs]
    both = mx.stack(masks, axis=-3)  # (..., 2, t, f)
    return both if plan.masks else mx.expand_dims(S, -3) * both


def softmask(X: Any, X_ref: Any, power: float, split_zeros: bool) -> Any:
    """X^p / (X^p + X_ref^p), scaled so that neither power leaves the range; X > X_ref for an infinite exponent."""
    if math.isinf(power):
        return X_ref < X
    xp: Any = mx if isinstance(X, mx.array) else np
    if isinstance(X, mx.array):
        peak = mx.stop_gradient(mx.maximum(X, X_ref))  # the quotient does not depend on it
        smallest = np.finfo(np.float32).tiny
    else:
        dtype = X.dtype if X.dtype.kind == "f" else np.dtype(np.float32)
        peak = np.maximum(X, X_ref).astype(dtype)
        smallest = np.finfo(dtype).tiny
    silent = peak < smallest
    peak = xp.where(silent, 1, peak)
    mine, other = ((xp.where(silent, 1, part) / peak) ** power for part in (X, X_ref))
    return xp.where(silent, 0.5 if split_zeros else 0.0, mine / (mine + other))
