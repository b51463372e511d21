"""Long signals of NumPy's in pieces, so that an hour of sound needs the memory of one piece and of the result.

A frame, or a sample that is made, depends on samples near it alone, those within its *reach*. So a piece is computed by
itself, with its neighbors' samples as far as that, and what the ends of the piece have touched is left out. The pieces
overlap, begin whole steps apart and are equally long, but for the last, so that each takes over the memory of the one
before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

SAMPLES = 1 << 20  # of a piece, all channels together
BLOCK = 1 << 16  # numbers of a block
ALL = slice(None)
REACHES = 8  # of a piece at least, so that less than a third of it is computed twice


class Piece(NamedTuple):
    """A part of a signal (..., n), and which frames of the whole are found in it."""

    samples: slice
    frames: slice  # of the whole
    own: slice  # the same ones, counted from the begin of the piece


def uncut(shape: tuple[int, ...], frames: int) -> list[Piece]:
    """One piece, which is the whole."""
    return [Piece(slice(0, shape[-1]), slice(0, frames), slice(0, frames))]


def pieces(
    shape: tuple[int, ...], frames: int, hop: int, *, reach: int, step: int, samples: int | None = None
) -> list[Piece]:
    """Cut a signal of a shape (..., n), of whose `frames` the k-th depends on samples within `reach` of k * hop.

    Pieces begin at multiples of `step`, itself one of `hop`.
    """
    n, channels = shape[-1], int(np.prod(shape[:-1]))
    reach = -(-reach // step) * step
    length = max((samples or SAMPLES) // max(channels, 1), REACHES * reach, 1)
    if n <= length:
        return uncut(shape, frames)
    count = -(-(n - 2 * reach) // (length - 2 * reach))
    stride = -(-(n - 2 * reach) // (count * step)) * step
    begins = range(0, n - 2 * reach, stride)
    return [_piece(begin, stride, reach, hop, frames, begin == begins[-1]) for begin in begins]


def _piece(begin: int, stride: int, reach: int, hop: int, frames: int, last: bool) -> Piece:
    first, end = (begin + reach) // hop if begin else 0, frames if last else (begin + reach + stride) // hop
    before = begin // hop
    samples = slice(begin, None if last else begin + stride + 2 * reach)
    return Piece(samples, slice(first, end), slice(first - before, end - before))


def each(call: Callable[..., Any], y: Any, cut: list[Piece]) -> Iterator[tuple[Piece, Any]]:
    """Compute each piece."""
    for piece in cut:
        yield piece, call(y if piece.samples == slice(0, y.shape[-1]) else y[..., piece.samples])


def joined(call: Callable[..., Any], y: np.ndarray, cut: list[Piece], axis: int) -> Any:
    """What `call` makes of a signal, an array or several, their frames on an axis from the end, piece by piece."""
    if len(cut) == 1:
        return call(y)
    wholes: list[Whole] = []
    for piece, made in each(call, y, cut):
        parts = made if isinstance(made, tuple) else (made,)
        wholes = wholes or [Whole(cut[-1].frames.stop, axis) for _ in parts]
        for whole, part in zip(wholes, parts, strict=True):
            whole.put(piece.frames, part, piece.own)
    return tuple(whole.array for whole in wholes) if isinstance(made, tuple) else wholes[0].array


class Whole:
    """An array of so many frames, on an axis counted from the end, that is filled with parts."""

    def __init__(self, frames: int, axis: int) -> None:
        self._frames, self._axis = frames, axis
        self._array: np.ndarray | None = None

    @property
    def array(self) -> np.ndarray:
        """The array, which is made with the first part."""
        return self._array  # type: ignore[return-value]

    def put(self, frames: slice, part: np.ndarray, own: slice = ALL) -> None:
        """Fill in frames, of which a part holds its `own`."""
        if self._array is None:
            shape = list(part.shape)
            shape[self._axis] = self._frames
            self._array = np.empty(shape, part.dtype)
        np.moveaxis(self._array, self._axis, 0)[frames] = np.moveaxis(part, self._axis, 0)[own]


def blocks(shape: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Cut an array on its longest axis into blocks that stay in a cache, each with a place on every axis."""
    size, at = math.prod(shape), max(range(len(shape)), key=shape.__getitem__, default=0)
    step = max(1, BLOCK * shape[at] // size) if size else 1
    whole = [slice(0, n) for n in shape]
    for first in range(0, shape[at] if size else 0, step):
        whole[at] = slice(first, min(first + step, shape[at]))
        yield tuple(whole)


def padded_part(
    y: np.ndarray, first: int, last: int, width: int, pad: Callable[[np.ndarray, tuple[int, int]], np.ndarray]
) -> np.ndarray:
    """Samples first .. last - 1 of a signal (..., n) with `width` more on both sides, copied at its ends alone.

    `pad` adds samples before and behind, which depend on as many within.
    """
    n, begin, end = y.shape[-1], first - width, last - width
    if begin >= 0 and end <= n:
        return y[..., begin:end]
    before, behind = width if begin < 0 else 0, width if end > n else 0
    low = max(min(begin, n - 1 - behind), 0) if behind else max(begin, 0)
    high = min(max(end, 1 + before), n)
    at = begin - low + before
    return pad(y[..., low:high], (before, behind))[..., at : at + last - first]
