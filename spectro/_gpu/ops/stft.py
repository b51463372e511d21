"""Short-time Fourier transforms."""

from __future__ import annotations

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import StftPlan
from ..launch import fft
from ..launch.accepting import MOST, countable
from .adjoints import analyzer
from .analysis import WHOLE, Analysis, Epilogue, Table, runs
from .frames import PAD_MODES, cutting


def takes(plan: StftPlan, y: Kind, window: Kind, e: Epilogue = WHOLE, table: Table | None = None) -> bool:
    """Whether an analysis of these arrays that ends so can be launched here."""
    if plan.pad_mode not in PAD_MODES or y.dtype != mx.float32 or not countable(y, window):
        return False
    n, count = y.shape[-1], y.size // y.shape[-1]
    a = Analysis.of(plan, n)
    if not fft.supported(plan.n_fft):
        sizes = (a.n_fft, a.hop, a.padding, a.pad_mode, a.frames, count, n)
        return count * a.frames * plan.n_fft < MOST and cutting(*sizes) is not None
    return runs(a, e, count, n, table)


@supported_if(takes)
def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    return analyzer(Analysis.of(plan, y.shape[-1]))(y, window)
