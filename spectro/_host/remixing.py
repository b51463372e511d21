"""Intervals of a signal, moved to where it crosses zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ParameterError

THRESHOLD = 1e-10  # levels up to here are zero

Interval = tuple[int, int]


def as_interval(where: str, interval: Any) -> Interval:
    """Take a pair of whole numbers."""
    pair = np.asarray(interval)
    if pair.shape != (2,) or pair.dtype.kind not in "iuf" or not (np.isfinite(pair) & (pair == np.trunc(pair))).all():
        raise ParameterError(f"[{where}] intervals must be pairs (start, stop) of whole numbers, got {interval!r}")
    return int(pair[0]), int(pair[1])


def aligned(where: str, y: np.ndarray, intervals: list[Interval]) -> list[Interval]:
    """Move every bound to the nearest zero crossing of y (..., n), of two equally near the later, or to its end."""
    if y.dtype.kind != "f":
        raise ParameterError(f"[{where}] y must be real floating-point audio where zeros are aligned, got {y.dtype}")
    mono = y.mean(axis=tuple(range(y.ndim - 1))) if y.ndim > 1 else y
    zeros = np.append(zero_crossings(mono), mono.size)
    bounds = np.minimum(np.array(intervals), mono.size)
    return [(int(start), int(stop)) for start, stop in nearest(zeros, bounds)]


def zero_crossings(y: np.ndarray) -> np.ndarray:
    """Samples before which the sign of y (n,) changes, and the first."""
    negative = np.signbit(np.where(np.abs(y) <= THRESHOLD, 0, y))
    return np.flatnonzero(np.concatenate([[True], negative[1:] != negative[:-1]]))


def nearest(marks: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The nearest of ascending marks to each value; of two equally near the later."""
    after = np.clip(np.searchsorted(marks, at), 1, len(marks) - 1)
    before = marks[after - 1]
    return np.where(at - before < marks[after] - at, before, marks[after])
