"""How levels are expressed in decibels."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any

from .._floor.checks import SMALLEST_NORMAL, non_negative, one_of, positive
from ..errors import ParameterError


@dataclass(frozen=True)
class DecibelPlan:
    """scale * log10 of a spectrogram, floored `top_db` below the maximum over `axes`."""

    scale: float  # 10 for power, 20 for amplitude
    amin: float
    top_db: float | None
    axes: tuple[int, ...] | None  # None: one maximum for the whole array

    @classmethod
    def of(cls, where: str, ndim: int, *, scale: float, amin: Any, top_db: Any, axes: Any) -> DecibelPlan:
        """Validate the floor, the range and the axes of an array of `ndim` dimensions."""
        amin = max(positive(where, "amin", amin), SMALLEST_NORMAL)
        top_db = None if top_db is None or top_db == math.inf else non_negative(where, "top_db", top_db)
        return cls(scale, amin, top_db, _decibel_axes(where, axes, ndim))

    def block_dims(self, ndim: int) -> int | None:
        """How many trailing dimensions `top_db` looks at together; None when they are not the trailing ones."""
        if self.axes is None:
            return ndim
        dims = len(self.axes)
        return dims if sorted(self.axes) == list(range(-dims, 0)) else None

    def in_blocks(self, shape: tuple[int, ...], ref: tuple[int, ...]) -> bool:
        """Whether spectrograms are the trailing dimensions, with one reference for all or one for each."""
        dims = self.block_dims(len(shape))
        return dims is not None and (math.prod(ref) == 1 or ref == (*shape[: len(shape) - dims], *(1,) * dims))


def _decibel_axes(where: str, axes: Any, ndim: int) -> tuple[int, ...] | None:
    """The axes that make one spectrogram: the last two for "auto"."""
    if axes is None:
        return None
    if isinstance(axes, str):
        one_of(where, "axes", axes, ("auto",))
        return tuple(range(-min(ndim, 2), 0)) or None
    axes = tuple(axes) if isinstance(axes, (tuple, list)) else (axes,)
    for axis in axes:
        if isinstance(axis, bool) or not isinstance(axis, numbers.Integral) or not -ndim <= int(axis) < ndim:
            raise ParameterError(f"[{where}] axes must be 'auto', None or axes of a {ndim}-d array, got {axis!r}")
    counted = tuple(int(axis) - ndim if axis >= 0 else int(axis) for axis in axes)
    if len(set(counted)) < len(counted):
        raise ParameterError(f"[{where}] axes must each be named once, got {axes}")
    return counted
