"""Peaks and local extrema of curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import axis_of, finite, one_of
from .._floor.docs import documented
from .._floor.public import host
from .._host.peaks import picked
from ..errors import ParameterError

ArrayLike = Any


@host("x")
@documented
def peak_pick(
    x: ArrayLike,
    *,
    pre_max: int,
    post_max: int,
    pre_avg: int,
    post_avg: int,
    delta: float,
    wait: int,
    sparse: bool = True,
    method: str = "greedy",
    axis: int = -1,
) -> np.ndarray:
    """Pick the peaks of a curve.

    `x[n]` is a peak where it is the highest of ``x[n - pre_max : n + post_max]``, is at least `delta` above the mean of
    ``x[n - pre_avg : n + post_avg]``, and lies more than `wait` after the peak before it.

    Parameters
    ----------
    x : array (..., n)
        Curves.
    pre_max, post_max : int >= 0, int >= 1
        Samples before n, and from n on, of the maximum. A fraction counts as a whole one.
    pre_avg, post_avg : int >= 0, int >= 1
        Samples before n, and from n on, of the mean.
    delta : float >= 0
        How far a peak stands above the mean.
    wait : int >= 0
        Samples that are skipped after a peak.
    %(sparse_events)s
    method : {'greedy', 'dp_count', 'dp_value'}
        Take peaks from the left; as many as there may be; or those whose heights sum to most, none of them up to 0. Of
        equal choices the last.
    axis : int
        The axis of time.

    Returns
    -------
    NumPy array (peaks,) int64, or (..., n) bool
        Indices of the peaks; where they are, when `sparse` is False.

    Raises
    ------
    ParameterError
        For a bad argument, or several curves with `sparse`.

    Notes
    -----
    librosa 0.11 has no `method`.

    References
    ----------
    .. [1] Böck, S., Krebs, F. and Schedl, M., "Evaluating the online capabilities of onset detection methods",
       ISMIR 2012.

    Examples
    --------
    >>> import spectro
    >>> curve = [0.0, 2.0, 0.0, 0.0, 3.0, 1.0]
    >>> spectro.util.peak_pick(curve, pre_max=1, post_max=2, pre_avg=1, post_avg=2, delta=0.5, wait=1)
    array([1, 4])
    """
    where = "peak_pick"
    before = _count(where, "pre_max", pre_max, 0), _count(where, "pre_avg", pre_avg, 0)
    after = _count(where, "post_max", post_max, 1), _count(where, "post_avg", post_avg, 1)
    wait = _count(where, "wait", wait, 0)
    if finite(where, "delta", delta) < 0:
        raise ParameterError(f"[{where}] delta must be non-negative, got {delta!r}")
    curves = _curves(where, x, axis)
    if sparse and curves.ndim > 1:
        raise ParameterError(
            f"[{where}] x must have one dimension where sparse is True, got shape {curves.shape}; use sparse=False"
        )
    one_of(where, "method", method, ("greedy", "dp_count", "dp_value"))
    curves = curves if curves.dtype.kind == "f" else curves.astype(np.float64)
    if sparse:
        return picked(curves, before, after, float(delta), wait, method).nonzero()[0]
    return np.moveaxis(picked(np.moveaxis(curves, axis, -1), before, after, float(delta), wait, method), -1, axis)


@host("x")
@documented
def localmax(x: ArrayLike, *, axis: int = 0) -> np.ndarray:
    """Mark local maxima: ``x[i] > x[i - 1]`` and ``x[i] >= x[i + 1]``.

    Parameters
    ----------
    x : array (...)
        Curves.
    axis : int
        The axis along which neighbors are compared. Its first element is never a maximum, its last may be one.

    Returns
    -------
    NumPy array (...) bool
        Where the maxima are.

    Raises
    ------
    ParameterError
        If `x` has no such axis.

    Notes
    -----
    Differs from librosa: a single element, which librosa fails on, is no maximum.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> np.flatnonzero(spectro.util.localmax([1, 0, 1, 2, -1, 0, -2, 1]))
    array([3, 5, 7])
    """
    return _risen("localmax", x, axis, np.greater, np.greater_equal)


@host("x")
@documented
def localmin(x: ArrayLike, *, axis: int = 0) -> np.ndarray:
    """Mark local minima: ``x[i] < x[i - 1]`` and ``x[i] <= x[i + 1]``.

    Parameters
    ----------
    x : array (...)
        Curves.
    axis : int
        The axis along which neighbors are compared. Its first element is never a minimum, its last may be one.

    Returns
    -------
    NumPy array (...) bool
        Where the minima are.

    Raises
    ------
    ParameterError
        If `x` has no such axis.

    Notes
    -----
    Differs from librosa: a single element, which librosa fails on, is no minimum.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> np.flatnonzero(spectro.util.localmin([1, 0, 1, 2, -1, 0, -2, 1]))
    array([1, 4, 6])
    """
    return _risen("localmin", x, axis, np.less, np.less_equal)


def _risen(where: str, x: Any, axis: int, beyond: np.ufunc, at_least: np.ufunc) -> np.ndarray:
    """Mark what lies beyond the element before it, and not short of the one after it."""
    curves = np.moveaxis(_curves(where, x, axis), axis, -1)
    found = np.zeros(curves.shape, dtype=bool)
    beyond(curves[..., 1:], curves[..., :-1], out=found[..., 1:])
    found[..., 1:-1] &= at_least(curves[..., 1:-1], curves[..., 2:])
    return np.moveaxis(found, -1, axis)


def _curves(where: str, x: Any, axis: Any) -> np.ndarray:
    curves = numpy_numbers(where, "x", x)
    if np.iscomplexobj(curves):
        raise ParameterError(f"[{where}] x must be real, got complex values")
    axis_of(where, axis, curves.ndim, "x")
    return curves


def _count(where: str, name: str, value: Any, least: int) -> int:
    """A number of samples; a fraction counts as a whole one."""
    count = math.ceil(finite(where, name, value))
    if count < least:
        raise ParameterError(f"[{where}] {name} must be {'positive' if least else 'non-negative'}, got {value!r}")
    return count
