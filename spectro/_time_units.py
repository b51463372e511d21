"""Frames, samples and seconds."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from . import _float64 as f64
from ._checks import positive, positive_int
from ._public import public
from .errors import ParameterError

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
    """
    hop, offset = _grid("frames_to_samples", hop_length, n_fft)
    return f64.apply(
        "frames_to_samples", "frames", frames, lambda x: _truncated(x, hop, offset, _single(frames))
    )


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
    """
    sr = positive("frames_to_time", "sr", sr)
    hop, offset = _grid("frames_to_time", hop_length, n_fft)

    def formula(x: mx.array) -> mx.array:
        return _truncated(x, hop, offset, _single(frames)).astype(mx.float64) / sr

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
    """
    sr = positive("time_to_frames", "sr", sr)
    hop, offset = _grid("time_to_frames", hop_length, n_fft)

    def formula(x: mx.array) -> mx.array:
        return _frames_of_samples(_truncated(x, sr, 0, _single(times)).astype(mx.float64), hop, offset)

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
    """
    sr = positive("time_to_samples", "sr", sr)
    return f64.apply("time_to_samples", "times", times, lambda x: _truncated(x, sr, 0, _single(times)))


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
    """
    sr = positive("samples_to_time", "sr", sr)
    return f64.apply("samples_to_time", "samples", samples, lambda x: x / sr)


@public()
def samples_like(X: ArrayLike, *, hop_length: int = 512, n_fft: int | None = None, axis: int = -1) -> mx.array:
    """Count samples at all frames of X: ``frames_to_samples(0 .. t - 1)``.

    Parameters
    ----------
    X : array (..., t) or int
        Something that has frames along `axis`, or their number.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, add half a frame: the middle of a frame instead of its start.
    axis : int
        The axis of X that counts frames.

    Returns
    -------
    array (t,) int64
        Of the kind of X; MLX for a Python number.

    Raises
    ------
    ParameterError
        If X has no such axis or a parameter is not positive.

    References
    ----------
    `librosa.samples_like`
    """
    frames = _frames_of("samples_like", X, axis)
    return frames_to_samples(frames, hop_length=hop_length, n_fft=n_fft)


@public()
def times_like(
    X: ArrayLike, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None, axis: int = -1
) -> mx.array:
    """Count seconds at all frames of X: ``frames_to_time(0 .. t - 1)``.

    Parameters
    ----------
    X : array (..., t) or int
        Something that has frames along `axis`, or their number.
    sr : float > 0
        Sampling rate in Hz.
    hop_length : int > 0
        Samples between frames.
    n_fft : int > 0, optional
        When given, add half a frame: the middle of a frame instead of its start.
    axis : int
        The axis of X that counts frames.

    Returns
    -------
    array (t,) float32; float64 in NumPy
        Of the kind of X; MLX for a Python number.

    Raises
    ------
    ParameterError
        If X has no such axis or a parameter is not positive.

    References
    ----------
    `librosa.times_like`
    """
    frames = _frames_of("times_like", X, axis)
    return frames_to_time(frames, sr=sr, hop_length=hop_length, n_fft=n_fft)


def _grid(where: str, hop_length: Any, n_fft: Any) -> tuple[float, int]:
    """Check the hop, and halve the frame when there is one."""
    offset = 0 if n_fft is None else positive_int(where, "n_fft", n_fft) // 2
    return positive(where, "hop_length", hop_length), offset


def _single(value: ArrayLike) -> bool:
    """Whether numbers came in single precision or less; then products are rounded to it, as their sources were."""
    dtype = getattr(value, "dtype", None)
    if isinstance(value, mx.array):
        return mx.issubdtype(dtype, mx.floating) and dtype != mx.float64
    return isinstance(dtype, np.dtype) and dtype.kind not in "iub" and dtype.itemsize < 8


def _truncated(x: mx.array, factor: float, offset: int, single: bool) -> mx.array:
    """``x * factor + offset`` without its fraction, as int64."""
    product = x * factor
    product = product.astype(mx.float32).astype(mx.float64) if single else product
    return (product + offset).astype(mx.int64)


def _frames_of_samples(x: mx.array, hop: float, offset: int) -> mx.array:
    return mx.floor((x - offset) / hop).astype(mx.int64)


def _frames_of(where: str, X: ArrayLike, axis: int) -> mx.array | np.ndarray:
    """0 .. t - 1 in the kind of X."""
    if not isinstance(X, (mx.array, np.ndarray, np.generic, list, tuple)):
        return mx.arange(_count(where, X))
    shape = X.shape if isinstance(X, mx.array) else np.shape(X)
    if not shape:
        count = _count(where, X.item())
    elif not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        raise ParameterError(f"[{where}] axis must be one of the {len(shape)} axes of X, got {axis!r}")
    else:
        count = shape[axis]
    return mx.arange(count) if isinstance(X, mx.array) else np.arange(count)


def _count(where: str, X: Any) -> int:
    if isinstance(X, (bool, str)) or not isinstance(X, (int, float)) or X < 0 or int(X) != X:
        raise ParameterError(f"[{where}] X must be an array or a number of frames, got {X!r}")
    return int(X)
