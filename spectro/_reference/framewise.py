"""Energy and zero crossings of frames of samples."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans.framewise import FramewisePlan
from .pad import pad
from .reductions import root


def framewise(plan: FramewisePlan, y: mx.array) -> mx.array:
    """Root mean squares, or the part of the samples that cross zero: y (..., n) -> (..., t)."""
    refuse_open_sizes("framewise")
    frames = frames_of(plan, y)  # (..., t, frame_length)
    return root(frames.square().mean(-1), 0.5) if plan.threshold is None else crossings(plan, frames, plan.threshold)


def frames_of(plan: FramewisePlan, y: mx.array) -> mx.array:
    """Overlapping frames: y (..., n) -> (..., t, frame_length)."""
    if y.size == 0:  # MLX's gathers have no gradient for arrays without elements
        return mx.zeros((*y.shape[:-1], plan.frames(y.shape[-1]), plan.frame_length))
    start = mx.arange(plan.frames(y.shape[-1])) * plan.hop_length  # (t,)
    places = start[:, None] + mx.arange(plan.frame_length)
    return mx.take(pad(y, plan.padding, plan.pad_mode), places, axis=-1)


def crossings(plan: FramewisePlan, frames: mx.array, threshold: float | mx.array) -> mx.array:
    """The part of the samples whose sign is not that of the one before: frames (..., t, n) -> (..., t)."""
    y = mx.where(mx.abs(frames) <= threshold, 0.0, mx.stop_gradient(frames))
    sign = y < 0 if plan.zero_is_positive else mx.sign(y)
    count = (sign[..., 1:] != sign[..., :-1]).sum(-1) + int(plan.counts_first)
    return count.astype(mx.float32) / plan.frame_length
