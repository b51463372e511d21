"""Where a signal changes its sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, namespace, numpy_numbers
from .._floor.checks import axis_of, finite
from .._floor.public import public
from .._floor.reducers import reduce
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..errors import ParameterError

ArrayLike = Any


@public("y")
def zero_crossings(
    y: A | Others,
    *,
    threshold: float = 1e-10,
    ref_magnitude: float | Callable[..., Any] | None = None,
    pad: bool = True,
    zero_pos: bool = True,
    axis: int = -1,
) -> A:
    """Samples whose sign is not that of the sample before: ``sign(y[i]) != sign(y[i - 1])``.

    Parameters
    ----------
    y : array (...)
        Real signal.
    threshold : float
        Values from -threshold to threshold count as zero.
    ref_magnitude : number or callable, optional
        What the threshold is multiplied by: a number, or a function such as `np.median` of all absolute values.
    pad : bool
        Whether the first sample counts as a crossing.
    zero_pos : bool
        Whether zero is positive; otherwise it has a sign of its own.
    axis : int
        Axis along which the samples follow each other.

    Returns
    -------
    array (...) of bool
        Of the shape of y.

    Raises
    ------
    ParameterError
        If y is not real numbers of at least one dimension, or the threshold is no number.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.zero_crossings(mx.array([1.0, 2.0, -1.0, -2.0, 3.0]))
    array([True, False, True, False, True], dtype=bool)
    """
    where = "zero_crossings"
    limit: Any = max(finite(where, "threshold", threshold), 0.0)
    x: Any = sized(where, _signal(where, y))
    axis = axis_of(where, axis, x.ndim)
    nx = namespace(x)
    if callable(ref_magnitude):
        limit = limit * _level(where, ref_magnitude, abs(x))
    elif ref_magnitude is not None:
        limit = max(limit * finite(where, "ref_magnitude", ref_magnitude), 0.0)
    last: Any = nx.swapaxes(x, axis, -1)  # (..., n)
    below, above = last < -limit, last > limit
    crossed = below[..., 1:] != below[..., :-1]
    if not zero_pos:
        crossed = crossed | (above[..., 1:] != above[..., :-1])
    first = nx.full((*last.shape[:-1], min(1, last.shape[-1])), bool(pad), dtype=nx.bool_)
    return nx.swapaxes(nx.concatenate([first, crossed], axis=-1), axis, -1)


def _signal(where: str, y: ArrayLike) -> mx.array | np.ndarray:
    """Real values; NumPy's as they are."""
    if not isinstance(y, mx.array):
        y = numpy_numbers(where, "y", y)
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "biuf":
        y = as_real(where, "y", y)
    if y.ndim == 0:
        raise ParameterError(f"[{where}] y must have at least one dimension, got a number")
    return y


def _level(where: str, function: Callable[..., Any], magnitudes: mx.array | np.ndarray) -> Any:
    if isinstance(magnitudes, np.ndarray):
        return function(magnitudes)
    return reduce(where, "ref_magnitude", function, magnitudes, tuple(range(magnitudes.ndim)), keepdims=False)
