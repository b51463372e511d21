"""Soft masks."""

from __future__ import annotations

import functools
import math

import mlx.core as mx

from ..._floor.checks import SMALLEST_NORMAL
from ..._floor.operation import Kind, supported_if
from ..._plans import SoftmaskPlan
from ..._reference import softmask as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .linear import Function, masked


def takes(plan: SoftmaskPlan, X: Kind, X_ref: Kind) -> bool:
    """Whether the share of these levels can be computed here."""
    if X.dtype != mx.float32 or X_ref.dtype != mx.float32 or not countable(X, X_ref) or X.size >= MOST:
        return False
    return X.shape == X_ref.shape and math.isfinite(plan.power) and _launch(plan, X.size) is not None


@supported_if(takes)
def softmask(plan: SoftmaskPlan, X: mx.array, X_ref: mx.array) -> mx.array:
    """X (...), X_ref (...) -> (...)."""
    return _function(plan)(X, X_ref)


@functools.lru_cache(maxsize=64)
def _function(plan: SoftmaskPlan) -> Function:
    def fused(X: mx.array, X_ref: mx.array) -> mx.array:
        X, X_ref = mx.broadcast_arrays(X, X_ref) if X.shape != X_ref.shape else (X, X_ref)
        run = _launch(plan, X.size)
        if run is None:
            return definition(plan, X, X_ref)
        return run(X.reshape(-1), X_ref.reshape(-1)).reshape(X.shape)

    return masked(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: SoftmaskPlan, size: int) -> build.Launch | None:
    """Give the launch for `size` values, if the device takes it."""
    defines: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "LEAST": f"{SMALLEST_NORMAL!r}f",
        "offset_t": build.offset_type(size),
    }
    numbers: build.Numbers = {"size": size, "power": float(plan.power), "at_zero": 0.5 if plan.splits_zeros else 0.0}
    arrays = ("levels", "rest")
    kernel = build.Kernel("softmask", arrays, tuple(defines.items()), ("larger.h",), numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(size, build.TINY)  # fewer elements may lie elsewhere
        return build.elementwise(kernel, (few,), numbers | {"size": few}), [mx.ones(few), mx.ones(few)]

    wanted = build.elementwise(kernel, (size,), numbers)
    return wanted if accepted(wanted, small) else None
