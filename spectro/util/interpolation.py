"""Two arrays read at the same places, and put together: `interp_broadcast`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import namespace
from .._floor.checks import shown
from .._floor.docs import documented
from .._floor.interpolation import filling, places, rows_at
from .._floor.plain import axis_of, taken
from .._floor.public import public
from .._floor.types import A, Others
from ..errors import ParameterError

__all__ = ["interp_broadcast"]

ArrayLike = Any


@public("x1", "x2")
@documented
def interp_broadcast(
    *,
    x1: A | Others,
    x1_pos: ArrayLike,
    x2: A | Others,
    x2_pos: ArrayLike,
    interp_pos: ArrayLike = None,
    op: Callable[[Any, Any], Any] | None = np.multiply,
    kind: str = "linear",
    fill_value: float = 0,
    axis: int = -2,
) -> Any:
    """Interpolate two arrays along an axis at the same places, and put them together: by default, multiply them.

    Parameters
    ----------
    x1 : array (..., n, ...)
        One array. It may be differentiated where `kind` is 'linear'.
    x1_pos : array (n,)
        Places of its elements along `axis`; those at infinity are left out.
    x2 : array (..., m, ...)
        The other array, whose other axes broadcast with those of `x1`.
    x2_pos : array (m,)
        Places of its elements.
    interp_pos : array (q,), optional
        Places to read at; `x1_pos` by default.
    op : callable, optional
        Called with both; None for a tuple of both. NumPy's functions are called for NumPy's arrays; for MLX's,
        `np.multiply`, `np.add` and others of MLX's names are MLX's.
    kind : str
        Interpolation: 'linear', or another of SciPy's `interp1d`, which looks at values.
    fill_value : float
        Finite, or NaN: the value of places beyond those of an array.
    axis : int
        The axis of places, of both arrays.

    Returns
    -------
    array (..., q, ...), or a tuple of two
        What `op` gives: of float64 or complex128 in NumPy, of float32 or complex64 in MLX.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: elements at infinite places are left out, where it gives NaN. librosa 0.11 has no such
    function.

    References
    ----------
    .. [1] Peeters, G., "Spectral and temporal periodicity representations of rhythm for the automatic classification
       of music audio signal", IEEE Transactions on Audio, Speech, and Language Processing 19(5), 2011.
    .. [2] Cozens, J. and Godsill, S., "Dynamic time signature recognition, tempo inference, and beat tracking through
       the metrogram transform", IEEE Open Journal of Signal Processing, 2023.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> x1, x2 = mx.array([1.0, 1.0, 1.0]), mx.array([5.0, 10.0])
    >>> spectro.util.interp_broadcast(x1=x1, x1_pos=[0, 0.5, 1], x2=x2, x2_pos=[0, 1], axis=0)
    array([5, 7.5, 10], dtype=float32)
    """
    where = "interp_broadcast"
    if op is not None and not callable(op):
        raise ParameterError(f"[{where}] op must be a function or None, got {shown(op)}")
    fill = filling(where, fill_value)
    first, second = (_taken(where, name, x) for name, x in (("x1", x1), ("x2", x2)))
    if isinstance(first, mx.array) or isinstance(second, mx.array):
        first, second = (mx.array(x, dtype=_single(x)) for x in (first, second))
    asked = places(where, *(("x1_pos", x1_pos) if interp_pos is None else ("interp_pos", interp_pos)))
    first = _read(where, "x1", first, x1_pos, asked, kind, fill, axis)
    second = _read(where, "x2", second, x2_pos, asked, kind, fill, axis)
    if op is None:
        return first, second
    try:
        np.broadcast_shapes(first.shape, second.shape)
    except ValueError as error:
        raise ParameterError(
            f"[{where}] x1 and x2 must broadcast along all axes but axis={axis}, got {first.shape} and {second.shape}"
        ) from error
    return _of_namespace(op, namespace(first))(first, second)


def _taken(where: str, name: str, x: Any) -> Any:
    """MLX's as it is, NumPy's in double precision."""
    x = taken(where, name, x)
    return x if isinstance(x, mx.array) else x.astype(np.result_type(x.dtype, np.float64))


def _single(x: Any) -> mx.Dtype:
    return mx.complex64 if "complex" in str(x.dtype) else mx.float32


def _read(where: str, name: str, x: Any, knots: Any, asked: np.ndarray, kind: str, fill: float, axis: Any) -> Any:
    """Interpolate x along an axis."""
    at, line, xp = axis_of(where, axis, x.ndim), places(where, f"{name}_pos", knots), namespace(x)
    if line.size != x.shape[at]:
        raise ParameterError(
            f"[{where}] {name}_pos must have one place for each of the {x.shape[at]} of {name} along axis={axis}, "
            f"got {line.size}"
        )
    if np.isfinite(line).sum() < 2:
        raise ParameterError(f"[{where}] {name} must have two finite places or more, got {name}_pos={line}")
    rows = xp.moveaxis(x, at, 0).reshape(line.size, -1)
    out = rows_at(where, rows, line, asked, kind, fill)
    return xp.moveaxis(out.reshape(asked.size, *x.shape[:at], *x.shape[at + 1 :]), 0, at)


def _of_namespace(op: Callable[[Any, Any], Any], xp: Any) -> Callable[[Any, Any], Any]:
    """MLX's function of the name that a function of NumPy's has."""
    return getattr(mx, op.__name__, op) if xp is mx and isinstance(op, np.ufunc) else op
