"""Inverse short-time Fourier transform: least-squares overlap-add."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import IstftPlan


def istft(plan: IstftPlan, D: mx.array, window: mx.array) -> mx.array:
    """Weighted overlap-add of inverted frames: D (..., t, n_bins), window (n_fft,) -> (..., length)."""
    refuse_open_sizes("istft")
    if D.size == 0:  # MLX's FFT refuses arrays without elements, and its gathers have no gradient for them
        return mx.zeros((*D.shape[:-2], plan.length))
    frames = irfft(D, plan.n_fft) * window  # (..., t, n_fft)
    frame, offset, inside = _sources(plan, D.shape[-2])  # each (overlap, length)
    flat = _with_zero(mx.flatten(frames, -2, -1))  # (..., t * n_fft + 1)
    source = mx.where(inside, frame * plan.n_fft + offset, flat.shape[-1] - 1)
    added = mx.take(flat, source, axis=-1).sum(-2)  # (..., length)
    return divided(plan, added, envelope(plan, D.shape[-2], window))


def envelope(plan: IstftPlan, n_frames: int, window: mx.array) -> mx.array:
    """The squared window, overlap-added like the frames: (length,)."""
    _, offset, inside = _sources(plan, n_frames)  # each (overlap, length)
    squares = _with_zero(window * window)  # (n_fft + 1,)
    return mx.take(squares, mx.where(inside, offset, plan.n_fft), axis=-1).sum(-2)


def divided(plan: IstftPlan, added: mx.array, squares: mx.array) -> mx.array:
    """Overlap-added frames (..., length) over their envelope, zero where nothing of it is left."""
    covered = squares > plan.floor
    return mx.where(covered, added / mx.where(covered, squares, 1.0), 0.0)


def _sources(plan: IstftPlan, n_frames: int) -> tuple[mx.array, mx.array, mx.array]:
    """Which frame, and which sample of it, the j-th overlapping term of an output sample is."""
    big = n_frames * plan.n_fft >= 2**31 or plan.start + plan.length >= 2**31
    dtype = mx.int64 if big else mx.int32
    position = mx.arange(plan.start, plan.start + plan.length, dtype=dtype)
    overlap = mx.arange(-(-plan.n_fft // plan.hop_length), dtype=dtype)
    frame = position // plan.hop_length - overlap[:, None]
    offset = position - frame * plan.hop_length
    return frame, offset, (frame >= 0) & (frame < n_frames) & (offset < plan.n_fft)


def _with_zero(x: mx.array) -> mx.array:
    """Append a zero that terms outside every frame can point at."""
    return mx.concatenate([x, mx.zeros((*x.shape[:-1], 1), dtype=x.dtype)], axis=-1)


def irfft(D: mx.array, n: int) -> mx.array:
    """Inverse of a real FFT over the last axis."""
    if n % 2 == 0:
        return mx.fft.irfft(D, n=n, axis=-1)
    # the jvp of MLX's irfft is a sample short for odd n
    whole = mx.concatenate([D, mx.conjugate(D[..., :0:-1])], axis=-1)  # (..., n)
    return mx.fft.ifft(whole, axis=-1).real
