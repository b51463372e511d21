"""Synthesis on the GPU: inverse transforms, windowed, overlap-added and normalised."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import mlx.core as mx

from . import build, transform
from .transform import Transform

WIDE = 2**31 - 1


@dataclass(frozen=True)
class Synthesis:
    """Bins times a weight, inverse transform, window, overlap-add from sample `trim` on."""

    n_fft: int
    hop: int
    trim: int
    edge: float  # weight of bins 0 and n_fft / 2
    inner: float
    floor: float | None = None  # divide by the squared window's envelope where it is above this


@dataclass(frozen=True)
class Walk:
    """How a group shares the output: `chunk` samples of its own, or runs of `run` hops for each team."""

    chunk: int = 0
    run: int = 0


def streams(s: Synthesis, t: Transform) -> bool:
    """Whether a hop is a whole number of steps between the samples of one thread."""
    step = s.n_fft // t.radices[-1]
    return t.each == 1 and s.n_fft % t.radices[-1] == 0 and s.hop % step == 0 and s.hop <= s.n_fft


@functools.lru_cache(maxsize=512)
def kernel(s: Synthesis, t: Transform, walk: Walk, wide: bool) -> build.Kernel:
    """The kernel of a synthesis."""
    defines = {
        **transform.defines(t),
        "HOP": s.hop,
        "TRIM": s.trim,
        "NORMALIZE": int(s.floor is not None),
        "FLOOR": f"{s.floor or 0.0!r}f",
        "EDGE_SCALE": f"{s.edge!r}f",
        "INNER_SCALE": f"{s.inner!r}f",
        "offset_t": "long long" if wide else "int",
    }
    if walk.run:
        defines |= {"RUN": walk.run, "OVERLAP": -(-s.n_fft // s.hop), "SHIFT": s.hop * t.radices[-1] // s.n_fft}
    else:
        defines |= {"CHUNK": walk.chunk, "OWNED": walk.chunk // t.threads}
    stem = "istft_stream" if walk.run else "istft"
    return build.Kernel(stem, ("spectrum", "window", "twiddle", "like"), tuple(defines.items()), ("share.h",), t)


def groups(s: Synthesis, t: Transform, walk: Walk, rows: int, length: int) -> int:
    """Threadgroups that cover `rows` signals of `length` samples."""
    if not walk.run:
        return rows * -(-length // walk.chunk)
    hops = (length + s.trim - 1) // s.hop - s.trim // s.hop + 1
    return -(-rows * -(-hops // walk.run) // t.teams)


def run(s: Synthesis, t: Transform, walk: Walk, spectrum: mx.array, window: mx.array, length: int) -> mx.array:
    """One launch: spectrum (rows, frames, bins) -> (rows, length)."""
    rows, frames, bins = spectrum.shape
    wide = max(rows * frames * bins * 2, rows * length) > WIDE // 2
    pairs = mx.view(mx.contiguous(spectrum), mx.float32)
    inputs = [pairs, mx.contiguous(window), build.constant(t), build.like(length)]
    k = kernel(s, t, walk, wide)
    return build.launch(k, inputs, groups(s, t, walk, rows, length), t.threads, (rows, length), mx.float32)
