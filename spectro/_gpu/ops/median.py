"""Running medians."""

from __future__ import annotations

import functools
import math

import mlx.core as mx

from ..._constants.networks import median_network
from ..._floor.operation import Kind, supported_if
from ..._plans import MagnitudePlan, MedianPlan
from ..._reference import running_median as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from . import polar
from .linear import Function, composed, rows

WIDEST = 63  # neighbors that a thread holds in its registers


def takes(plan: MedianPlan, S: Kind) -> bool:
    """Whether these medians can be computed here."""
    fits = plan.size <= WIDEST and S.ndim >= 2 and countable(S) and S.size < MOST
    if not fits or S.size == 0 or S.dtype not in (mx.float32, mx.complex64):
        return False
    fits = S.dtype == mx.float32 or polar.takes(MagnitudePlan(), S)
    return fits and _launch(plan, math.prod(S.shape[:-2]), *S.shape[-2:]) is not None


@supported_if(takes)
def running_median(plan: MedianPlan, S: mx.array) -> mx.array:
    """Median over neighbors, mirrored at the ends: S (..., n, m) -> (..., n, m); of |S| where S is complex."""
    return _function(plan)(polar.magnitude(MagnitudePlan(), S) if S.dtype == mx.complex64 else S)


@functools.lru_cache(maxsize=64)
def _function(plan: MedianPlan) -> Function:
    def fused(S: mx.array) -> mx.array:
        levels = rows(S, 2)
        run = _launch(plan, *levels.shape)
        return definition(plan, S) if run is None else run(levels).reshape(S.shape)

    return composed(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: MedianPlan, count: int, n: int, width: int) -> build.Launch | None:
    """Give the launch for `count` matrices, if the device takes it."""
    network = median_network(plan.size)
    together = len(network.outputs)
    defines: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "DOWN": int(plan.axis == -2),
        "SIZE": plan.size,
        "COUNT": together,
        "INPUTS": network.inputs,
        "REGISTERS": network.registers,
        "STEPS": " ".join(f"STEP({', '.join(map(str, step))})" for step in network.steps),
        "RESULTS": " ".join(f"RESULT({i}, {register})" for i, register in enumerate(network.outputs)),
        "offset_t": build.offset_type(count * n * width),
    }
    kernel = build.Kernel("median", ("levels",), tuple(defines.items()), ("fold.h",))

    def launch(count: int, n: int, width: int) -> build.Launch:
        length, series = (n, width) if plan.axis == -2 else (width, n)
        threads = count * series * -(-length // together)
        return build.Launch(kernel, -(-threads // build.THREADS), build.THREADS, (count, n, width))

    def small() -> tuple[build.Launch, list[mx.array]]:
        return launch(1, 1, build.TINY), [mx.zeros((1, 1, build.TINY))]

    wanted = launch(count, n, width)
    return wanted if accepted(wanted, small) else None
