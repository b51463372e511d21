"""What a synthesis is: inverse transforms, windowed and overlap-added, and the launch that makes it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace

import mlx.core as mx
import numpy as np

from ..._plans import IstftPlan
from ..launch import build, fft, tuning
from ..launch.accepting import MOST, accepted
from ..launch.fft import FftPlan
from ..launch.tuning import Tiling
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


def constants(plan: FftPlan) -> list[mx.array]:
    """Give the kernel's arrays after the spectra and the window."""
    return [build.twiddles(plan)]


def launch(
    s: Synthesis, plan: FftPlan, tiling: Tiling, count: int, frames: int, masks: mx.Dtype | None = None
) -> build.Launch:
    """Give the launch for `count` spectrograms of `frames` frames, times masks of a type."""
    offset = build.offset_type(2 * count * frames * (s.n_fft // 2 + 1), count * s.length)
    if tiling.chunk:
        groups = -(-s.length // tiling.chunk) * count
    else:
        groups = -(-count * -(-s.hops // tiling.run) // plan.transforms_per_group)
    numbers = _numbers(s, tiling) | ({} if masks is None else {"rows": count})
    steps = (s.hop, s.trim) if tiling.run else (0, 0)
    kinds, mask = build.kinds(numbers), MASKS[masks]
    kernel = kernel_of(plan, tiling, *steps, s.edge / s.inner, s.floor is not None, offset, kinds, mask)
    return build.Launch(kernel, groups, plan.threads, (count, s.length), numbers=build.values(numbers))


def _numbers(s: Synthesis, tiling: Tiling) -> build.Numbers:
    """Give what a synthesis tells its kernel at each launch."""
    numbers: build.Numbers = {"length": s.length, "inner_scale": float(s.inner)}
    numbers |= {} if tiling.run else {"hop": s.hop, "trim": s.trim}
    return numbers if s.floor is None else numbers | {"least": float(s.floor)}


def fused(s: Synthesis, plain: Function) -> Function:
    """Give the function (D (..., frames, bins), window) -> (..., length) of one launch; `plain` where it is refused.

    It may be given a mask, too, that D is multiplied by.
    """

    @functools.lru_cache(maxsize=64)
    def prepared(
        count: int, frames: int, _: object, masks: mx.Dtype | None = None
    ) -> tuple[build.Launch | None, list[mx.array]]:
        plan, tiling = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
        wanted = launch(s, plan, tiling, count, frames, masks)
        return (wanted, constants(plan)) if _accepted(wanted, s, plan, tiling, masks) else (None, [])

    def apply(D: mx.array, window: mx.array) -> mx.array:
        flat = rows(D, 2)
        run, rest = prepared(*flat.shape[:2], tuning.state())
        if run is None:
            return plain(D, window)
        out = run(flat, window, *rest)
        return out if D.ndim == 3 else out.reshape(*D.shape[:-2], s.length)

    def masked(D: mx.array, window: mx.array, mask: mx.array) -> mx.array:
        outer = leading(D.shape, mask.shape)
        count, frames = math.prod(outer), D.shape[-2]
        run, rest = prepared(count, frames, tuning.state(), mask.dtype)
        if run is None:
            return plain(D, window, mask)
        spectra, factors = (_gone_over(x, outer, D.shape[-2:]) for x in (D, mask))
        return run(spectra, window, *rest, factors).reshape(*outer, s.length)

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
    """Whether the device takes the launch for `count` spectrograms of `frames` frames."""
    plan, tiling = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
    wanted = launch(s, plan, tiling, count, frames, masks)
    return wanted.groups * plan.threads < MOST and _accepted(wanted, s, plan, tiling, masks)


def _accepted(wanted: build.Launch, s: Synthesis, plan: FftPlan, tiling: Tiling, masks: mx.Dtype | None) -> bool:
    def small() -> tuple[build.Launch, list[mx.array]]:
        one, D = replace(s, length=s.hop), mx.zeros((1, 1, s.n_fft // 2 + 1), dtype=mx.complex64)
        factors = [] if masks is None else [mx.zeros(D.shape, dtype=masks)]
        return launch(one, plan, tiling, 1, 1, masks), [D, mx.zeros(s.n_fft), *constants(plan), *factors]

    return accepted(wanted, small)


@functools.lru_cache(maxsize=512)
def kernel_of(
    plan: FftPlan,
    tiling: Tiling,
    hop: int,
    trim: int,
    edge_ratio: float,
    normalized: bool,
    offset: str,
    numbers: tuple[tuple[str, str], ...],
    mask: int,
) -> build.Kernel:
    """Give the kernel of a synthesis; one that streams is made for its hop and trim, which spares it registers."""
    defines = {
        **fft.defines(plan),
        "NORMALIZE": int(normalized),
        "offset_t": offset,
        "EDGE_RATIO": f"{edge_ratio!r}f",
        "MASK": mask,
        "SOURCE": "istft_masked.h" if mask else "istft_source.h",
    }
    if tiling.run:
        steps = {"OVERLAP": -(-plan.n_fft // hop), "SHIFT": hop * plan.radices[-1] // plan.n_fft}
        defines |= {"HOP": hop, "TRIM": trim, "RUN": tiling.run, **steps}
    else:
        defines |= {"CHUNK": tiling.chunk, "SAMPLES_PER_THREAD": tiling.chunk // plan.threads}
    stem = "istft_stream" if tiling.run else "istft"
    names = ("spectrum", "window", "twiddles") + (("mask",) if mask else ())
    most = tuning.most_registers(plan, tiling)
    return build.Kernel(stem, names, tuple(defines.items()), ("reciprocal.h",), plan, numbers=numbers, registers=most)
