"""Inverse short-time Fourier transforms: syntheses divided by their window's envelope."""

from __future__ import annotations

import functools
import math
from dataclasses import replace

import mlx.core as mx

from ..._constants.held import held, is_constant
from ..._floor import settings
from ..._floor.operation import Kind, supported_if
from ..._plans import IstftPlan
from ..._reference.istft import divided, envelope
from ..launch import fft
from ..launch.accepting import MOST, countable
from .adjoints import synthesis_adjoint, synthesizer
from .frames import adding
from .linear import Function, by_window, composed, linear, masked
from .synthesis import MASKS, Synthesis, fused, leading, runs


def takes(plan: IstftPlan, D: Kind, window: Kind, mask: Kind | None = None) -> bool:
    """Whether these arrays can be transformed here."""
    if D.dtype != mx.complex64 or not countable(D, window, mask) or plan.length == 0:
        return False
    masks = None if mask is None else mask.dtype
    if masks not in MASKS:
        return False
    count, frames = math.prod(leading(D.shape, D.shape if mask is None else mask.shape)), D.shape[-2]
    if max(plan.length, frames * plan.hop_length + plan.n_fft) > MOST:
        return False
    if not fft.supported(plan.n_fft):
        sizes = (plan.n_fft, plan.hop_length, plan.start, plan.length, count, frames)
        return count * max(plan.length, frames * plan.n_fft) < MOST and adding(*sizes) is not None
    return runs(Synthesis.of(plan), count, frames, masks)


@supported_if(takes)
def istft(plan: IstftPlan, D: mx.array, window: mx.array, mask: mx.array | None = None) -> mx.array:
    """D (..., t, n_bins), window (n_fft,) -> (..., length); D may be masked."""
    in_kernel = fft.supported(plan.n_fft) and settings.read("MLX_OLA_FUSE_NORM")
    return _inverse(plan, in_kernel)(D, window) if mask is None else _masked(plan, in_kernel)(D, window, mask)


@functools.lru_cache(maxsize=256)
def _masked(plan: IstftPlan, in_kernel: bool) -> Function:
    """Give (D, window, mask) -> (..., length), whose derivatives are those of the product."""
    inverse = _inverse(plan, in_kernel)

    def after(D: mx.array, window: mx.array, mask: mx.array) -> mx.array:
        return inverse(D * mask, window)

    whole = fused(Synthesis.of(plan), after)

    @functools.lru_cache(maxsize=64)
    def fixed(window: mx.array) -> Function:
        return masked(lambda D, mask: whole(D, window, mask), lambda D, mask: inverse(D * mask, window))

    general = masked(lambda D, mask, window: whole(D, window, mask), lambda D, mask, window: inverse(D * mask, window))

    def apply(D: mx.array, window: mx.array, mask: mx.array) -> mx.array:
        return fixed(window)(D, mask) if is_constant(window) else general(D, mask, window)

    return apply if in_kernel else after


@functools.lru_cache(maxsize=256)
def _inverse(plan: IstftPlan, in_kernel: bool) -> Function:
    """Give (D, window) -> (..., length), divided in the kernel of the synthesis or after it."""
    s = Synthesis.of(plan)
    add = synthesizer(replace(s, floor=None))

    def after(D: mx.array, window: mx.array) -> mx.array:
        return divided(plan, add(D, window), envelope(plan, D.shape[-2], window))

    whole = fused(s, after)

    def fixed(window: mx.array) -> Function:
        def scaled(D: mx.array) -> mx.array:
            return add(D, window) * _reciprocal(plan, D.shape[-2], window)

        def transpose(g: mx.array, D: mx.array) -> mx.array:
            return synthesis_adjoint(s, g * _reciprocal(plan, D.shape[-2], window), window, D)

        return linear(lambda D: whole(D, window), transpose) if in_kernel else scaled

    return by_window(composed(whole, after) if in_kernel else after, fixed)


@functools.lru_cache(maxsize=16)
def _reciprocal(plan: IstftPlan, frames: int, window: mx.array) -> mx.array:
    """Give one over the envelope, zero where nothing is left."""
    return held(divided(plan, mx.array(1.0), envelope(plan, frames, window)))
