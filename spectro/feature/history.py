"""What comes before and after a frame: `delta`, `stack_memory`."""

from __future__ import annotations

import functools
import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_array, constant, namespace, numpy_numbers
from .._floor.checks import finite, non_negative, one_of, positive_int
from .._floor.pieces import blocks
from .._floor.public import public
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..errors import ParameterError

EXTENSIONS = {"mirror": "reflect", "nearest": "edge", "wrap": "wrap"}  # SciPy's words in NumPy's


@public("data")
def delta(
    data: A | Others,
    *,
    width: int = 9,
    order: int = 1,
    axis: int = -1,
    mode: str = "interp",
    deriv: int | None = None,
    delta: float = 1.0,
    cval: float = 0.0,
    polyorder: int | None = None,
) -> A:
    """Derivative along an axis, of the polynomial that fits `width` frames best (Savitzky and Golay).

    Parameters
    ----------
    data : array (...)
        Features; real.
    width : odd int >= 3
        Frames of a fit; at most the frames of the axis where mode is 'interp'.
    order : int >= 1
        Order of the derivative and degree of the polynomial.
    axis : int
        Axis of the frames.
    mode : {'interp', 'nearest', 'mirror', 'constant', 'wrap'}
        What the first and last frames are: 'interp' derives the polynomials of the first and last `width` frames; the
        others extend the data as `scipy.ndimage` does, 'constant' with `cval`.
    deriv : int >= 0, optional
        Order of the derivative, where it is not `order`.
    delta : float
        Time from one frame to the next.
    cval : float
        Value beyond the ends in mode 'constant'.
    polyorder : int, optional
        Degree of the polynomial; it can only be `order`.

    Returns
    -------
    array (...)
        Derivatives, as many as there are data.

    Raises
    ------
    ParameterError
        If width is even, below 3, not above order, or too large for mode 'interp', or a parameter is unknown.

    References
    ----------
    .. [1] Savitzky, A. and Golay, M. J. E., "Smoothing and differentiation of data by simplified least squares
       procedures", Analytical Chemistry, 1964.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.feature.delta(np.arange(12.0) ** 2, width=3)[2:5].round(6).tolist()
    [4.0, 6.0, 8.0]
    """
    where = "delta"
    x = _single(where, data)
    if x.dtype in (mx.complex64, np.complex64):
        raise ParameterError(f"[{where}] data must be real, got complex values")
    if not isinstance(axis, (int, np.integer)) or not -x.ndim <= axis < x.ndim:
        raise ParameterError(f"[{where}] axis must be an axis of data with {x.ndim} dimensions, got {axis!r}")
    width, order = _widths(where, width, order, mode, x.shape[axis])
    if polyorder not in (None, order):
        raise ParameterError(f"[{where}] polyorder must be order={order}, got {polyorder!r}; give order alone")
    degree = order if deriv is None else int(non_negative(where, "deriv", deriv))
    fit = functools.partial(_fit, width, order, degree, finite(where, "delta", delta))
    xp, x, half = namespace(x), namespace(x).moveaxis(x, axis, -1), width // 2
    (middle,) = fit([half])
    if mode == "interp":
        ends = [_weighed(x[..., :width], fit(range(half))), _weighed(x[..., -width:], fit(range(half + 1, width)))]
        out = _joined(ends[0], x, middle, ends[1])
    else:
        apart = x.shape[-1] >= 4 * half  # the ends see nothing of each other but in mode 'wrap'
        near = xp.concatenate([x[..., : 2 * half], x[..., -2 * half :]], axis=-1) if apart else x
        near = _extended(near, half, half, EXTENSIONS.get(mode, mode), finite(where, "cval", cval))
        out = _slid(near, middle)
        out = _joined(out[..., :half], x, middle, out[..., -half:]) if apart else out
    return xp.moveaxis(out, -1, axis)


@public("data")
def stack_memory(
    data: A | Others,
    *,
    n_steps: int = 2,
    delay: int = 1,
    mode: str | Any = "constant",
    constant_values: Any = None,
    end_values: Any = None,
    reflect_type: Any = None,
    stat_length: Any = None,
) -> A:
    """Stack features on delayed copies of themselves: ``out[k d + i, t] = data[i, t - k delay]``, k < n_steps.

    Parameters
    ----------
    data : array (..., d, t)
        Features; a vector counts as one row.
    n_steps : int >= 1
        Copies, with the features themselves.
    delay : int
        Frames from one copy to the next: of the past where it is positive, of the future where it is negative; not 0.
    mode : str or callable
        What is put where a copy has no frame: a mode of `numpy.pad`, zeros by default. Modes that do more than repeat
        frames, such as 'mean', look at the values of an MLX array.
    constant_values, end_values, reflect_type, stat_length : optional
        Parameters of the mode, as in `numpy.pad`.

    Returns
    -------
    array (..., n_steps d, t)
        Features and their copies, of their type.

    Raises
    ------
    ParameterError
        If n_steps is not a positive integer, delay is 0 or no integer, or data has no frames.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.feature.stack_memory(np.arange(1.0, 5.0), n_steps=3).tolist()
    [[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 2.0, 3.0], [0.0, 0.0, 1.0, 2.0]]
    """
    where = "stack_memory"
    n_steps = positive_int(where, "n_steps", n_steps)
    if isinstance(delay, bool) or not isinstance(delay, (int, np.integer)) or delay == 0:
        raise ParameterError(f"[{where}] delay must be a non-zero integer, got {delay!r}")
    x = sized(where, data) if isinstance(data, mx.array) else np.atleast_1d(numpy_numbers(where, "data", data))
    x = x[None] if x.ndim == 1 else x
    if x.ndim < 2 or x.shape[-1] == 0:
        raise ParameterError(f"[{where}] data must have shape (..., d, t) with t at least 1, got {tuple(x.shape)}")
    reach, frames = (n_steps - 1) * abs(delay), x.shape[-1]
    before, after = (reach, 0) if delay > 0 else (0, reach)
    of_mode = {"constant_values": constant_values, "end_values": end_values}
    of_mode |= {"reflect_type": reflect_type, "stat_length": stat_length}
    x = _padded(where, x, before, after, mode, {name: value for name, value in of_mode.items() if value is not None})
    starts = [before - k * delay for k in range(n_steps)]
    return namespace(x).concatenate([x[..., start : start + frames] for start in starts], axis=-2)


