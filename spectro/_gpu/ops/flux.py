"""Spectral flux."""

from __future__ import annotations

import functools
from typing import Any

import mlx.core as mx

from ... import _reference
from ..._floor.operation import Kind
from ..._plans import FluxPlan
from ..launch import build, tuning
from .derivatives import Function, composed, rows
from .frame import PAD_MODES
from .support import MOST, taken_if

WIDEST = 31  # neighbours that the kernel takes the maximum of
LANES = 32  # threads that share a frame: those of a SIMD group


def _takes_flux(plan: FluxPlan, S: Kind, ref: Kind | None) -> bool:
    if S.dtype != mx.float32 or plan.max_size > WIDEST or S.shape[-2] <= plan.lag:
        return False
    return S.size // S.shape[-1] * LANES < MOST and (ref is None or ref.dtype == mx.float32)


@taken_if(_takes_flux)
def flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> mx.array:
    """S (..., t, m) in dB -> (..., t - lag, m), or (..., t - lag) averaged over m."""
    return _function(plan, ref is None)(*((S,) if ref is None else (S, mx.broadcast_to(ref, S.shape))))


@functools.lru_cache(maxsize=64)
def _function(plan: FluxPlan, own: bool) -> Function:
    def fused(S: mx.array, *ref: mx.array) -> mx.array:
        levels, reference = rows(S, 2), rows((ref or (S,))[0], 2)
        out = _launch(plan, plan.max_size if own else 1, *levels.shape, tuning.generation())(levels, reference)
        return out.reshape(*S.shape[:-2], *out.shape[1:])

    def definition(S: mx.array, *ref: mx.array) -> mx.array:
        return _reference.flux(plan, S, ref[0] if ref else None)

    return composed(fused, definition)


@functools.lru_cache(maxsize=128)
def _launch(plan: FluxPlan, width: int, count: int, frames: int, bands: int, _: Any) -> build.Launch:
    steps = frames - plan.lag
    defines: build.Defines = {
        "THREADS": build.THREADS,
        "LANES": LANES,
        "LAG": plan.lag,
        "BANDS": bands,
        "WIDTH": width,
        "MEAN": int(plan.mean),
        "PAD_MODE": PAD_MODES["symmetric"],
        "PAD_LEFT": 1,
        "offset_t": build.offset_type(count * frames * bands),
    }
    kernel = build.Kernel("flux", ("levels", "reference"), tuple(defines.items()), ("fold.h", "larger.h"))
    shape = (count, steps) if plan.mean else (count, steps, bands)
    return build.Launch(kernel, -(-count * steps * LANES // build.THREADS), build.THREADS, shape)
