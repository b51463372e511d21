"""Test signals: tones, sweeps and click tracks."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import finite, positive, positive_int
from .._floor.docs import documented
from .._floor.public import host, public
from .._floor.sizes import check_size
from ..convert.time import frames_to_samples, time_to_samples
from ..errors import ParameterError

ArrayLike = Any
SAMPLE = 32  # bytes for a sample while it is made: time, phase and value in float64


@public()
@documented
def tone(
    frequency: float,
    *,
    sr: float = 22050,
    length: int | None = None,
    duration: float | None = None,
    phi: float | None = None,
) -> np.ndarray:
    r"""Cosine of one frequency: :math:`y[n] = \cos(2 \pi f n / sr + \phi)`.

    Parameters
    ----------
    frequency : float
        Frequency in Hz.
    %(sr)s
    %(length_or_duration)s
    phi : float, optional
        Phase of the first sample in radians; ``-pi / 2`` by default, which makes a sine.

    Returns
    -------
    array (length,) float64; float32 in MLX
        Signal.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `length` nor `duration` is given.

    Examples
    --------
    >>> import spectro
    >>> spectro.tone(1000, sr=4000, length=4).round(6) + 0.0
    array([ 0.,  1.,  0., -1.])
    """
    if frequency is None:
        raise ParameterError("[tone] frequency must be given, in Hz")
    frequency, sr = finite("tone", "frequency", frequency), positive("tone", "sr", sr)
    count = _samples("tone", sr, length, duration)
    return _constant(np.cos(2 * np.pi * frequency * np.arange(count) / sr + _phase("tone", phi)))  # type: ignore[return-value]


@public()
@documented
def chirp(
    *,
    fmin: float,
    fmax: float,
    sr: float = 22050,
    length: int | None = None,
    duration: float | None = None,
    linear: bool = False,
    phi: float | None = None,
) -> np.ndarray:
    r"""Cosine whose frequency goes from `fmin` to `fmax`: :math:`y[n] = \cos(2 \pi \theta(n / sr) + \phi)`.

    With :math:`r = fmax / fmin` and :math:`T` seconds in all, :math:`\theta(t) = fmin\,T\,(r^{t/T} - 1) / \ln r`,
    or :math:`\theta(t) = fmin\,t + (fmax - fmin)\,t^2 / (2 T)` where the sweep is linear.

    Parameters
    ----------
    fmin, fmax : float > 0
        Frequencies of the first sample and of the end, in Hz.
    %(sr)s
    %(length_or_duration)s
    linear : bool
        Whether the frequency grows by a sum and not by a factor with time.
    phi : float, optional
        Phase of the first sample in radians; ``-pi / 2`` by default.

    Returns
    -------
    array (length,) float64; float32 in MLX
        Signal.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `length` nor `duration` is given.

    References
    ----------
    .. [1] Farina, A., "Simultaneous measurement of impulse response and distortion with a swept-sine technique",
       108th AES Convention, 2000.

    Examples
    --------
    >>> import spectro
    >>> spectro.chirp(fmin=110, fmax=880, duration=1.0).shape
    (22050,)
    """
    if fmin is None or fmax is None:
        raise ParameterError("[chirp] fmin and fmax must both be given, in Hz")
    fmin, fmax, sr = positive("chirp", "fmin", fmin), positive("chirp", "fmax", fmax), positive("chirp", "sr", sr)
    count = _samples("chirp", sr, length, duration)
    time, whole = np.arange(count) / sr, count / sr
    if linear:
        cycles = time * (fmin + (fmax - fmin) / (2 * whole) * time)
    elif fmin == fmax:
        cycles = fmin * time
    else:
        octaves = np.log(fmax / fmin)
        cycles = fmin * whole / octaves * np.expm1(octaves * time / whole)
    return _constant(np.cos(2 * np.pi * cycles + _phase("chirp", phi)))  # type: ignore[return-value]


@host("times", "frames", "click")
@documented
def clicks(
    *,
    times: ArrayLike = None,
    frames: ArrayLike = None,
    sr: float = 22050,
    hop_length: int = 512,
    click_freq: float = 1000.0,
    click_duration: float = 0.1,
    click: ArrayLike = None,
    length: int | None = None,
) -> np.ndarray:
    r"""Signal that is the sum of a click at each of the given places.

    The click of `click_freq` Hz is :math:`2^{-10 n / (N - 1)} \sin(2 \pi f n / sr)`, n = 0 .. N - 1.

    Parameters
    ----------
    times : array (m,), optional
        Where the clicks begin, in seconds.
    frames : array (m,), optional
        Where they begin, in frames; not used where `times` is given.
    %(sr)s
    %(hop_length)s
    click_freq : float > 0
        Frequency of the click in Hz.
    click_duration : float > 0
        Duration of the click in seconds.
    click : array (..., c), optional
        A click of your own.
    length : int >= 1, optional
        Samples to make; by default the last click ends with them.

    Returns
    -------
    NumPy array (..., length) float32
        Signal, with the channels of the click.

    Raises
    ------
    ParameterError
        For a bad argument, when neither `times` nor `frames` is given, or when there is neither a click nor a length.

    Examples
    --------
    >>> import spectro
    >>> spectro.clicks(times=[0.0, 0.5], length=22050).shape
    (22050,)
    """
    sr = positive("clicks", "sr", sr)
    starts = _starts(times, frames, sr, hop_length)
    sound = _click(sr, click_freq, click_duration) if click is None else numpy_numbers("clicks", "click", click)
    if sound.ndim == 0 or np.iscomplexobj(sound):
        raise ParameterError(
            f"[clicks] click must be real, with at least one dimension, got {sound.dtype} {sound.shape}"
        )
    if length is None:
        if starts.size == 0:
            raise ParameterError("[clicks] length must be given where there are no clicks")
        length = int(starts.max()) + sound.shape[-1]
    length = positive_int("clicks", "length", length)
    check_size("clicks", "the result", *sound.shape[:-1], length, way_out="lower length or the times")
    signal = np.zeros((*sound.shape[:-1], length), dtype=np.float32)
    for start in starts[starts < length].tolist():
        end = min(start + sound.shape[-1], length)
        signal[..., start:end] += sound[..., : end - start]
    return signal


def _starts(times: ArrayLike, frames: ArrayLike, sr: float, hop_length: int) -> np.ndarray:
    """Samples at which clicks begin."""
    if times is None and frames is None:
        raise ParameterError("[clicks] times or frames must be given")
    name, given = ("frames", frames) if times is None else ("times", times)
    given = numpy_numbers("clicks", name, given)
    if given.ndim != 1:
        raise ParameterError(f"[clicks] {name} must be a sequence of numbers, got shape {given.shape}")
    if not np.isfinite(given).all() or (given < 0).any():
        raise ParameterError(f"[clicks] {name} must be finite and not negative")
    starts = frames_to_samples(given, hop_length=hop_length) if times is None else time_to_samples(given, sr=sr)
    if (np.asarray(starts) < 0).any():  # beyond the integers
        raise ParameterError(f"[clicks] {name} must be samples that can be counted, got {given.max():g}")
    return np.asarray(starts)


def _click(sr: float, frequency: float, duration: float) -> np.ndarray:
    """A decaying sine, 60 dB lower at its end."""
    frequency = positive("clicks", "click_freq", frequency)
    count = round(sr * positive("clicks", "click_duration", duration))
    check_size("clicks", "a click", count, itemsize=SAMPLE, way_out="lower click_duration")
    return np.logspace(0, -10, num=count, base=2.0) * np.sin(2 * np.pi * frequency / sr * np.arange(count))


def _samples(where: str, sr: float, length: int | None, duration: float | None) -> int:
    """The number of samples that is asked for, directly or in seconds."""
    if length is None:
        if duration is None:
            raise ParameterError(f"[{where}] length or duration must be given")
        length = int(min(positive(where, "duration", duration) * sr, 2.0**62))
    else:
        length = positive_int(where, "length", length)
    check_size(where, "the result", length, itemsize=SAMPLE, way_out="lower length or duration")
    return length


def _phase(where: str, phi: float | None) -> float:
    return -0.5 * np.pi if phi is None else finite(where, "phi", phi)


def _constant(signal: np.ndarray) -> mx.array:
    """A signal as the public floor takes it, in double precision."""
    return mx.array(signal, dtype=mx.float64)
