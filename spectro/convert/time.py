"""Frames, samples and seconds."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._constants import float64 as f64
from .._floor.checks import positive, positive_int
from .._floor.public import public

ArrayLike = Any


@public("frames")
def frames_to_samples(frames: ArrayLike, *, hop_length: int = 512, n_fft: int | None = None) -> mx.array:
    """Convert frames to samples: ``trunc(frames * hop_length + n_fft // 2)``.

    Parameters
    ----------
    frames : number or array (...)
        Indices of frames.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, add half a frame: the middle of a frame instead of its start.

    Returns
    -------
    array (...) int64
        One index each; a NumPy integer for a Python number.

    Raises
    ------
    ParameterError
        If hop_length or n_fft is not positive, or frames not real numbers.

    References
    ----------
    `librosa.frames_to_samples`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.frames_to_samples(mx.array([0, 1, 2]))
    array([0, 512, 1024], dtype=int64)
    """
    hop, offset = _grid("frames_to_samples", hop_length, n_fft)
    return f64.apply("frames_to_samples", "frames", frames, lambda x: _truncated(x, hop, offset, frames))


@public("samples")
def samples_to_frames(samples: ArrayLike, *, hop_length: int = 512, n_fft: int | None = None) -> mx.array:
    """Convert samples to frames: ``floor((samples - n_fft // 2) / hop_length)``.

    Parameters
    ----------
    samples : number or array (...)
        Indices of samples.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, subtract half a frame: the middle of a frame instead of its start.

    Returns
    -------
    array (...) int64
        One index each; a NumPy integer for a Python number.

    Raises
    ------
    ParameterError
        If hop_length or n_fft is not positive, or samples not real numbers.

    References
    ----------
    `librosa.samples_to_frames`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.samples_to_frames(mx.array([0, 512, 1000]))
    array([0, 1, 1], dtype=int64)
    """
    hop, offset = _grid("samples_to_frames", hop_length, n_fft)
    return f64.apply("samples_to_frames", "samples", samples, lambda x: _frames_of_samples(x, hop, offset))


@public("frames")
def frames_to_time(
    frames: ArrayLike, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None
) -> mx.array:
    """Convert frames to seconds: ``trunc(frames * hop_length + n_fft // 2) / sr``.

    Parameters
    ----------
    frames : number or array (...)
        Indices of frames.
    sr : float > 0
        Sampling rate in Hz.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, add half a frame: the middle of a frame instead of its start.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Seconds; a NumPy float for a Python number.

    Raises
    ------
    ParameterError
        If sr or hop_length or n_fft is not positive, or frames not real numbers.

    References
    ----------
    `librosa.frames_to_time`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.frames_to_time(mx.array([0, 10]), sr=16000, hop_length=160)
    array([0, 0.1], dtype=float32)
    """
    sr = positive("frames_to_time", "sr", sr)
    hop, offset = _grid("frames_to_time", hop_length, n_fft)

    def formula(x: mx.array) -> mx.array:
        return _truncated(x, hop, offset, frames).astype(mx.float64) / sr

    return f64.apply("frames_to_time", "frames", frames, formula)


@public("times")
def time_to_frames(times: ArrayLike, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None) -> mx.array:
    """Convert seconds to frames: ``floor((trunc(times * sr) - n_fft // 2) / hop_length)``.

    Parameters
    ----------
    times : number or array (...)
        Times in seconds.
    sr : float > 0
        Sampling rate in Hz.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, subtract half a frame: the middle of a frame instead of its start.

    Returns
    -------
    array (...) int64
        One index each; a NumPy integer for a Python number.

    Raises
    ------
    ParameterError
        If sr or hop_length or n_fft is not positive, or times not real numbers.

    References
    ----------
    `librosa.time_to_frames`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.time_to_frames(mx.array([0.0, 0.1]), sr=16000, hop_length=160)
    array([0, 10], dtype=int64)
    """
    sr = positive("time_to_frames", "sr", sr)
    hop, offset = _grid("time_to_frames", hop_length, n_fft)

    def formula(x: mx.array) -> mx.array:
        return _frames_of_samples(_truncated(x, sr, 0, times).astype(mx.float64), hop, offset)

    return f64.apply("time_to_frames", "times", times, formula)


@public("times")
def time_to_samples(times: ArrayLike, *, sr: float = 22050) -> mx.array:
    """Convert seconds to samples: ``trunc(times * sr)``.

    Parameters
    ----------
    times : number or array (...)
        Times in seconds.
    sr : float > 0
        Sampling rate in Hz.

    Returns
    -------
    array (...) int64
        One index each; a NumPy integer for a Python number.

    Raises
    ------
    ParameterError
        If sr is not positive, or times not real numbers.

    References
    ----------
    `librosa.time_to_samples`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.time_to_samples(mx.array([0.5, 1.0]))
    array([11025, 22050], dtype=int64)
    """
    sr = positive("time_to_samples", "sr", sr)
    return f64.apply("time_to_samples", "times", times, lambda x: _truncated(x, sr, 0, times))


@public("samples")
def samples_to_time(samples: ArrayLike, *, sr: float = 22050) -> mx.array:
    """Convert samples to seconds: ``samples / sr``.

    Parameters
    ----------
    samples : number or array (...)
        Indices of samples.
    sr : float > 0
        Sampling rate in Hz.

    Returns
    -------
    array (...) float32; float64 in NumPy
        Seconds; a NumPy float for a Python number.

    Raises
    ------
    ParameterError
        If sr is not positive, or samples not real numbers.

    References
    ----------
    `librosa.samples_to_time`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.samples_to_time(mx.array([11025, 22050]))
    array([0.5, 1], dtype=float32)
    """
    sr = positive("samples_to_time", "sr", sr)
    return f64.apply("samples_to_time", "samples", samples, lambda x: x / sr)


def _grid(where: str, hop_length: Any, n_fft: Any) -> tuple[float, int]:
    """Check the hop, and halve the frame when there is one."""
    offset = 0 if n_fft is None else positive_int(where, "n_fft", n_fft) // 2
    return positive(where, "hop_length", hop_length), offset


def _truncated(x: mx.array, factor: float, offset: int, source: ArrayLike) -> mx.array:
    """``x * factor + offset`` without its fraction, as int64; `source` is what x was before it became float64."""
    product = x * factor
    if isinstance(source, mx.array) and mx.issubdtype(source.dtype, mx.floating):
        # A time that was rounded to float32 still reaches its sample.
        product = product + mx.clip(product * 2.0**-23, -0.5, 0.5)
    elif getattr(source, "dtype", None) == np.float32:
        product = product.astype(mx.float32).astype(mx.float64)  # as NumPy multiplies
    return (product + offset).astype(mx.int64)


def _frames_of_samples(x: mx.array, hop: float, offset: int) -> mx.array:
    return mx.floor((x - offset) / hop).astype(mx.int64)
