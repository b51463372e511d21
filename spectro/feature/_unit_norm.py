"""Frames scaled to unit norm."""

from __future__ import annotations

from typing import Any

from .._floor.arrays import namespace, takes_numpy
from .._floor.checks import SMALLEST_NORMAL


def of_unit_norm(C: Any, p: float | None) -> Any:
    """Frames (..., t, c) of unit p-norm; the highest value goes first, so that no power leaves float32."""
    if p is None:
        return C
    xp = namespace(C)
    size = xp.abs(C)
    if p in (0, -float("inf")):
        length = (size > 0).astype(C.dtype).sum(-1, keepdims=True) if p == 0 else size.min(-1, keepdims=True)
        return C / _or_one(length)
    if p == 1:
        return C / _or_one(size.sum(-1, keepdims=True))
    highest = _or_one(size.max(-1, keepdims=True))
    if p == float("inf"):
        return C / highest
    powers = _or_one(((size / highest) ** p).sum(-1, keepdims=True))
    return C / highest / powers ** (1 / p)


takes_numpy(of_unit_norm)


def _or_one(length: Any) -> Any:
    xp = namespace(length)
    return xp.where(length < SMALLEST_NORMAL, xp.ones_like(length), length)
