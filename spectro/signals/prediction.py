"""Linear prediction: the filter that makes a signal white."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._cpu import compiled
from .._floor.arrays import as_floats, namespace, sum_over
from .._floor.checks import axis_of, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.tracing import sized
from .._floor.types import A, Others

LONG = 1 << 15  # samples of a signal that is copied where they lie apart
MOST_REMADE = 32  # orders up to which it is no slower to make errors anew than to keep them
NOTHING = 1e-30  # energy of errors in MLX below which there is nothing left to predict: its reciprocal has a gradient


@public("y")
@documented
def lpc(y: A | Others, *, order: int, axis: int = -1) -> A:
    r"""Coefficients of the linear prediction error by Burg's method.

    The coefficients :math:`a` minimize, order by order, the energy of the errors of prediction
    :math:`f_m[n] = \sum_k a_k y[n - k]`, forwards and backwards in time. Order :math:`m` adds the reflection
    :math:`k_m = -2 \sum f_{m-1}[n]\, b_{m-1}[n-1] / \sum (f_{m-1}[n]^2 + b_{m-1}[n-1]^2)`.

    Parameters
    ----------
    %(y)s
    order : int >= 1
        Order of the filter.
    axis : int
        Axis along which the samples follow each other.

    Returns
    -------
    array (..., order + 1) float32; of the type of y in NumPy
        Coefficients, of which the first is 1, along `axis`: the denominator of the filter that shapes the signal.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex or (NumPy input) non-finite audio.

    References
    ----------
    .. [1] Marple, L., "A new autoregressive spectrum analysis algorithm", IEEE Trans. ASSP 28(4), 1980.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.lpc(0.5 ** mx.arange(200), order=1)
    array([1, -0.8], dtype=float32)
    """
    order = positive_int("lpc", "order", order)
    checked = sized("lpc", as_floats("lpc", "y", y))
    axis = axis_of("lpc", axis, checked.ndim)
    nx = namespace(checked)
    return nx.swapaxes(_of_lines(nx.swapaxes(checked, axis, -1), order), axis, -1)


def _of_lines(y: Any, order: int) -> Any:
    """Coefficients of signals (..., n) -> (..., order + 1)."""
    in_lines = isinstance(y, np.ndarray) and (y.flags.c_contiguous or y.shape[-1] >= LONG)
    native = compiled() if in_lines and order <= MOST_REMADE else None
    return _burg(_Errors(y) if native is None else _Remade(y, native), y, order)


def _burg(errors: _Errors | _Remade, y: Any, order: int) -> Any:
    """Burg's recursion over the last axis: (..., n) -> (..., order + 1)."""
    nx = namespace(y)
    zero = nx.zeros((*y.shape[:-1], 1), dtype=y.dtype)
    a = nx.ones_like(zero)
    nothing = NOTHING if nx is mx else np.finfo(y.dtype).tiny
    for _ in range(order):
        energy, product = errors.sums()
        some = energy > nothing
        k = nx.where(some, -2 * product / nx.where(some, energy, 1), 0).astype(y.dtype)
        a = nx.concatenate([a, zero], axis=-1)
        a = a + k * a[..., ::-1]
        errors.reflect(k)
    return a


class _Errors:
    """Errors of prediction of signals (..., n), forwards and backwards in time."""

    def __init__(self, y: Any) -> None:
        self._forward, self._backward = y[..., 1:], y[..., :-1]

    def sums(self) -> tuple[Any, Any]:
        """Their energy and their product, (..., 1)."""
        forward, backward = self._forward, self._backward
        return _sum(forward, forward) + _sum(backward, backward), _sum(forward, backward)

    def reflect(self, k: Any) -> None:
        """Go on to the next order."""
        forward, backward = self._forward, self._backward
        self._forward = forward[..., 1:] + k * backward[..., 1:]
        self._backward = backward[..., :-1] + k * forward[..., :-1]


class _Remade:
    """The same of signals of NumPy's in compiled code, which makes them anew for each order and keeps none."""

    def __init__(self, y: np.ndarray, native: Any) -> None:
        self._native, self._shape = native, (*y.shape[:-1], 1)
        self._y = np.ascontiguousarray(y).reshape(math.prod(y.shape[:-1]), y.shape[-1])
        self._reflections = np.zeros((len(self._y), 0), y.dtype)

    def sums(self) -> tuple[np.ndarray, np.ndarray]:
        """Their energy and their product, (..., 1)."""
        out = np.empty((len(self._y), 2))
        self._native.prediction(self._y, self._reflections, out)
        return out[:, 0].reshape(self._shape), out[:, 1].reshape(self._shape)

    def reflect(self, k: np.ndarray) -> None:
        """Go on to the next order."""
        self._reflections = np.concatenate([self._reflections, k.reshape(-1, 1)], axis=-1)


def _sum(a: Any, b: Any) -> Any:
    """Sum of products over the last axis, which stays."""
    if isinstance(a, mx.array):
        return sum_over(a * b, (-1,), keepdims=True)
    return np.einsum("...n,...n->...", a, b)[..., None]
