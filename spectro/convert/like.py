"""Times and samples of the frames of an array."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.docs import documented
from .._floor.kinds import gives_mlx
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.tracing import refuse_open_sizes
from .._floor.types import A, Others
from ..errors import ParameterError
from .time import frames_to_samples, frames_to_time

ArrayLike = Any
POSITION = 24  # bytes for a frame while its position is computed, in float64 and int64


@public()
@documented
def samples_like(X: A | Others, *, hop_length: int = 512, n_fft: int | None = None, axis: int = -1) -> A:
    """Sample index of each frame of X: ``frames_to_samples(0 .. t - 1)``.

    Parameters
    ----------
    %(X)s
    %(hop_length)s
    %(to_middle)s
    %(axis)s

    Returns
    -------
    array (t,) int64
        Of the kind of X; for a number as `use_arrays` says.

    Raises
    ------
    ParameterError
        If X has no such axis or a parameter is not positive.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.samples_like(mx.zeros((1025, 4)))
    array([0, 512, 1024, 1536], dtype=int64)
    """
    frames = _frames_of("samples_like", X, axis)
    return frames_to_samples(frames, hop_length=hop_length, n_fft=n_fft)


@public()
@documented
def times_like(
    X: A | Others, *, sr: float = 22050, hop_length: int = 512, n_fft: int | None = None, axis: int = -1
) -> A:
    """Time of each frame of X, in seconds: ``frames_to_time(0 .. t - 1)``.

    Parameters
    ----------
    %(X)s
    %(sr)s
    %(hop_length)s
    %(to_middle)s
    %(axis)s

    Returns
    -------
    array (t,) float32; float64 in NumPy
        Of the kind of X; for a number as `use_arrays` says.

    Raises
    ------
    ParameterError
        If X has no such axis or a parameter is not positive.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.times_like(mx.zeros((1025, 4)), sr=16000, hop_length=160)
    array([0, 0.01, 0.02, 0.03], dtype=float32)
    """
    frames = _frames_of("times_like", X, axis)
    return frames_to_time(frames, sr=sr, hop_length=hop_length, n_fft=n_fft)


def _frames_of(where: str, X: ArrayLike, axis: int) -> Any:
    """0 .. t - 1 in the kind of X, of which nothing but its shape is looked at."""
    if isinstance(X, mx.array):
        refuse_open_sizes(where)
    plain = isinstance(X, (list, tuple, np.ndarray))
    shape = numpy_numbers(where, "X", X).shape if plain else getattr(X, "shape", None)
    if shape is None:
        count = _checked(where, _count(where, X))
        return mx.arange(count) if gives_mlx() else np.arange(count, dtype=np.float64)
    if len(shape) == 0:
        count = _count(where, np.asarray(X).item())
    elif not isinstance(axis, (int, np.integer)) or not -len(shape) <= axis < len(shape):
        raise ParameterError(f"[{where}] axis must be one of the {len(shape)} axes of X, got {axis!r}")
    else:
        count = int(shape[axis])
    _checked(where, count)
    return mx.arange(count) if isinstance(X, mx.array) else np.arange(count, dtype=np.float64)


def _count(where: str, X: Any) -> int:
    if isinstance(X, (bool, str)) or not isinstance(X, (int, float)) or not X >= 0 or X % 1:
        raise ParameterError(f"[{where}] X must be an array or a number of frames, got {X!r}")
    return int(X)


def _checked(where: str, count: int) -> int:
    check_size(where, "the result", count, itemsize=POSITION, way_out="lower the number of frames")
    return count
