"""Energy and zero crossings of frames of samples, which are not written to memory."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import FramewisePlan
from ..._reference import framewise as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .frames import PAD_MODES
from .linear import Function, composed, rows

THREADS_PER_FRAME = 32


def takes(plan: FramewisePlan, y: Kind) -> bool:
    """Whether frames of these signals can be looked at here."""
    if y.dtype != mx.float32 or plan.pad_mode not in PAD_MODES or not countable(y):
        return False
    n = y.shape[-1]
    count, reach = y.size // n, plan.frames(n) * plan.hop_length + plan.frame_length + n
    fits = plan.frames(n) > 0 and count * plan.frames(n) * THREADS_PER_FRAME < MOST and reach < MOST
    return fits and _launch(plan, count, n) is not None


@supported_if(takes)
def framewise(plan: FramewisePlan, y: mx.array) -> mx.array:
    """Root mean squares, or the part of the samples that cross zero: y (..., n) -> (..., t)."""
    return _function(plan)(y)


@functools.lru_cache(maxsize=64)
def _function(plan: FramewisePlan) -> Function:
    def fused(y: mx.array) -> mx.array:
        flat = rows(y, 1)
        run = _launch(plan, *flat.shape)
        return definition(plan, y) if run is None else run(flat).reshape(*y.shape[:-1], run.shape[1])

    return composed(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: FramewisePlan, count: int, n: int) -> build.Launch | None:
    """Give the launch for `count` signals of `n` samples, if the device takes it."""
    crosses = plan.threshold is not None
    defines: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "THREADS_PER_FRAME": THREADS_PER_FRAME,
        "CROSSINGS": int(crosses),
        "offset_t": build.offset_type(count * n),
    }
    numbers: build.Numbers = {"frames": plan.frames(n), "hop": plan.hop_length, "length": plan.frame_length}
    numbers |= {"pad_left": plan.padding, "pad_mode": PAD_MODES[plan.pad_mode]}
    if crosses:
        numbers |= {"threshold": max(float(plan.threshold or 0), 0.0)}
        numbers |= {"zero_is_positive": int(plan.zero_is_positive), "counted": int(plan.counts_first)}
    headers = ("fold.h", "sample.h")
    kernel = build.Kernel("framewise", ("y",), tuple(defines.items()), headers, numbers=build.kinds(numbers))

    def launch(count: int, frames: int) -> build.Launch:
        groups, told = (
            -(-count * frames * THREADS_PER_FRAME // build.THREADS),
            build.values(numbers | {"frames": frames}),
        )
        return build.Launch(kernel, groups, build.THREADS, (count, frames), numbers=told)

    def small() -> tuple[build.Launch, list[mx.array]]:
        return launch(1, 1), [mx.zeros((1, min(count * n, build.TINY)))]  # fewer elements may lie elsewhere

    wanted = launch(count, plan.frames(n))
    return wanted if accepted(wanted, small) else None
