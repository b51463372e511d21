"""Short-time Fourier transforms on the GPU."""

from __future__ import annotations

import mlx.core as mx

from .._plans import StftPlan
from .analysis import Analysis
from .transposes import analyze


def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    return analyze(Analysis.of(plan, y.shape[-1]), y, window)
