"""Double-precision arithmetic in MLX: on the CPU stream, with the functions that MLX computes in single.

MLX's own `exp`, `sin` and `cos` are right to single precision only, also for float64; `power` and `tan` are right
to double. Constants are built here and rounded once, to float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import in_order, numpy_numbers
from ..errors import ParameterError


def exp(x: mx.array) -> mx.array:
    """Exponential of float64 `x`."""
    return mx.power(math.e, x)


def cos(x: mx.array) -> mx.array:
    """Cosine of float64 `x`, by the half-angle tangent."""
    square = mx.tan(x / 2) ** 2
    return (1 - square) / (1 + square)


def sin(x: mx.array) -> mx.array:
    """Sine of float64 `x`, by the half-angle tangent."""
    tangent = mx.tan(x / 2)
    return 2 * tangent / (1 + tangent**2)


def float64(values: Any) -> mx.array:
    """Numbers, or an array of any kind, as float64; call it where the CPU is the default device."""
    if isinstance(values, mx.array):
        return values.astype(mx.float64)
    laid = in_order(np.asarray(values, dtype=np.float64))  # MLX refuses foreign byte orders and strides
    return mx.array(laid, dtype=mx.float64)


def constant(build: Callable[[], mx.array]) -> mx.array:
    """Run `build` in float64 on the CPU; its result as evaluated float32, so that any thread may use it."""
    with mx.stream(mx.cpu):
        array = build().astype(mx.float32)
    mx.eval(array)
    return array


def apply(where: str, name: str, value: Any, formula: Callable[[mx.array], mx.array], *, smooth: bool = False) -> Any:
    """Apply `formula` to real numbers in float64; an MLX array gives float32, or int64, all others give NumPy.

    A masked array keeps its mask.
    A `smooth` formula, which rounds nothing to integers, takes MLX arrays in float32 on their own device: MLX has
    no derivatives of float64 where the default device is a GPU.
    """
    if isinstance(value, np.ma.MaskedArray):
        out = apply(where, name, value.filled(1), formula)
        return np.ma.array(out, mask=value.mask)
    lazy = isinstance(value, mx.array)
    array = value if lazy else numpy_numbers(where, name, value)
    if array.dtype == mx.complex64 if lazy else np.iscomplexobj(array):
        raise ParameterError(f"[{where}] {name} must be real, got complex values")
    if smooth and isinstance(array, mx.array):
        return formula(array.astype(mx.float32))
    with mx.stream(mx.cpu):
        out = formula(float64(array))
        if lazy:
            return out.astype(mx.float32) if out.dtype == mx.float64 else out
    real = np.float16 if array.dtype == np.float16 else np.float64
    return np.array(out, dtype=np.int64 if out.dtype == mx.int64 else real)[()]
