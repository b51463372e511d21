"""Spectral flux."""

from __future__ import annotations

import functools

import mlx.core as mx

from .._plans import FluxPlan
from . import build
from .linear import Function, composed, rows
from .padding import pad

WIDEST = 31  # neighbours that the kernel takes the maximum of


def flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> mx.array:
    """S (..., t, m) in dB -> (..., t - lag, m), or (..., t - lag) averaged over m."""
    return _function(plan, ref is None)(*((S,) if ref is None else (S, mx.broadcast_to(ref, S.shape))))


@functools.lru_cache(maxsize=64)
def _function(plan: FluxPlan, own: bool) -> Function:
    def fused(S: mx.array, *ref: mx.array) -> mx.array:
        levels, reference = rows(S, 2), rows((ref or (S,))[0], 2)
        out = _launch(plan, plan.max_size if own else 1, *levels.shape, build.generation)(levels, reference)
        return out.reshape(*S.shape[:-2], *out.shape[1:])

    def parts(S: mx.array, *ref: mx.array) -> mx.array:
        base = ref[0] if ref else widened(S, plan.max_size)
        rise = mx.maximum(S[..., plan.lag :, :] - base[..., : -plan.lag, :], 0.0)
        return rise.mean(-1) if plan.mean else rise

    return composed(fused, parts)


def widened(S: mx.array, size: int) -> mx.array:
    """Give running maximum of `size` bands, mirrored at the ends: what flux compares with, for its gradient."""
    around = pad(S, size // 2, "symmetric") if size > 1 else S
    shifted = [around[..., k : k + S.shape[-1]] for k in range(size)]
    return functools.reduce(mx.maximum, shifted)


@functools.lru_cache(maxsize=128)
def _launch(plan: FluxPlan, width: int, count: int, frames: int, bands: int, _: int) -> build.Launch:
    steps = frames - plan.lag
    defines: build.Defines = {
        "THREADS": build.THREADS,
        "LANES": 32,
        "LAG": plan.lag,
        "BANDS": bands,
        "WIDTH": width,
        "MEAN": int(plan.mean),
        "PAD_MODE": 3,
        "PAD_LEFT": 1,
        "offset_t": build.offset_type(count * frames * bands),
    }
    kernel = build.Kernel("onset", ("levels", "reference"), tuple(defines.items()), ("fold.h", "larger.h"))
    shape = (count, steps) if plan.mean else (count, steps, bands)
    return build.Launch(kernel, -(-count * steps * 32 // build.THREADS), build.THREADS, shape)
