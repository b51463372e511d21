"""Rhythm: `tempogram`, `fourier_tempogram`, `tempogram_ratio`, `tempo`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.banks import p_of_norm
from .._cpu import compiled
from .._engine.calls import bind
from .._floor.arrays import in_mlx, namespace, numpy_numbers
from .._floor.checks import finite, positive, positive_int, shown
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.public import host, public
from .._floor.types import A, Others
from .._front import Framing
from .._host.periods import autocorrelations
from .._plans import IstftPlan, SpectrogramPlan, StftPlan
from .._reference.pad import pad
from ..errors import ParameterError
from ..onset.envelope import check_finite, lazy_envelope, seen_envelope
from ..signals.autocorrelation import fast_length
from ..windows.spec import WindowSpec, analysis_window

ArrayLike = Any
TINY = float(np.finfo(np.float32).tiny)
SQUARED = 1e-15, 1e15  # what squares and sums well in float32
UNIT = 2.0**100
BELOW = -0.99  # the least of what has a logarithm once 1 is added
FRAMES = 1 << 13  # whose spectra are made at a time


@public("y", "onset_envelope")
@documented
def tempogram(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    onset_envelope: A | Others | None = None,
    hop_length: int = 512,
    win_length: int = 384,
    center: bool = True,
    window: WindowSpec = "hann",
    norm: float | None = np.inf,
) -> A:
    r"""Tempogram: the autocorrelation of the onset strength around each frame, by the lag in frames.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    %(tempogram_length)s
    center : bool
        Center the window on its frame, and pad the envelope with ramps to zero.
    %(window)s
    norm : float or None
        Scale each frame to a p-norm of 1: the largest value with infinity, the number of values with 0; None for none.

    Returns
    -------
    array (..., win_length, t) float32
        Autocorrelations; ``t - win_length + 1`` frames when not centered.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `onset_envelope` is given.

    References
    ----------
    .. [1] Grosche, P., Müller, M. and Kurth, F., "Cyclic tempogram: a mid-level tempo representation for music
       signals", ICASSP 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.tempogram(mx.random.normal((22050,)), sr=22050, win_length=32).shape
    (32, 44)
    """
    where = "tempogram"
    length = positive_int(where, "win_length", win_length)
    envelope = envelope_of(where, y, sr, onset_envelope, hop_length)
    frames, nx = envelope.shape[-1], namespace(envelope)
    if center:
        half = length // 2
        envelope = pad(envelope, half, "linear_ramp") if nx is mx else _between_ramps(envelope, half)
    elif frames < length:
        most = f"the {frames} frames where center is False"
        raise ParameterError(f"[{where}] win_length must be at most {most}, got {length}")
    p = p_of_norm(where, norm)
    if isinstance(envelope, np.ndarray) and compiled() is not None:
        samples = np.asarray(analysis_window(where, window, length, length))
        in_ones = bool(p)  # scaled to 1 at most, which a norm, unlike a number of values, does not see
        found = autocorrelations(envelope, samples, frames if center else frames - length + 1, in_ones)
        return (found if p == np.inf else scaled(found, p)).swapaxes(-1, -2)
    unit = _unit(envelope)
    n_fft, power = _local_power(where, envelope / unit, length, window)
    spectra = power[..., :frames, :].astype(nx.complex64)
    inverted = mx.fft.irfft(spectra, n=n_fft, axis=-1) if nx is mx else _inverted(where, spectra, n_fft)
    correlated = inverted[..., :length]
    if not p:
        correlated = correlated * unit[..., None] * unit[..., None]
    return scaled(correlated, p).swapaxes(-1, -2)


def _unit(envelope: Any) -> Any:
    """A power of two for each envelope (..., t), in whose units it can be squared: (..., 1)."""
    nx, (low, high) = namespace(envelope), SQUARED
    largest = abs(envelope).max(axis=-1, keepdims=True)
    return nx.where(largest > high, UNIT, nx.where((largest < low) & (largest > 0), 1 / UNIT, 1.0)).astype(nx.float32)


def envelope_of(where: str, y: Any, sr: Any, onset_envelope: Any, hop_length: Any, *, median: bool = False) -> Any:
    """The envelope (..., t) of either in float32: NumPy's where all is NumPy's, in full precision."""
    given = [x for x in (y, onset_envelope) if x is not None]
    if not all(isinstance(x, np.ndarray) and x.dtype in (np.float32, np.float64) for x in given):
        return lazy_envelope(where, y, sr, onset_envelope, hop_length, median=median)
    if onset_envelope is not None:
        check_finite(where, onset_envelope)
    return np.asarray(seen_envelope(where, y, sr, onset_envelope, hop_length, median=median), np.float32)


def _between_ramps(envelope: np.ndarray, width: int) -> np.ndarray:
    """Pad the last axis with ramps to zero."""
    return np.pad(envelope, [(0, 0)] * (envelope.ndim - 1) + [(width, width)], mode="linear_ramp")


def _inverted(where: str, spectra: np.ndarray, n_fft: int) -> np.ndarray:
    """Inverse real FFT of spectra (..., t, f), each a frame that no other overlaps: (..., t, n_fft)."""
    *channels, frames, _ = spectra.shape
    plan = IstftPlan(n_fft, n_fft, n_fft, center=False, length=frames * n_fft)
    window = analysis_window(where, "boxcar", n_fft, n_fft)
    istft = bind("istft", plan, Kind(spectra.shape, mx.complex64), window)
    samples = istft(spectra) if getattr(istft, "takes_numpy", False) else np.asarray(istft(in_mlx(spectra)))
    return samples.reshape(*channels, frames, n_fft)


def _local_power(where: str, envelope: Any, length: int, window: WindowSpec = "hann") -> tuple[int, Any]:
    """Power spectra of windows of an envelope (..., t), with room for all lags: n_fft, (..., t - length + 1, f)."""
    n_fft = fast_length(2 * length - 1)
    plan = StftPlan(n_fft, 1, length, center=False, pad_mode="constant")
    before = (n_fft - length) // 2  # the window stands in the middle of the frame of the FFT
    padded = namespace(envelope).pad(envelope, [(0, 0)] * (envelope.ndim - 1) + [(before, n_fft - length - before)])
    samples = analysis_window(where, window, length, n_fft)
    spectrogram = bind("spectrogram", SpectrogramPlan(plan, 2.0), Kind(padded.shape, mx.float32), samples)
    if not getattr(spectrogram, "takes_numpy", False) and isinstance(padded, np.ndarray):
        return n_fft, np.asarray(spectrogram(in_mlx(padded)))
    return n_fft, spectrogram(padded)


def _mean_autocorrelation(where: str, envelope: np.ndarray, length: int) -> np.ndarray:
    """The mean over the frames of a `tempogram`, without one: (..., t) -> (..., length).

    The lag of 0 has the largest autocorrelation, which is the mean of a frame's powers; so the frames are scaled before
    the transform, which is linear, and only their mean is transformed.
    """
    frames, half = envelope.shape[-1], length // 2
    padded = _between_ramps(envelope, half).astype(np.float32)
    total: Any = 0.0
    for first in range(0, frames, FRAMES):
        last = min(first + FRAMES, frames)
        n_fft, power = _local_power(where, padded[..., first : last + length - 1], length)
        power = power[..., : last - first, :]
        multiplicity = np.full(power.shape[-1], 2 / n_fft, np.float32)
        multiplicity[[0, -1] if n_fft % 2 == 0 else [0]] = 1 / n_fft
        largest = np.einsum("...tf,f->...t", power, multiplicity)  # small: threads of a matrix product would cost more
        scale = 1 / np.where(largest < TINY, 1, largest) / frames
        total = total + np.einsum("...t,...tf->...f", scale, power)
    return np.fft.irfft(total, n=n_fft, axis=-1)[..., :length]


def _squares_well(envelope: np.ndarray) -> bool:
    """Whether no sample's square is lost in float32."""
    size = np.abs(envelope[envelope != 0])
    return size.size == 0 or bool(size.min() > SQUARED[0] and size.max() < SQUARED[1])


