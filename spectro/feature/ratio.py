"""`tempogram_ratio`: a tempogram read at the note values of its tempo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, numpy_numbers, to_mlx
from .._floor.checks import positive, positive_int
from .._floor.docs import documented
from .._floor.interpolation import curve_of, filling, frame_by_frame, linear, places
from .._floor.pieces import Piece, Whole, pieces, uncut
from .._floor.public import public
from .._floor.reducers import reduce
from .._floor.tracing import refuse_open_sizes
from .._floor.types import A, Others
from ..errors import ParameterError
from ..windows.spec import WindowSpec
from .rhythm import envelope_of, heights, tempi_of_lags, tempogram, weighted_levels

ArrayLike = Any
WHERE = "tempogram_ratio"
FRAMES = 1 << 10  # that are read at a time
TOGETHER = 32  # frames that the kernel correlates at once, at most
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
    refuse_open_sizes(WHERE)
    sr, hop = positive(WHERE, "sr", sr), positive_int(WHERE, "hop_length", hop_length)
    if tg is None:
        given, lags = envelope_of(WHERE, y, sr, onset_envelope, hop), positive_int(WHERE, "win_length", win_length)
        channels, frames = given.shape[:-1], max(given.shape[-1] - (0 if center else lags - 1), 0)
    else:
        given = tg if isinstance(tg, mx.array) else numpy_numbers(WHERE, "tg", tg)
        if given.ndim < 2 or 0 in given.shape[-2:]:
            raise ParameterError(f"[{WHERE}] tg must have shape (..., lags, t), got {given.shape}")
        *channels, lags, frames = given.shape
    tempo = None if bpm is None else _tempo_of_frames(bpm, frames)
    tempi = tempi_of_lags(lags, sr, hop)
    usual = weighted_levels(WHERE, tempi, start_bpm, std_bpm, max_tempo, prior) if bpm is None else None
    reading = _Reading.of(tempi, usual, freqs, factors, kind, fill_value)

    def ratios(piece: Piece) -> mx.array:
        part = given[..., piece.samples]
        if tg is None:
            part = tempogram(onset_envelope=part, win_length=lags, center=center, window=window, norm=norm)
        part = as_real(WHERE, "tg", part[..., piece.own])
        return reading.ratios(part, None if tempo is None else tempo[..., piece.frames])

    at_once, shape = any(isinstance(x, mx.array) for x in (given, bpm)), (*channels, given.shape[-1])
    reach = 0 if tg is not None else lags - lags // 2 if center else lags
    cut = uncut(shape, frames) if at_once else pieces(shape, frames, 1, reach=reach, step=TOGETHER, samples=FRAMES)
    found = _joined(ratios, cut)
    return found if aggregate is None else reduce(WHERE, "aggregate", aggregate, found, (-1,), keepdims=False)  # type: ignore[return-value]


def _joined(call: Callable[[Piece], Any], cut: list[Piece]) -> Any:
    """What a long tempogram gives, piece by piece."""
    if len(cut) == 1:
        return call(cut[0])
    whole = Whole(cut[-1].frames.stop, -1)
    for piece in cut:
        whole.put(piece.frames, np.asarray(call(piece)))
    return to_mlx(whole.array)


class _Reading(NamedTuple):
    """How the frames of a tempogram are read."""

    tempi: np.ndarray  # of the lags
    usual: Any  # how much so, in logarithms
    knots: np.ndarray  # the tempi that the caller says that the lags have
    multiples: np.ndarray
    kind: str
    fill: float

    @classmethod
    def of(cls, tempi: np.ndarray, usual: Any, freqs: Any, factors: Any, kind: str, fill_value: Any) -> _Reading:
        """Check what the caller says."""
        knots = tempi if freqs is None else places(WHERE, "freqs", freqs)
        if knots.size != tempi.size:
            raise ParameterError(f"[{WHERE}] freqs must have one tempo for each of {tempi.size} lags, got {knots.size}")
        if np.isfinite(knots).sum() < 2:
            raise ParameterError(f"[{WHERE}] tg must have at least two lags of finite tempi, got {tempi.size} lags")
        multiples = FACTORS if factors is None else places(WHERE, "factors", factors)
        return cls(tempi, usual, knots, multiples, kind, filling(WHERE, fill_value))

    def ratios(self, tg: mx.array, tempo: mx.array | None) -> mx.array:
        """Read (..., lags, t) at the multiples of the tempi (..., t), the likeliest where there are none."""
        if tempo is None:
            levels = heights(tg) + mx.array(self.usual, dtype=mx.float32)[:, None]
            best = mx.argmax(levels, axis=-2) if levels.size else mx.zeros(levels[..., 0, :].shape, dtype=mx.int32)
            best = mx.stop_gradient(best)  # else MLX looks for the derivative by an index
            tempo = mx.take(mx.array(self.tempi, dtype=mx.float32), best)
        asked = mx.expand_dims(tempo, -2) * mx.array(self.multiples, dtype=mx.float32)[:, None]  # (..., ratios, t)
        if self.kind == "linear":
            return linear(tg, self.knots, asked, self.fill)
        return frame_by_frame(WHERE, tg, self.knots[:, None], asked, curve_of(WHERE, self.kind, self.fill))


def _tempo_of_frames(bpm: Any, frames: int) -> mx.array:
    """The caller's tempo of each frame (..., t); one for all frames may be a number or have one frame."""
    bpm = as_real(WHERE, "bpm", bpm)
    bpm = bpm if bpm.ndim else bpm[None]
    if bpm.shape[-1] not in (1, frames):
        raise ParameterError(f"[{WHERE}] bpm must be a number, or one for each of {frames} frames, got {bpm.shape}")
    return mx.broadcast_to(bpm, (*bpm.shape[:-1], frames))
