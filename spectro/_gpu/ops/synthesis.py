"""What a synthesis is: inverse transforms, windowed and overlap-added, and the launch that makes it."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import mlx.core as mx

from ..._plans import IstftPlan
from ..launch import build, transform
from ..launch.transform import Transform
from ..launch.tuning import Tiling


@dataclass(frozen=True)
class Synthesis:
    """Bins times a weight, inverse transform, window, overlap-add from sample `trim` on."""

    n_fft: int
    hop: int
    trim: int
    length: int
    edge: float  # weight of bins 0 and n_fft / 2
    inner: float
    floor: float | None = None  # divide by the squared window's envelope where it is above this

    @classmethod
    def of(cls, plan: IstftPlan) -> Synthesis:
        """Give the synthesis that a plan asks for."""
        scale = 1.0 / plan.n_fft
        return cls(plan.n_fft, plan.hop_length, plan.start, plan.length, scale, scale, plan.floor)

    @property
    def hops(self) -> int:
        """Hops of the untrimmed sum that the output touches."""
        return (self.length + self.trim - 1) // self.hop - self.trim // self.hop + 1


def constants(s: Synthesis, t: Transform) -> list[mx.array]:
    """Give the kernel's arguments after the spectra and the window."""
    return [build.twiddles(t), build.extent(s.length)]


def launch(s: Synthesis, t: Transform, tiling: Tiling, count: int, frames: int) -> build.Launch:
    """Give the launch for `count` spectrograms of `frames` frames."""
    offset = build.offset_type(2 * count * frames * (s.n_fft // 2 + 1), count * s.length)
    chunks = -(-s.length // tiling.chunk) * count if tiling.chunk else -(-count * -(-s.hops // tiling.run) // t.teams)
    return build.Launch(kernel_of(replace(s, length=0), t, tiling, offset), chunks, t.threads, (count, s.length))


@functools.lru_cache(maxsize=512)
def kernel_of(s: Synthesis, t: Transform, tiling: Tiling, offset: str) -> build.Kernel:
    """Give the kernel of a synthesis."""
    defines = {
        **transform.defines(t),
        "HOP": s.hop,
        "TRIM": s.trim,
        "NORMALIZE": int(s.floor is not None),
        "FLOOR": f"{s.floor or 0.0!r}f",
        "EDGE_SCALE": f"{s.edge!r}f",
        "INNER_SCALE": f"{s.inner!r}f",
        "offset_t": offset,
    }
    if tiling.run:
        defines |= {"RUN": tiling.run, "OVERLAP": -(-s.n_fft // s.hop), "SHIFT": s.hop * t.radices[-1] // s.n_fft}
    else:
        defines |= {"CHUNK": tiling.chunk, "OWNED": tiling.chunk // t.threads}
    stem = "istft_stream" if tiling.run else "istft"
    return build.Kernel(stem, ("spectrum", "window", "twiddle", "extent"), tuple(defines.items()), ("reciprocal.h",), t)
