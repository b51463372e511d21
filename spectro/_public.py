"""The public floor: what kind of array comes in, what kind goes out, which keywords exist."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import mlx.core as mx
import numpy as np

from ._repeats import called
from .errors import ParameterError, speaking_as

F = TypeVar("F", bound=Callable[..., Any])

FOREIGN_KEYWORDS = {
    "f_min": "fmin",
    "f_max": "fmax",
    "sample_rate": "sr",
    "win_len": "win_length",
    "hop_len": "hop_length",
    "hop": "hop_length",
    "nfft": "n_fft",
    "n_mel": "n_mels",
    "ref_power": "ref",
    "ref_value": "ref",
    "mel_scale": "htk",
}
HALF = (mx.float16, mx.bfloat16)
INTEGERS = (mx.int8, mx.int16, mx.int32, mx.int64, mx.uint8, mx.uint16, mx.uint32, mx.uint64, mx.bool_)


def public(*arrays: str, keywords: Callable[..., Any] | None = None, repeats: bool = False) -> Callable[[F], F]:
    """Make a function of MLX arrays part of the public API.

    The result has the caller's array kind: MLX when any argument is an `mx.array` or no array was given,
    NumPy otherwise. A half-precision input gives a half-precision real result. Unknown keywords raise a
    `TypeError` that names ours.

    Parameters
    ----------
    arrays : str
        Names of the parameters that hold arrays.
    keywords : callable, optional
        A public function that takes the `**kwargs` of this one.
    repeats : bool
        Whether a call like an earlier one may be replayed: the function's result follows from its graph alone.
    """

    def wrap(fn: F) -> F:
        signature = inspect.signature(fn)
        names = tuple(signature.parameters)
        forwards = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        known = frozenset(names) | (known_keywords(keywords) if keywords is not None else frozenset())
        closed = not forwards or keywords is not None

        @functools.wraps(fn)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if closed and not known.issuperset(kwargs):
                refuse_keyword(fn.__name__, kwargs.keys() - known, known)
            with speaking_as(fn.__name__):
                out = fn(*args, **kwargs)
            given = dict(zip(names, args))
            given.update(kwargs)
            inputs = [given[name] for name in arrays if given.get(name) is not None]
            half = _half_dtype(inputs)
            if half is not None:
                out = _map(out, lambda a: a.astype(half) if a.dtype == mx.float32 else a)
            if not inputs or isinstance(inputs[0], mx.array):
                return out
            return out if any(isinstance(value, mx.array) for value in given.values()) else _map(out, to_numpy)

        @functools.wraps(fn)
        def repeated(*args: Any, **kwargs: Any) -> Any:
            return called(checked, args, kwargs)

        call = repeated if repeats else checked
        call.__known__ = known  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap


def known_keywords(fn: Callable[..., Any]) -> frozenset[str]:
    """The keywords of a public function."""
    return fn.__known__  # type: ignore[attr-defined]


def refuse_keyword(where: str, unknown: set[str], known: frozenset[str]) -> None:
    """Raise the `TypeError` for keywords that a function does not have."""
    name = sorted(unknown)[0]
    ours = FOREIGN_KEYWORDS.get(name)
    way_out = f"; use {ours!r}" if ours in known else f"; known: {', '.join(sorted(known - {'kwargs'}))}"
    raise TypeError(f"[{where}] unknown keyword {name!r}{way_out}")


def to_numpy(x: mx.array) -> np.ndarray:
    """Evaluate an MLX array into a NumPy array, or a NumPy scalar when it has no dimensions."""
    return np.array(x)[()]


def evaluated(where: str, name: str, x: mx.array) -> np.ndarray:
    """Values for a function of the caller that takes NumPy alone; while MLX traces there are none."""
    try:
        return np.asarray(x)
    except ValueError as error:
        raise ParameterError(
            f"[{where}] {name} needs the values of its input, which mx.compile and mx.vmap hide; "
            "use MLX operations alone"
        ) from error


def as_array(where: str, name: str, value: Any) -> mx.array:
    """Take any array kind as a float32 or complex64 MLX array, without evaluating an MLX one."""
    if isinstance(value, mx.array):
        dtype = mx.complex64 if value.dtype == mx.complex64 else mx.float32
        return value if value.dtype == dtype else value.astype(dtype)
    array = numpy_numbers(where, name, value)
    return mx.array(array.astype(np.complex64 if np.iscomplexobj(array) else np.float32))


def as_real(where: str, name: str, value: Any) -> mx.array:
    """As `as_array`, and refuse complex values."""
    array = as_array(where, name, value)
    if array.dtype == mx.complex64:
        raise ParameterError(f"[{where}] {name} must be real, got complex values; take abs({name}) first")
    return array


def as_audio(where: str, value: Any, name: str = "y") -> mx.array:
    """Check an audio signal `(..., n)` and take it as float32; NumPy input must also be finite."""
    if value is None:
        raise ParameterError(f"[{where}] {name} must be given: an array of samples, shape (..., n)")
    if isinstance(value, mx.array):
        integer, complex_, shape = value.dtype in INTEGERS, value.dtype == mx.complex64, value.shape
    else:
        had_dtype = hasattr(value, "dtype")
        value = numpy_numbers(where, name, value)
        integer, complex_, shape = had_dtype and value.dtype.kind in "iub", value.dtype.kind == "c", value.shape
    if integer or complex_:
        way_out = "keep one part or take its magnitude" if complex_ else f"scale it to floats, e.g. {name} / 32768"
        raise ParameterError(f"[{where}] {name} must be real floating-point audio, got {value.dtype}; {way_out}")
    if len(shape) == 0:
        raise ParameterError(f"[{where}] {name} must have at least one dimension, got a 0-d array")
    if shape[-1] == 0:
        raise ParameterError(f"[{where}] {name} must have at least one sample, got shape {tuple(shape)}")
    if isinstance(value, np.ndarray) and not np.isfinite(value).all():
        raise ParameterError(f"[{where}] {name} must be finite everywhere, got NaN or infinity")
    return as_array(where, name, value)


def numpy_numbers(where: str, name: str, value: Any) -> np.ndarray:
    """An array-like as a NumPy array of numbers."""
    if isinstance(value, (str, bytes)):
        raise ParameterError(f"[{where}] {name} must be an array, got the string {value!r}; spectro.load reads files")
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


def _half_dtype(inputs: list[Any]) -> mx.Dtype | None:
    """The half precision that the first array came in, if it did."""
    first = inputs[0] if inputs else None
    if isinstance(first, mx.array):
        return first.dtype if first.dtype in HALF else None
    return mx.float16 if isinstance(first, (np.ndarray, np.generic)) and first.dtype == np.float16 else None


def _map(out: Any, fn: Callable[[mx.array], Any]) -> Any:
    """Apply to every MLX array of a result."""
    if isinstance(out, mx.array):
        return fn(out)
    return tuple(_map(item, fn) for item in out) if isinstance(out, tuple) else out
