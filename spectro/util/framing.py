"""Arrays cut, padded and joined: `frame`, `fix_length`, `pad_center`, `stack`, `expand_to`."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import namespace
from .._floor.checks import positive_int
from .._floor.docs import documented
from .._floor.plain import axis_of, taken
from .._floor.public import host, public
from .._floor.types import A, Others
from ..errors import ParameterError, first_line

__all__ = ["expand_to", "fix_length", "frame", "pad_center", "stack"]


class PadOptions:
    """The keywords of `numpy.pad`."""

    __known__ = frozenset({"mode", "constant_values", "stat_length", "end_values", "reflect_type"})


BY_INDEX = ("edge", "reflect", "symmetric", "wrap")  # modes of padding that repeat samples


@public("x")
@documented
def frame(
    x: A | Others, *, frame_length: int, hop_length: int, axis: int = -1, writeable: bool = False, subok: bool = False
) -> A:
    """Cut an array into frames: ``x_frames[..., k, t] = x[..., t hop_length + k]``.

    Parameters
    ----------
    x : array (..., n, ...)
        Array to cut.
    frame_length : int >= 1
        Samples of a frame.
    hop_length : int >= 1
        Samples from one frame to the next.
    %(util_axis)s
    writeable : bool
        Let the view be written to. Of NumPy alone.
    subok : bool
        Keep subclasses of NumPy's arrays.

    Returns
    -------
    array (..., frame_length, 1 + (n - frame_length) // hop_length, ...)
        A view, in NumPy. The new axis stands before the frames, for `axis` < 0, or behind them: (t, frame_length, ...).

    Raises
    ------
    ParameterError
        For a bad argument, or an array that is shorter than a frame.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.frame(np.arange(7), frame_length=3, hop_length=2)
    array([[0, 2, 4],
           [1, 3, 5],
           [2, 4, 6]])
    """
    where = "frame"
    x = x if subok and isinstance(x, np.ndarray) else taken(where, "x", x)
    at, length = axis_of(where, axis, x.ndim), positive_int(where, "frame_length", frame_length)
    hop, n = positive_int(where, "hop_length", hop_length), x.shape[at]
    if n < length:
        raise ParameterError(f"[{where}] x must have at least frame_length={length} samples, got {n}; pad it first")
    new = at if axis < 0 else at + 1  # where the axis of the samples of a frame goes
    if isinstance(x, mx.array):
        index = mx.arange(0, n - length + 1, hop)[:, None] + mx.arange(length)  # (t, frame_length)
        return mx.take(x, index.T if axis < 0 else index, axis=at)  # type: ignore[return-value]
    shape, strides, step = list(x.shape), list(x.strides), x.strides[at]
    shape[at], strides[at] = 1 + (n - length) // hop, hop * step
    shape.insert(new, length)
    strides.insert(new, step)
    return np.lib.stride_tricks.as_strided(x, shape, strides, subok=subok, writeable=writeable)  # type: ignore[return-value]


@public("data", keywords=PadOptions)
@documented
def fix_length(data: A | Others, *, size: int, axis: int = -1, **kwargs: Any) -> A:
    """Cut an array to a length, or pad it behind.

    Parameters
    ----------
    data : array (..., n, ...)
        Array of any length.
    size : int >= 0
        The length.
    %(util_axis)s
    **kwargs
        Of `numpy.pad`: zeros are padded by default.

    Returns
    -------
    array (..., size, ...)
        A view where it is cut, in NumPy; the array itself where nothing is to do.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.fix_length(np.arange(4), size=6)
    array([0, 1, 2, 3, 0, 0])
    """
    where = "fix_length"
    data = taken(where, "data", data)
    at, size = axis_of(where, axis, data.ndim), _size(where, size)
    n = data.shape[at]
    if n > size:
        return data[(slice(None),) * at + (slice(size),)]
    return data if n == size else padded(where, data, at, 0, size - n, kwargs)


@public("data", keywords=PadOptions)
@documented
def pad_center(data: A | Others, *, size: int, axis: int = -1, **kwargs: Any) -> A:
    """Pad an array on both sides, so that it lies in the middle: ``(size - n) // 2`` samples before it.

    Parameters
    ----------
    data : array (..., n, ...)
        Array to pad.
    size : int >= n
        The length.
    %(util_axis)s
    **kwargs
        Of `numpy.pad`: zeros are padded by default.

    Returns
    -------
    array (..., size, ...)
        The padded array.

    Raises
    ------
    ParameterError
        For a bad argument, or a size below n.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.pad_center(np.ones(3), size=6)
    array([0., 1., 1., 1., 0., 0.])
    """
    where = "pad_center"
    data = taken(where, "data", data)
    at, size = axis_of(where, axis, data.ndim), _size(where, size)
    n = data.shape[at]
    if size < n:
        raise ParameterError(f"[{where}] size must be at least the length of data, {n}, got {size}; use fix_length")
    before = (size - n) // 2
    return padded(where, data, at, before, size - n - before, kwargs)


def padded(where: str, x: Any, axis: int, before: int, after: int, options: dict[str, Any]) -> Any:
    """Pad one axis as `numpy.pad` does; MLX repeats samples by their indices."""
    widths = [(0, 0)] * x.ndim
    widths[axis] = (before, after)
    if not isinstance(x, mx.array):
        try:
            return np.pad(x, widths, **options)
        except (TypeError, ValueError) as error:
            raise ParameterError(f"[{where}] data cannot be padded so: {first_line(error)}") from error
    mode, value = options.get("mode", "constant"), options.get("constant_values", 0)
    if mode == "constant" and np.ndim(value) == 0:
        return mx.pad(x, widths, constant_values=value)
    if mode in BY_INDEX:
        return mx.take(x, mx.array(np.pad(np.arange(x.shape[axis]), (before, after), mode)), axis=axis)
    raise ParameterError(
        f"[{where}] mode must be one of 'constant', 'edge', 'reflect', 'symmetric', 'wrap' for MLX arrays, with one "
        f"constant value, got {mode!r}; use np.asarray"
    )


def _size(where: str, size: Any) -> int:
    return 0 if size == 0 and not isinstance(size, bool) else positive_int(where, "size", size)


@host()
def stack(arrays: Sequence[Any], *, axis: int = 0) -> Any:
    """Join arrays along a new axis: ``out[i] = arrays[i]``.

    Parameters
    ----------
    arrays : list of arrays (...)
        Arrays of one shape.
    axis : int
        Where the new axis is.

    Returns
    -------
    array (len(arrays), ...)
        For NumPy and `axis=0` in Fortran's order, so that the samples of all channels lie together. MLX if an array is.

    Raises
    ------
    ParameterError
        For no arrays, or arrays of several shapes.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.stack([np.zeros(2), np.ones(2)], axis=-1)
    array([[0., 1.],
           [0., 1.]])
    """
    given = [taken("stack", "arrays", x) for x in arrays]
    if not given:
        raise ParameterError("[stack] arrays must hold at least one array, got none")
    shapes = sorted({tuple(x.shape) for x in given})
    if len(shapes) > 1:
        raise ParameterError(f"[stack] arrays must have one shape, got {shapes[0]} and {shapes[1]}; see fix_length")
    if any(isinstance(x, mx.array) for x in given):
        return mx.stack([x if isinstance(x, mx.array) else mx.array(x) for x in given], axis=axis)
    if axis != 0:
        return np.stack(given, axis=axis)
    out = np.empty((len(given), *shapes[0]), dtype=np.result_type(*given), order="F")
    return np.stack(given, axis=0, out=out)


@public("x")
def expand_to(x: A | Others, *, ndim: int, axes: int | slice | Sequence[int]) -> A:
    """Give an array more dimensions, of size one, so that it broadcasts.

    Parameters
    ----------
    x : array
        Array of as many dimensions as there are axes.
    ndim : int
        Number of dimensions of the result.
    axes : int, slice or sequence of int
        Where the dimensions of `x` go.

    Returns
    -------
    array
        A view of `x`, in NumPy.

    Raises
    ------
    ParameterError
        For axes that do not fit `x`, or `ndim` below its dimensions.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.expand_to(np.arange(3), ndim=3, axes=1).shape
    (1, 3, 1)
    """
    x = taken("expand_to", "x", x)
    if isinstance(axes, slice):
        axes = range(ndim)[axes]
    places = [axes] if isinstance(axes, int) or np.ndim(axes) == 0 else list(axes)
    if len(places) != x.ndim:
        raise ParameterError(f"[expand_to] axes must be one for each dimension of x, {x.ndim}, got {len(places)}")
    if not isinstance(ndim, numbers.Integral) or ndim < x.ndim:
        raise ParameterError(f"[expand_to] ndim must be at least the dimensions of x, {x.ndim}, got {ndim}")
    shape = [1] * ndim
    for place, size in zip(places, x.shape):
        shape[axis_of("expand_to", place, ndim)] = size
    return namespace(x).reshape(x, shape)