def scaled(x: Any, p: float | None) -> Any:
    """Scale the last axis to a p-norm of 1, unless there is nothing to scale."""
    if p is None:
        return x
    size, nx = abs(x), namespace(x)
    if p == -np.inf:
        length = size.min(axis=-1, keepdims=True)
    elif p == 0:
        length = (size > 0).sum(axis=-1, keepdims=True).astype(x.dtype)
    else:
        length = size.max(axis=-1, keepdims=True)
    x = x / nx.where(length < TINY, 1, length)
    if abs(p) == np.inf or p == 0:
        return x
    size = abs(x)  # at most 1
    total = (nx.where(size > 0, size, 1) ** p * (size > 0)).sum(axis=-1, keepdims=True)
    return x / nx.where(total > 0, nx.where(total > 0, total, 1) ** (1 / p), 1)


@public("y", "onset_envelope")
@documented
def fourier_tempogram(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    onset_envelope: A | Others | None = None,
    hop_length: int = 512,
    win_length: int = 384,
    center: bool = True,
    window: WindowSpec = "hann",
) -> A:
    """Fourier tempogram: the STFT of the onset strength, a frame at a time.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    %(tempogram_length)s
    center : bool
        Center the window on its frame, and pad the envelope with zeros.
    %(window)s

    Returns
    -------
    array (..., 1 + win_length // 2, t) complex64
        Spectra of the tempi `spectro.fourier_tempo_frequencies`; one frame more than the envelope has where
        `win_length` is even, ``t - win_length + 1`` frames when not centered.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `onset_envelope` is given.

    References
    ----------
    .. [1] Grosche, P., Müller, M. and Kurth, F., "Cyclic tempogram: a mid-level tempo representation for music
       signals", ICASSP 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.fourier_tempogram(mx.random.normal((22050,)), sr=22050, win_length=32).shape
    (17, 45)
    """
    where = "fourier_tempogram"
    length = positive_int(where, "win_length", win_length)
    envelope = envelope_of(where, y, sr, onset_envelope, hop_length)
    framing, names = Framing(length, 1, window=window, center=center), {"frame": "win_length", "signal": "an envelope"}
    plan, samples = framing.of(where, envelope, **names)  # a shape will do
    stft = bind("stft", plan, Kind(envelope.shape, mx.float32), samples, gives_frames_last=True)
    return stft(envelope if getattr(stft, "takes_numpy", False) else in_mlx(envelope))


