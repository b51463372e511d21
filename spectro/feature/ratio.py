"""`tempogram_ratio`: a tempogram read at the note values of its tempo."""

from __future__ import annotations

import functools
import importlib
import math
import numbers
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, evaluated, numpy_numbers
from .._floor.checks import finite, positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.reducers import reduce
from .._floor.tracing import refuse_open_sizes
from .._floor.types import A, Others
from ..errors import ParameterError
from ..onset.envelope import lazy_envelope
from ..windows.spec import WindowSpec
from .rhythm import tempi_of_lags, tempogram, weighted_levels

ArrayLike = Any
# from a sixteenth note to a whole one, with dotted ones and triplets, where the tempo counts quarters
FACTORS = np.array([4, 8 / 3, 3, 2, 4 / 3, 3 / 2, 1, 2 / 3, 3 / 4, 1 / 2, 1 / 3, 3 / 8, 1 / 4])


@public("y", "onset_envelope", "tg", "bpm")
@documented
def tempogram_ratio(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    onset_envelope: A | Others | None = None,
    tg: A | Others | None = None,
    bpm: ArrayLike = None,
    hop_length: int = 512,
    win_length: int = 384,
    start_bpm: float = 120,
    std_bpm: float = 1.0,
    max_tempo: float | None = 320.0,
    freqs: ArrayLike = None,
    factors: ArrayLike = None,
    aggregate: Callable[..., Any] | None = None,
    prior: Any = None,
    center: bool = True,
    window: WindowSpec = "hann",
    kind: str = "linear",
    fill_value: float = 0,
    norm: float | None = np.inf,
) -> A:
    """Tempogram ratios: how strong the tempogram is at multiples of the tempo of each frame.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    tg : array (..., lags, t), optional
        Tempogram, instead of `y` and `onset_envelope`.
    bpm : float or array (..., t), optional
        Tempo, or one of each frame; estimated by default.
    %(hop_length)s
    %(tempogram_length)s
    %(start_bpm)s
    max_tempo : float > 0, optional
        Tempi from it on are left out.
    freqs : array (lags,), optional
        Tempi of the lags; `spectro.tempo_frequencies` by default.
    factors : array (ratios,), optional
        Multiples of the tempo; 4, 8/3, 3, 2, 4/3, 3/2, 1, 2/3, 3/4, 1/2, 1/3, 3/8 and 1/4 by default.
    aggregate : callable, optional
        Called with `axis=-1` on the ratios of all frames.
    %(tempo_prior)s
    center, window
        As for `spectro.feature.tempogram`.
    kind : str
        Interpolation between lags: 'linear', or another of SciPy's `interp1d`, which looks at values.
    fill_value : float
        Finite, or NaN: the value of tempi beyond those of the lags.
    norm
        As for `spectro.feature.tempogram`.

    Returns
    -------
    array (..., ratios, t) float32; (..., ratios) where `aggregate` is given
        Strength at each multiple.

    Raises
    ------
    ParameterError
        For a bad argument, or when none of `y`, `onset_envelope` and `tg` is given.

    References
    ----------
    .. [1] Peeters, G., "Rhythm classification using spectral rhythm patterns", ISMIR 2005.
    .. [2] Prockup, M. et al., "Modeling musical rhythm at scale with the music genome project", WASPAA 2015.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.tempogram_ratio(mx.random.normal((22050,)), sr=22050).shape
    (13, 44)
    """
    where = "tempogram_ratio"
    refuse_open_sizes(where)
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    if tg is None:
        envelope = lazy_envelope(where, y, sr, onset_envelope, hop)
        keywords: dict[str, Any] = {"win_length": win_length, "center": center, "window": window, "norm": norm}
        tg = tempogram(onset_envelope=envelope, sr=sr, hop_length=hop, **keywords)
    tg = as_real(where, "tg", tg)
    if tg.ndim < 2 or 0 in tg.shape[-2:]:
        raise ParameterError(f"[{where}] tg must have shape (..., lags, t), got {tg.shape}")
    tempi = tempi_of_lags(tg.shape[-2], sr, hop)
    if bpm is None:
        level = weighted_levels(where, tempi, start_bpm, std_bpm, max_tempo, prior)
        levels = mx.log1p(1e6 * tg) + mx.array(level, dtype=mx.float32)[:, None]
        best = mx.argmax(levels, axis=-2) if levels.size else mx.zeros(levels[..., 0, :].shape, dtype=mx.int32)
        bpm = mx.take(mx.array(tempi, dtype=mx.float32), best)
    else:
        bpm = _tempo_of_frames(where, bpm, tg.shape[-1])
    knots = tempi if freqs is None else _line(where, "freqs", freqs)
    if knots.size != tg.shape[-2]:
        raise ParameterError(f"[{where}] freqs must have one tempo for each of {tg.shape[-2]} lags, got {knots.size}")
    if np.isfinite(knots).sum() < 2:
        raise ParameterError(f"[{where}] tg must have at least two lags of finite tempi, got shape {tg.shape}")
    multiples = FACTORS if factors is None else _line(where, "factors", factors)
    asked = mx.expand_dims(bpm, -2) * mx.array(multiples, dtype=mx.float32)[:, None]  # (..., ratios, t)
    interpolate = _linear if kind == "linear" else functools.partial(_of_scipy, where, kind)
    ratios = interpolate(tg, knots, asked, _filling(where, fill_value))
    return ratios if aggregate is None else reduce(where, "aggregate", aggregate, ratios, (-1,), keepdims=False)  # type: ignore[return-value]


