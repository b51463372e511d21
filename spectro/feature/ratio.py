"""`tempogram_ratio`: a tempogram read at the note values of its tempo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real
from .._floor.checks import positive, positive_int
from .._floor.docs import documented
from .._floor.interpolation import curve_of, filling, frame_by_frame, linear, places
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
    knots = tempi if freqs is None else places(where, "freqs", freqs)
    if knots.size != tg.shape[-2]:
        raise ParameterError(f"[{where}] freqs must have one tempo for each of {tg.shape[-2]} lags, got {knots.size}")
    if np.isfinite(knots).sum() < 2:
        raise ParameterError(f"[{where}] tg must have at least two lags of finite tempi, got shape {tg.shape}")
    multiples = FACTORS if factors is None else places(where, "factors", factors)
    asked = mx.expand_dims(bpm, -2) * mx.array(multiples, dtype=mx.float32)[:, None]  # (..., ratios, t)
    fill = filling(where, fill_value)
    if kind == "linear":
        ratios = linear(tg, knots, asked, fill)
    else:
        ratios = frame_by_frame(where, tg, knots[:, None], asked, curve_of(where, kind, fill))
    return ratios if aggregate is None else reduce(where, "aggregate", aggregate, ratios, (-1,), keepdims=False)  # type: ignore[return-value]


def _tempo_of_frames(where: str, bpm: Any, frames: int) -> mx.array:
    """The caller's tempo of each frame (..., t); one for all frames may be a number or have one frame."""
    bpm = as_real(where, "bpm", bpm)
    bpm = bpm if bpm.ndim else bpm[None]
    if bpm.shape[-1] not in (1, frames):
        raise ParameterError(f"[{where}] bpm must be a number, or one for each of {frames} frames, got {bpm.shape}")
    return mx.broadcast_to(bpm, (*bpm.shape[:-1], frames))
