"""Running medians of spectrograms."""

from __future__ import annotations

import mlx.core as mx

from .._plans import MedianPlan
from .magnitude import magnitude
from .pad import source


def running_median(plan: MedianPlan, S: mx.array) -> mx.array:
    """Median of |S| over neighbors, mirrored at the ends: S (..., t, f) -> (..., t, f). A NaN counts as the largest."""
    levels = magnitude(S)
    if levels.size == 0:
        return levels
    if plan.along == "time":
        levels = mx.swapaxes(levels, -1, -2)
    n = levels.shape[-1]
    neighbor = mx.arange(n)[:, None] + mx.arange(plan.size) - plan.size // 2  # (n, size)
    windows = mx.take(levels, source(neighbor, n, "symmetric"), axis=-1)  # (..., n, size)
    median = mx.sort(windows, axis=-1)[..., plan.rank]  # (..., n)
    return mx.swapaxes(median, -1, -2) if plan.along == "time" else median
