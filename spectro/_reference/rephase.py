"""A magnitude with the phase of an estimate."""

from __future__ import annotations

import mlx.core as mx

from .._plans import RephasePlan
from .magnitude import magnitude


def rephase(plan: RephasePlan, D: mx.array, earlier: mx.array | None, S: mx.array) -> mx.array:
    """S x / |x| of x = D - momentum * earlier, and 0 where x is: D, earlier, S (..., t, f) -> (..., t, f)."""
    x = D if earlier is None else D - plan.momentum * earlier
    size = magnitude(x)
    nonzero = size > 0
    return x * mx.where(nonzero, S / mx.where(nonzero, size, 1.0), 0.0)
