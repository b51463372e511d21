"""What functions of plain arrays share: arrays of any kind in their own precision, and axes."""

from __future__ import annotations

import operator
from typing import Any

import mlx.core as mx

from ..errors import ParameterError
from .arrays import numpy_numbers
from .tracing import refuse_open_sizes


def taken(where: str, name: str, value: Any) -> Any:
    """An MLX array as it is, all else as a NumPy array of its own precision."""
    if not isinstance(value, mx.array):
        return numpy_numbers(where, name, value)
    refuse_open_sizes(where)
    return value


def axis_of(where: str, axis: Any, ndim: int) -> int:
    """An axis counted from the front."""
    try:
        at = operator.index(axis)
    except TypeError as error:
        raise ParameterError(f"[{where}] axis must be an integer, got {axis!r}") from error
    if not -ndim <= at < ndim:
        raise ParameterError(f"[{where}] axis must be in {-ndim} .. {ndim - 1}, got {at}")
    return at % ndim
