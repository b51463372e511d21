"""Matrices: `axis_sort`, `shear`, `sparsify_rows`, `fill_off_diagonal`, `cyclic_gradient`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import evaluated, namespace
from .._floor.checks import finite, one_of
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.plain import axis_of, taken
from .._floor.public import host, public
from ..errors import ParameterError

__all__ = ["axis_sort", "cyclic_gradient", "fill_off_diagonal", "shear", "sparsify_rows"]


@public("S")
def axis_sort(S: Any, *, axis: int = -1, index: bool = False, value: Callable[..., Any] | None = None) -> Any:
    """Sort the rows or columns of a matrix, by default by where their peaks are.

    Parameters
    ----------
    S : array (d, n)
        Matrix.
    axis : int
        What is sorted: columns for -1 or 1, rows for 0.
    index : bool
        Give the order, too.
    value : callable, optional
        A function of a NumPy matrix and `axis` that gives the numbers to sort by; `numpy.argmax` by default.

    Returns
    -------
    array (d, n), or a tuple of it and array (d or n,) int64
        The sorted matrix, and the order as NumPy's indices.

    Raises
    ------
    ParameterError
        For what is no matrix.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.axis_sort(np.array([[0, 1], [1, 0]]))
    array([[1, 0],
           [0, 1]])
    """
    S = taken("axis_sort", "S", S)
    if S.ndim != 2:
        raise ParameterError(f"[axis_sort] S must be a matrix, got shape {tuple(S.shape)}")
    at = axis_of("axis_sort", axis, 2)
    values = evaluated("axis_sort", "S", S)
    order = np.argsort((np.argmax if value is None else value)(values, axis=1 - at))
    places = namespace(S).array(order)
    ordered = S[:, places] if at else S[places]  # as S lies in memory
    return (ordered, order) if index else ordered


@public("X")
def shear(X: Any, *, factor: int = 1, axis: int = -1) -> Any:
    """Roll each column of a matrix by a multiple of its number: ``X[(i - factor n) mod d, n]``.

    Parameters
    ----------
    X : array (d, n) or SciPy sparse matrix
        Matrix.
    factor : int
        By how much each column is rolled more than the last.
    axis : int
        -1 or 1 for columns, 0 for rows.

    Returns
    -------
    array (d, n), or as `X`
        The sheared matrix.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.shear(np.eye(3), factor=-1)
    array([[1., 1., 1.],
           [0., 0., 0.],
           [0., 0., 0.]])
    """
    if not isinstance(factor, (int, np.integer)):
        raise ParameterError(f"[shear] factor must be an integer, got {factor!r}")
    if hasattr(X, "tocoo"):
        at = axis_of("shear", axis, 2)
        out = X.tocoo(copy=True)
        rolled, by = (out.row, out.col) if at == 1 else (out.col, out.row)
        rolled[:] = (rolled + factor * by) % X.shape[1 - at]
        return out.asformat(X.format)
    X = taken("shear", "X", X)
    if X.ndim != 2:
        raise ParameterError(f"[shear] X must be a matrix, got shape {tuple(X.shape)}")
    at = axis_of("shear", axis, 2)
    if isinstance(X, mx.array):
        row, column = np.ogrid[: X.shape[0], : X.shape[1]]
        place = (row - factor * column) % X.shape[0] if at == 1 else (column - factor * row) % X.shape[1]
        return mx.take_along_axis(X, mx.array(place), axis=1 - at)
    out = np.empty_like(X)
    for n, (column, sheared) in enumerate(zip(X, out) if at == 0 else zip(X.T, out.T)):
        by = factor * n % max(column.size, 1)
        sheared[by:], sheared[:by] = column[: column.size - by], column[column.size - by :]
    return out


@host("x")
def sparsify_rows(x: Any, *, quantile: float = 0.01, dtype: Any = None) -> Any:
    """Leave out the smallest values of each row, as long as they add up to less than a share of its magnitude.

    Parameters
    ----------
    x : array (n,) or (d, n)
        Vector or matrix.
    quantile : float in 0 .. 1, below 1
        Share of the sum of magnitudes that may be left out.
    dtype : dtype, optional
        Type of the result; that of `x` by default.

    Returns
    -------
    scipy.sparse.csr_array (d, n)
        Sparse matrix; of one row for a vector.

    Raises
    ------
    ParameterError
        For a bad argument.
    ImportError
        Without SciPy.

    Notes
    -----
    Differs from librosa: a `csr_array`, as in 1.0; 0.11 gives a `csr_matrix`.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.sparsify_rows(np.array([1.0, 50.0, 49.0]), quantile=0.05).toarray()
    array([[ 0., 50., 49.]])
    """
    x = np.atleast_2d(taken("sparsify_rows", "x", x))
    if x.ndim > 2:
        raise ParameterError(f"[sparsify_rows] x must have at most two dimensions, got shape {x.shape}")
    if not 0 <= finite("sparsify_rows", "quantile", quantile) < 1:
        raise ParameterError(f"[sparsify_rows] quantile must be at least 0 and below 1, got {quantile!r}")
    sparse = import_extra("scipy.sparse", "sparsify_rows")
    if x.dtype == np.float16:
        raise ParameterError(
            "[sparsify_rows] x must not be float16, which SciPy's matrices do not hold; widen it first"
        )
    if x.shape[1] == 0:
        return sparse.csr_array(x if dtype is None else x.astype(dtype))
    mag = np.abs(x)
    ascending = np.sort(mag, axis=1)
    total = ascending.sum(axis=1, keepdims=True)
    left_out = np.cumsum(ascending / np.where(total > 0, total, 1), axis=1) < quantile
    first = np.minimum(left_out.sum(axis=1, keepdims=True), x.shape[1] - 1)
    kept = np.where(mag >= np.take_along_axis(ascending, first, axis=1), x, 0)
    return sparse.csr_array(kept.astype(x.dtype if dtype is None else dtype, copy=False))


@host()
def fill_off_diagonal(x: Any, *, radius: float, value: float = 0) -> None:
    """Set a matrix, in place, outside of a band around its diagonal (a Sakoe-Chiba band).

    Parameters
    ----------
    x : array (d, n)
        Matrix that is changed.
    radius : float in 0 .. 1
        Half the width of the band, as a share of the shorter side.
    value : number
        What is filled in.

    Raises
    ------
    ParameterError
        For what is no array of two dimensions.

    References
    ----------
    .. [1] Sakoe, H., Chiba, S., "Dynamic programming algorithm optimization for spoken word recognition", 1978.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> x = np.ones((3, 3))
    >>> spectro.util.fill_off_diagonal(x, radius=0.25)
    >>> x
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    if not isinstance(x, (np.ndarray, mx.array)) or x.ndim != 2:
        raise ParameterError("[fill_off_diagonal] x must be an array of two dimensions, which is changed in place")
    rows, columns = x.shape
    above, below = band_of("fill_off_diagonal", "radius", x.shape, radius)
    offset = np.arange(columns) - np.arange(rows)[:, None]  # (d, n)
    outside = (offset >= above) | (-offset >= below)
    if isinstance(x, mx.array):
        x[:] = mx.where(mx.array(outside), value, x)
    else:
        x[outside] = value


