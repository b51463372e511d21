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
from ..launch.accepting import MOST, countable
from . import levels
from .linear import Function, composed


def takes(plan: DecibelPlan, S: Kind, ref: Kind) -> bool:
    """Whether `top_db` looks at whole blocks of these arrays, each with one reference."""
    return (
        S.dtype == ref.dtype == mx.float32
        and countable(S, ref)
        and S.size < MOST
        and plan.in_blocks(tuple(S.shape), tuple(ref.shape))
    )


@supported_if(takes)
def decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> mx.array:
    """S (...), ref one value, or one per spectrogram -> (...)."""
    dims = plan.block_dims(S.ndim)
    assert dims is not None  # `takes` asks for it
    level = _function(replace(plan, axes=tuple(range(-dims, 0))))
    if dims < 2:
        return level(S, ref)
    # spectrograms made here lie in memory with time before frequency: seen that way they need no copy
    return mx.swapaxes(level(mx.swapaxes(S, -1, -2), ref), -1, -2)


@functools.lru_cache(maxsize=64)
def _function(plan: DecibelPlan) -> Function:
    """Give (S, ref) -> decibels, for a plan that names its trailing axes."""
    dims = len(plan.axes or ())

    def fused(S: mx.array, ref: mx.array) -> mx.array:
        outer, inner = S.shape[: S.ndim - dims], S.shape[S.ndim - dims :]
        given = ref if ref.size == 1 else mx.broadcast_to(ref, (*outer, *(1,) * dims))
        peak = () if plan.top_db is None else (S.max(axis=plan.axes).reshape(-1),)
        run = _launch(plan, ref.size == 1, math.prod(outer), math.prod(inner))
        return run(S.reshape(run.shape), given.reshape(-1), *peak).reshape(S.shape)

    return composed(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: DecibelPlan, one_ref: bool, count: int, size: int) -> build.Launch:
    words: build.Defines = {
        **levels.defines(plan),
        "THREADS_PER_GROUP": build.THREADS,
        "ONE_REF": int(one_ref),
        "CLIPPED": int(plan.top_db is not None),
        "TOP_DB": f"{plan.top_db or 0.0!r}f",
        "offset_t": build.offset_type(count * size),
    }
    names = ("values", "ref") + (() if plan.top_db is None else ("peak",))
    return build.elementwise(build.Kernel("decibels", names, tuple(words.items()), levels.HEADERS), (count, size))
