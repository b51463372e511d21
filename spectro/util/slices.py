"""Frames grouped by boundaries: `fix_frames`, `index_to_slice`, `sync`."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import evaluated
from .._floor.checks import shown
from .._floor.docs import documented
from .._floor.plain import axis_of, taken
from .._floor.public import host, public
from .._floor.reducers import reduce
from ..errors import ParameterError

__all__ = ["fix_frames", "index_to_slice", "sync"]


@host("frames")
def fix_frames(frames: Any, *, x_min: int | None = 0, x_max: int | None = None, pad: bool = True) -> np.ndarray:
    """Sort indices of frames, each once, within x_min and x_max.

    Parameters
    ----------
    frames : array (...) or list
        Indices, not negative.
    x_min : int, optional
        Lowest index.
    x_max : int, optional
        Highest index.
    pad : bool
        Add x_min and x_max, where they are given; else only leave out what lies outside.

    Returns
    -------
    array (n,) int64
        Sorted indices.

    Raises
    ------
    ParameterError
        For negative indices.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.fix_frames([7, 3, 12], x_max=10)
    array([ 0,  3,  7, 10])
    """
    return _fixed("fix_frames", "frames", frames, x_min, x_max, pad)


def _fixed(where: str, name: str, frames: Any, x_min: int | None, x_max: int | None, pad: bool) -> np.ndarray:
    index = taken(where, name, frames).reshape(-1)
    if np.any(index < 0):
        raise ParameterError(f"[{where}] {name} must not be negative, got {index.min()}")
    for end in (x_min, x_max):
        if end is not None and (not isinstance(end, numbers.Real) or end != end):
            raise ParameterError(f"[{where}] x_min and x_max must be numbers or None, got {shown(end)}")
    ends = [end for end in (x_min, x_max) if end is not None]
    if pad and ends:
        index = np.concatenate([np.clip(index, x_min, x_max), ends])
    if x_min is not None:
        index = index[index >= x_min]
    if x_max is not None:
        index = index[index <= x_max]
    return np.unique(index).astype(np.int64)


@host("idx")
def index_to_slice(
    idx: Any, *, idx_min: int | None = None, idx_max: int | None = None, step: int | None = None, pad: bool = True
) -> list[slice]:
    """Make slices between indices: ``slice(idx[i], idx[i + 1], step)``.

    Parameters
    ----------
    idx : array (n,) or list
        Boundaries, not negative.
    idx_min : int, optional
        Lowest boundary.
    idx_max : int, optional
        Highest boundary.
    step : int, optional
        Step of each slice.
    pad : bool
        Add idx_min and idx_max, where they are given.

    Returns
    -------
    list of slice
        One fewer than boundaries.

    Raises
    ------
    ParameterError
        For negative boundaries.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.index_to_slice([2, 5], idx_min=0, idx_max=6)
    [slice(0, 2, None), slice(2, 5, None), slice(5, 6, None)]
    """
    bounds = _fixed("index_to_slice", "idx", idx, idx_min, idx_max, pad).tolist()
    return [slice(start, stop, step) for start, stop in itertools.pairwise(bounds)]


@public("data")
@documented
def sync(
    data: Any,
    idx: Sequence[int] | Sequence[slice] | Any,
    *,
    aggregate: Callable[..., Any] | None = None,
    pad: bool = True,
    axis: int = -1,
) -> Any:
    """Aggregate between boundaries, such as beats: ``out[..., i] = mean(data[..., idx[i] : idx[i + 1]])``.

    Parameters
    ----------
    data : array (..., n, ...)
        Features, by frames.
    idx : array of int, or list of slice
        Boundaries, or the slices themselves.
    aggregate : callable, optional
        A function of an array and `axis`; `numpy.mean` by default. NumPy's reducers are MLX's for an MLX array.
    pad : bool
        Let the slices span all of the axis.
    %(util_axis)s

    Returns
    -------
    array (..., slices, ...)
        As `data`.

    Raises
    ------
    ParameterError
        For a bad argument, such as an `idx` that mixes integers and slices.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.sync(np.arange(6.0), [2, 4])
    array([0.5, 2.5, 4.5])
    """
    data = taken("sync", "data", data)
    at = axis_of("sync", axis, data.ndim)
    aggregate = np.mean if aggregate is None else aggregate
    if not callable(aggregate):
        raise ParameterError(f"[sync] aggregate must be a function, got {aggregate!r}")
    cuts = [(slice(None),) * at + (part,) for part in _slices(idx, data.shape[at], pad)]
    if isinstance(data, mx.array):
        parts = [reduce("sync", "aggregate", aggregate, data[cut], (at,), False) for cut in cuts]
        empty = mx.zeros((*data.shape[:at], 0, *data.shape[at + 1 :]), dtype=data.dtype)
        return mx.stack(parts, axis=at) if parts else empty
    shape = (*data.shape[:at], len(cuts), *data.shape[at + 1 :])
    out = np.empty(shape, dtype=data.dtype, order="F" if np.isfortran(data) else "C")
    for i, cut in enumerate(cuts):
        out[(slice(None),) * at + (i,)] = aggregate(data[cut], axis=at)
    return out


def _slices(idx: Any, n: int, pad: bool) -> list[slice]:
    """Slices from boundaries or slices."""
    index = evaluated("sync", "idx", idx)
    if not isinstance(index, Iterable) or getattr(index, "ndim", 1) == 0:
        raise ParameterError(f"[sync] idx must hold integers alone or slices alone, got {shown(idx)}")
    given = list(index)
    if all(isinstance(part, slice) for part in given):
        return given
    if all(isinstance(part, (int, np.integer)) for part in given):
        return index_to_slice(given, idx_min=0, idx_max=n, pad=pad)
    raise ParameterError("[sync] idx must hold integers alone or slices alone")
