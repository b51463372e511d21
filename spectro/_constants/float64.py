"""Double-precision arithmetic: NumPy's, and MLX's on the CPU, with the functions that MLX computes in single.

MLX has float64 on the CPU alone, and its default device is one for all threads: to change it while a formula is
computed would send what other threads compute there, too. So numbers in double precision are a `Double`, each of whose
operations names the CPU's stream, and formulas are written with `ops`, MLX's functions for a `Double` as for an array.

A formula of `functions(x)` stands once, for NumPy's arrays, MLX's and a `Double`.

MLX's own `exp`, `sin` and `cos` are right to single precision only, also for float64; `power` and `tan` are right
to double. Constants are built here and rounded once, to float32.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import mlx.core as mx
import numpy as np

from .._floor.arrays import in_order, numpy_numbers
from .._floor.kinds import gives_mlx
from .._floor.quiet import quietly
from ..errors import ParameterError

A = TypeVar("A", np.ndarray, mx.array, "Double")
NUMPY = (np.ndarray, np.generic)
NUMBERS = frozenset((float, np.float64, np.float32, np.int64, np.int32))
EXACT = 2**53  # up to which float64 has every integer
MAKERS = ("arange", "ones", "zeros")  # functions of MLX that take no array


def _sides(name: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """Give an operator, and that of a number on its left."""
    return lambda a, b: getattr(ops, name)(a, b), lambda a, b: getattr(ops, name)(b, a)


class Double:
    """Numbers in an MLX array that is computed on the CPU, whatever MLX's default device."""

    __array_ufunc__ = None  # a NumPy number on the left leaves the operation to us

    def __init__(self, array: mx.array) -> None:
        self.array = array

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        return self.array.shape

    @property
    def size(self) -> int:
        """Number of elements."""
        return self.array.size

    @property
    def T(self) -> Double:  # noqa: N802 - the name of NumPy and MLX
        """The transpose."""
        return ops.transpose(self)

    def astype(self, dtype: mx.Dtype) -> Double:
        """Convert the numbers."""
        return Double(self.array.astype(dtype, stream=mx.cpu))

    def reshape(self, *shape: int) -> Double:
        """Give the numbers another shape."""
        return ops.reshape(self, shape)

    def sum(self, axis: int, keepdims: bool = False) -> Double:
        """Sum along an axis."""
        return ops.sum(self, axis, keepdims=keepdims)

    def max(self, axis: int, keepdims: bool = False) -> Double:
        """Take the largest along an axis."""
        return ops.max(self, axis, keepdims=keepdims)

    def min(self, axis: int, keepdims: bool = False) -> Double:
        """Take the smallest along an axis."""
        return ops.min(self, axis, keepdims=keepdims)

    def __getitem__(self, index: Any) -> Double:
        out, axis = self, 0
        for item in index if isinstance(index, tuple) else (index,):
            if item is None:
                out, axis = ops.expand_dims(out, axis), axis + 1
            elif isinstance(item, slice):
                places = range(out.shape[axis])[item]
                if len(places) != out.shape[axis] or places.step != 1:
                    out = ops.take(out, ops.arange(places.start, places.stop, places.step), axis=axis)
                axis += 1
            else:
                out = ops.take(out, item % out.shape[axis] if isinstance(item, int) else item, axis=axis)
                axis += not isinstance(item, int)
        return out

    def __iter__(self) -> Iterator[Double]:
        return (self[i] for i in range(self.shape[0]))

    def __neg__(self) -> Double:
        return ops.negative(self)

    __add__, __radd__ = _sides("add")
    __sub__, __rsub__ = _sides("subtract")
    __mul__, __rmul__ = _sides("multiply")
    __truediv__, __rtruediv__ = _sides("divide")
    __floordiv__, __rfloordiv__ = _sides("floor_divide")
    __mod__, __rmod__ = _sides("remainder")
    __pow__, __rpow__ = _sides("power")
    __lt__, __gt__ = _sides("less")
    __le__, __ge__ = _sides("less_equal")
    __or__, __ror__ = _sides("bitwise_or")

    def __eq__(self, other: Any) -> Any:
        return ops.equal(self, other)

    __hash__ = None  # type: ignore[assignment] # as arrays have none


class _Ops:
    """MLX's functions: of a `Double` they are computed on the CPU and give one, of arrays they are MLX's own."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        plain = getattr(mx, name)

        @functools.wraps(plain, updated=())
        def function(*args: Any, **kwargs: Any) -> Any:
            if name in MAKERS or any(isinstance(a, Double) for arg in args for a in _parts(arg)):
                return Double(plain(*map(_raw, args), **kwargs, stream=mx.cpu))
            return plain(*args, **kwargs)

        setattr(self, name, function)
        return function


def _parts(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else (value,)


def _raw(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_raw(item) for item in value]
    return value.array if isinstance(value, Double) else value


ops: Any = _Ops()


class _OfNumber:
    """NumPy's functions, for a single number."""

    round = staticmethod(np.rint)  # the same, and several times faster

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(np, name)
        setattr(self, name, function)
        return function

    @staticmethod
    def where(condition: Any, a: Any, b: Any) -> Any:
        """Choose in Python, which is ten times faster."""
        return a if condition else b


