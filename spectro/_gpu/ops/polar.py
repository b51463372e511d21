"""Complex arrays as magnitudes and directions, and magnitudes with the phases of complex arrays."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import DirectionPlan, MagnitudePlan, RephasePlan
from ..._reference import direction as direction_definition
from ..._reference import magnitude as magnitude_definition
from ..._reference import rephase as rephase_definition
from ..launch import build
from ..launch.accepting import MOST, countable
from .linear import Function, composed, together
from .pointwise import pointwise

HEADERS = ("complex.h", "larger.h", "length.h")


def takes(plan: MagnitudePlan | DirectionPlan, D: Kind) -> bool:
    """Whether the parts of these numbers can be computed here."""
    return D.dtype == mx.complex64 and countable(D) and 2 * D.size < MOST and _launch(plan, D.size) is not None


@supported_if(takes)
def magnitude(plan: MagnitudePlan, D: mx.array) -> mx.array:
    """|D|: (...) -> (...)."""
    return _part(plan)(D)


@supported_if(takes)
def direction(plan: DirectionPlan, D: mx.array) -> mx.array:
    """D / |D|, and 1 where D is zero: (...) -> (...)."""
    return _part(plan)(D)


@functools.lru_cache(maxsize=8)
def _part(plan: MagnitudePlan | DirectionPlan) -> Function:
    def plain(D: mx.array) -> mx.array:
        return direction_definition(plan, D) if isinstance(plan, DirectionPlan) else magnitude_definition(plan, D)

    def fused(D: mx.array) -> mx.array:
        run = _launch(plan, D.size)
        return plain(D) if run is None else run(D.reshape(-1)).reshape(D.shape)

    return composed(fused, plain)


def _launch(plan: MagnitudePlan | DirectionPlan, size: int) -> build.Launch | None:
    turned = isinstance(plan, DirectionPlan)
    dtype, defines = mx.complex64 if turned else mx.float32, (("DIRECTION", int(turned)),)
    return pointwise("polar", (("points", mx.complex64),), size, dtype, defines=defines, headers=HEADERS)


def takes_rephase(plan: RephasePlan, D: Kind, earlier: Kind | None, S: Kind) -> bool:
    """Whether these magnitudes can be turned here."""
    if D.dtype != mx.complex64 or S.dtype != mx.float32 or D.shape != S.shape or not countable(D):
        return False
    same = earlier is None or (earlier.shape, earlier.dtype) == (D.shape, D.dtype)
    return same and 2 * D.size < MOST and _turning(plan, D.size) is not None


@supported_if(takes_rephase)
def rephase(plan: RephasePlan, D: mx.array, earlier: mx.array | None, S: mx.array) -> mx.array:
    """S x / |x| of x = D - momentum * earlier, and 0 where x is: D, earlier, S (..., t, f) -> (..., t, f)."""
    return _turned(RephasePlan())(D, S) if earlier is None else _turned(plan)(D, S, earlier)


@functools.lru_cache(maxsize=64)
def _turned(plan: RephasePlan) -> Function:
    def plain(D: mx.array, S: mx.array, earlier: mx.array | None = None) -> mx.array:
        return rephase_definition(plan, D, earlier, S)

    def fused(D: mx.array, S: mx.array, earlier: mx.array | None = None) -> mx.array:
        run = _turning(plan, D.size)
        if run is None:
            return plain(D, S, earlier)
        given = [x.reshape(-1) for x in (D, D if earlier is None else earlier, S)]
        return run(*given).reshape(D.shape)

    return together(fused, plain)


def _turning(plan: RephasePlan, size: int) -> build.Launch | None:
    arrays = (("estimate", mx.complex64), ("earlier", mx.complex64), ("levels", mx.float32))
    return pointwise("rephase", arrays, size, mx.complex64, (("momentum", float(plan.momentum)),), headers=HEADERS)
