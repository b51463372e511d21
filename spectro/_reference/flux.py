"""Spectral flux."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import FluxPlan
from .pad import pad


def flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> mx.array:
    """max(0, S[t + lag] - ref[t]): S (..., t, m) -> (..., t - lag, m), or (..., t - lag) averaged over m."""
    refuse_open_sizes("flux")
    ref = maximum_filter(S, plan.max_size) if ref is None else ref  # (..., t, m)
    steps = max(S.shape[-2] - plan.lag, 0)
    rise = mx.maximum(S[..., plan.lag :, :] - ref[..., :steps, :], 0.0)  # (..., steps, m)
    return rise.mean(-1) if plan.mean else rise


def maximum_filter(S: mx.array, size: int) -> mx.array:
    """Running maximum over `size` neighbors of the last axis, mirrored at its ends."""
    if size == 1:
        return S
    m, before = S.shape[-1], size // 2
    mirrored = pad(S, before, "symmetric")  # (..., before + m + before)
    shifted = [mirrored[..., shift : shift + m] for shift in range(size)]
    result = shifted[0]
    for neighbor in shifted[1:]:
        result = mx.maximum(result, neighbor)
    return result
