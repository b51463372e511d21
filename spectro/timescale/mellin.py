"""The scale of a signal: the fast Mellin transform."""

from __future__ import annotations

import functools
import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, constant, namespace, numpy_numbers
from .._floor.checks import axis_of, finite, positive, positive_int
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.tracing import refuse_open_sizes
from .._floor.types import A, Others
from ..errors import ParameterError

STEPS = ("nearest", "nearest-up", "zero", "previous", "next")


@public("y")
@documented
def fmt(
    y: A | Others,
    *,
    t_min: float = 0.5,
    n_fmt: int | None = None,
    kind: str | int = "cubic",
    beta: float = 0.5,
    over_sample: float = 1,
    axis: int = -1,
) -> A:
    r"""Fast Mellin transform; with `beta` of 0.5 the scale transform, whose magnitude knows no time scale.

    :math:`M = \mathrm{FFT}_i \left[ \frac{\sqrt n}{m} \left(\frac{t_i}{n}\right)^\beta y(t_i) \right]` of the signal at
    the times :math:`t_i = t_{min} (n / t_{min})^{i / \lceil m + over\_sample \rceil}`, :math:`0 \le i < m`, in samples.

    Parameters
    ----------
    y : array (..., n)
        Real signal of at least three samples; of four for cubic interpolation.
    t_min : float > 0
        The first time, in samples; below `n - 1`.
    n_fmt : int >= 3, optional
        :math:`m`; by default :math:`\lceil over\_sample \cdot \ln((n - 1) / t_{min}) / \ln((n - 1) / (n - 2)) \rceil`,
        which puts the last two times about a sample apart.
    kind : str or int
        How samples are interpolated, as by `scipy.interpolate.interp1d`: 'cubic', 'linear', 'slinear', 'nearest',
        'nearest-up', 'zero', 'previous', 'next'; 'quadratic' or the order of a spline, for which SciPy looks at values.
    beta : float
        Parameter of the transform.
    over_sample : float >= 1
        How much closer together times are.
    axis : int
        Axis of the samples.

    Returns
    -------
    array (..., 1 + m // 2) complex64; complex128 for float64 in NumPy
        Transform, along `axis`.

    Raises
    ------
    ParameterError
        For a bad argument; for complex, too short or (NumPy input) non-finite signals; for more bins than there are
        times that differ.
    ImportError
        `kind` asks for SciPy, which is not installed.

    References
    ----------
    .. [1] De Sena, A. and Rocchesso, D., "A fast Mellin and scale transform", EURASIP Journal on Applied Signal
       Processing 2007.
    .. [2] Cohen, L., "The scale representation", IEEE Trans. Signal Processing 41(12), 1993.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.fmt(mx.random.normal((128,)), n_fmt=512).shape
    (257,)
    """
    x = _signal(y, axis)
    if isinstance(x, mx.array):
        refuse_open_sizes("fmt")
    n = x.shape[-1]
    t_min, beta = positive("fmt", "t_min", t_min), finite("fmt", "beta", beta)
    over_sample = finite("fmt", "over_sample", over_sample)
    if over_sample < 1:
        raise ParameterError(f"[fmt] over_sample must be at least 1, got {over_sample:g}")
    if t_min >= n - 1:
        raise ParameterError(f"[fmt] t_min must be below {n - 1} for {n} samples, got {t_min:g}")
    if n_fmt is not None and positive_int("fmt", "n_fmt", n_fmt) < 3:
        raise ParameterError(f"[fmt] n_fmt must be at least 3, got {n_fmt}")
    times = _times(n, t_min, n_fmt, over_sample)
    nx, double = namespace(x), x.dtype == np.float64
    weights = nx.array((math.sqrt(n) / times.size * (times / n) ** beta).astype(_real(x)))
    out = nx.fft.rfft(_at(x, times, kind) * weights, axis=-1)
    return nx.moveaxis(out if double else out.astype(nx.complex64), -1, axis)


def _signal(y: Any, axis: Any) -> Any:
    """Check a signal, and have its samples in the last dimension."""
    x = as_real("fmt", "y", y, made=np.asarray)
    if isinstance(x, np.ndarray):
        given = numpy_numbers("fmt", "y", y)
        x = given.astype(np.float64) if given.dtype.itemsize > 4 or given.dtype.kind != "f" else x
    axis = axis_of("fmt", axis, x.ndim)
    if x.shape[axis] < 3:
        raise ParameterError(f"[fmt] y must have at least 3 samples, got shape {x.shape} with axis={axis}")
    if isinstance(x, np.ndarray) and not np.isfinite(x).all():
        raise ParameterError("[fmt] y must be finite everywhere, got NaN or infinity")
    return namespace(x).moveaxis(x, axis, -1)


