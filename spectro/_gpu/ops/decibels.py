"""Decibels of arrays that are in memory, and what the kernels that end in decibels share."""

from __future__ import annotations

import functools
import math
from dataclasses import replace
from typing import Any

import mlx.core as mx

from ... import _reference
from ..._floor.operation import Kind
from ..._plans import DecibelPlan
from ..launch import build, tuning
from .derivatives import Function, composed
from .support import MOST, taken_if

HEADERS = ("larger.h", "level.h")  # of kernels that end in decibels


def _takes_decibels(plan: DecibelPlan, S: Kind, ref: Kind) -> bool:
    return S.dtype == ref.dtype == mx.float32 and S.size < MOST and plan.in_blocks(S.shape, ref.shape)


@taken_if(_takes_decibels)
def decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> mx.array:
    """S (...), ref one value, or one per spectrogram -> (...)."""
    dims = plan.block_dims(S.ndim)
    assert dims is not None  # `supports` asks for it
    levels = relative(replace(plan, axes=tuple(range(-dims, 0))))
    if dims < 2:
        return levels(S, ref)
    # spectrograms made here lie in memory with time before frequency: seen that way they need no copy
    return mx.swapaxes(levels(mx.swapaxes(S, -1, -2), ref), -1, -2)


@functools.lru_cache(maxsize=64)
def relative(plan: DecibelPlan) -> Function:
    """Give (S, ref) -> decibels, for a plan that names its trailing axes."""
    dims = len(plan.axes or ())

    def fused(S: mx.array, ref: mx.array) -> mx.array:
        outer, inner = S.shape[: S.ndim - dims], S.shape[S.ndim - dims :]
        given = ref if ref.size == 1 else mx.broadcast_to(ref, (*outer, *(1,) * dims))
        peak = () if plan.top_db is None else (S.max(axis=plan.axes).reshape(-1),)
        run = _launch(plan, ref.size == 1, math.prod(outer), math.prod(inner), tuning.generation())
        return run(S.reshape(run.shape), given.reshape(-1), *peak).reshape(S.shape)

    return composed(fused, functools.partial(_reference.decibels, plan))


def defines(plan: DecibelPlan) -> build.Defines:
    """Give the numbers of a level."""
    return {
        "SCALE": f"{plan.scale!r}f",
        "AMIN": f"{plan.amin!r}f",
        "LOG_OF_ONE": f"{math.log10(max(1.0, plan.amin))!r}f",
    }


@functools.lru_cache(maxsize=128)
def _launch(plan: DecibelPlan, one_ref: bool, count: int, size: int, _: Any) -> build.Launch:
    words: build.Defines = {
        **defines(plan),
        "THREADS": build.THREADS,
        "ONE_REF": int(one_ref),
        "CLIPPED": int(plan.top_db is not None),
        "TOP_DB": f"{plan.top_db or 0.0!r}f",
        "offset_t": build.offset_type(count * size),
    }
    names = ("values", "ref") + (() if plan.top_db is None else ("peak",))
    return build.elementwise(build.Kernel("decibels", names, tuple(words.items()), HEADERS), (count, size))