def _single(where: str, data: Any) -> Any:
    """Take an array of any kind in single precision; what is not MLX's or half stays NumPy's."""
    x = sized(where, data) if isinstance(data, mx.array) else numpy_numbers(where, "data", data)
    if isinstance(x, mx.array) or x.dtype == np.float16:
        return as_array(where, "data", x)
    return np.atleast_1d(x.astype(np.complex64 if np.iscomplexobj(x) else np.float32, copy=False))


def _widths(where: str, width: Any, order: Any, mode: Any, frames: int) -> tuple[int, int]:
    """Check the sizes of a fit."""
    one_of(where, "mode", mode, ("interp", "nearest", "mirror", "constant", "wrap"))
    width, order = positive_int(where, "width", width), positive_int(where, "order", order)
    if width < 3 or width % 2 == 0:
        raise ParameterError(f"[{where}] width must be an odd integer of at least 3, got {width}")
    if mode == "interp" and width > frames:
        raise ParameterError(
            f"[{where}] width must be at most the {frames} frames of the axis when mode='interp', got {width}; "
            "lower width or use mode='nearest'"
        )
    if order >= width:
        raise ParameterError(f"[{where}] order must be below width={width}, got {order}")
    return width, order


def _fit(width: int, order: int, degree: int, step: float, at: Any) -> np.ndarray:
    """Weights (places, width) that give the derivatives of the best polynomial at some of its `width` frames."""
    half = width // 2
    powers = np.arange(order + 1)
    inverse = np.linalg.pinv(((np.arange(width)[:, None] - half) / half) ** powers)  # (order + 1, width)
    slopes = [math.perm(k, degree) for k in powers]
    places = (np.asarray(at, dtype=float)[:, None] - half) / half
    values = slopes * np.where(powers >= degree, places ** np.maximum(powers - degree, 0), 0.0)
    return values @ inverse / (half * step) ** degree


def _slid(x: Any, weights: np.ndarray) -> Any:
    """Weigh each run of frames: (..., n) -> (..., n - width + 1)."""
    count = x.shape[-1] - len(weights) + 1
    total = float(weights[0]) * x[..., :count]
    for k, weight in enumerate(weights[1:], 1):
        total += float(weight) * x[..., k : k + count]
    return total


def _joined(before: Any, x: Any, weights: np.ndarray, after: Any) -> Any:
    """Weighed runs of frames between those at the ends, in NumPy block by block: (..., n)."""
    if isinstance(x, mx.array):
        return mx.concatenate([before, _slid(x, weights), after], axis=-1)
    out, half = np.empty_like(x), before.shape[-1]
    out[..., :half], out[..., x.shape[-1] - half :] = before, after
    middle = out[..., half : x.shape[-1] - half]
    for block in blocks(middle.shape):
        seen = (*block[:-1], slice(block[-1].start, block[-1].stop + 2 * half))
        middle[block] = _slid(x[seen], weights)
    return out


def _weighed(x: Any, weights: np.ndarray) -> Any:
    """Weigh a few frames in several ways: (..., width) -> (..., ways)."""
    xp = namespace(x)
    return (x[..., None, :] * xp.array(weights, dtype=x.dtype)).sum(-1)


def _extended(x: Any, before: int, after: int, mode: str, value: Any = 0) -> Any:
    """Extend the last axis by samples of its own, or by a value."""
    xp = namespace(x)
    if mode == "constant":
        return xp.pad(x, [(0, 0)] * (x.ndim - 1) + [(before, after)], constant_values=value)
    places = np.pad(np.arange(x.shape[-1]), (before, after), mode=mode)  # type: ignore[call-overload]
    return xp.take(x, xp.array(places), axis=-1)


def _padded(where: str, x: Any, before: int, after: int, mode: Any, keywords: dict[str, Any]) -> Any:
    """Pad the last axis in any of NumPy's ways, as far as they need no values of an MLX array."""
    value = keywords.get("constant_values", 0)
    if isinstance(mode, str) and mode in ("edge", "reflect", "symmetric", "wrap") and not keywords:
        return _extended(x, before, after, mode)
    if mode == "constant" and np.size(value) == 1 and keywords.keys() <= {"constant_values"}:
        return _extended(x, before, after, mode, np.asarray(value).item())
    widths = [(0, 0)] * (x.ndim - 1) + [(before, after)]
    seen = constant(where, f"mode={mode!r}", x)
    try:
        padded = np.pad(seen, widths, mode=mode, **keywords)
    except ValueError as error:
        raise ParameterError(f"[{where}] mode must be one of numpy.pad's, with its parameters: {error}") from error
    return mx.array(padded) if isinstance(x, mx.array) else padded