def _real(x: Any) -> type:
    """NumPy's type for the numbers that a signal is multiplied with."""
    return np.float64 if x.dtype == np.float64 else np.float32


@functools.lru_cache(maxsize=32)
def _times(n: int, t_min: float, n_fmt: int | None, over_sample: float) -> np.ndarray:
    """The times of interpolation in samples, evenly spaced in their logarithm."""
    count = n_fmt
    if count is None:
        count = math.ceil(over_sample * (math.log(n - 1) - math.log(t_min)) / (math.log(n - 1) - math.log(n - 2)))
    steps = math.ceil(count + over_sample)
    check_size("fmt", "the result", steps, itemsize=64, way_out="lower n_fmt or over_sample, or raise t_min")
    if t_min * (n / t_min) ** ((steps - 2) / steps) >= n - 1:  # the last two would both be the last sample
        raise ParameterError(f"[fmt] n_fmt must leave times that differ for {n} samples, got {n_fmt}; lower it")
    return np.minimum(t_min * (n / t_min) ** (np.arange(count) / steps), n - 1)


def _at(x: Any, times: np.ndarray, kind: Any) -> Any:
    """Interpolate x (..., n) at times: (..., m)."""
    nx = namespace(x)
    kind = {0: "zero", 1: "linear", 3: "cubic"}.get(kind, kind) if not isinstance(kind, bool) else kind
    if kind in STEPS:
        place = {"nearest": np.ceil(times - 0.5), "nearest-up": np.floor(times + 0.5), "next": np.ceil(times)}
        return nx.take(x, nx.array(place.get(kind, np.floor(times)).astype(np.int32)), axis=-1)
    if kind not in ("linear", "slinear", "cubic"):
        return _of_scipy(x, times, kind)
    left = np.minimum(times.astype(np.int32), x.shape[-1] - 2)
    first, later, share = nx.array(left), nx.array(left + 1), (times - left).astype(_real(x))
    rest = 1 - share
    line = nx.take(x, first, axis=-1) * nx.array(rest) + nx.take(x, later, axis=-1) * nx.array(share)
    if kind != "cubic":
        return line
    bend, low, high = _bends(x), nx.array((rest**3 - rest) / 6), nx.array((share**3 - share) / 6)
    return line + nx.take(bend, first, axis=-1) * low + nx.take(bend, later, axis=-1) * high


def _bends(x: Any) -> Any:
    """Second derivatives at its knots of the cubic spline through x (..., n) whose first two pieces are one.

    Those next to the ends are second differences. What is between them solves M[i - 1] + 4 M[i] + M[i + 1] = 6 d[i],
    with given ends: the sine transform diagonalizes that, here by the FFT of an odd signal.
    """
    nx, n = namespace(x), x.shape[-1]
    if n < 4:
        raise ParameterError(f"[fmt] y must have at least 4 samples for a cubic spline, got {n}; use kind='linear'")
    d = x[..., 2:] - 2 * x[..., 1:-1] + x[..., :-2]
    first, last = d[..., :1], d[..., -1:]
    bends = d
    if n > 4:
        at = nx.arange(n - 4)
        inner = 6 * d[..., 1:-1] - nx.where(at == 0, first, 0) - nx.where(at == n - 5, last, 0)
        zero = nx.zeros_like(first)
        odd = nx.concatenate([zero, inner, zero, -inner[..., ::-1]], axis=-1)
        solved = nx.fft.irfft(
            nx.fft.rfft(odd, axis=-1) * nx.array(_inverse(n - 3).astype(_real(x))), n=2 * (n - 3), axis=-1
        )
        bends = nx.concatenate([first, solved[..., 1 : n - 3], last], axis=-1)
    return nx.concatenate([2 * first - bends[..., 1:2], bends, 2 * last - bends[..., -2:-1]], axis=-1)


@functools.lru_cache(maxsize=32)
def _inverse(half: int) -> np.ndarray:
    """What the frequencies of an odd signal of 2 half samples are multiplied with."""
    return 1 / (4 + 2 * np.cos(np.pi * np.arange(half + 1) / half))


def _of_scipy(x: Any, times: np.ndarray, kind: Any) -> Any:
    """Interpolate as SciPy's `interp1d` of that kind, which looks at values."""
    interp1d = import_extra("scipy.interpolate", "fmt", f"kind={kind!r}").interp1d
    values = constant("fmt", "y", x)
    try:
        curve = interp1d(np.arange(values.shape[-1]), values, kind=kind, axis=-1, assume_sorted=True)
    except (NotImplementedError, ValueError, TypeError) as error:
        raise ParameterError(f"[fmt] kind must be one of SciPy's interp1d, got {kind!r}: {error}") from error
    return namespace(x).array(curve(times).astype(_real(x)))
