"""Mel and Hz; the frequencies of mel bands and of FFT bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._constants.mel_scale import hz_from_mel, mel_from_hz, mel_points
from .._floor.checks import non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.types import N, Others
from ..errors import ParameterError

LINEAR, MEL = 12, 32  # bytes for a frequency while it is made, in float64


@public("frequencies")
@documented
def hz_to_mel(frequencies: N | Others, *, htk: bool = False) -> N:
    """Mel of a frequency: ``3 f / 200`` below 1000 Hz, then ``15 + 27 log(f / 1000) / log(6.4)``.

    Parameters
    ----------
    frequencies : number or array (...)
        Frequencies in Hz.
    htk : bool
        Use HTK's scale instead: ``2595 log10(1 + f / 700)``.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Mels; differentiable.

    Raises
    ------
    ParameterError
        If the frequencies are not real numbers.

    References
    ----------
    %(mel_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.hz_to_mel(mx.array([500.0, 1000.0]))
    array([7.5, 15], dtype=float32)
    """
    return f64.apply("hz_to_mel", "frequencies", frequencies, lambda f: mel_from_hz(f, htk), smooth=True)


@public("mels")
@documented
def mel_to_hz(mels: N | Others, *, htk: bool = False) -> N:
    """Frequency of a mel: ``200 m / 3`` below 15 mel, then ``1000 * 6.4^((m - 15) / 27)``.

    Parameters
    ----------
    mels : number or array (...)
        Mels.
    htk : bool
        Use HTK's scale instead: ``700 (10^(m / 2595) - 1)``.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Frequencies in Hz; differentiable.

    Raises
    ------
    ParameterError
        If the mels are not real numbers.

    References
    ----------
    %(mel_references)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.mel_to_hz(mx.array([7.5, 15.0]))
    array([500, 1000], dtype=float32)
    """
    return f64.apply("mel_to_hz", "mels", mels, lambda m: hz_from_mel(m, htk), smooth=True)


@public()
@documented
def mel_frequencies(n_mels: int = 128, *, fmin: float = 0.0, fmax: float = 11025.0, htk: bool = False) -> np.ndarray:
    """Frequencies that are evenly spaced in mel, from fmin to fmax.

    Parameters
    ----------
    n_mels : int >= 1
        Number of frequencies.
    fmin, fmax : float >= 0
        First and last frequency in Hz; fmin is at most fmax.
    %(htk)s

    Returns
    -------
    array (n_mels,) float64; float32 in MLX
        Frequencies in Hz.

    Raises
    ------
    ParameterError
        If n_mels is not a positive integer, a frequency is negative, or fmin is above fmax.

    References
    ----------
    %(mel_references)s

    Examples
    --------
    >>> import spectro
    >>> spectro.mel_frequencies(5, fmax=1000)
    array([   0.,  250.,  500.,  750., 1000.])
    """
    where = "mel_frequencies"
    count, fmin, fmax = (
        positive_int(where, "n_mels", n_mels),
        non_negative(where, "fmin", fmin),
        non_negative(where, "fmax", fmax),
    )
    if fmin > fmax:
        raise ParameterError(f"[{where}] fmin must be at most fmax={fmax:g}, got {fmin:g}")
    check_size(where, "the result", count, itemsize=MEL, way_out="lower n_mels")
    return f64.in_kind(mel_points(count, fmin, fmax, htk))


@public()
@documented
def fft_frequencies(*, sr: float = 22050, n_fft: int = 2048) -> np.ndarray:
    """Frequencies of the bins of a real FFT: ``f[k] = k sr / n_fft``, k = 0 .. n_fft // 2.

    Parameters
    ----------
    %(sr)s
    %(n_fft)s

    Returns
    -------
    array (1 + n_fft // 2,) float64; float32 in MLX
        Frequencies in Hz.

    Raises
    ------
    ParameterError
        If sr or n_fft is not positive.

    Examples
    --------
    >>> import spectro
    >>> spectro.fft_frequencies(sr=8000, n_fft=8)
    array([   0., 1000., 2000., 3000., 4000.])
    """
    where = "fft_frequencies"
    sr, n_fft = positive(where, "sr", sr), positive_int(where, "n_fft", n_fft)
    check_size(where, "the result", 1 + n_fft // 2, itemsize=LINEAR, way_out="lower n_fft")
    return f64.in_kind(np.arange(1 + n_fft // 2, dtype=np.float64) * (sr / n_fft))


@public()
@documented
def tempo_frequencies(n_bins: int, *, hop_length: int = 512, sr: float = 22050) -> np.ndarray:
    """Tempi of the lags of a tempogram: ``60 sr / (k hop_length)``, k = 0 .. n_bins - 1; infinite at lag 0.

    Parameters
    ----------
    n_bins : int >= 1
        Number of lags.
    %(hop_length)s
    %(sr)s

    Returns
    -------
    array (n_bins,) float64; float32 in MLX
        Tempi in beats per minute.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> import spectro
    >>> spectro.tempo_frequencies(3, hop_length=100, sr=1000)
    array([ inf, 600., 300.])
    """
    where = "tempo_frequencies"
    count, sr, hop = positive_int(where, "n_bins", n_bins), positive(where, "sr", sr), _hop(where, hop_length)
    check_size(where, "the result", count, itemsize=LINEAR, way_out="lower n_bins")
    with np.errstate(divide="ignore"):
        return f64.in_kind(60.0 * sr / (hop * np.arange(count, dtype=np.float64)))


@public()
@documented
def fourier_tempo_frequencies(*, sr: float = 22050, win_length: int = 384, hop_length: int = 512) -> np.ndarray:
    """Tempi of the bins of a Fourier tempogram: ``60 k sr / (hop_length win_length)``, k = 0 .. win_length // 2.

    Parameters
    ----------
    %(sr)s
    win_length : int >= 1
        Frames of a window.
    %(hop_length)s

    Returns
    -------
    array (1 + win_length // 2,) float64; float32 in MLX
        Tempi in beats per minute.

    Raises
    ------
    ParameterError
        If a parameter is not positive.

    Examples
    --------
    >>> import spectro
    >>> spectro.fourier_tempo_frequencies(sr=1000, win_length=4, hop_length=100)
    array([  0., 150., 300.])
    """
    where = "fourier_tempo_frequencies"
    sr, length = positive(where, "sr", sr), positive_int(where, "win_length", win_length)
    return fft_frequencies(sr=60.0 * sr / _hop(where, hop_length), n_fft=length)


def _hop(where: str, hop_length: Any) -> int:
    return positive_int(where, "hop_length", hop_length)