def band_of(where: str, name: str, shape: Any, radius: Any) -> tuple[int, int]:
    """How many diagonals above and below the main one a band ends; it is wider where a matrix is no square."""
    rows, columns = shape
    width = round(finite(where, name, radius) * min(rows, columns))
    return width + max(columns - rows, 0), width + max(rows - columns, 0)


@public("data")
@documented
def cyclic_gradient(data: Any, *, edge_order: int = 1, axis: int = -1) -> Any:
    """Differentiate what repeats: ``(data[i + 1] - data[i - 1]) / 2``, where the end is followed by the start.

    Parameters
    ----------
    data : array (..., n, ...)
        One period.
    edge_order : {1, 2}
        Of `numpy.gradient`; without edges it changes nothing.
    %(util_axis)s

    Returns
    -------
    array (..., n, ...)
        Change from one sample to the next.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.cyclic_gradient(np.array([0.0, 1.0, 3.0, 1.0]))
    array([ 0. ,  1.5,  0. , -1.5])
    """
    data = taken("cyclic_gradient", "data", data)
    one_of("cyclic_gradient", "edge_order", edge_order, (1, 2))
    at, xp = axis_of("cyclic_gradient", axis, data.ndim), namespace(data)
    if xp is np and data.dtype.kind not in "fc":
        data = data.astype(np.float64)
    return (xp.roll(data, -1, axis=at) - xp.roll(data, 1, axis=at)) / 2
