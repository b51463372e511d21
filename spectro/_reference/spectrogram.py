"""Magnitude to a power, optionally summed into bands and in decibels."""

from __future__ import annotations

from collections.abc import Callable

import mlx.core as mx

from .._plans import SpectrogramPlan
from .decibels import decibels
from .filterbank import filterbank
from .magnitude import magnitude
from .stft import stft


def spectrogram(
    plan: SpectrogramPlan,
    y: mx.array,
    window: mx.array,
    *,
    stft: Callable[..., mx.array] = stft,
    filterbank: Callable[..., mx.array] = filterbank,
) -> mx.array:
    """|STFT|**power: y (..., n), window (n_fft,) -> (..., t, n_bins), or (..., t, n_bands) with a bank.

    A backend that takes its derivatives from here hands in its own `stft` and `filterbank`.
    """
    S = magnitude_power(stft(plan.stft, y, window), plan.power)  # (..., t, n_bins)
    S = S if plan.bank is None else filterbank(plan.bank, S)  # (..., t, n_bands)
    return S if plan.decibels is None else decibels(plan.decibels, S, mx.array(1.0))


def magnitude_power(D: mx.array, power: float) -> mx.array:
    """|D|**power, with a zero gradient where D is zero."""
    if power == 2:
        return mx.square(D.real) + mx.square(D.imag)
    amplitude = magnitude(D)
    if power == 1:
        return amplitude
    nonzero = amplitude != 0
    return mx.where(nonzero, mx.where(nonzero, amplitude, 1.0) ** power, 0.0)
