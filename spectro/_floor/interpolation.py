"""Arrays read between their rows, as spectra are between their bins."""

from __future__ import annotations

import importlib
import math
import numbers
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ..errors import ParameterError
from .arrays import constant, evaluated, namespace, numpy_numbers
from .checks import finite

Curve = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # of knots and values, at what is asked


def filling(where: str, value: Any) -> float:
    """A finite number or NaN."""
    is_nan = isinstance(value, numbers.Real) and value != value
    return math.nan if is_nan else finite(where, "fill_value", value)


def places(where: str, name: str, value: Any) -> np.ndarray:
    """A list of real numbers, in double precision."""
    line = evaluated(where, name, value) if isinstance(value, mx.array) else numpy_numbers(where, name, value)
    if line.ndim != 1 or np.iscomplexobj(line):
        raise ParameterError(f"[{where}] {name} must be a list of real numbers, got shape {line.shape}")
    return line.astype(np.float64)


def rows_at(where: str, x: Any, knots: np.ndarray, asked: np.ndarray, kind: str, fill_value: float) -> Any:
    """Interpolate x (..., f, t), whose rows lie at knots (f,), at places (q,); not by those at infinity."""
    if kind != "linear":
        return frame_by_frame(where, x, knots[:, None], asked[:, None], curve_of(where, kind, fill_value))
    xp, order = namespace(x), np.argsort(np.where(np.isfinite(knots), knots, np.inf))[: np.isfinite(knots).sum()]
    knots = knots[order]
    left = np.clip(np.searchsorted(knots, asked, side="right") - 1, 0, knots.size - 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (asked - knots[left]) / (knots[left + 1] - knots[left])
    outside = ~((asked >= knots[0]) & (asked <= knots[-1]))[:, None]
    low, high = (xp.take(x, xp.array(order[rows]), axis=-2) for rows in (left, left + 1))
    share = xp.array(np.where(outside, 0, share[:, None]), dtype=x.real.dtype)
    return xp.where(xp.array(outside), xp.array(fill_value, dtype=x.dtype), low + share * (high - low))


def linear(x: Any, knots: np.ndarray, asked: Any, fill_value: float) -> Any:
    """Interpolate each frame of x (..., f, t) at frequencies (..., q, t) between finite knots (f,)."""
    xp = namespace(x)
    order = np.argsort(knots)[: np.isfinite(knots).sum()]
    line: Any = knots[order].astype(np.float32) if xp is mx else knots[order]
    x = xp.take(x, xp.array(order), axis=-2)
    if xp is mx:
        line = mx.array(line)
        above = (mx.expand_dims(mx.stop_gradient(asked), -1) >= line).sum(-1)  # knots at or below: (..., q, t)
    else:
        above = np.searchsorted(line, asked, side="right")
    left = xp.clip(above - 1, 0, line.size - 2)
    start, stop = xp.take(line, left), xp.take(line, left + 1)
    inside = (asked >= line[0]) & (asked <= line[-1])
    share = (xp.where(inside, asked, line[0]) - start) / (stop - start)  # finite, for the sake of gradients
    leading = np.broadcast_shapes(x.shape[:-2], left.shape[:-2])
    x, left = (xp.broadcast_to(a, (*leading, *a.shape[-2:])) for a in (x, left))
    low, high = (xp.take_along_axis(x, index, axis=-2) for index in (left, left + 1))
    return xp.where(inside, low + share.astype(x.real.dtype) * (high - low), xp.array(fill_value, dtype=x.dtype))


def curve_of(where: str, kind: str, fill_value: float) -> Curve:
    """How a frame is interpolated, by NumPy or by SciPy's `interp1d` of that kind."""
    if kind == "linear":

        def line(knots: np.ndarray, values: np.ndarray, asked: np.ndarray) -> np.ndarray:
            order = np.argsort(knots)
            return np.interp(asked, knots[order], values[order], left=fill_value, right=fill_value)

        return line
    try:
        interp1d = importlib.import_module("scipy.interpolate").interp1d
    except ImportError as error:
        raise ParameterError(f"[{where}] kind must be 'linear' where SciPy is not installed, got {kind!r}") from error

    def curve(knots: np.ndarray, values: np.ndarray, asked: np.ndarray) -> np.ndarray:
        try:
            return interp1d(knots, values, kind=kind, bounds_error=False, fill_value=fill_value)(asked)
        except (NotImplementedError, ValueError) as error:
            raise ParameterError(f"[{where}] kind must be one of SciPy's interp1d, got {kind!r}") from error

    return curve


def frame_by_frame(where: str, x: Any, knots: np.ndarray, asked: Any, curve: Curve) -> Any:
    """Interpolate each frame of x (..., f, t) at frequencies (..., q, t) between knots (f,) or (..., f, t)."""
    values, wanted = (constant(where, "x", a) for a in (x, asked))
    leading = np.broadcast_shapes(values.shape[:-2], wanted.shape[:-2])
    knots = knots if knots.ndim > 1 else knots[:, None]
    values, wanted, knots = (np.broadcast_to(a, (*leading, a.shape[-2], x.shape[-1])) for a in (values, wanted, knots))
    out = np.empty(wanted.shape, dtype=values.dtype)
    for *channel, t in np.ndindex(*leading, x.shape[-1]):
        frame = (*channel, slice(None), t)
        usable = np.isfinite(knots[frame])
        out[frame] = curve(knots[frame][usable], values[frame][usable], wanted[frame])
    return mx.array(out) if isinstance(x, mx.array) else out
