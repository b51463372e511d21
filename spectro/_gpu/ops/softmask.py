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
from ..launch.accepting import MOST, countable
from .linear import Function, masked
from .pointwise import pointwise

HEADERS = ("larger.h", "share.h")
DEFINES: build.Defines = {"LEAST": f"{SMALLEST_NORMAL!r}f"}


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


def _launch(plan: SoftmaskPlan, size: int) -> build.Launch | None:
    """Give the launch for `size` values, if the device takes it."""
    numbers = (("power", float(plan.power)), ("at_zero", 0.5 if plan.splits_zeros else 0.0))
    arrays = (("levels", mx.float32), ("rest", mx.float32))
    return pointwise("softmask", arrays, size, numbers=numbers, defines=tuple(DEFINES.items()), headers=HEADERS)
