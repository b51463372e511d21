"""Operations linear in an array and in a window, which know their own derivatives and batch dimensions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from ..._constants.held import is_constant
from ..launch.compiled import missing

Function = Callable[..., mx.array]


def bilinear(apply: Function, transpose: Function, window_gradient: Function) -> Function:
    """`apply(x, window)` with the rules of a function linear in both arguments.

    Parameters
    ----------
    apply : callable
        (x, window) -> out.
    transpose : callable
        (cotangent, window, x) -> cotangent of x; only the shape of x may be used.
    window_gradient : callable
        (cotangent, x, window) -> cotangent of the window.
    """
    function = _custom(apply)

    @function.vjp
    def _vjp(primals: Any, cotangent: mx.array, _: Any) -> tuple[mx.array, mx.array]:
        x, window = primals
        return transpose(cotangent, window, x), window_gradient(cotangent, x, window)

    @function.jvp
    def _jvp(primals: Any, tangents: Any) -> mx.array:
        (x, window), (dx, dwindow) = primals, tangents
        terms = [] if dx is None else [function(dx, window)]
        terms += [] if dwindow is None else [function(x, dwindow)]
        return sum(terms[1:], terms[0])

    _batched(function)
    return function


def linear(apply: Function, transpose: Function) -> Function:
    """`apply(x)` with the rules of a linear function; `transpose(cotangent, x)` may use the shape of x alone.

    For windows that nobody differentiates: a general backward pass describes the window's gradient to MLX even where
    it is dropped in the end, and describing costs more than computing what remains.
    """
    function = _custom(apply)
    function.vjp(lambda x, cotangent, _: transpose(cotangent, x))
    function.jvp(lambda _, tangent: function(tangent))
    _batched(function)
    return function


def composed(fused: Function, definition: Function) -> Function:
    """`fused`, with the derivatives of `definition`: the same function, put together from differentiable pieces."""
    function = _derived(fused, definition)
    _batched(function)
    return function


def masked(fused: Function, definition: Function) -> Function:
    """As `composed`, of (array, mask, small arrays ...); leading dimensions of the first two broadcast."""
    function = _derived(fused, definition)

    @function.vmap
    def _vmap(inputs: Any, axes: Any) -> tuple[mx.array, int]:
        if any(axis is not None for axis in axes[2:]):
            return _one_by_one(function, inputs, axes), 0
        both = [x[None] if axis is None else mx.moveaxis(x, axis, 0) for x, axis in zip(inputs[:2], axes)]
        dims = max(x.ndim for x in both)
        both = [x.reshape(x.shape[0], *(1,) * (dims - x.ndim), *x.shape[1:]) for x in both]
        return function(*both, *inputs[2:]), 0

    return function


def together(fused: Function, definition: Function) -> Function:
    """As `composed`, of arrays that all have the same leading dimensions."""
    function = _derived(fused, definition)

    @function.vmap
    def _vmap(inputs: Any, axes: Any) -> tuple[mx.array, int]:
        count = next(x.shape[axis] for x, axis in zip(inputs, axes) if axis is not None)
        moved = [
            mx.broadcast_to(x, (count, *x.shape)) if axis is None else mx.moveaxis(x, axis, 0)
            for x, axis in zip(inputs, axes)
        ]
        return function(*moved), 0

    return function


def _derived(fused: Function, definition: Function) -> Any:
    """Give `fused` with the derivatives of `definition`."""
    function = _custom(fused)

    @function.vjp
    def _vjp(primals: Any, cotangent: mx.array, _: Any) -> tuple[mx.array, ...]:
        return tuple(mx.vjp(definition, _several(primals), [cotangent])[1])

    @function.jvp
    def _jvp(primals: Any, tangents: Any) -> mx.array:
        primals = _several(primals)
        filled = [mx.zeros_like(p) if t is None else t for p, t in zip(primals, _several(tangents))]
        return mx.jvp(definition, primals, filled)[1][0]

    return function


def by_window(general: Function, fixed: Callable[[mx.array], Function]) -> Function:
    """(x, window) -> out: `fixed(window)` for windows that nobody differentiates, `general` for the rest."""
    kept = functools.lru_cache(maxsize=64)(fixed)
    return lambda x, window: kept(window)(x) if is_constant(window) else general(x, window)


def _custom(launch: Function) -> Any:
    """Give MLX's function with rules of its own; its stubs say of a call's value no more than `object`.

    Forward differentiation follows the graph into the launch, and asks it for a rule unless it is kept from it.
    """
    if missing() is None:
        return mx.custom_function(launch)
    return mx.custom_function(lambda *arrays: launch(*(mx.stop_gradient(a) for a in arrays)))


def _batched(function: Any) -> None:
    """Give a function of (array with any leading dimensions, small arrays ...) its vmap."""

    @function.vmap
    def _vmap(inputs: Any, axes: Any) -> tuple[mx.array, int]:
        inputs, axes = _several(inputs), _several(axes)
        if all(axis is None for axis in axes[1:]):
            return function(mx.moveaxis(inputs[0], axes[0], 0), *inputs[1:]), 0
        return _one_by_one(function, inputs, axes), 0


def _one_by_one(function: Any, inputs: Any, axes: Any) -> mx.array:
    """Call a function for each element of a batch."""
    count = next(x.shape[axis] for x, axis in zip(inputs, axes) if axis is not None)
    rows = [
        function(*(x if axis is None else mx.take(x, i, axis=axis) for x, axis in zip(inputs, axes)))
        for i in range(count)
    ]
    return mx.stack(rows)


def _several(given: Any) -> list[Any]:
    """Give MLX's arguments as a list; a lone one comes without its tuple."""
    return list(given) if isinstance(given, (tuple, list)) else [given]


def rows(x: mx.array, keep: int) -> mx.array:
    """Join all but the last `keep` dimensions into one."""
    return x.reshape(-1, *x.shape[x.ndim - keep :])
