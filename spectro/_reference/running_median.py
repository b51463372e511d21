"""Running medians of spectrograms."""

from __future__ import annotations

import mlx.core as mx

from .._plans import MedianPlan
from .magnitude import magnitude
from .pad import source


def running_median(plan: MedianPlan, S: mx.array) -> mx.array:
    """Median over neighbors, mirrored at the ends: S (..., n, m) -> (..., n, m); of |S| where S is complex.

    A NaN counts as the largest value of a window.
    """
    levels = magnitude(S) if S.dtype == mx.complex64 else S
    if levels.size == 0:
        return levels
    levels = mx.swapaxes(levels, -1, plan.axis)
    n = levels.shape[-1]
    neighbor = mx.arange(n)[:, None] + mx.arange(plan.size) - plan.size // 2  # (n, size)
    windows = mx.take(levels, source(neighbor, n, "symmetric"), axis=-1)  # (..., n, size)
    median = mx.sort(windows, axis=-1)[..., plan.rank]  # (..., n)
    return mx.swapaxes(median, -1, plan.axis)
