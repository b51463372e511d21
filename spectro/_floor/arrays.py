"""Arrays of any kind taken as MLX's, with one sentence for what cannot be."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ..errors import ParameterError
from . import tracing, transfers
from .operation import Kind, Open

LARGEST = float(np.finfo(np.float32).max)
INTEGERS = (mx.int8, mx.int16, mx.int32, mx.int64, mx.uint8, mx.uint16, mx.uint32, mx.uint64, mx.bool_)


def to_numpy(x: Any) -> np.ndarray:
    """Copy an array into NumPy's memory.

    As `np.array(x)`, but on an NVIDIA GPU three to six times as fast: its driver copies, where MLX moves page by page.

    Parameters
    ----------
    x : array (...)
        MLX's, which is evaluated; anything else is given to `np.asarray`.

    Returns
    -------
    np.ndarray (...)
        Of the same type, float32 of bfloat16; a number of NumPy's where there are no dimensions.

    Examples
    --------
    >>> import mlx.core as mx
    >>> import spectro
    >>> spectro.to_numpy(mx.arange(3.0) * 2).tolist()
    [0.0, 2.0, 4.0]
    """
    if not isinstance(x, mx.array):
        return np.asarray(x)
    if x.size == 0:  # MLX's CUDA build has no memory for it, and NumPy would read there
        return np.zeros(x.shape, np.array(mx.zeros(1, dtype=x.dtype, stream=mx.cpu)).dtype)
    if x.dtype == mx.bfloat16:  # which NumPy has not
        x = x.astype(mx.float32)
    copied = transfers.on_host(x)
    return np.array(x)[()] if copied is None else copied


def to_mlx(x: Any) -> mx.array:
    """Copy an array into MLX's memory.

    As `mx.array(x)`, but on an NVIDIA GPU three to six times as fast: its driver copies, where MLX moves page by page.

    Parameters
    ----------
    x : array (...)
        NumPy's, or what `np.asarray` takes; MLX's is given back.

    Returns
    -------
    mx.array (...)
        Of the same type, in the single precision of MLX.

    Raises
    ------
    ParameterError
        If it is no array of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> spectro.to_mlx(np.arange(3.0) * 2)
    array([0, 2, 4], dtype=float32)
    """
    return in_mlx(x if isinstance(x, mx.array) else numpy_numbers("to_mlx", "x", x))


def evaluated(where: str, name: str, x: Any) -> Any:
    """MLX's values for what takes NumPy alone, and anything else as it is; while MLX traces there are none."""
    if not isinstance(x, mx.array):
        return x
    try:
        return np.asarray(x.astype(mx.float32) if x.dtype == mx.bfloat16 else x)  # which NumPy has not
    except ValueError as error:
        raise ParameterError(
            f"[{where}] {name} needs the values of its input, which mx.compile and mx.vmap hide; "
            "use MLX operations alone"
        ) from error


def constant(where: str, name: str, x: Any) -> Any:
    """`evaluated`, for what goes back to MLX as numbers: a gradient would be zero, in silence, so it is refused."""
    values = evaluated(where, name, x)
    if isinstance(x, mx.array) and tracing.is_differentiated(x):
        raise ParameterError(
            f"[{where}] no gradient goes through {name}; leave it out of mx.grad, or hand in np.array(...), a constant"
        )
    return values


def namespace(x: Any) -> Any:
    """The module whose functions make what `x` is: MLX for an `mx.array`, NumPy for all else."""
    return mx if isinstance(x, mx.array) else np


def sum_over(x: mx.array, axes: tuple[int, ...], keepdims: bool = False) -> mx.array:
    """Sum over axes that may have no elements, for which MLX 0.32 loops on a CPU over sizes that nobody wrote."""
    if x.size == 0:
        axes = tuple(axis % x.ndim for axis in axes)
        x = mx.zeros([max(n, 1) if axis in axes else n for axis, n in enumerate(x.shape)], dtype=x.dtype)
    return x.sum(axes, keepdims=keepdims)