_of_number = _OfNumber()


def functions(x: Any) -> Any:
    """The functions of numbers like `x`: NumPy's own are many times faster than a graph."""
    if type(x) is np.float64:
        return _of_number
    return np if isinstance(x, np.ndarray) else ops


def exp(x: Any) -> Any:
    """Exponential of `x`."""
    return np.exp(x) if isinstance(x, NUMPY) else ops.power(math.e, x)


def exp2(x: Any) -> Any:
    """Two to the power of `x`."""
    return np.exp2(x) if isinstance(x, NUMPY) else ops.power(2.0, x)


def trunc(x: Any) -> Any:
    """`x` without its fraction."""
    return np.trunc(x) if isinstance(x, NUMPY) else ops.where(x < 0, ops.ceil(x), ops.floor(x))


def cos(x: Double) -> Double:
    """Cosine of `x`, by the half-angle tangent."""
    square = ops.tan(x / 2) ** 2
    return (1 - square) / (1 + square)


def sin(x: Double) -> Double:
    """Sine of `x`, by the half-angle tangent."""
    tangent = ops.tan(x / 2)
    return 2 * tangent / (1 + tangent**2)


def float64(values: Any) -> Double:
    """Take numbers, or an array of any kind, in double precision."""
    if isinstance(values, mx.array):
        return Double(values.astype(mx.float64, stream=mx.cpu))
    laid = in_order(np.asarray(values, dtype=np.float64))  # MLX refuses foreign byte orders and strides
    return Double(mx.array(laid, dtype=mx.float64))


def constant(build: Callable[[], Double]) -> mx.array:
    """Round what `build` gives to float32, evaluated, so that any thread may use it."""
    array = build().astype(mx.float32).array
    mx.eval(array)
    return array


def apply(
    where: str,
    name: str,
    value: Any,
    formula: Callable[[Any], Any],
    *,
    smooth: bool = False,
    whole: bool = False,
) -> Any:
    """Apply `formula` to real numbers in float64; an MLX array gives float32, or int64, all others give NumPy.

    A masked array keeps its mask.
    A `smooth` formula, which rounds nothing to integers, takes MLX arrays in float32 on their own device: MLX has
    no derivatives of float64 where the default device is a GPU. What is `whole` gives int64, without a fraction.
    """
    if type(value) in NUMBERS or (type(value) is int and -EXACT <= value <= EXACT):  # one of many, in a loop
        return quietly(_apply_at_once, formula, np.float64(value), np.int64 if whole else np.float64)
    if isinstance(value, mx.array):
        return _apply_lazily(where, name, value, formula, smooth, whole)
    if isinstance(value, np.ma.MaskedArray):
        out = apply(where, name, value.filled(1), formula, whole=whole)
        return np.ma.array(out, mask=value.mask.copy())
    array = numpy_numbers(where, name, value)
    if array.dtype.kind == "c":
        raise _not_real(where, name)
    real = np.float16 if array.dtype == np.float16 else np.float64
    array = array.astype(np.float64, copy=False)[()]
    return quietly(_apply_at_once, formula, array, np.int64 if whole else real)


def _apply_at_once(formula: Callable[[Any], Any], array: Any, dtype: type[np.generic]) -> Any:
    out = formula(array)
    if type(out) is dtype:
        return out
    if dtype is np.int64 and type(out) is np.float64 and -(2.0**63) <= out < 2.0**63:
        return dtype(out)
    return out.astype(dtype, copy=False)[()]


def _apply_lazily(
    where: str, name: str, array: mx.array, formula: Callable[[Any], Any], smooth: bool, whole: bool
) -> mx.array:
    if array.dtype == mx.complex64:
        raise _not_real(where, name)
    if smooth:
        return formula(array.astype(mx.float32))
    dtype = mx.int64 if whole else mx.float32
    if not array.size:  # MLX's build for CUDA ends the process where its CPU computes nothing
        return mx.zeros(array.shape, dtype=dtype)
    return formula(float64(array)).astype(dtype).array


def _not_real(where: str, name: str) -> ParameterError:
    return ParameterError(f"[{where}] {name} must be real, got complex values")


def in_kind(values: np.ndarray, *given: Any) -> Any:
    """A constant of float64 in the kind of array that is `given` or asked for; in float32 if that is MLX's."""
    lazy = gives_mlx() or (given and any(isinstance(value, mx.array) for value in given))
    return mx.array(values.astype(np.float32)) if lazy else values
