"""Signals at half, or twice, the sampling rate."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._constants.held import held
from ..._constants.lowpass import Lowpass, lowpass_taps
from ..._floor.operation import Kind, supported_if
from ..._plans import DoubledPlan, HalvedPlan
from ..._reference import doubled as doubled_definition
from ..._reference import halved as halved_definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .linear import Function, linear, rows


def takes(plan: HalvedPlan | DoubledPlan, y: Kind) -> bool:
    """Whether a signal can be filtered here."""
    if y.dtype != mx.float32 or not countable(y):
        return False
    count, n = y.size // y.shape[-1], y.shape[-1]
    length = plan.length if isinstance(plan, DoubledPlan) else -(-n // 2)
    return count * max(n, length) < MOST and _launch(plan, count, n, length) is not None


@supported_if(takes)
def halved(plan: HalvedPlan, y: mx.array) -> mx.array:
    """From y (..., n) -> (..., ceil(n / 2))."""
    return _filter(plan, -(-y.shape[-1] // 2))(y)


@supported_if(takes)
def doubled(plan: DoubledPlan, x: mx.array) -> mx.array:
    """From x (..., n) -> (..., length)."""
    return _filter(plan, plan.length)(x)


@functools.lru_cache(maxsize=64)
def _filter(plan: HalvedPlan | DoubledPlan, length: int) -> Function:
    """Give either, whose transpose is the other."""

    def apply(y: mx.array) -> mx.array:
        flat = rows(y, 1)
        run = _launch(plan, *flat.shape, length)
        if run is not None:
            return run(flat, _taps(plan.filter, plan.gain)).reshape(*y.shape[:-1], length)
        return doubled_definition(plan, y) if isinstance(plan, DoubledPlan) else halved_definition(plan, y)

    def transpose(g: mx.array, y: mx.array) -> mx.array:
        n = y.shape[-1]
        back = HalvedPlan if isinstance(plan, DoubledPlan) else functools.partial(DoubledPlan, length=n)
        return _filter(back(gain=plan.gain, filter=plan.filter), n)(g)

    return linear(apply, transpose)


@functools.lru_cache(maxsize=128)
def _launch(plan: HalvedPlan | DoubledPlan, count: int, n: int, length: int) -> build.Launch | None:
    """Give the launch for `count` signals, if the device takes it."""
    offset = build.offset_type(count * n, count * length)
    defines = (("THREADS_PER_GROUP", build.THREADS), ("offset_t", offset))
    numbers: build.Numbers = {"length": length, "reach": plan.filter.reach}
    stem = "doubled" if isinstance(plan, DoubledPlan) else "halved"
    kernel = build.Kernel(stem, ("samples", "taps"), defines, numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        return build.elementwise(kernel, (1, length), numbers), [mx.zeros((1, n)), _taps(plan.filter, plan.gain)]

    wanted = build.elementwise(kernel, (count, length), numbers)
    return wanted if accepted(wanted, small) else None


@functools.lru_cache(maxsize=32)
def _taps(filter: Lowpass, gain: float) -> mx.array:
    return held(mx.array([gain * tap for tap in lowpass_taps(filter)]))
