"""Checks of single arguments, each with one sentence for the person who called."""

from __future__ import annotations

import math
import numbers
import sys
from typing import Any

from ..errors import ParameterError

MOST_SHOWN = 100  # characters of a value in a message
LARGEST = sys.float_info.max
SMALLEST_NORMAL = 1.1754943508222875e-38  # float32


def shown(value: Any) -> str:
    """A value as messages say it: on one line, and short."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # an integer of thousands of digits
        text = f"an integer of {value.bit_length()} bits"
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 20]}...{text[-17:]}"


def positive_int(where: str, name: str, value: Any, most: int = 2**31 - 1) -> int:
    """A Python or NumPy integer in 1 .. most; MLX counts in 32 bits."""
    if type(value) is int and 0 < value <= most:  # nearly always, and four times faster than what follows
        return value
    number = int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else 0
    if number < 1:
        raise ParameterError(f"[{where}] {name} must be a positive integer, got {shown(value)}")
    if number > most:
        raise ParameterError(f"[{where}] {name} must be at most {most}, got {shown(value)}")
    return number


def non_negative_int(where: str, name: str, value: Any) -> int:
    """A Python or NumPy integer of at least zero."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 0:
        raise ParameterError(f"[{where}] {name} must be a non-negative integer, got {shown(value)}")
    return int(value)


def positive(where: str, name: str, value: Any) -> float:
    """A finite number above zero."""
    number = finite(where, name, value)
    if number <= 0:
        raise ParameterError(f"[{where}] {name} must be positive, got {shown(value)}")
    return number


def non_negative(where: str, name: str, value: Any) -> float:
    """A finite number of at least zero."""
    number = finite(where, name, value)
    if number < 0:
        raise ParameterError(f"[{where}] {name} must be non-negative, got {shown(value)}")
    return number


def finite(where: str, name: str, value: Any) -> float:
    """A real number that is neither NaN nor infinite."""
    if type(value) in (float, int) and -LARGEST <= value <= LARGEST:  # nearly always
        return float(value)
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError) as error:
        raise ParameterError(f"[{where}] {name} must be a number, got {shown(value)}") from error
    if isinstance(value, (str, bytes)) or not math.isfinite(number):
        raise ParameterError(f"[{where}] {name} must be a finite number, got {shown(value)}")
    return number


def axis_of(where: str, value: Any, ndim: int, of: str = "y", name: str = "axis") -> int:
    """One of the axes of an array of so many dimensions, counted from either end."""
    number = int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else ndim
    if not -ndim <= number < ndim:
        raise ParameterError(f"[{where}] {name} must be one of the {ndim} axes of {of}, got {shown(value)}")
    return number


def one_of(where: str, name: str, value: Any, known: tuple[Any, ...]) -> Any:
    """One of a closed list."""
    is_array = hasattr(value, "shape") and not isinstance(value, numbers.Number)  # equal to what its elements equal
    if is_array or value not in known:
        raise ParameterError(f"[{where}] {name} must be one of {', '.join(map(repr, known))}, got {shown(value)}")
    return value


def dtype_of(where: str, value: Any, *, default: Any, allowed: tuple[Any, ...]) -> Any:
    """The MLX dtype that `dtype=` names, among those spectro computes in."""
    if value is None:
        return default
    by_name = {str(dtype).split(".")[-1]: dtype for dtype in allowed}
    name = str(value).split(".")[-1].strip("'>") if not isinstance(value, type) else value.__name__
    if name not in by_name:
        known = " or ".join(by_name)
        raise ParameterError(f"[{where}] dtype must be {known}, got {shown(value)}; MLX computes in single precision")
    return by_name[name]
