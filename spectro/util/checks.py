"""Questions about numbers and arrays: `valid_audio`, `valid_int`, `valid_intervals`, `is_unique`, `count_unique`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._floor.plain import axis_of, taken
from .._floor.public import host
from ..errors import ParameterError

__all__ = ["count_unique", "is_positive_int", "is_unique", "valid_audio", "valid_int", "valid_intervals"]


@host("y")
def valid_audio(y: Any) -> bool:
    """Check that an array is audio: real floats, at least one dimension, finite everywhere.

    Parameters
    ----------
    y : array (..., n)
        What is asked about.

    Returns
    -------
    bool
        True; all else is an error.

    Raises
    ------
    ParameterError
        For what is no audio.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.valid_audio(np.zeros(4))
    True
    """
    if not isinstance(y, np.ndarray):
        raise ParameterError(f"[valid_audio] y must be an array, got {type(y).__name__}; use np.asarray")
    if y.dtype.kind != "f":
        raise ParameterError(f"[valid_audio] y must be real floating-point audio, got {y.dtype}; see buf_to_float")
    if y.ndim == 0:
        raise ParameterError("[valid_audio] y must have at least one dimension, got a 0-d array")
    if not np.isfinite(y).all():
        raise ParameterError("[valid_audio] y must be finite everywhere, got NaN or infinity")
    return True


@host()
def valid_int(x: float, *, cast: Callable[[float], float] | None = None) -> int:
    """Make a number whole: ``int(cast(x))``.

    Parameters
    ----------
    x : number
        Any real number.
    cast : callable, optional
        How it is rounded; `numpy.floor` by default.

    Returns
    -------
    int
        The whole number.

    Raises
    ------
    ParameterError
        For a `cast` that cannot be called.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.valid_int(2.9)
    2
    """
    cast = np.floor if cast is None else cast
    if not callable(cast):
        raise ParameterError(f"[valid_int] cast must be a function, got {cast!r}")
    return int(cast(x))


@host("intervals")
def valid_intervals(intervals: Any) -> bool:
    """Check that an array holds intervals: two columns, the start not behind the end.

    Parameters
    ----------
    intervals : array (n, 2)
        Starts and ends.

    Returns
    -------
    bool
        True; all else is an error.

    Raises
    ------
    ParameterError
        For what is no array of intervals.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.valid_intervals(np.array([[0.0, 1.0], [1.0, 1.5]]))
    True
    """
    intervals = taken("valid_intervals", "intervals", intervals)
    if intervals.ndim != 2 or intervals.shape[-1] != 2:
        raise ParameterError(f"[valid_intervals] intervals must have shape (n, 2), got {tuple(intervals.shape)}")
    behind = np.flatnonzero(intervals[:, 0] > intervals[:, 1])
    if len(behind):
        start, end = intervals[behind[0]].tolist()
        raise ParameterError(f"[valid_intervals] intervals must not end before they start, got {start} to {end}")
    return True


@host()
def is_positive_int(x: Any) -> bool:
    """Tell whether a value is an integer above zero.

    Parameters
    ----------
    x : object
        Any value; a float is no integer.

    Returns
    -------
    bool
        The answer.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.is_positive_int(1), spectro.util.is_positive_int(1.0)
    (True, False)
    """
    return isinstance(x, (int, np.integer)) and bool(x > 0)


@host("data")
def count_unique(data: Any, *, axis: int = -1) -> Any:
    """Count the different values along an axis.

    Parameters
    ----------
    data : array (..., n, ...)
        Any numbers.
    axis : int
        Axis that is counted along.

    Returns
    -------
    NumPy integer or array
        The counts.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.count_unique(np.array([[1, 2, 1], [3, 3, 3]]))
    array([2, 1])
    """
    data = taken("count_unique", "data", data)
    values = np.sort(data, axis=(at := axis_of("count_unique", axis, data.ndim)))
    changes = np.count_nonzero(np.diff(values, axis=at), axis=at)
    return np.asarray(changes + (1 if values.shape[at] else 0), dtype=np.int64)


@host("data")
def is_unique(data: Any, *, axis: int = -1) -> Any:
    """Tell whether all values along an axis are different.

    Parameters
    ----------
    data : array (..., n, ...)
        Any numbers.
    axis : int
        Axis that is looked along.

    Returns
    -------
    NumPy bool or array
        The answers.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.is_unique(np.array([[1, 2, 1], [1, 2, 3]]))
    array([False,  True])
    """
    data = taken("is_unique", "data", data)
    return count_unique(data, axis=axis) == data.shape[axis_of("is_unique", axis, data.ndim)]
