"""Time and lag instead of time and time: `recurrence_to_lag`, `lag_to_recurrence`, `timelag_filter`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import mlx.core as mx
import numpy as np

from .._floor.checks import non_negative_int, one_of
from .._floor.plain import taken
from .._floor.public import public
from ..errors import ParameterError
from ..util import shear

F = TypeVar("F", bound=Callable[..., Any])


@public("rec")
def recurrence_to_lag(rec: Any, *, pad: bool = True, axis: int = -1) -> Any:
    """Time and lag of a recurrence matrix: ``lag[i, j] = rec[i + j, j]``, so that diagonals become horizontal.

    Parameters
    ----------
    rec : array (n, n) or SciPy sparse matrix
        Recurrence matrix.
    pad : bool
        Add n zeros first, so that frames before the first and after the last are like none. Else time is a circle.
    axis : {-1, 0, 1}
        The axis that stays time; the other one becomes lag.

    Returns
    -------
    array (2 n, n), or as `rec`
        Lag and time, (n, n) without `pad`; time and lag for axis 0.

    Raises
    ------
    ParameterError
        For what is not square, or another axis.

    References
    ----------
    .. [1] Serrà, J. et al., "Unsupervised music structure annotation by time series structure features and segment
       similarity", IEEE Transactions on Multimedia 16, 2014.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.recurrence_to_lag(np.eye(3), pad=False)
    array([[1., 1., 1.],
           [0., 0., 0.],
           [0., 0., 0.]])
    """
    where = "recurrence_to_lag"
    rec = rec if hasattr(rec, "tocoo") else taken(where, "rec", rec)
    if rec.ndim != 2 or rec.shape[0] != rec.shape[1]:
        raise ParameterError(f"[{where}] rec must be square, got shape {tuple(rec.shape)}")
    at = one_of(where, "axis", axis, (-1, 0, 1)) % 2
    n = rec.shape[0]
    lags = 2 * n if pad else n
    return _sheared(rec, -1, at, lags, lags)


@public("lag")
def lag_to_recurrence(lag: Any, *, axis: int = -1) -> Any:
    """Recurrence matrix of time and lag: what `recurrence_to_lag` was made of.

    Parameters
    ----------
    lag : array (n, n) or (2 n, n), or SciPy sparse matrix
        Lag and time; (n, 2 n) for axis 0.
    axis : {-1, 0, 1}
        The axis that is time.

    Returns
    -------
    array (n, n), or as `lag`
        Recurrence matrix.

    Raises
    ------
    ParameterError
        For another shape or axis.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.lag_to_recurrence(np.array([[1, 1], [0, 2]]))
    array([[1, 2],
           [0, 1]])
    """
    where = "lag_to_recurrence"
    at = one_of(where, "axis", axis, (-1, 0, 1)) % 2
    lag = lag if hasattr(lag, "tocoo") else taken(where, "lag", lag)
    if lag.ndim != 2 or lag.shape[1 - at] not in (lag.shape[at], 2 * lag.shape[at]):
        raise ParameterError(
            f"[{where}] lag must have as many lags as frames, or twice as many, got shape {tuple(lag.shape)} with time "
            f"along axis {at}"
        )
    return _sheared(lag, 1, at, lag.shape[1 - at], lag.shape[at])


@public()
def timelag_filter(function: F, pad: bool = True, index: int = 0) -> F:
    """Let a filter of images work on time and lag: `recurrence_to_lag`, the function, `lag_to_recurrence`.

    Parameters
    ----------
    function : callable
        The filter, such as `scipy.ndimage.median_filter`.
    pad : bool
        Of `recurrence_to_lag`.
    index : int >= 0
        Which of the positional arguments of the function is the matrix.

    Returns
    -------
    callable
        The function for recurrence matrices.

    Raises
    ------
    ParameterError
        For a bad argument, or a call without that positional argument.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.timelag_filter(lambda lag: lag[::-1], pad=False)(np.eye(3)).astype(int)
    array([[0, 1, 0],
           [0, 0, 1],
           [1, 0, 0]])
    """
    where = "timelag_filter"
    if not callable(function):
        raise ParameterError(f"[{where}] function must be callable, got {function!r}")
    at = non_negative_int(where, "index", index)

    @functools.wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        if at >= len(args):
            raise ParameterError(f"[{where}] index must be that of a positional argument, got {at} of {len(args)}")
        lag = recurrence_to_lag(args[at], pad=pad)
        return lag_to_recurrence(function(*args[:at], lag, *args[at + 1 :], **kwargs))

    return filtered  # type: ignore[return-value]


def _sheared(X: Any, factor: int, axis: int, period: int, kept: int) -> Any:
    """What is kept of ``X[(i - factor j) mod period, j]``, or its transpose for axis 0; beyond X there are zeros."""
    if hasattr(X, "tocoo"):
        return _sheared_sparse(X, factor, axis, period, kept)
    if axis == 0:
        return _sheared(X.T, factor, 1, period, kept).T
    if isinstance(X, mx.array):
        return shear(mx.pad(X, [(0, period - X.shape[0]), (0, 0)]), factor=factor, axis=1)[:kept]
    rows, n = X.shape
    twice = np.zeros((2 * period, n), dtype=X.dtype)  # all periods that are needed, so that columns go on in memory
    twice[:rows] = twice[period : period + rows] = X
    first = twice if factor < 0 else twice[period:]
    down, right = twice.strides
    return np.lib.stride_tricks.as_strided(first, (kept, n), (down, right - factor * down)).copy()


def _sheared_sparse(X: Any, factor: int, axis: int, period: int, kept: int) -> Any:
    """The same of a sparse matrix, in its format."""
    compressed = X.asformat("csc" if axis == 1 else "csr")
    along = np.repeat(np.arange(X.shape[axis]), np.diff(compressed.indptr))
    place = (compressed.indices + factor * along) % period
    inside = place < kept
    starts = np.concatenate([[0], np.cumsum(inside)])[compressed.indptr]
    shape = (kept, X.shape[1]) if axis == 1 else (X.shape[0], kept)
    parts = compressed.data[inside], place[inside].astype(compressed.indices.dtype), starts
    return type(compressed)(parts, shape=shape).asformat(X.format)
