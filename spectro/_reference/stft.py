"""Short-time Fourier transform."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import StftPlan
from .pad import pad


def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """Real FFT of windowed frames: y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    refuse_open_sizes("stft")
    if y.size == 0:  # MLX's FFT refuses arrays without elements, and its gathers have no gradient for them
        return mx.zeros((*y.shape[:-1], plan.frames(y.shape[-1]), plan.n_bins), dtype=mx.complex64)
    padded = pad(y, plan.padding, plan.pad_mode)  # (..., n + 2 * padding)
    start = mx.arange(plan.frames(y.shape[-1])) * plan.hop_length  # (t,)
    frames = mx.take(padded, start[:, None] + mx.arange(plan.n_fft), axis=-1)  # (..., t, n_fft)
    return mx.fft.rfft(frames * window, axis=-1)  # (..., t, n_bins)
