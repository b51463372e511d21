"""Spectral flux."""

from __future__ import annotations

import functools
import math

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import FluxPlan
from ..._reference import flux as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .linear import Function, composed, rows

WIDEST = 31  # neighbors that the kernel takes the maximum of
THREADS_PER_FRAME = 32


def takes(plan: FluxPlan, S: Kind, ref: Kind | None) -> bool:
    """Whether the rise of these levels can be computed here."""
    if S.dtype != mx.float32 or plan.max_size > WIDEST or not countable(S, ref) or S.shape[-2] <= plan.lag:
        return False
    if S.size // S.shape[-1] * THREADS_PER_FRAME >= MOST or (ref is not None and ref.dtype != mx.float32):
        return False
    return _launch(plan, _width(plan, ref is None), math.prod(S.shape[:-2]), *S.shape[-2:]) is not None


@supported_if(takes)
def flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> mx.array:
    """S (..., t, m) in dB -> (..., t - lag, m), or (..., t - lag) averaged over m."""
    return _function(plan, ref is None)(*((S,) if ref is None else (S, ref)))


@functools.lru_cache(maxsize=64)
def _function(plan: FluxPlan, own: bool) -> Function:
    def plain(S: mx.array, *ref: mx.array) -> mx.array:
        return definition(plan, S, ref[0] if ref else None)

    def fused(S: mx.array, *ref: mx.array) -> mx.array:
        # a map gives levels further dimensions, and leaves the reference as it is
        levels, reference = rows(S, 2), rows(mx.broadcast_to(ref[0], S.shape) if ref else S, 2)
        run = _launch(plan, _width(plan, own), *levels.shape)
        if run is None:
            return plain(S, *ref)
        out = run(levels, reference)
        return out.reshape(*S.shape[:-2], *out.shape[1:])

    return composed(fused, plain)


def _width(plan: FluxPlan, own: bool) -> int:
    """Neighbors that the maximum is taken of: a reference that is given was filtered."""
    return plan.max_size if own else 1


@functools.lru_cache(maxsize=128)
def _launch(plan: FluxPlan, width: int, count: int, frames: int, bands: int) -> build.Launch | None:
    """Give the launch for `count` spectrograms, if the device takes it."""
    defines: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "THREADS_PER_FRAME": THREADS_PER_FRAME,
        "MEAN": int(plan.mean),
        "offset_t": build.offset_type(count * frames * bands),
    }
    numbers: build.Numbers = {"lag": plan.lag, "width": width}
    arrays, headers = ("levels", "reference"), ("fold.h", "larger.h")
    kernel = build.Kernel("flux", arrays, tuple(defines.items()), headers, numbers=build.kinds(numbers))

    def launch(count: int, steps: int) -> build.Launch:
        shape = (count, steps) if plan.mean else (count, steps, bands)
        groups = -(-count * steps * THREADS_PER_FRAME // build.THREADS)
        return build.Launch(kernel, groups, build.THREADS, shape, numbers=build.values(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        steps = min(frames - plan.lag, build.TINY)
        levels = mx.zeros((1, plan.lag + steps, bands))
        return launch(1, steps), [levels, levels]

    wanted = launch(count, frames - plan.lag)
    return wanted if accepted(wanted, small) else None
