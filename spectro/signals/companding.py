"""Companding by the mu law, which telephones use."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, namespace, numpy_numbers
from .._floor.checks import positive
from .._floor.pieces import BLOCK, blocks
from .._floor.public import public
from .._floor.types import A, Others
from ..errors import ParameterError

ArrayLike = Any


@public("x")
def mu_compress(x: A | Others, *, mu: float = 255, quantize: bool = True) -> A:
    r"""Compress by the mu law: :math:`\mathrm{sign}(x) \ln(1 + \mu |x|) / \ln(1 + \mu)`.

    Parameters
    ----------
    x : number or array (...)
        Values in -1 .. 1.
    mu : float > 0
        Strength of the compression; usually one less than a power of two.
    quantize : bool
        Give one of ``1 + mu`` whole numbers, ``-(1 + mu) // 2 .. (1 + mu) // 2 - 1``: values are rounded up to the next
        of as many levels that lie evenly between -1 and 1.

    Returns
    -------
    array (...) of the type of x; int64 (int32 in MLX) if quantized
        Compressed values.

    Raises
    ------
    ParameterError
        If mu is not positive, or a value lies outside -1 .. 1. Values of an MLX array are not looked at: such a value
        of it is compressed by the same formula.

    References
    ----------
    .. [1] ITU-T Recommendation G.711, "Pulse code modulation (PCM) of voice frequencies", 1988.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.mu_compress(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]))
    array([-128, -112,    0,  112,  127])
    """
    mu = positive("mu_compress", "mu", mu)
    x = _values("mu_compress", x)
    _check_range("mu_compress", x)
    nx, steps = namespace(x), int(1 + mu) - 1

    def compressed(x: Any) -> Any:
        side = _side(x)
        return side * nx.log1p(mu * (side * x)) / math.log1p(mu)

    def level(x: Any) -> Any:
        levels = nx.ceil((compressed(x) + 1) * (steps / 2)) - (steps + 1) // 2
        return levels.astype(nx.int32 if nx is mx else nx.int64)

    return _by_blocks(level if quantize else compressed, x, np.int64 if quantize else None)


@public("x")
def mu_expand(x: A | Others, *, mu: float = 255.0, quantize: bool = True) -> A:
    r"""Expand by the mu law, the inverse of `mu_compress`: :math:`\mathrm{sign}(x) ((1 + \mu)^{|x|} - 1) / \mu`.

    Parameters
    ----------
    x : number or array (...)
        Compressed values: in -1 .. 1, or the whole numbers of `mu_compress`.
    mu : float > 0
        Strength of the compression.
    quantize : bool
        Whether `x` was quantized: it is then multiplied by ``2 / (1 + mu)`` first.

    Returns
    -------
    array (...) float32; of the type of x, or float64 for integers, in NumPy
        Values in -1 .. 1.

    Raises
    ------
    ParameterError
        If mu is not positive, or a value lies outside its range. Values of an MLX array are not looked at.

    References
    ----------
    .. [1] ITU-T Recommendation G.711, "Pulse code modulation (PCM) of voice frequencies", 1988.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.mu_expand(np.array([-128, 0, 64]))
    array([-1.        ,  0.        ,  0.05882353])
    """
    mu = positive("mu_expand", "mu", mu)
    x, scale = _values("mu_expand", x), 2.0 / (1 + mu) if quantize else 1.0
    _check_range("mu_expand", x, scale)
    nx = namespace(x)

    def expanded(x: Any) -> Any:
        x = x * scale
        side = _side(x)
        return side * (nx.exp(math.log1p(mu) * (side * x)) - 1) / mu

    return _by_blocks(expanded, x)


def _values(where: str, x: ArrayLike) -> mx.array | np.ndarray:
    """An array of floats, in its own namespace; NumPy's doubles and integers stay what they are."""
    if isinstance(x, mx.array):
        return as_real(where, "x", x)
    x = numpy_numbers(where, "x", x)
    if np.iscomplexobj(x):
        raise ParameterError(f"[{where}] x must be real, got complex values")
    return x if x.dtype.kind in "biu" or x.dtype in (np.float32, np.float64) else as_real(where, "x", x)


def _side(x: mx.array | np.ndarray) -> mx.array | np.ndarray:
    """1, or -1 where a value is negative: at zero the slope is that from above, which is that from below."""
    nx = namespace(x)
    return nx.where(x < 0, -1.0, 1.0).astype(x.dtype)


def _by_blocks(call: Callable[[Any], Any], x: Any, dtype: Any = None) -> Any:
    """Apply to every element: block by block to many of NumPy's, whose integers become doubles."""
    if isinstance(x, mx.array):
        return call(x)
    kind = np.float64 if x.dtype.kind in "biu" else x.dtype
    if x.size <= BLOCK:
        return call(x.astype(kind, copy=False))
    out = np.empty_like(x, dtype=dtype or kind)
    for block in blocks(x.shape):
        out[block] = call(x[block].astype(kind, copy=False))
    return out


def _check_range(where: str, x: mx.array | np.ndarray, scale: float = 1.0) -> None:
    if isinstance(x, mx.array) or x.size == 0:
        return
    low, high = x.min() * scale, x.max() * scale
    if not (low >= -1 and high <= 1):
        raise ParameterError(f"[{where}] x must lie in -1 .. 1, got values from {low:g} to {high:g}; scale it first")
