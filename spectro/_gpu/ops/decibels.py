"""Decibels of arrays that are in memory."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import DecibelPlan
from ..._reference import decibels as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from . import levels
from .linear import Function, composed


def takes(plan: DecibelPlan, S: Kind, ref: Kind) -> bool:
    """Whether `top_db` looks at whole blocks of these arrays, each with one reference."""
    if S.dtype != mx.float32 or ref.dtype != mx.float32 or not countable(S, ref) or S.size >= MOST:
        return False
    if not plan.in_blocks(tuple(S.shape), tuple(ref.shape)):
        return False
    named = _named(plan, S.ndim)
    size = math.prod(S.shape[S.ndim - len(named.axes or ()) :])
    return _launch(named, ref.size == 1, S.size // size, size) is not None


@supported_if(takes)
def decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> mx.array:
    """S (...), ref one value, or one per spectrogram -> (...)."""
    named = _named(plan, S.ndim)
    level = _function(named)
    if len(named.axes or ()) < 2:
        return level(S, ref)
    # spectrograms made here lie in memory with time before frequency: seen that way they need no copy
    return mx.swapaxes(level(mx.swapaxes(S, -1, -2), ref), -1, -2)


def _named(plan: DecibelPlan, ndim: int) -> DecibelPlan:
    """Give the plan with the names of a spectrogram's trailing axes."""
    dims = plan.block_dims(ndim)
    assert dims is not None  # `takes` asks for it
    return replace(plan, axes=tuple(range(-dims, 0)))


@functools.lru_cache(maxsize=64)
def _function(plan: DecibelPlan) -> Function:
    """Give (S, ref) -> decibels, for a plan that names its trailing axes."""
    dims = len(plan.axes or ())

    def fused(S: mx.array, ref: mx.array) -> mx.array:
        outer, inner = S.shape[: S.ndim - dims], S.shape[S.ndim - dims :]
        given = ref if ref.size == 1 else mx.broadcast_to(ref, (*outer, *(1,) * dims))
        peak = () if plan.top_db is None else (S.max(axis=plan.axes).reshape(-1),)
        run = _launch(plan, ref.size == 1, math.prod(outer), math.prod(inner))
        if run is None:
            return definition(plan, S, ref)
        return run(S.reshape(run.shape), given.reshape(-1), *peak).reshape(S.shape)

    return composed(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: DecibelPlan, one_ref: bool, count: int, size: int) -> build.Launch | None:
    """Give the launch for `count` blocks of `size` values, if the device takes it."""
    words: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "CLIPPED": int(plan.top_db is not None),
        "offset_t": build.offset_type(count * size),
    }
    level = levels.numbers(plan)
    numbers = {"scale": level["scale"], "amin": level["amin"], "ref_step": int(not one_ref)}
    numbers |= {} if plan.top_db is None else {"top_db": float(plan.top_db)}
    names = ("values", "ref") + (() if plan.top_db is None else ("peak",))
    kernel = build.Kernel("decibels", names, tuple(words.items()), levels.HEADERS, numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(count, build.TINY)  # an input of few elements may lie elsewhere than one of many
        each = [mx.ones(1 if one_ref else few), *([] if plan.top_db is None else [mx.ones(few)])]
        shape = (few, min(size, build.TINY))
        return build.elementwise(kernel, shape, numbers), [mx.ones(shape), *each]

    wanted = build.elementwise(kernel, (count, size), numbers)
    return wanted if accepted(wanted, small) else None