def _tempo_of_frames(where: str, bpm: Any, frames: int) -> mx.array:
    """The caller's tempo of each frame (..., t); one for all frames may be a number or have one frame."""
    bpm = as_real(where, "bpm", bpm)
    bpm = bpm if bpm.ndim else bpm[None]
    if bpm.shape[-1] not in (1, frames):
        raise ParameterError(f"[{where}] bpm must be a number, or one for each of {frames} frames, got {bpm.shape}")
    return mx.broadcast_to(bpm, (*bpm.shape[:-1], frames))


def _filling(where: str, value: Any) -> float:
    """A finite number or NaN."""
    is_nan = isinstance(value, numbers.Real) and value != value
    return math.nan if is_nan else finite(where, "fill_value", value)


def _linear(tg: mx.array, knots: np.ndarray, asked: mx.array, fill_value: float) -> mx.array:
    """Interpolate each frame of a tempogram (..., lags, t) at tempi (..., ratios, t) between finite knots (lags,)."""
    order = np.argsort(knots)[: np.isfinite(knots).sum()]
    line = mx.array(knots[order], dtype=mx.float32)
    tg = mx.take(tg, mx.array(order), axis=-2)
    above = (mx.expand_dims(asked, -1) >= line).sum(-1)  # knots at or below: (..., ratios, t)
    left = mx.clip(above - 1, 0, line.size - 2)
    start, stop = mx.take(line, left), mx.take(line, left + 1)
    share = (asked - start) / (stop - start)
    tg = mx.broadcast_to(tg, (*left.shape[:-2], *tg.shape[-2:]))
    low, high = (mx.take_along_axis(tg, index, axis=-2) for index in (left, left + 1))
    inside = (asked >= line[0]) & (asked <= line[-1])
    return mx.where(inside, low + share * (high - low), fill_value)


def _of_scipy(where: str, kind: str, tg: mx.array, knots: np.ndarray, asked: mx.array, fill_value: float) -> mx.array:
    """Interpolate as SciPy's `interp1d` of that kind."""
    try:
        interp1d = importlib.import_module("scipy.interpolate").interp1d
    except ImportError as error:
        raise ParameterError(f"[{where}] kind must be 'linear' where SciPy is not installed, got {kind!r}") from error
    usable = np.isfinite(knots)
    values, tempi = evaluated(where, "tg", tg)[..., usable, :], evaluated(where, "bpm", asked)
    out = np.empty(np.broadcast_shapes(values.shape[:-2], tempi.shape[:-2]) + tempi.shape[-2:], dtype=np.float32)
    values, tempi = np.broadcast_to(values, (*out.shape[:-2], *values.shape[-2:])), np.broadcast_to(tempi, out.shape)
    for place in np.ndindex(*out.shape[:-2], out.shape[-1]):  # type: ignore[misc]
        *channel, t = place
        frame = (*channel, slice(None), t)
        try:
            curve = interp1d(knots[usable], values[frame], kind=kind, bounds_error=False, fill_value=fill_value)
        except (NotImplementedError, ValueError) as error:
            raise ParameterError(f"[{where}] kind must be one of SciPy's interp1d, got {kind!r}") from error
        out[frame] = curve(tempi[frame])
    return mx.array(out)


def _line(where: str, name: str, value: Any) -> np.ndarray:
    values = np.asarray(value) if isinstance(value, mx.array) else numpy_numbers(where, name, value)
    if values.ndim != 1 or np.iscomplexobj(values):
        raise ParameterError(f"[{where}] {name} must be a list of real numbers, got shape {values.shape}")
    return values.astype(np.float64)
