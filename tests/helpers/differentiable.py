"""Rows of the table of cases as functions of one real array, for derivatives, and their truth in float64."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np
from case import Case, normal
from cases import DIFFERENTIABLE

STEP = 1e-6  # of the central differences: small for the kinks of |x| and max, large for float64 rounding
DIRECTIONS = 12
BATCHED = {"stft", "istft", "melspectrogram", "magphase"}  # librosa's of these map channels one by one


def as_complex(parts: Any) -> Any:
    """(2, ...) real and imaginary parts as one complex array: derivatives then follow no convention."""
    return parts[0] + 1j * parts[1]


def as_real(out: Any) -> Any:
    """Complex results as real and imaginary parts on a new first axis."""
    if isinstance(out, mx.array):
        return mx.stack([out.real, out.imag]) if out.dtype == mx.complex64 else out
    return np.stack([out.real, out.imag]) if np.iscomplexobj(out) else out


def point(row: Case, by: str) -> np.ndarray:
    """Where a row is differentiated by one of its arrays."""
    return as_real(row.arrays[by])


def point_mlx(row: Case, by: str) -> mx.array:
    """The same in MLX."""
    return mx.array(point(row, by), dtype=mx.float32)


def ours(row: Case, by: str) -> Callable[[mx.array], mx.array]:
    """A row as a function of one of its arrays, the others given in MLX too."""
    rest, joined = row.mlx(), np.iscomplexobj(row.arrays[by])
    return lambda x: as_real(row.call(**{**rest, by: as_complex(x) if joined else x}))


def gradient_of(fn: Callable[[mx.array], mx.array], weights: np.ndarray, x: mx.array) -> mx.array:
    """Gradient of the weighted sum of the results."""
    return mx.grad(lambda x: (fn(x) * mx.array(weights, dtype=mx.float32)).sum())(x)


@functools.cache
def slopes(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The truth at the point of a row (*out), directions (n, *x), and its central differences along them (n, *out).

    Each number has a direction of its own where they are few; else the directions are random and mix all of them.
    """
    row, by = DIFFERENTIABLE[name]
    x = point(row, by)
    if x.size <= DIRECTIONS:
        directions = np.diag(np.maximum(1.0, np.abs(x.ravel()))).reshape(-1, *x.shape)
    else:
        directions = normal(DIRECTIONS, *x.shape, seed=13)
    rise = _truths(row, by, x + STEP * directions) - _truths(row, by, x - STEP * directions)
    return _truths(row, by, x[None])[0], directions, rise / (2 * STEP)


def _truths(row: Case, by: str, xs: np.ndarray) -> np.ndarray:
    """The truth at each of several points."""
    joined = np.iscomplexobj(row.arrays[by])
    given = xs[:, 0] + 1j * xs[:, 1] if joined else xs
    if row.function not in BATCHED or by != row.data or len(xs) == 1:
        return np.stack([as_real(row.expected(**{by: x})) for x in given])
    out = row.expected(**{by: given})
    return np.stack([out.real, out.imag], axis=1) if np.iscomplexobj(out) else out
