"""Inverse short-time Fourier transform: least-squares overlap-add."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import IstftPlan


def istft(plan: IstftPlan, D: mx.array, window: mx.array, mask: mx.array | None = None) -> mx.array:
    """Weighted overlap-add of frames: D (..., t, n_bins), masked or not, window (n_fft,) -> (..., length)."""
    refuse_open_sizes("istft")
    D = D if mask is None else D * mask
    if D.size == 0:  # MLX's FFT refuses arrays without elements, and its gathers have no gradient for them
        return mx.zeros((*D.shape[:-2], plan.length))
    frames = irfft(D, plan.n_fft) * window  # (..., t, n_fft)
    added = overlap_added(frames, plan.hop_length, plan.start, plan.length)
    return divided(plan, added, envelope(plan, D.shape[-2], window))


def overlap_added(frames: mx.array, hop: int, start: int, length: int) -> mx.array:
    """Sum frames (..., t, n_fft), each `hop` samples after the last: (..., length), from sample `start` on."""
    n_fft = frames.shape[-1]
    frame, offset, inside = _sources(n_fft, hop, start, length, frames.shape[-2])  # each (overlap, length)
    flat = _with_zero(mx.flatten(frames, -2, -1))  # (..., t * n_fft + 1)
    return mx.take(flat, mx.where(inside, frame * n_fft + offset, flat.shape[-1] - 1), axis=-1).sum(-2)


def envelope(plan: IstftPlan, n_frames: int, window: mx.array) -> mx.array:
    """The squared window, overlap-added like the frames: (length,)."""
    _, offset, inside = _sources(plan.n_fft, plan.hop_length, plan.start, plan.length, n_frames)  # (overlap, length)
    squares = _with_zero(window * window)  # (n_fft + 1,)
    return mx.take(squares, mx.where(inside, offset, plan.n_fft), axis=-1).sum(-2)


def divided(plan: IstftPlan, added: mx.array, squares: mx.array) -> mx.array:
    """Overlap-added frames (..., length) over their envelope, zero where nothing of it is left."""
    covered = squares > plan.floor
    return mx.where(covered, added / mx.where(covered, squares, 1.0), 0.0)


def _sources(n_fft: int, hop: int, start: int, length: int, n_frames: int) -> tuple[mx.array, mx.array, mx.array]:
    """Which frame, and which sample of it, the j-th overlapping term of an output sample is."""
    dtype = mx.int64 if n_frames * n_fft >= 2**31 or start + length >= 2**31 else mx.int32
    position = mx.arange(start, start + length, dtype=dtype)
    frame = position // hop - mx.arange(-(-n_fft // hop), dtype=dtype)[:, None]
    offset = position - frame * hop
    return frame, offset, (frame >= 0) & (frame < n_frames) & (offset < n_fft)


def _with_zero(x: mx.array) -> mx.array:
    """Append a zero that terms outside every frame can point at."""
    return mx.concatenate([x, mx.zeros((*x.shape[:-1], 1), dtype=x.dtype)], axis=-1)


def irfft(D: mx.array, n: int) -> mx.array:
    """Inverse of a real FFT over the last axis."""
    if n % 2 == 0:
        return mx.fft.irfft(hermitian(D, n), n=n, axis=-1)
    # the jvp of MLX's irfft is a sample short for odd n
    whole = mx.concatenate([D, mx.conjugate(D[..., :0:-1])], axis=-1)  # (..., n)
    return mx.fft.ifft(whole, axis=-1).real


def hermitian(D: mx.array, n: int) -> mx.array:
    """Make the bins of a real FFT of n points real that are their own mirror image: CUDA's inverse reads them whole.

    What a real FFT gives stays as it is, but its cotangent becomes one that MLX can take back there. Elsewhere there is
    nothing to do.
    """
    if not mx.cuda.is_available():
        return D
    bins = mx.arange(D.shape[-1])
    return mx.where((bins == 0) | (2 * bins == n), 0.5 * D + 0.5 * mx.conjugate(D), D)
