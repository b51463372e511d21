"""Padding by gathers. The kernels pad while they read; this is what their gradients go back through."""

from __future__ import annotations

import functools
from typing import Literal

import mlx.core as mx
import numpy as np

# what NumPy calls the places that a side's samples come from
SOURCES: dict[str, Literal["edge", "reflect", "symmetric"]] = {
    "edge": "edge",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "linear_ramp": "edge",
}


def pad(y: mx.array, width: int, mode: str) -> mx.array:
    """Add `width` samples on both sides of y (..., n) as `numpy.pad` does."""
    if mode == "constant":
        return mx.pad(y, [(0, 0)] * (y.ndim - 1) + [(width, width)])
    left, right, fade = _sides(y.shape[-1], width, mode)
    before, after = mx.take(y, left, axis=-1) * fade, mx.take(y, right, axis=-1) * fade[::-1]
    return mx.concatenate([before, y, after], axis=-1)


@functools.lru_cache(maxsize=64)
def _sides(n: int, width: int, mode: str) -> tuple[mx.array, mx.array, mx.array]:
    """Where the samples of each side come from, and the factors of the left ones."""
    near = np.arange(min(n, width + 1))
    left = np.pad(near, (width, 0), SOURCES[mode])[:width]
    fade = np.arange(width) / width if mode == "linear_ramp" else np.ones(width)
    arrays = (
        mx.array(left.astype(np.int32)),
        mx.array((n - 1 - left[::-1]).astype(np.int32)),
        mx.array(fade, mx.float32),
    )
    mx.eval(*arrays)
    return arrays
