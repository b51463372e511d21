"""Short-time Fourier transforms on the GPU."""

from __future__ import annotations

import functools
from typing import Any

import mlx.core as mx

from ..._floor.operation import Kind
from ..._plans import StftPlan
from ..launch import transform, tuning
from . import analysis
from .adjoints import ANALYSIS
from .analysis import Analysis, Epilogue
from .frame import PAD_MODES
from .support import MOST, accepted, taken_if


def takes_analysis(plan: StftPlan, y: Kind, e: Epilogue, table: Any = None) -> bool:
    """Whether there is a kernel for frames of such a signal with such an end, and the device takes it."""
    n, count = y.shape[-1], y.size // y.shape[-1]
    if plan.pad_mode not in PAD_MODES or y.dtype != mx.float32:
        return False
    a = Analysis.of(plan, n)
    if not transform.supported(plan.n_fft):
        return count * a.frames * plan.n_fft < MOST
    t = tuning.analysis(a.n_fft, a.hop, e.kind, count * a.frames)
    kernel = analysis.launch(a, t, e, count, n).kernel
    return count * a.frames * t.lanes < MOST and accepted(kernel, functools.partial(_attempt, a, t, e, table))


def _attempt(a: Analysis, t: transform.Transform, e: Epilogue, table: Any) -> mx.array:
    """One frame of silence."""
    small = Analysis(a.n_fft, a.hop, a.padding, 1, a.pad_mode, a.edge, a.inner)
    y = mx.zeros((1, a.n_fft))
    return analysis.launch(small, t, e, *y.shape)(y, mx.zeros(a.n_fft), *analysis.constants(small, t, table))


def _takes_stft(plan: StftPlan, y: Kind, window: Kind) -> bool:
    return takes_analysis(plan, y, Epilogue())


@taken_if(_takes_stft)
def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    return ANALYSIS(Analysis.of(plan, y.shape[-1]), y, window)
