"""Arrays scaled to a norm of one: `normalize`."""

from __future__ import annotations

import math
import numbers
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.checks import finite
from .._floor.docs import documented
from .._floor.plain import axis_of, taken
from .._floor.public import HALF, public
from .._floor.types import A, Others
from ..errors import ParameterError
from .dtypes import tiny

__all__ = ["normalize"]


@public("S")
@documented
def normalize(
    S: A | Others,
    *,
    norm: float | None = np.inf,
    axis: int | None = 0,
    threshold: float | None = None,
    fill: bool | None = None,
) -> A:
    """Scale the vectors along an axis to a norm of 1: ``S / (sum |S|^p)^(1 / p)``.

    Parameters
    ----------
    S : array (..., n, ...)
        Real or complex array.
    norm : float > 0, 0, inf, -inf or None
        p; inf and -inf are the largest and the smallest magnitude, 0 counts what is not zero, None changes nothing.
    axis : int, optional
        Axis of the vectors; None for the whole array.
    threshold : float > 0, optional
        Smaller norms are not scaled; the smallest normal number of the precision by default.
    fill : bool, optional
        What stands in for vectors below the threshold: they themselves (None), zeros (False) or equal numbers of norm 1
        (True).

    Returns
    -------
    array (..., n, ...)
        As `S`. Derivatives are finite where all is zero.

    Raises
    ------
    ParameterError
        For a bad argument, `fill=True` for `norm=0`, or values of NumPy's that are not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.util.normalize(np.array([3.0, -4.0]), norm=2)
    array([ 0.6, -0.8])
    """
    S = taken("normalize", "S", S)
    p = _checked(norm, threshold, fill)
    axis = None if axis is None else axis_of("normalize", axis, S.ndim)
    least = float(tiny(S)) if threshold is None else threshold
    if not isinstance(S, mx.array) and not np.isfinite(S).all():
        raise ParameterError("[normalize] S must be finite everywhere, got NaN or infinity")
    size = S.size if axis is None else S.shape[axis]
    if p is None or size == 0:
        return S
    filling = 1.0 if math.isinf(p) or p == 0 else float(size) ** (-1 / p)
    if isinstance(S, mx.array):
        S = S.astype(mx.float32) if S.dtype in HALF else S
        return _scaled(S, _norm(mx.abs(S), p, axis), least, fill, filling, mx)
    return _scaled(S, _norm_of_numpy(np.abs(S), p, axis), least, fill, filling, np).astype(S.dtype, copy=False)


def _checked(norm: Any, threshold: Any, fill: Any) -> float | None:
    """Give p as a number; None where nothing is to be done."""
    if threshold is not None and not finite("normalize", "threshold", threshold) > 0:
        raise ParameterError(f"[normalize] threshold must be positive, got {threshold!r}")
    if fill not in (None, False, True):
        raise ParameterError(f"[normalize] fill must be None, False or True, got {fill!r}")
    if norm is None:
        return None
    if norm is True or not isinstance(norm, numbers.Real) or not (float(norm) >= 0 or norm == -np.inf):
        raise ParameterError(f"[normalize] norm must be positive, 0, inf, -inf or None, got {norm!r}")
    if norm == 0 and fill:
        raise ParameterError("[normalize] fill must be None or False for norm=0, got True: no such vector exists")
    return float(norm)


def _norm_of_numpy(mag: np.ndarray, p: float, axis: int | None) -> np.ndarray:
    if math.isinf(p):
        return (np.max if p > 0 else np.min)(mag, axis=axis, keepdims=True).astype(np.float64)
    mag = mag.astype(np.float64, copy=False)
    if p == 0:
        return np.asarray(np.sum(mag > 0, axis=axis, keepdims=True, dtype=mag.dtype))
    if p == 1:
        return np.asarray(np.sum(mag, axis=axis, keepdims=True))
    return np.asarray(np.sum(mag**p, axis=axis, keepdims=True) ** (1 / p))


def _norm(mag: mx.array, p: float, axis: int | None) -> mx.array:
    """As for NumPy, within the range of single precision: relative to the largest, which cancels."""
    if math.isinf(p):
        return (mx.max if p > 0 else mx.min)(mag, axis=axis, keepdims=True)
    if p == 0:
        return mx.sum(mag > 0, axis=axis, keepdims=True).astype(mag.dtype)
    top = mx.stop_gradient(mx.max(mag, axis=axis, keepdims=True))
    top = mx.where(top > 0, top, 1)
    share = mag / top
    total = mx.sum(mx.where(share > 0, mx.where(share > 0, share, 1) ** p, 0), axis=axis, keepdims=True)
    return top * mx.where(total > 0, mx.where(total > 0, total, 1) ** (1 / p), 0)


def _scaled(S: Any, length: Any, least: float, fill: bool | None, filling: float, xp: Any) -> Any:
    """Divide by the norms that reach the threshold."""
    small = length < least
    length = xp.where(small, 1, length)
    # NumPy's double precision comes and goes in pieces
    out = S / length if xp is mx else np.divide(S, length, out=np.empty_like(S), casting="unsafe")
    return out if fill is None else xp.where(small, filling if fill else 0, out)
