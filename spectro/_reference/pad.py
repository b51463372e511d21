"""Padding of the last axis with NumPy's modes, as one weighted gather per side."""

from __future__ import annotations

import mlx.core as mx


def pad(y: mx.array, width: int, mode: str) -> mx.array:
    """Add `width` samples on both sides of `y` (..., n)."""
    if width == 0:
        return y
    n = y.shape[-1]
    before = _side(y, mx.arange(-width, 0), n, width, mode)  # (..., width)
    after = _side(y, mx.arange(n, n + width), n, width, mode)  # (..., width)
    return mx.concatenate([before, y, after], axis=-1)  # (..., width + n + width)


def _side(y: mx.array, position: mx.array, n: int, width: int, mode: str) -> mx.array:
    """The samples at positions outside 0 .. n - 1."""
    if mode == "constant":
        return mx.zeros((*y.shape[:-1], width), dtype=y.dtype)
    side = mx.take(y, source(position, n, mode), axis=-1)  # (..., width)
    if mode != "linear_ramp":
        return side
    distance = mx.maximum(-position, position - (n - 1))  # 1 beside the signal, `width` at the end
    return side * (1 - distance / width)


def source(position: mx.array, n: int, mode: str) -> mx.array:
    """Index of the sample that stands at a position: NumPy's edge, reflect and symmetric rules."""
    if mode in ("edge", "linear_ramp") or n == 1:
        return mx.clip(position, 0, n - 1)
    last, period = (n - 1, 2 * (n - 1)) if mode == "reflect" else (n - 0.5, 2 * n)
    folded = position % period
    return mx.where(folded > last, int(2 * last) - folded, folded)
