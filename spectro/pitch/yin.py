"""Fundamental frequencies of one voice: `yin`, and `pyin`, which weighs candidates and finds the likeliest path."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .._floor.arrays import as_audio
from .._floor.checks import finite, positive, positive_int, shown
from .._floor.docs import documented
from .._floor.pieces import padded_part
from .._floor.public import host
from .._host.periods import Lags, differences, periods_at, troughs
from .._host.voicing import Voice, tracked
from ..errors import ParameterError, warn

ArrayLike = Any
FRAMES = 1 << 12  # that are compared with themselves at a time
NEAR = ("constant", "edge", "reflect", "symmetric")  # paddings of which each sample is one not farther from the end


@host("y")
@documented
def yin(
    y: ArrayLike,
    *,
    fmin: float,
    fmax: float,
    sr: float = 22050,
    frame_length: int = 2048,
    win_length: int | None = None,
    hop_length: int | None = None,
    trough_threshold: float = 0.1,
    center: bool = True,
    pad_mode: str | Any = "constant",
) -> np.ndarray:
    r"""Fundamental frequency of each frame, by the first lag at which it is little different from itself.

    With :math:`d(\tau) = \sum_j (x_j - x_{j + \tau})^2` of a frame that is zero beyond its samples, and
    :math:`d'(\tau) = d(\tau) / \frac{1}{\tau} \sum_{j \le \tau} d(j)`, the period is the first minimum of :math:`d'`
    below the threshold, or else its least value, between lags by the parabola through three of them. It looks at
    values: a period is chosen by comparisons.

    Parameters
    ----------
    %(y)s
    %(f0_range)s
    %(sr)s
    %(f0_framing)s
    trough_threshold : float
        What a minimum must be below.
    %(f0_padding)s

    Returns
    -------
    numpy.ndarray (..., t) float64
        Frequencies in Hz, of silence and noise as well.

    Raises
    ------
    %(raises_f0)s

    References
    ----------
    %(yin_reference)s

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.sin(2 * np.pi * 220.0 * np.arange(22050) / 22050)
    >>> spectro.yin(y, fmin=65, fmax=1000)[20:22].round(1)
    array([220.3, 220.2])
    """
    where = "yin"
    threshold = _number(where, "trough_threshold", trough_threshold)
    seen = _compared(where, y, fmin, fmax, sr, frame_length, win_length, hop_length, center, pad_mode)
    hertz = np.concatenate([sr / _periods(d, threshold, seen.lags) for d in seen.parts], axis=-1)
    return hertz.reshape(*seen.channels, hertz.shape[-1])


def _periods(d: np.ndarray, threshold: float, lags: Lags) -> np.ndarray:
    """The first minimum below a threshold of differences (..., lags), or else the least: (...)."""
    below = troughs(d) & (d < threshold)
    k = np.where(below.any(axis=-1), below.argmax(axis=-1), d.argmin(axis=-1))
    return periods_at(d, (*np.indices(k.shape), k), lags)


@host("y")
@documented
def pyin(
    y: ArrayLike,
    *,
    fmin: float,
    fmax: float,
    sr: float = 22050,
    frame_length: int = 2048,
    win_length: int | None = None,
    hop_length: int | None = None,
    n_thresholds: int = 100,
    beta_parameters: tuple[float, float] = (2, 18),
    boltzmann_parameter: float = 2,
    resolution: float = 0.1,
    max_transition_rate: float = 35.92,
    switch_prob: float = 0.01,
    no_trough_prob: float = 0.01,
    fill_na: float | None = np.nan,
    center: bool = True,
    pad_mode: str | Any = "constant",
    transition_min_prob: float | None = 1e-4,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fundamental frequency of each frame, and whether it has one: the likeliest path through the candidates of `yin`.

    Every threshold of YIN, weighted by a beta distribution, votes for the minima below it, the first of them most. The
    votes are how likely each pitch makes what is observed, and Viterbi's algorithm finds the path among voiced and
    unvoiced pitches. It looks at values.

    Parameters
    ----------
    %(y)s
    %(f0_range)s
    %(sr)s
    %(f0_framing)s
    n_thresholds : int >= 1
        Number of thresholds, up to 1.
    beta_parameters : pair of float > 0
        Shape of the distribution of thresholds.
    boltzmann_parameter : float > 0
        How much more a minimum counts than the next.
    resolution : float > 0
        Width of a bin of pitch in semitones, rounded to an even part of one.
    max_transition_rate : float >= 0
        Most octaves in a second by which a pitch moves.
    switch_prob : float in 0 .. 1
        Probability to go from voiced to unvoiced, and back.
    no_trough_prob : float in 0 .. 1
        Weight of the votes of thresholds that are below all minima, for the least of them.
    fill_na : float, optional
        The frequency of unvoiced frames; None leaves them their best guess.
    %(f0_padding)s
    transition_min_prob : float >= 0, optional
        Transitions that are less likely than this are never taken, which takes less time; with None all count.

    Returns
    -------
    f0 : numpy.ndarray (..., t) float64
        Frequencies in Hz, of bins of pitch.
    voiced_flag : numpy.ndarray (..., t) of bool
        Whether a frame is voiced.
    voiced_prob : numpy.ndarray (..., t) float64
        How likely a frame is voiced, whatever is around it.

    Raises
    ------
    %(raises_f0)s

    Notes
    -----
    Differs from librosa: parameters that leave no probability are refused. librosa 0.11 has no `transition_min_prob`,
    and computes as with None.

    References
    ----------
    %(yin_reference)s
    .. [2] Mauch, M. and Dixon, S., "pYIN: A fundamental frequency estimator using probabilistic threshold
       distributions", ICASSP 2014.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.sin(2 * np.pi * 220.0 * np.arange(22050) / 22050)
    >>> f0, voiced, probability = spectro.pyin(y, fmin=65, fmax=1000)
    >>> f0[20:22].round(1), bool(voiced[20:22].all())
    (array([219.9, 219.9]), True)
    """
    where = "pyin"
    seen = _compared(where, y, fmin, fmax, sr, frame_length, win_length, hop_length, center, pad_mode)
    voice = Voice.of(
        where,
        fmin=float(fmin),
        fmax=float(fmax),
        resolution=resolution,
        octaves_per_second=max_transition_rate,
        frames_per_second=sr / seen.lags.hop,
        switch=switch_prob,
        no_trough=no_trough_prob,
        thresholds=n_thresholds,
        beta=beta_parameters,
        boltzmann=boltzmann_parameter,
        lowest=transition_min_prob,
    )
    f0, voiced, probability = tracked(seen.parts, (math.prod(seen.channels), seen.frames), seen.lags, sr, voice)
    if fill_na is not None:
        f0[~voiced] = _number(where, "fill_na", fill_na)
    return tuple(x.reshape(*seen.channels, x.shape[-1]) for x in (f0, voiced, probability))  # type: ignore[return-value]


