"""The recursive filter of first order, as a scan."""

from __future__ import annotations

import functools
import math

import mlx.core as mx

from ..._constants.held import held
from ..._floor.operation import Kind, supported_if
from ..._plans import FirstOrderPlan
from ..._reference import first_order as definition
from ..._reference.first_order import NEGLIGIBLE
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from .linear import Function, linear, rows, together

EACH = 16  # samples of a thread
TILE = EACH * build.THREADS
MOST_TILES = 4  # that are gone through before a group's own


def takes(plan: FirstOrderPlan, x: Kind, state: Kind | None) -> bool:
    """Whether these signals can be filtered here."""
    kinds = [x] if state is None else [x, state]
    if any(kind.dtype != mx.float32 for kind in kinds) or not countable(*kinds):
        return False
    if state is not None and state.shape != (*x.shape[:-1], 1):
        return False
    n, count = x.shape[-1], x.size // x.shape[-1]
    fits = -(-n // TILE) * count * build.THREADS < MOST and min(_warm(plan.pole), n // TILE) <= MOST_TILES
    return fits and _launch(plan, state is not None, count, n) is not None


@supported_if(takes)
def first_order(plan: FirstOrderPlan, x: mx.array, state: mx.array | None) -> mx.array:
    """y[n] = gain x[n] + zero x[n - 1] + pole y[n - 1], state added to y[0]: x (..., n), state (..., 1) -> (..., n)."""
    return _filter(plan)(x) if state is None else _started(plan)(x, state)


def _warm(pole: float) -> int:
    """Give the tiles before its own that a sample depends on."""
    if pole == 0:
        return 0
    steps = math.log(NEGLIGIBLE) / math.log(abs(pole)) if abs(pole) < 1 else math.inf
    return -(-int(min(steps, 2**30)) // TILE)


def _lost_tiles(plan: FirstOrderPlan, n: int) -> int:
    """Give the tiles that a later group does not go through, and asks whether they are finite."""
    return max(0, n // TILE - _warm(plan.pole)) if plan.pole else 0


def _lost(plan: FirstOrderPlan, x: mx.array) -> mx.array:
    """Mark tiles that hold what is not finite: x (r, n) -> (r, tiles), NaN or 0."""
    tiles = _lost_tiles(plan, x.shape[1])
    if not tiles:
        return _nothing()
    finite = mx.isfinite(x[:, : tiles * TILE]).reshape(x.shape[0], tiles, TILE).all(axis=-1)
    return mx.where(finite, 0.0, math.nan)


@functools.lru_cache(maxsize=64)
def _filter(plan: FirstOrderPlan) -> Function:
    """Give the filter that starts from nothing, whose transpose is itself from the end to the beginning."""

    def apply(x: mx.array) -> mx.array:
        flat = rows(x, 1)
        run = _launch(plan, False, *flat.shape)
        if run is None:
            return definition(plan, x, None)
        return run(flat, _nothing(), _lost(plan, flat)).reshape(x.shape)

    return linear(apply, lambda g, _: _filter(plan)(g[..., ::-1])[..., ::-1])


@functools.lru_cache(maxsize=64)
def _started(plan: FirstOrderPlan) -> Function:
    """Give the filter of (x, state)."""

    def fused(x: mx.array, state: mx.array) -> mx.array:
        flat = rows(x, 1)
        run = _launch(plan, True, *flat.shape)
        if run is None:
            return definition(plan, x, state)
        return run(flat, state.reshape(-1), _lost(plan, flat)).reshape(x.shape)

    def plain(x: mx.array, state: mx.array) -> mx.array:
        return definition(plan, x, state)

    return together(fused, plain)


@functools.lru_cache(maxsize=128)
def _launch(plan: FirstOrderPlan, started: bool, count: int, n: int) -> build.Launch | None:
    """Give the launch for `count` signals of `n` samples, if the device takes it."""
    defines = (("THREADS_PER_GROUP", build.THREADS), ("EACH", EACH), ("TILE", TILE))
    defines = (*defines, ("offset_t", build.offset_type(count * n)))
    numbers: build.Numbers = {"gain": float(plan.gain), "zero": float(plan.zero), "pole": float(plan.pole)}
    numbers |= {"leap": float(plan.pole) ** EACH, "warm": min(_warm(plan.pole), n // TILE), "has_state": int(started)}
    numbers |= {"lost_tiles": _lost_tiles(plan, n)}
    kernel = build.Kernel("first_order", ("x", "state", "lost"), defines, numbers=build.kinds(numbers))

    def launch(count: int, n: int) -> build.Launch:
        groups = -(-n // TILE) * count
        return build.Launch(kernel, groups, build.THREADS, (count, n), numbers=build.values(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few, short = min(count, build.TINY), min(n, build.TINY)  # fewer elements may lie elsewhere
        state = mx.zeros(few) if started else _nothing()
        return launch(few, short), [mx.zeros((few, short)), state, _nothing()]

    wanted = launch(count, n)
    return wanted if accepted(wanted, small) else None


@functools.cache
def _nothing() -> mx.array:
    return held(mx.zeros(build.TINY))
