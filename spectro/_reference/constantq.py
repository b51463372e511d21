"""The constant-Q family: sparse complex banks over spectra of frames, and the filter between octaves."""

from __future__ import annotations

from collections.abc import Callable

import mlx.core as mx

from .._constants.lowpass import Lowpass, lowpass_response
from .._constants.wavelets import WaveletBank
from .._floor.tracing import refuse_open_sizes
from .._plans import DoubledPlan, DualPlan, HalvedPlan, WaveletPlan
from .stft import cut, stft

BLOCK = 1024  # samples that are filtered at once


def wavelets(plan: WaveletPlan, y: mx.array, *, stft: Callable[..., mx.array] = stft) -> mx.array:
    """Products of wavelets with frames: y (..., n) -> (..., t, n_bands) complex64."""
    D = stft(plan.stft, y, mx.ones(plan.stft.n_fft))  # (..., t, n_bins)
    return summed(plan.bank, D)


def summed(bank: WaveletBank, D: mx.array) -> mx.array:
    """A complex bank over spectra: D (..., t, n_bins) -> (..., t, n_bands)."""
    bands = [
        (D[..., start : start + weights.size] * weights).sum(-1)  # (..., t)
        for start, weights in bank.runs()
    ]
    return mx.stack(bands, axis=-1)


def dual(plan: DualPlan, C: mx.array) -> mx.array:
    """Sum of conjugate wavelets by their coefficients: C (..., t, n_bands) -> (..., t, n_bins)."""
    refuse_open_sizes("dual")
    D = mx.zeros((*C.shape[:-1], plan.bank.n_bins), dtype=mx.complex64)
    for band, (start, weights) in enumerate(plan.bank.runs()):
        part = C[..., band : band + 1] * mx.conjugate(weights)  # (..., t, length)
        sides = (start, plan.bank.n_bins - start - weights.size)
        D = D + mx.pad(part, [(0, 0)] * (C.ndim - 1) + [sides])
    return D


def halved(plan: HalvedPlan, y: mx.array) -> mx.array:
    """Every second sample of y (..., n), low-passed: (..., ceil(n / 2))."""
    refuse_open_sizes("halved")
    size = -(-y.shape[-1] // 2)
    even = mx.pad(y, [(0, 0)] * (y.ndim - 1) + [(0, 2 * size - y.shape[-1])])
    return plan.gain * lowpassed(even, plan.filter).reshape(*y.shape[:-1], size, 2)[..., 0]


def doubled(plan: DoubledPlan, x: mx.array) -> mx.array:
    """Zeros put between the samples of x (..., n), low-passed: (..., length)."""
    refuse_open_sizes("doubled")
    pairs = mx.stack([x, mx.zeros_like(x)], axis=-1)  # (..., n, 2)
    return plan.gain * lowpassed(pairs.reshape(*x.shape[:-1], -1), plan.filter)[..., : plan.length]


def lowpassed(x: mx.array, filter: Lowpass) -> mx.array:
    """The filter over x (..., n), in overlapping blocks: as many samples."""
    if x.size == 0:  # MLX's FFT refuses arrays without elements
        return x
    reach, step = filter.reach, BLOCK - 2 * filter.reach
    count = -(-x.shape[-1] // step)
    padded = mx.pad(x, [(0, 0)] * (x.ndim - 1) + [(reach, count * step - x.shape[-1] + reach)])
    spectra = mx.fft.rfft(cut(padded, BLOCK, step, count)) * lowpass_response(filter, BLOCK)  # (..., t, BLOCK // 2 + 1)
    blocks = mx.fft.irfft(spectra, n=BLOCK)[..., reach : reach + step]
    return mx.flatten(blocks, -2, -1)[..., : x.shape[-1]]
