"""Short-time Fourier transform."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import StftPlan
from .istft import hermitian
from .pad import pad


def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """Real FFT of windowed frames: y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    refuse_open_sizes("stft")
    if y.size == 0:  # MLX's FFT refuses arrays without elements, and its gathers have no gradient for them
        return mx.zeros((*y.shape[:-1], plan.frames(y.shape[-1]), plan.n_bins), dtype=mx.complex64)
    padded = pad(y, plan.padding, plan.pad_mode)  # (..., n + 2 * padding)
    frames = cut(padded, plan.n_fft, plan.hop_length, plan.frames(y.shape[-1]))
    return hermitian(mx.fft.rfft(frames * window, axis=-1), plan.n_fft)  # (..., t, n_bins)


def cut(padded: mx.array, n_fft: int, hop: int, count: int) -> mx.array:
    """Frames of a signal that is long enough for them: (..., n) -> (..., t, n_fft)."""
    start = mx.arange(count) * hop  # (t,)
    return mx.take(padded, start[:, None] + mx.arange(n_fft), axis=-1)
