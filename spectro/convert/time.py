"""Frames, samples and seconds."""

from __future__ import annotations

from typing import Any, overload

import mlx.core as mx
import numpy as np

from .._constants import float64 as f64
from .._constants.float64 import functions, ops, trunc
from .._floor.checks import positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import A, N, Others

ArrayLike = Any


@overload
def frames_to_samples(frames: float, *, hop_length: int = 512, n_fft: int | None = None) -> int: ...
@overload
def frames_to_samples(frames: A | Others, *, hop_length: int = 512, n_fft: int | None = None) -> A: ...


@public("frames")
@documented
def frames_to_samples(frames: ArrayLike, *, hop_length: int = 512, n_fft: int | None = None) -> Any:
    """Convert frames to samples: ``trunc(frames * hop_length + n_fft // 2)``.

    Parameters
    ----------
    %(frames)s
    %(hop_length)s
    %(to_middle)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If hop_length or n_fft is not positive, or frames not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.frames_to_samples(mx.array([0, 1, 2]))
    array([0, 512, 1024], dtype=int64)
    """
    hop, offset = _grid("frames_to_samples", hop_length, n_fft)
    return f64.apply("frames_to_samples", "frames", frames, lambda x: _product(x * hop, frames, offset), whole=True)


@overload
def samples_to_frames(samples: float, *, hop_length: int = 512, n_fft: int | None = None) -> int: ...
@overload
def samples_to_frames(samples: A | Others, *, hop_length: int = 512, n_fft: int | None = None) -> A: ...


@public("samples")
@documented
def samples_to_frames(samples: ArrayLike, *, hop_length: int = 512, n_fft: int | None = None) -> Any:
    """Convert samples to frames: ``floor((samples - n_fft // 2) / hop_length)``.

    Parameters
    ----------
    %(samples)s
    %(hop_length)s
    %(from_middle)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If hop_length or n_fft is not positive, or samples not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.samples_to_frames(mx.array([0, 512, 1000]))
    array([0, 1, 1], dtype=int64)
    """
    hop, offset = _grid("samples_to_frames", hop_length, n_fft)
    return f64.apply("samples_to_frames", "samples", samples, lambda x: _frames_of(x, hop, offset), whole=True)


@public("frames")
@documented
def frames_to_time(frames: N | Others, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None) -> N:
    """Convert frames to seconds: ``trunc(frames * hop_length + n_fft // 2) / sr``.

    Parameters
    ----------
    %(frames)s
    %(sr)s
    %(hop_length)s
    %(to_middle)s

    Returns
    -------
    %(seconds)s

    Raises
    ------
    ParameterError
        If sr or hop_length or n_fft is not positive, or frames not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.frames_to_time(mx.array([0, 10]), sr=16000, hop_length=160)
    array([0, 0.1], dtype=float32)
    """
    sr = positive("frames_to_time", "sr", sr)
    hop, offset = _grid("frames_to_time", hop_length, n_fft)

    return f64.apply("frames_to_time", "frames", frames, lambda x: trunc(_product(x * hop, frames, offset)) / sr)


@overload
def time_to_frames(times: float, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None) -> int: ...
@overload
def time_to_frames(times: A | Others, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None) -> A: ...


@public("times")
@documented
def time_to_frames(times: ArrayLike, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None) -> Any:
    """Convert seconds to frames: ``floor((trunc(times * sr) - n_fft // 2) / hop_length)``.

    The very time that `frames_to_time` gives for a frame comes back as that frame.

    Parameters
    ----------
    %(times)s
    %(sr)s
    %(hop_length)s
    %(from_middle)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If sr or hop_length or n_fft is not positive, or times not real numbers.

    Notes
    -----
    Differs from librosa: the time of a frame gives that frame. There, rounding makes some frames' times those of the
    frame before, as 15 at the defaults.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.time_to_frames(mx.array([0.0, 0.1]), sr=16000, hop_length=160)
    array([0, 10], dtype=int64)
    """
    sr = positive("time_to_frames", "sr", sr)
    hop, offset = _grid("time_to_frames", hop_length, n_fft)

    def formula(x: Any) -> Any:
        ours, exact = functions(x), x * sr
        cut, nearest = trunc(_product(exact, times)), ours.round(exact)
        if ours is not ops and hop.is_integer():  # the time of a sample is that sample, and its frame the only one
            return _frames_of(ours.where(nearest / sr == x, nearest, cut), hop, offset)
        found, given = _frames_of(cut, hop, offset), rounded(x)
        closest = ours.ceil((nearest - offset) / hop)
        # the frame whose time this is: the one found, or the closest to it
        for frame in (*(closest + step for step in (2, -2, 1, -1, 0)), found):
            time = trunc(frame * hop + offset) / sr
            found = ours.where(rounded(time) == given, frame, found)
        return found

    def rounded(x: Any) -> Any:
        return x.astype(times.dtype) if is_single else x

    is_single = isinstance(times, mx.array) and mx.issubdtype(times.dtype, mx.floating)
    return f64.apply("time_to_frames", "times", times, formula, whole=True)


@overload
def time_to_samples(times: float, *, sr: float = 22050) -> int: ...
@overload
def time_to_samples(times: A | Others, *, sr: float = 22050) -> A: ...


@public("times")
@documented
def time_to_samples(times: ArrayLike, *, sr: float = 22050) -> Any:
    """Convert seconds to samples: ``trunc(times * sr)``.

    Parameters
    ----------
    %(times)s
    %(sr)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If sr is not positive, or times not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.time_to_samples(mx.array([0.5, 1.0]))
    array([11025, 22050], dtype=int64)
    """
    sr = positive("time_to_samples", "sr", sr)
    return f64.apply("time_to_samples", "times", times, lambda x: _product(x * sr, times), whole=True)


@public("samples")
@documented
def samples_to_time(samples: N | Others, *, sr: float = 22050) -> N:
    """Convert samples to seconds: ``samples / sr``.

    Parameters
    ----------
    %(samples)s
    %(sr)s

    Returns
    -------
    %(seconds)s

    Raises
    ------
    ParameterError
        If sr is not positive, or samples not real numbers.

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


def _product(product: Any, source: ArrayLike, offset: int = 0) -> Any:
    """A product in the precision of its `source`, which became float64, plus an offset."""
    if isinstance(source, mx.array):
        if mx.issubdtype(source.dtype, mx.floating):  # a time that was rounded to float32 still reaches its sample
            product = product + ops.clip(product * 2.0**-23, -0.5, 0.5)
    elif getattr(source, "dtype", None) == np.float32:
        product = product.astype(np.float32).astype(np.float64)  # as NumPy multiplies
    return product + offset if offset else product


def _frames_of(samples: Any, hop: float, offset: int) -> Any:
    return functions(samples).floor((samples - offset if offset else samples) / hop)
