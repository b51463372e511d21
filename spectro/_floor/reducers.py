"""Functions given as `ref` or `aggregate`: NumPy's reducers become MLX's, any other is called on what it takes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ..errors import ParameterError, first_line
from .arrays import as_real, evaluated
from .tracing import refuse_open_sizes

RUN = 256  # numbers that are added one after the other: longer sums in single precision drift with their length
WORTH = 2048  # numbers that are cut into runs, which may copy them; fewer drift by less than 1e-4
Axes = int | tuple[int, ...] | None


def sum_of(x: mx.array, axis: Axes = None, keepdims: bool = False) -> mx.array:
    """Sum in runs, whose sums are summed in runs: the error does not grow with the size."""
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    reduced = sorted(axis % x.ndim for axis in axes)
    for axis in reduced:  # first to last: fast in either order of memory
        x = _summed(x, axis)
    return x if keepdims else mx.squeeze(x, reduced)


def _summed(x: mx.array, axis: int) -> mx.array:
    """Sum over one axis, which is kept."""
    while (size := x.shape[axis]) > WORTH:
        runs, rest = divmod(size, RUN)
        whole, last = mx.split(x, [size - rest], axis=axis) if rest else (x, None)
        sums = mx.unflatten(whole, axis, (runs, RUN)).sum(axis + 1)
        x = sums if last is None else mx.concatenate([sums, last.sum(axis, keepdims=True)], axis)
    return x.sum(axis, keepdims=True)


def mean_of(x: mx.array, axis: Axes = None, keepdims: bool = False) -> mx.array:
    """Mean, which no more than `sum_of` drifts with its size."""
    out = sum_of(x, axis, keepdims)
    return out * (out.size / x.size) if x.size else out / 0.0


def var_of(x: mx.array, axis: Axes = None, keepdims: bool = False) -> mx.array:
    """Variance: the mean squared distance to the mean."""
    distance = x - mean_of(x, axis, True)
    square = mx.square(distance.real) + mx.square(distance.imag) if x.dtype == mx.complex64 else mx.square(distance)
    return mean_of(square, axis, keepdims)


def std_of(x: mx.array, axis: Axes = None, keepdims: bool = False) -> mx.array:
    """Standard deviation, with zero derivatives where it is zero."""
    variance = var_of(x, axis, keepdims)
    constant = variance == 0
    return mx.where(constant, 0.0, mx.sqrt(mx.where(constant, 1.0, variance)))


# MLX's own sums are replaced too.
REDUCERS: dict[Any, Callable[..., mx.array]] = {
    np.max: mx.max,
    np.amax: mx.max,
    np.min: mx.min,
    np.amin: mx.min,
    np.median: mx.median,
    np.prod: mx.prod,
    max: mx.max,
    min: mx.min,
    **dict.fromkeys((np.mean, mx.mean), mean_of),
    **dict.fromkeys((np.sum, mx.sum), sum_of),
    **dict.fromkeys((np.std, mx.std), std_of),
    **dict.fromkeys((np.var, mx.var), var_of),
}


def reduce(
    where: str, name: str, fn: Callable[..., Any], x: mx.array, axes: tuple[int, ...] | None, keepdims: bool
) -> mx.array:
    """Reduce `x` over `axes` with any callable; one without `axis` is called on each slice that `axes` make."""
    if axes == ():
        return x
    call = functools.partial(_call, where, name)
    fn = REDUCERS.get(fn, fn) if getattr(fn, "__hash__", None) else fn
    if any(fn is counting for counting in (mean_of, var_of, std_of, mx.median)):
        refuse_open_sizes(where)
    options = {"axis": axes[0] if axes is not None and len(axes) == 1 else axes, "keepdims": keepdims}
    accepted = _keywords(fn)
    if accepted is None or {"axis", "keepdims"} <= accepted:
        return call(fn, x, **options)
    if "axis" in accepted:
        out = call(fn, x, axis=options["axis"])
        return mx.expand_dims(out, axes if axes is not None else tuple(range(x.ndim))) if keepdims else out
    return _each_slice(where, name, fn, x, axes, keepdims)


def _keywords(fn: Callable[..., Any]) -> set[str] | None:
    """Keywords that a callable takes, None when it takes any or does not say."""
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return None
    return {p.name for p in parameters}


def _call(where: str, name: str, fn: Callable[..., Any], x: mx.array, **options: Any) -> mx.array:
    """Call on the MLX array, or on NumPy's when the function cannot take MLX."""
    try:
        out = fn(x, **options)
    except (AttributeError, TypeError, ValueError):
        if x.size == 0:
            raise ParameterError(
                f"[{where}] {name} must have something to reduce, got shape {tuple(x.shape)}"
            ) from None
        values = evaluated(where, name, x)
        try:
            out = fn(values, **options)
        except (AttributeError, TypeError, ValueError) as error:
            raise ParameterError(
                f"[{where}] {name} must be a function of one array, but it failed: {first_line(error)}"
            ) from error
    return as_real(where, f"the result of {name}", out)


def _each_slice(
    where: str, name: str, fn: Callable[..., Any], x: mx.array, axes: tuple[int, ...] | None, keepdims: bool
) -> mx.array:
    """Call a one-argument function on every slice over `axes` and put the results in their places."""
    axes = tuple(range(-x.ndim, 0)) if axes is None else axes
    reduced = [axis % x.ndim for axis in axes]
    kept = [axis for axis in range(x.ndim) if axis not in reduced]
    rows = mx.transpose(x, kept + sorted(reduced)).reshape(-1, *(x.shape[axis] for axis in sorted(reduced)))
    values = [_call(where, name, fn, row) for row in rows]
    if any(value.size != 1 for value in values):
        raise ParameterError(
            f"[{where}] {name} must give one number for a slice, got an array of shape {values[0].shape}"
        )
    out = mx.stack([value.reshape(()) for value in values]) if values else mx.zeros((0,))
    out = out.reshape([x.shape[axis] for axis in kept])
    return mx.expand_dims(out, tuple(reduced)) if keepdims else out