@host("y", "onset_envelope", "tg")
@documented
def tempo(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    onset_envelope: ArrayLike = None,
    tg: ArrayLike = None,
    hop_length: int = 512,
    start_bpm: float = 120,
    std_bpm: float = 1.0,
    ac_size: float = 8.0,
    max_tempo: float | None = 320.0,
    aggregate: Callable[..., Any] | None = np.mean,
    prior: Any = None,
) -> np.ndarray:
    r"""Estimate the tempo: the peak of the tempogram :math:`T`, weighted by how usual a tempo is.

    .. math:: \arg\max_b \log(1 + 10^6\, T[b]) - \tfrac12 (\log_2(b / b_0) / \sigma)^2

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    tg : array (..., lags, t), optional
        Tempogram, instead of `y` and `onset_envelope`.
    %(hop_length)s
    %(start_bpm)s
    ac_size : float > 0
        Seconds of the window of the tempogram.
    max_tempo : float > 0, optional
        Tempi from it on are left out.
    aggregate : callable, optional
        Called with `axis=-1` and `keepdims=True` on the tempogram; None for a tempo of each frame.
    %(tempo_prior)s

    Returns
    -------
    NumPy array (..., 1) or (..., t) float64
        Tempo in beats per minute.

    Raises
    ------
    ParameterError
        For a bad argument, or when none of `y`, `onset_envelope` and `tg` is given.

    References
    ----------
    .. [1] Ellis, D. P. W., "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> clicks = np.zeros(10 * 22050, np.float32)
    >>> clicks[::11025] = 1
    >>> spectro.feature.tempo(clicks, sr=22050).round(1)
    array([117.5])
    """
    where = "tempo"
    if aggregate is not None and not callable(aggregate):
        raise ParameterError(f"[{where}] aggregate must be a function or None, got {shown(aggregate)}")
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    if tg is None:
        length = int(positive(where, "ac_size", ac_size) * sr) // hop
        if length == 0:
            raise ParameterError(f"[{where}] ac_size must be at least a hop, {hop / sr:g} seconds, got {ac_size!r}")
        envelope = seen_envelope(where, y, sr, onset_envelope, hop)
        check_finite(where, envelope)
        mean = aggregate is np.mean and _squares_well(envelope)
        if mean:
            tg = _mean_autocorrelation(where, envelope, length)[..., None]
        else:
            tg = tempogram(onset_envelope=envelope, sr=sr, hop_length=hop, win_length=length)
    else:
        mean, tg = False, _seen_tempogram(where, tg)
    if aggregate is not None and not mean:
        tg = aggregate(tg, axis=-1, keepdims=True)
    tempi = tempi_of_lags(tg.shape[-2], sr, hop)
    level = weighted_levels(where, tempi, start_bpm, std_bpm, max_tempo, prior)
    return tempi[np.argmax(heights(tg) + level[:, None], axis=-2)]


