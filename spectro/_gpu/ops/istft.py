"""Inverse short-time Fourier transforms on the GPU: syntheses divided by their window's envelope."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import mlx.core as mx

from ..._constants.held import is_constant
from ..._floor import settings
from ..._floor.operation import Kind
from ..._plans import IstftPlan
from ..._reference.istft import reciprocal_envelope
from ..launch import transform, tuning
from . import synthesis
from .adjoints import SYNTHESIS
from .derivatives import Function, composed, linear
from .support import MOST, accepted, taken_if
from .synthesis import Synthesis


def _takes_istft(plan: IstftPlan, D: Kind, window: Kind) -> bool:
    frames, count = D.shape[-2], D.size // math.prod(D.shape[-2:])
    if D.dtype != mx.complex64 or max(plan.length, frames * plan.hop_length + plan.n_fft) > MOST:
        return False
    if not transform.supported(plan.n_fft):
        return count * max(plan.length, frames * plan.n_fft) < MOST
    s = Synthesis.of(plan)
    t, tiling = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
    wanted = synthesis.launch(s, t, tiling, count, frames)
    return wanted.groups * t.threads < MOST and accepted(wanted.kernel, functools.partial(_attempt, s, t, tiling))


def _attempt(s: Synthesis, t: transform.Transform, tiling: tuning.Tiling) -> mx.array:
    """One frame of silence."""
    small = replace(s, length=s.hop)
    D = mx.zeros((1, 1, s.n_fft // 2 + 1), dtype=mx.complex64)
    return synthesis.launch(small, t, tiling, 1, 1)(D, mx.zeros(s.n_fft), *synthesis.constants(small, t))


@taken_if(_takes_istft)
def istft(plan: IstftPlan, D: mx.array, window: mx.array) -> mx.array:
    """D (..., t, n_bins), window (n_fft,) -> (..., length)."""
    if not transform.supported(plan.n_fft) or not settings.read("MLX_OLA_FUSE_NORM"):
        return _divided(plan, D, window)
    return _inverse_with(plan, window)(D) if is_constant(window) else _inverse(plan)(D, window)


@functools.lru_cache(maxsize=256)
def _inverse(plan: IstftPlan) -> Function:
    """Give a normalized synthesis in one kernel, with the derivatives of sum / envelope."""
    return composed(SYNTHESIS.fused(Synthesis.of(plan)), functools.partial(_divided, plan))


@functools.lru_cache(maxsize=256)
def _inverse_with(plan: IstftPlan, window: mx.array) -> Function:
    """Give D -> (..., length) for a window that is never differentiated."""
    s = Synthesis.of(plan)
    apply = SYNTHESIS.fused(s)

    def transpose(g: mx.array, D: mx.array) -> mx.array:
        return SYNTHESIS.transposed(s, g * _reciprocal(plan, D.shape[-2], window), window, D.shape[-2])

    return linear(lambda D: apply(D, window), transpose)


def _divided(plan: IstftPlan, D: mx.array, window: mx.array) -> mx.array:
    """Give the sum, then its division by the envelope."""
    reciprocal = _reciprocal if is_constant(window) else reciprocal_envelope
    return SYNTHESIS(replace(Synthesis.of(plan), floor=None), D, window) * reciprocal(plan, D.shape[-2], window)


@functools.lru_cache(maxsize=16)
def _reciprocal(plan: IstftPlan, frames: int, window: mx.array) -> mx.array:
    """`reciprocal_envelope` of a constant window, kept."""
    reciprocal = reciprocal_envelope(plan, frames, window)
    mx.eval(reciprocal)
    return reciprocal
