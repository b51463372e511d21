"""Spectrograms shared out to their harmonic and their percussive part."""

from __future__ import annotations

import functools
import math

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import SeparationPlan
from ..._reference import separation as definition
from ..launch import build
from ..launch.accepting import MOST, accepted, countable
from . import softmask
from .linear import Function, together


def takes(plan: SeparationPlan, S: Kind, harmonic: Kind, percussive: Kind) -> bool:
    """Whether these estimates can be weighed against each other here."""
    if not harmonic.shape == percussive.shape == S.shape or S.ndim < 2 or not countable(S) or 4 * S.size >= MOST:
        return False
    if S.dtype not in (mx.float32, mx.complex64) or {harmonic.dtype, percussive.dtype} != {mx.float32}:
        return False
    return _launch(plan, S.dtype == mx.complex64, math.prod(S.shape[:-2]), *S.shape[-2:]) is not None


@supported_if(takes)
def separation(plan: SeparationPlan, S: mx.array, harmonic: mx.array, percussive: mx.array) -> mx.array:
    """Masks of the two parts, or S times them: three (..., t, f) -> (..., 2, t, f)."""
    return _function(plan)(S, harmonic, percussive)


@functools.lru_cache(maxsize=64)
def _function(plan: SeparationPlan) -> Function:
    def fused(S: mx.array, harmonic: mx.array, percussive: mx.array) -> mx.array:
        *outer, t, f = S.shape
        run = _launch(plan, S.dtype == mx.complex64, math.prod(outer), t, f)
        if run is None:
            return definition(plan, S, harmonic, percussive)
        given = [x.reshape(-1) for x in (harmonic if plan.masks else S, harmonic, percussive)]
        return run(*given).reshape(*outer, 2, t, f)

    return together(fused, functools.partial(definition, plan))


@functools.lru_cache(maxsize=128)
def _launch(plan: SeparationPlan, is_complex: bool, count: int, t: int, f: int) -> build.Launch | None:
    """Give the launch for `count` spectrograms, if the device takes it."""
    is_complex = is_complex and not plan.masks
    kind = mx.complex64 if is_complex else mx.float32
    defines: build.Defines = {"THREADS_PER_GROUP": build.THREADS, "COMPLEX": int(is_complex)}
    defines |= softmask.DEFINES | {"offset_t": build.offset_type(4 * count * t * f)}
    margins = {"margin": float(plan.margin_harmonic), "margin_too": float(plan.margin_percussive)}
    numbers: build.Numbers = {"size": count * t * f, "inner": t * f, "power": float(plan.power), **margins}
    numbers |= {"at_zero": 0.5 if plan.splits_zeros else 0.0, "masks": int(plan.masks)}
    headers = ("complex.h", *softmask.HEADERS)
    arrays = ("spectrum", "harmonic", "percussive")
    kernel = build.Kernel("separation", arrays, tuple(defines.items()), headers, numbers=build.kinds(numbers))

    def launch(count: int, t: int, f: int) -> build.Launch:
        told = build.values(numbers | {"size": count * t * f, "inner": t * f})
        return build.Launch(kernel, -(-count * t * f // build.THREADS), build.THREADS, (count, 2, t, f), kind, told)

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(count * t * f, build.TINY)  # fewer elements may lie elsewhere
        return launch(1, 1, few), [mx.ones(few, dtype=kind), mx.ones(few), mx.ones(few)]

    wanted = launch(count, t, f)
    return wanted if accepted(wanted, small) else None