def heights(tg: Any) -> Any:
    """Where the peak of a tempogram T is sought: log(1 + 10^6 T), and little where rounding has left T below zero."""
    nx = namespace(tg)
    return nx.log1p(nx.maximum(1e6 * tg, BELOW))


def weighted_levels(
    where: str, tempi: np.ndarray, start_bpm: Any, std_bpm: Any, max_tempo: Any, prior: Any
) -> np.ndarray:
    """The logarithm of how usual each tempo is, in falling order: a normal density of log2(tempo), or the caller's."""
    only = start_bpm.item() if getattr(start_bpm, "shape", ()) == (1,) else start_bpm
    start, deviation = positive(where, "start_bpm", only), finite(where, "std_bpm", std_bpm)
    if prior is None:
        with np.errstate(divide="ignore", invalid="ignore"):  # no other tempo is usual where none may deviate
            level = -0.5 * ((np.log2(tempi) - np.log2(start)) / np.float64(deviation)) ** 2
    else:
        level = density(prior, tempi).copy()
    if max_tempo is not None:
        most = max_tempo if max_tempo == np.inf else finite(where, "max_tempo", max_tempo)
        level[: int(np.argmax(tempi < most))] = -np.inf
    return level


def density(prior: Any, tempi: np.ndarray) -> np.ndarray:
    """The log density of a distribution of the caller's, at each tempo."""
    if not callable(getattr(prior, "logpdf", None)):
        raise ParameterError(f"[tempo] prior must be a distribution, with a method logpdf, got {shown(prior)}")
    return np.asarray(prior.logpdf(tempi), dtype=np.float64)


def tempi_of_lags(lags: int, sr: float, hop_length: int) -> np.ndarray:
    """`tempo_frequencies` in double precision."""
    tempi = np.full(lags, np.inf)
    tempi[1:] = 60.0 * sr / (hop_length * np.arange(1.0, lags))
    return tempi


def _seen_tempogram(where: str, tg: Any) -> np.ndarray:
    values = numpy_numbers(where, "tg", tg)
    if values.ndim < 2 or 0 in values.shape[-2:] or np.iscomplexobj(values):
        raise ParameterError(f"[{where}] tg must be real, of shape (..., lags, t), got {values.dtype} {values.shape}")
    return values if values.dtype in (np.float32, np.float64) else values.astype(np.float64)