def in_order(array: np.ndarray) -> np.ndarray:
    """An array whose elements lie one after the other, as MLX wants them."""
    laid = np.asarray(array, order="C")
    return laid.copy() if min(laid.strides, default=0) < 0 else laid  # of a single element, NumPy may have them so


def in_mlx(array: Any) -> mx.array:
    """Copy a NumPy array of any layout into an MLX array; one of MLX's is given back."""
    if isinstance(array, mx.array):
        return array
    laid = in_order(np.asarray(array))
    copied = transfers.on_device(laid)
    return mx.array(laid) if copied is None else copied


def _of_open(take: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function `(where, name, value)` take an argument that is still open: checked now, converted later."""

    @functools.wraps(take)
    def taken(where: str, name: str, value: Any, **made: Any) -> Any:
        return (
            value.through(functools.partial(taken, where, name))
            if type(value) is Open
            else take(where, name, value, **made)
        )

    return makes_either(taken)


def makes_either(take: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a step that gives what its keyword `made` makes of arrays that are not MLX's."""
    take.makes_either = True  # type: ignore[attr-defined]
    return take


def in_numpy(step: Any) -> Callable[[Any], np.ndarray] | None:
    """Give what a step of an open argument is to NumPy's arrays, if it is something without a detour through MLX."""
    if getattr(getattr(step, "func", step), "makes_either", False):
        return functools.partial(step, made=_addressable)
    return step if getattr(step, "takes_numpy", False) or step is abs else None


def is_half(value: Any) -> bool:
    """Whether an array holds float16, MLX's or NumPy's."""
    dtype = getattr(value, "dtype", None)
    return dtype == mx.float16 if isinstance(dtype, mx.Dtype) else isinstance(dtype, np.dtype) and dtype == np.float16


def in_precision_of(value: Any, out: Any) -> Any:
    """A real result for an argument: in half precision if that was, and MLX gave it none."""
    return out.astype(np.float16) if isinstance(out, np.ndarray) and is_half(value) and out.dtype.kind == "f" else out


def takes_numpy(fn: Callable[..., Any], *parts: Any) -> Callable[..., Any]:
    """Mark a function of arrays that gives NumPy's for NumPy's, if all parts that it is made of do."""
    fn.takes_numpy = all(getattr(part, "takes_numpy", False) for part in parts)  # type: ignore[attr-defined]
    return fn


def _addressable(array: np.ndarray) -> np.ndarray:
    """An array whose elements lie whole elements apart."""
    size = array.itemsize
    return array.copy() if any(stride % size for stride in array.strides) else array


@_of_open
def as_array(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """Take any array kind as a float32 or complex64 MLX array, without evaluating an MLX one; `made` of others."""
    if isinstance(value, (mx.array, Kind)):
        dtype = mx.complex64 if value.dtype == mx.complex64 else mx.float32
        return value if value.dtype == dtype else value.astype(dtype)
    array = numpy_numbers(where, name, value)
    return made(np.asarray(array, np.complex64 if array.dtype.kind == "c" else np.float32))


@_of_open
def as_spectrum(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """As `as_array`, and give complex values."""
    array = as_array(where, name, value, made=made)
    return array.astype(np.complex64, copy=False) if isinstance(array, np.ndarray) else array.astype(mx.complex64)


@_of_open
def as_real(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """As `as_array`, and refuse complex values."""
    array = as_array(where, name, value, made=made)
    if array.dtype in (mx.complex64, np.complex64):
        raise ParameterError(f"[{where}] {name} must be real, got complex values; take abs({name}) first")
    return array


@_of_open
def as_audio(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """Check an audio signal `(..., n)` and take it as float32; NumPy input must also be finite."""
    value = _samples(where, name, value)
    if isinstance(value, np.ndarray):
        _check_finite(where, name, value, LARGEST)
    return as_array(where, name, value, made=made)


def as_floats(where: str, name: str, value: Any) -> Any:
    """As `as_audio`; NumPy's floats stay NumPy's, in their precision and where they are."""
    array = _samples(where, name, value)
    if not isinstance(array, np.ndarray) or array.dtype not in (np.float32, np.float64):
        return as_audio(where, name, value)
    _check_finite(where, name, array)
    return array


def _check_finite(where: str, name: str, array: np.ndarray, largest: float = np.inf) -> None:
    """Refuse NaN, infinity and larger numbers: there are none where the energy is small, which is quick to know."""
    flat = array.ravel(order="K")
    with np.errstate(over="ignore", invalid="ignore"):
        if abs(np.dot(flat, flat)) < largest * largest:
            return
    if not np.isfinite(flat).all():
        raise ParameterError(f"[{where}] {name} must be finite everywhere, got NaN or infinity")
    peak = np.abs(flat).max()
    if peak > largest:
        raise ParameterError(
            f"[{where}] {name} must be at most {largest:.2g} everywhere, the largest float32, got {peak:.2g}; scale it"
        )


@_of_open
def as_finite(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """As `as_array`; NumPy input must also be finite."""
    if not isinstance(value, (mx.array, Kind)):
        value = numpy_numbers(where, name, value)
        _check_finite(where, name, value)
    return as_array(where, name, value, made=made)


@_of_open
def as_samples(where: str, name: str, value: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    """As `as_audio`, where NaN and infinity are taken, too."""
    return as_array(where, name, _samples(where, name, value), made=made)


def _samples(where: str, name: str, value: Any) -> Any:
    """Check that an array (..., n) holds real floats; numbers without a type, as in a list, may be whole."""
    if value is None:
        raise ParameterError(f"[{where}] {name} must be given: an array of samples, shape (..., n)")
    if isinstance(value, (mx.array, Kind)):
        integer, complex_ = value.dtype in INTEGERS, value.dtype == mx.complex64
    else:
        had_dtype = hasattr(value, "dtype")
        value = numpy_numbers(where, name, value)
        integer, complex_ = had_dtype and value.dtype.kind in "iub", value.dtype.kind == "c"
    if integer or complex_:
        way_out = "keep one part or take its magnitude" if complex_ else f"scale it to floats, e.g. {name} / 32768"
        raise ParameterError(f"[{where}] {name} must be real floating-point audio, got {value.dtype}; {way_out}")
    if len(value.shape) == 0:
        raise ParameterError(f"[{where}] {name} must have at least one dimension, got a 0-d array")
    return value


def numpy_numbers(where: str, name: str, value: Any) -> np.ndarray:
    """An array-like as a NumPy array of numbers."""
    if type(value) is np.ndarray and value.dtype.kind in "biufc":  # nearly always
        return value
    if isinstance(value, (str, bytes)):
        given = f"{len(value)} bytes" if isinstance(value, bytes) else f"the string {value[:200]!r}"
        raise ParameterError(f"[{where}] {name} must be an array, got {given}; spectro.load reads files")
    if "numpy.ma" in sys.modules and np.ma.is_masked(value):  # which costs a worker's start a tenth, and no one else
        raise ParameterError(f"[{where}] {name} must have no masked values; fill them first: {name}.filled(...)")
    try:
        array = np.asarray(value)
    except (RuntimeError, TypeError, ValueError) as error:
        raise ParameterError(f"[{where}] {name} must be an array of numbers: {error}") from error
    if array.dtype.kind not in "biufc" and not _is_bfloat16(array):
        kind = type(value).__name__
        raise ParameterError(f"[{where}] {name} must be an array of numbers, got {kind} of {array.dtype}")
    return array


def _is_bfloat16(array: np.ndarray) -> bool:
    return array.dtype.name == "bfloat16"
