"""What a synthesis is: inverse transforms, windowed and overlap-added, and the launch that makes it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import mlx.core as mx
import numpy as np

from ..._plans import IstftPlan
from ..launch import build, fft, tuning
from ..launch.accepting import MOST, accepted
from ..launch.fft import FftPlan
from .frames import adding
from .linear import Function, rows

MASKS = {None: 0, mx.float32: 1, mx.complex64: 2}  # by the type of factors, as the kernels know it


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


class Streaming(NamedTuple):
    """What a kernel that streams is made for."""

    hop: int
    trim: int
    run: int
    normalized: bool

    def defines(self, plan: FftPlan) -> dict[str, str | int]:
        """Give the sizes that the kernel names."""
        overlap, shift = -(-plan.n_fft // self.hop), self.hop * plan.radices[-1] // plan.n_fft
        sizes = {"HOP": self.hop, "TRIM": self.trim, "RUN": self.run, "OVERLAP": overlap, "SHIFT": shift}
        return {"NORMALIZE": int(self.normalized), **sizes}


class Steps(NamedTuple):
    """The launches of a synthesis: one that streams, or one that makes frames and one that adds them."""

    first: build.Launch
    twiddles: mx.array
    add: build.Launch | None = None

    def __call__(self, D: mx.array, window: mx.array, *mask: mx.array) -> mx.array:
        """D (count, frames, bins) -> (count, length)."""
        if self.add is None:
            return self.first(D, window, self.twiddles, *mask)
        return self.add(self.first(D, self.twiddles, *mask), window)


def steps(
    s: Synthesis, plan: FftPlan, run: int, count: int, frames: int, masks: mx.Dtype | None = None
) -> Steps | None:
    """Give the launches for `count` spectrograms of `frames` frames, times masks of a type; None where refused."""
    first = launch(s, plan, run, count, frames, masks)
    if max(first.groups * plan.threads, count * s.length) >= MOST or not _accepted(first, s, plan, run, masks):
        return None
    twiddles = build.twiddles(plan)
    if run:
        return Steps(first, twiddles)
    add = adding(s.n_fft, s.hop, s.trim, s.length, count, frames, s.floor)
    return None if add is None else Steps(first, twiddles, add)


def launch(
    s: Synthesis, plan: FftPlan, run: int, count: int, frames: int, masks: mx.Dtype | None = None
) -> build.Launch:
    """Give the first launch, whose inverse transforms are added at once where they stream."""
    offset = build.offset_type(2 * count * frames * (s.n_fft // 2 + 1), count * s.length)
    numbers: build.Numbers = {"inner_scale": float(s.inner)}
    if run:
        numbers |= {"length": s.length} | ({} if s.floor is None else {"least": float(s.floor)})
        transforms = count * -(-s.hops // run)
        streaming = Streaming(s.hop, s.trim, run, s.floor is not None)
    else:
        transforms, streaming = count * -(-frames // plan.frames_per_transform), None
    numbers |= {} if masks is None else {"rows": count}
    kernel = kernel_of(plan, streaming, s.edge / s.inner, offset, build.kinds(numbers), MASKS[masks])
    groups = -(-transforms // plan.transforms_per_group)
    shape = (count, s.length) if run else (count, frames, s.n_fft)
    return build.Launch(kernel, groups, plan.threads, shape, numbers=build.values(numbers))


def fused(s: Synthesis, plain: Function) -> Function:
    """Give (D (..., frames, bins), window) -> (..., length), by our launches; `plain` where they are refused.

    It may be given a mask, too, that D is multiplied by.
    """

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, frames: int, _: object, masks: mx.Dtype | None = None) -> Steps | None:
        return steps(s, *tuning.synthesis(s.n_fft, s.hop, count * s.hops), count, frames, masks)

    def apply(D: mx.array, window: mx.array) -> mx.array:
        flat = rows(D, 2)
        run = prepared(*flat.shape[:2], tuning.state())
        if run is None:
            return plain(D, window)
        out = run(flat, window)
        return out if D.ndim == 3 else out.reshape(*D.shape[:-2], s.length)

    def masked(D: mx.array, window: mx.array, mask: mx.array) -> mx.array:
        outer = leading(D.shape, mask.shape)
        count, frames = math.prod(outer), D.shape[-2]
        run = prepared(count, frames, tuning.state(), mask.dtype)
        if run is None:
            return plain(D, window, mask)
        spectra, factors = (_gone_over(x, outer, D.shape[-2:]) for x in (D, mask))
        return run(spectra, window, factors).reshape(*outer, s.length)

    return lambda D, window, *mask: masked(D, window, *mask) if mask else apply(D, window)


def leading(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Give the leading dimensions that spectrograms have together."""
    return np.broadcast_shapes(*(shape[:-2] for shape in shapes))


def _gone_over(x: mx.array, outer: tuple[int, ...], inner: tuple[int, ...]) -> mx.array:
    """Give the rows (n, t, bins) of an array which, again and again, are those of `outer`."""
    own = x.shape[:-2]
    while own and own[0] == 1:
        own = own[1:]
    if x.shape[-2:] != inner or own != outer[len(outer) - len(own) :]:
        x = mx.broadcast_to(x, (*outer, *inner))
    return rows(x, 2)


def runs(s: Synthesis, count: int, frames: int, masks: mx.Dtype | None = None) -> bool:
    """Whether the device takes the launches for `count` spectrograms of `frames` frames."""
    return steps(s, *tuning.synthesis(s.n_fft, s.hop, count * s.hops), count, frames, masks) is not None


def _accepted(wanted: build.Launch, s: Synthesis, plan: FftPlan, run: int, masks: mx.Dtype | None) -> bool:
    def small() -> tuple[build.Launch, list[mx.array]]:
        one, D = replace(s, length=s.hop), mx.zeros((1, 1, s.n_fft // 2 + 1), dtype=mx.complex64)
        factors = [] if masks is None else [mx.zeros(D.shape, dtype=masks)]
        windows = [mx.zeros(s.n_fft)] if run else []
        return launch(one, plan, run, 1, 1, masks), [D, *windows, build.twiddles(plan), *factors]

    return accepted(wanted, small)


@functools.lru_cache(maxsize=512)
def kernel_of(
    plan: FftPlan,
    streaming: Streaming | None,
    edge_ratio: float,
    offset: str,
    numbers: tuple[tuple[str, str], ...],
    mask: int,
) -> build.Kernel:
    """Give the kernel of inverse transforms; one that streams is made for its hop, which spares it registers."""
    defines = {
        **fft.defines(plan),
        "offset_t": offset,
        "EDGE_RATIO": f"{edge_ratio!r}f",
        "MASK": mask,
        "SOURCE": "istft_masked.h" if mask else "istft_source.h",
    }
    last = ("mask",) if mask else ()
    if streaming is None:
        return build.Kernel("istft", ("spectrum", "twiddles", *last), tuple(defines.items()), (), plan, numbers=numbers)
    defines |= streaming.defines(plan)
    names = ("spectrum", "window", "twiddles", *last)
    return build.Kernel("istft_stream", names, tuple(defines.items()), ("reciprocal.h",), plan, numbers=numbers)
