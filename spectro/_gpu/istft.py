"""Inverse short-time Fourier transforms on the GPU: syntheses divided by their window's envelope."""

from __future__ import annotations

import functools
from dataclasses import replace

import mlx.core as mx

from .._constants.held import is_constant
from .._floor import settings
from .._plans import IstftPlan
from . import transform
from .frame import adder
from .linear import Function, composed, linear
from .synthesis import Synthesis
from .transposes import fused_synthesis, synthesis_transposed, synthesize


def istft(plan: IstftPlan, D: mx.array, window: mx.array) -> mx.array:
    """D (..., t, n_bins), window (n_fft,) -> (..., length)."""
    s = Synthesis.of(plan)
    if not transform.supported(s.n_fft) or not settings.read("MLX_OLA_FUSE_NORM"):
        return divided(s, D, window)
    return _inverse_with(s, window)(D) if is_constant(window) else _inverse(s)(D, window)


@functools.lru_cache(maxsize=256)
def _inverse(s: Synthesis) -> Function:
    """Give a normalised synthesis in one kernel, with the derivatives of sum / envelope."""
    return composed(fused_synthesis(s), functools.partial(divided, s))


@functools.lru_cache(maxsize=256)
def _inverse_with(s: Synthesis, window: mx.array) -> Function:
    """Give D -> (..., length) for a window that is never differentiated."""
    apply = fused_synthesis(s)

    def transpose(g: mx.array, D: mx.array) -> mx.array:
        return synthesis_transposed(s, g * _shares(s, D.shape[-2], window), window, D.shape[-2])

    return linear(lambda D: apply(D, window), transpose)


@functools.lru_cache(maxsize=16)
def _shares(s: Synthesis, frames: int, window: mx.array) -> mx.array:
    """Give one over the envelope, zero where nothing is left."""
    covered, divisor = _divisor(s, frames, window)
    shares = mx.where(covered, 1.0 / divisor, 0.0)
    mx.eval(shares)
    return shares


def divided(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """Give the sum, then its division by the envelope."""
    covered, divisor = _divisor(s, D.shape[-2], window)
    return mx.where(covered, synthesize(replace(s, floor=None), D, window) / divisor, 0.0)


def _divisor(s: Synthesis, frames: int, window: mx.array) -> tuple[mx.array, mx.array]:
    """Give where the squared window, overlap-added like the frames, is above the floor, and it there: (length,)."""
    assert s.floor is not None  # a synthesis that is normalised has one
    envelope = adder(s.n_fft, s.hop, s.trim, s.length)(mx.broadcast_to(window, (frames, s.n_fft)), window)
    covered = envelope > s.floor
    return covered, mx.where(covered, envelope, 1.0)