class _Compared(NamedTuple):
    """What frames differ by, (channels, t, lags) in parts; the lags, the leading dimensions, how many frames."""

    lags: Lags
    channels: tuple[int, ...]
    frames: int
    parts: Iterator[np.ndarray]


def _compared(
    where: str,
    y: Any,
    fmin: Any,
    fmax: Any,
    sr: Any,
    frame_length: Any,
    win_length: Any,
    hop_length: Any,
    center: bool,
    pad_mode: Any,
) -> _Compared:
    """Compare the frames of a signal with themselves, as the parts are asked for."""
    if win_length is not None:
        warn(f"[{where}] win_length has no effect, and librosa 1.0 has it no more; leave it out", FutureWarning)
    samples = as_audio(where, "y", y, made=np.ascontiguousarray)
    frame = positive_int(where, "frame_length", frame_length)
    hop = max(frame // 4, 1) if hop_length is None else positive_int(where, "hop_length", hop_length)
    lags = _lags(where, fmin, fmax, positive(where, "sr", sr), frame, hop)
    channels, samples = samples.shape[:-1], samples.reshape(math.prod(samples.shape[:-1]), samples.shape[-1])
    width = frame // 2 if center else 0
    if width and (pad_mode not in NEAR or samples.shape[-1] <= width):
        samples, width = _padded(where, samples, (width, width), pad_mode), 0
    n = samples.shape[-1] + 2 * width
    if n < frame:
        raise ParameterError(f"[{where}] frame_length must be at most the {n} samples of y without center, got {frame}")
    count = 1 + (n - frame) // hop
    pad = functools.partial(_padded, where, pad_mode=pad_mode)
    return _Compared(lags, channels, count, _in_parts(lags, samples, count, width, pad))


def _in_parts(lags: Lags, samples: np.ndarray, count: int, width: int, pad: Any) -> Iterator[np.ndarray]:
    """What so many frames of samples (channels, n), with more on both sides, differ by; some of them at a time."""
    step = max(1, FRAMES // max(len(samples), 1))
    for first in range(0, count, step):
        last = min(first + step, count)
        begin, end = first * lags.hop, (last - 1) * lags.hop + lags.frame
        yield differences(padded_part(samples, begin, end, width, pad), lags)


def _padded(where: str, samples: np.ndarray, around: tuple[int, int], pad_mode: Any) -> np.ndarray:
    """Samples (channels, n) with more on both sides."""
    try:
        return np.pad(samples, ((0, 0), around), mode=pad_mode)
    except ValueError as error:
        raise ParameterError(f"[{where}] pad_mode must be a mode of numpy.pad, got {shown(pad_mode)}") from error


def _lags(where: str, fmin: Any, fmax: Any, sr: float, frame: int, hop: int) -> Lags:
    """The lags of the periods between two frequencies."""
    if fmin is None or fmax is None:
        raise ParameterError(f"[{where}] fmin and fmax must both be given, got fmin={fmin!r}, fmax={fmax!r}")
    fmin, fmax = positive(where, "fmin", fmin), positive(where, "fmax", fmax)
    if fmin >= fmax or fmax > sr / 2:
        raise ParameterError(
            f"[{where}] fmin must be below fmax, and fmax at most sr / 2 = {sr / 2}, got fmin={fmin}, fmax={fmax}"
        )
    longest = sr / fmin
    if longest >= frame - 1:
        raise ParameterError(
            f"[{where}] fmin must have a period of less than frame_length - 1 = {frame - 1} samples, got fmin={fmin}; "
            f"raise it, or use frame_length={math.floor(longest) + 2}"
        )
    if longest >= frame // 2:
        warn(
            f"[{where}] With fmin={fmin}, sr={sr} and frame_length={frame}, less than two periods of fmin fit into the "
            f"frame, which can make pitches wrong; use frame_length={2 * math.floor(longest) + 2}"
        )
    return Lags(frame, hop, math.floor(sr / fmax), min(math.ceil(longest), frame - 1))


def _number(where: str, name: str, value: Any) -> float:
    """A number, which may be infinite or NaN."""
    return value if isinstance(value, float) and not math.isfinite(value) else finite(where, name, value)
