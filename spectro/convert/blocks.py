"""Blocks of frames, as `spectro.stream` reads them, in frames, samples and seconds."""

from __future__ import annotations

from typing import Any, overload

from .._constants import float64 as f64
from .._constants.float64 import trunc
from .._floor.checks import positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import A, N, Others

ArrayLike = Any


@overload
def blocks_to_frames(blocks: float, *, block_length: int) -> int: ...
@overload
def blocks_to_frames(blocks: A | Others, *, block_length: int) -> A: ...


@public("blocks")
@documented
def blocks_to_frames(blocks: ArrayLike, *, block_length: int) -> Any:
    """Convert blocks to their first frames: ``trunc(blocks * block_length)``.

    Parameters
    ----------
    %(blocks)s
    %(block_length)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If block_length is not positive, or blocks are not real numbers.

    Notes
    -----
    Differs from librosa: blocks with a fraction give whole frames here, too.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.blocks_to_frames(mx.array([0, 1, 2]), block_length=16)
    array([0, 16, 32], dtype=int64)
    """
    length = positive_int("blocks_to_frames", "block_length", block_length)
    return f64.apply("blocks_to_frames", "blocks", blocks, lambda x: x * length, whole=True)


@overload
def blocks_to_samples(blocks: float, *, block_length: int, hop_length: int) -> int: ...
@overload
def blocks_to_samples(blocks: A | Others, *, block_length: int, hop_length: int) -> A: ...


@public("blocks")
@documented
def blocks_to_samples(blocks: ArrayLike, *, block_length: int, hop_length: int) -> Any:
    """Convert blocks to their first samples: ``trunc(blocks * block_length * hop_length)``.

    Parameters
    ----------
    %(blocks)s
    %(block_length)s
    %(hop_length)s

    Returns
    -------
    %(indices)s

    Raises
    ------
    ParameterError
        If block_length or hop_length is not positive, or blocks are not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.blocks_to_samples(mx.array([0, 1, 2]), block_length=16, hop_length=512)
    array([0, 8192, 16384], dtype=int64)
    """
    size = _size("blocks_to_samples", block_length, hop_length)
    return f64.apply("blocks_to_samples", "blocks", blocks, lambda x: x * size, whole=True)


@public("blocks")
@documented
def blocks_to_time(blocks: N | Others, *, block_length: int, hop_length: int, sr: float) -> N:
    """Convert blocks to the times of their first samples: ``trunc(blocks * block_length * hop_length) / sr``.

    Parameters
    ----------
    %(blocks)s
    %(block_length)s
    %(hop_length)s
    %(sr)s

    Returns
    -------
    %(seconds)s

    Raises
    ------
    ParameterError
        If block_length, hop_length or sr is not positive, or blocks are not real numbers.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.blocks_to_time(mx.array([0, 1]), block_length=16, hop_length=500, sr=16000)
    array([0, 0.5], dtype=float32)
    """
    size, sr = _size("blocks_to_time", block_length, hop_length), positive("blocks_to_time", "sr", sr)

    return f64.apply("blocks_to_time", "blocks", blocks, lambda x: trunc(x * size) / sr)


def _size(where: str, block_length: Any, hop_length: Any) -> float:
    """Samples from one block to the next."""
    return positive_int(where, "block_length", block_length) * positive(where, "hop_length", hop_length)
