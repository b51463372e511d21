"""Beats: `beat_track`, `plp`; and the tempo that they have."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from ._floor.absent import absent
from ._floor.arrays import numpy_numbers
from ._floor.checks import one_of, positive, positive_int
from ._floor.docs import documented
from ._floor.pieces import joined, pieces
from ._floor.public import host, public
from ._floor.types import A, Others
from ._host.beats import tracked
from ._reference.magnitude import magnitude
from .convert.frequency import fourier_tempo_frequencies
from .errors import ParameterError
from .feature.rhythm import TINY, density, envelope_of, fourier_tempogram, tempo
from .onset.detect import UNITS, in_units
from .onset.envelope import seen_envelope
from .spectrum import istft

__getattr__ = absent(__name__)

__all__ = ["beat_track", "plp", "tempo"]

ArrayLike = Any
FLOOR = float(np.sqrt(TINY))  # a power of two
FRAMES = 1 << 11  # whose spectra are kept at a time


@host("y", "onset_envelope", "bpm")
@documented
def beat_track(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    onset_envelope: ArrayLike = None,
    hop_length: int = 512,
    start_bpm: float = 120.0,
    tightness: float = 100,
    trim: bool = True,
    bpm: ArrayLike = None,
    prior: Any = None,
    units: str = "frames",
    sparse: bool = True,
) -> tuple[Any, np.ndarray]:
    r"""Track beats by dynamic programming: strong onsets, about one period :math:`p` of the tempo apart.

    The beats :math:`b_i` maximize :math:`\sum_i L[b_i] - \alpha \sum_i \log^2((b_i - b_{i-1}) / p)`, where
    :math:`L` is the onset strength, smoothed, and :math:`\alpha` the tightness.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    start_bpm : float > 0
        Tempo that `spectro.feature.tempo` starts from.
    tightness : float > 0
        How close beats are to the tempo.
    trim : bool
        Leave out weak beats at both ends.
    bpm : number or array (...) or (..., t), optional
        Tempo in beats per minute: one, one for each channel, or one for each frame. Estimated by default.
    %(tempo_prior)s
    %(event_units)s
    %(sparse_events)s

    Returns
    -------
    tempo : NumPy array (..., 1) float64, or `bpm` as it is
        Tempo in beats per minute; 0 where nothing sounds.
    beats : NumPy array (beats,) int64 or float64, or (..., t) bool
        Beats in the units asked for; where they are, when `sparse` is False.

    Raises
    ------
    ParameterError
        For a bad argument, a `bpm` of another shape than the envelope's, or several channels with `sparse`.

    References
    ----------
    .. [1] Ellis, D. P. W., "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> clicks = np.zeros(10 * 22050, np.float32)
    >>> clicks[::11025] = 1
    >>> tempo, beats = spectro.beat.beat_track(clicks, sr=22050)
    >>> tempo.round(1), beats[:4]
    (array([117.5]), array([22, 44, 65, 87]))
    """
    where = "beat_track"
    one_of(where, "units", units, UNITS)
    tightness = positive(where, "tightness", tightness)
    envelope = seen_envelope(where, y, sr, onset_envelope, hop_length, median=True)
    if sparse and envelope.ndim > 1:
        raise ParameterError(
            f"[{where}] one channel must be given where sparse is True, got shape {envelope.shape}; use sparse=False"
        )
    if not envelope.any():
        beats = np.zeros(0 if sparse else envelope.shape, dtype=np.int64 if sparse else bool)
        return (0.0 if sparse else np.zeros(envelope.shape[:-1])), beats
    if bpm is None:
        options = {"sr": sr, "hop_length": hop_length, "start_bpm": start_bpm, "prior": prior}
        bpm = tempo(onset_envelope=envelope, **options)
    periods = _periods(where, bpm, envelope.shape, sr, hop_length)
    beats = np.zeros(envelope.shape, dtype=bool)
    for channel in np.ndindex(envelope.shape[:-1]):
        beats[channel] = tracked(envelope[channel], periods[channel], tightness, trim)
    return bpm, in_units(np.flatnonzero(beats), units, sr, hop_length) if sparse else beats


def _periods(where: str, bpm: Any, shape: tuple[int, ...], sr: float, hop_length: int) -> np.ndarray:
    """Frames from beat to beat: (..., 1), or (..., t) where the tempo changes."""
    tempi = np.atleast_1d(numpy_numbers(where, "bpm", bpm))
    if np.iscomplexobj(tempi) or not (tempi > 0).all():
        raise ParameterError(f"[{where}] bpm must be positive, got {tempi.min()}")
    given = tempi.shape
    if tempi.ndim < len(shape):
        tempi = tempi.reshape(*given, *[1] * (len(shape) - tempi.ndim))
    if tempi.ndim > len(shape) or any(have not in (1, want) for have, want in zip(tempi.shape, shape)):
        raise ParameterError(f"[{where}] bpm must have a shape that fits the envelope's, {shape}, got {given}")
    periods = np.rint(60.0 * (sr / hop_length) / tempi)
    if not (periods >= 1).all():
        most = 60 * sr / hop_length
        raise ParameterError(f"[{where}] bpm must be at most {most:g}, a beat a frame, got {tempi.max():g}")
    return np.broadcast_to(periods, (*shape[:-1], periods.shape[-1]))


@public("y", "onset_envelope")
@documented
def plp(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    onset_envelope: A | Others | None = None,
    hop_length: int = 512,
    win_length: int = 384,
    tempo_min: float | None = 30,
    tempo_max: float | None = 300,
    prior: Any = None,
) -> A:
    """Predominant local pulse: what remains of the onset strength where each frame keeps its strongest tempo alone.

    The peaks of the curve are beats. It needs no more than `win_length` frames around each, so the tempo may change.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    %(tempogram_length)s
    tempo_min, tempo_max : float > 0, optional
        The range of tempi, in beats per minute; None for no limit.
    %(tempo_prior)s

    Returns
    -------
    array (..., t) float32
        The pulse, from 0 to 1.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `onset_envelope` is given.

    Notes
    -----
    As in librosa, spectra whose strongest tempo has a negative real part keep their size, and outweigh all others.

    References
    ----------
    .. [1] Grosche, P. and Müller, M., "Extracting predominant local pulse information from music recordings",
       IEEE Trans. ASLP 19(6), 2011.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.beat.plp(mx.random.normal((22050,)), sr=22050, win_length=32).shape
    (44,)
    """
    where = "plp"
    length = positive_int(where, "win_length", win_length)
    low = 0.0 if tempo_min is None else positive(where, "tempo_min", tempo_min)
    high = np.inf if tempo_max is None else positive(where, "tempo_max", tempo_max)
    if high <= low:
        raise ParameterError(f"[{where}] tempo_max must be above tempo_min={tempo_min!r}, got {tempo_max!r}")
    tempi = np.asarray(fourier_tempo_frequencies(sr=sr, hop_length=hop_length, win_length=length), dtype=np.float64)
    kept, level = (tempi >= low) & (tempi <= high), None if prior is None else density(prior, tempi)

    def pulse(envelope: Any) -> tuple[mx.array, mx.array]:
        D = fourier_tempogram(onset_envelope=envelope, sr=sr, hop_length=hop_length, win_length=length)
        return _pulse(mx.array(D), kept, level, length, envelope.shape[-1])

    envelope = envelope_of(where, y, sr, onset_envelope, hop_length, median=True)
    if isinstance(envelope, mx.array):
        return _to_one(*pulse(envelope))  # type: ignore[return-value]
    cut = pieces(envelope.shape, envelope.shape[-1], 1, reach=length, step=1, samples=FRAMES)
    parts = joined(lambda part: tuple(map(np.asarray, pulse(part))), envelope, cut, axis=-1)
    return _to_one(*map(mx.array, parts))  # type: ignore[return-value]


def _pulse(
    D: mx.array, kept: np.ndarray, level: np.ndarray | None, length: int, frames: int
) -> tuple[mx.array, mx.array]:
    """Overlap-add the strongest tempo of each frame of D (..., f, t), FLOOR times as large; which ones are negative."""
    first, last = (int(row) for row in np.flatnonzero(kept)[[0, -1]]) if kept.any() else (0, 0)
    rows = slice(first, last + 1)
    band = D[..., rows, :] * mx.array(kept[rows])[:, None]
    strength = mx.log1p(1e6 * magnitude(band))
    if level is not None:
        strength = strength + mx.array(level[rows], dtype=mx.float32)[:, None]
    most = strength.max(axis=-2, keepdims=True)
    if level is not None and not kept.all():  # all other tempi are silent, but may be usual
        most = mx.maximum(most, float(level[~kept].max()))
    band = mx.where(mx.stop_gradient(strength >= most), band, 0)
    # of unit size where its real part is positive: complex numbers are compared by their real parts, and the rest is 0
    largest = mx.where(band.real > 0, magnitude(band), 0).max(axis=-2, keepdims=True)
    whole = [(0, 0)] * (D.ndim - 2) + [(first, len(kept) - 1 - last), (0, 0)]
    D = mx.pad(band * (FLOOR / (largest + FLOOR)), whole)
    pulse = istft(D, hop_length=1, n_fft=length, length=frames)
    negative = largest[..., 0, :] == 0
    return mx.maximum(pulse, 0), negative[..., :frames] | negative[..., -frames:]


def _to_one(pulse: mx.array, negative: mx.array) -> mx.array:
    """Scale a pulse to a peak of 1; before, only one without negative frames is of unit size."""
    pulse = pulse * mx.where(negative.any(axis=-1, keepdims=True), 1, 1 / FLOOR)
    peak = pulse.max(axis=-1, keepdims=True)
    return pulse / mx.where(peak > TINY, peak, 1)
