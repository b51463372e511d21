"""Checks of single arguments, each with one sentence for the person who called."""

from __future__ import annotations

import math
import numbers
from typing import Any

from ..errors import ParameterError

SMALLEST_NORMAL = 1.1754943508222875e-38  # float32


def positive_int(where: str, name: str, value: Any, most: int = 2**31 - 1) -> int:
    """A Python or NumPy integer in 1 .. most; MLX counts in 32 bits."""
    if type(value) is int and 0 < value <= most:  # nearly always, and four times faster than what follows
        return value
    number = int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else 0
    if number < 1:
        raise ParameterError(f"[{where}] {name} must be a positive integer, got {value!r}")
    if number > most:
        raise ParameterError(f"[{where}] {name} must be at most {most}, got {value!r}")
    return number


def non_negative_int(where: str, name: str, value: Any) -> int:
    """A Python or NumPy integer of at least zero."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 0:
        raise ParameterError(f"[{where}] {name} must be a non-negative integer, got {value!r}")
    return int(value)


def positive(where: str, name: str, value: Any) -> float:
    """A finite number above zero."""
    number = finite(where, name, value)
    if number <= 0:
        raise ParameterError(f"[{where}] {name} must be positive, got {value!r}")
    return number


def non_negative(where: str, name: str, value: Any) -> float:
    """A finite number of at least zero."""
    number = finite(where, name, value)
    if number < 0:
        raise ParameterError(f"[{where}] {name} must be non-negative, got {value!r}")
    return number


def finite(where: str, name: str, value: Any) -> float:
    """A real number that is neither NaN nor infinite."""
    if type(value) is float and math.isfinite(value):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"[{where}] {name} must be a number, got {value!r}") from error
    if isinstance(value, (str, bytes)) or not math.isfinite(number):
        raise ParameterError(f"[{where}] {name} must be a finite number, got {value!r}")
    return number


def one_of(where: str, name: str, value: Any, known: tuple[Any, ...]) -> Any:
    """One of a closed list."""
    if value not in known:
        raise ParameterError(f"[{where}] {name} must be one of {', '.join(map(repr, known))}, got {value!r}")
    return value


def dtype_of(where: str, value: Any, *, default: Any, allowed: tuple[Any, ...]) -> Any:
    """The MLX dtype that `dtype=` names, among those spectro computes in."""
    if value is None:
        return default
    by_name = {str(dtype).split(".")[-1]: dtype for dtype in allowed}
    name = str(value).split(".")[-1].strip("'>") if not isinstance(value, type) else value.__name__
    if name not in by_name:
        known = " or ".join(by_name)
        raise ParameterError(f"[{where}] dtype must be {known}, got {value!r}; MLX computes in single precision")
    return by_name[name]
