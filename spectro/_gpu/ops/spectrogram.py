"""Powers of spectra, their filterbanks and decibels, without a spectrum in memory."""

from __future__ import annotations

import functools
from dataclasses import replace

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans import SpectrogramPlan
from ..._reference import spectrogram as definition
from ..._reference.decibels import clipped
from ..launch import fft
from . import analysis
from .analysis import Analysis, Epilogue
from .decibels import decibels
from .filterbank import filterbank
from .linear import Function, by_window, composed
from .stft import stft
from .stft import takes as takes_stft


def takes(plan: SpectrogramPlan, y: Kind, window: Kind) -> bool:
    """Whether these arrays can be analyzed here, and `top_db` looks at what is made together."""
    whole = plan.decibels is None or plan.decibels.block_dims(y.ndim + 1) is not None
    return whole and takes_stft(plan.stft, y, window, Epilogue.of(plan), _table(plan))


@supported_if(takes)
def spectrogram(plan: SpectrogramPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins), or (..., t, n_bands) with a bank."""
    if fft.supported(plan.stft.n_fft):
        return _function(plan, y.shape[-1])(y, window)
    S = definition(replace(plan, decibels=None), y, window, stft=stft, filterbank=filterbank)
    return S if plan.decibels is None else decibels(plan.decibels, S, mx.array(1.0))


@functools.lru_cache(maxsize=256)
def _function(plan: SpectrogramPlan, n: int) -> Function:
    """Give (y, window) -> spectrogram in one launch, with the derivatives of its definition."""
    pieces = functools.partial(definition, plan, stft=stft, filterbank=filterbank)
    run = analysis.fused(Analysis.of(plan.stft, n), pieces, Epilogue.of(plan), _table(plan))

    def whole(y: mx.array, window: mx.array) -> mx.array:
        out = run(y, window)
        return out if plan.decibels is None else clipped(plan.decibels, out)

    def fixed(window: mx.array) -> Function:
        return composed(lambda y: whole(y, window), lambda y: pieces(y, window))

    return by_window(composed(whole, pieces), fixed)


def _table(plan: SpectrogramPlan) -> analysis.Table | None:
    """Give the bank for the kernel; a size without one needs none."""
    return None if plan.bank is None or not fft.supported(plan.stft.n_fft) else plan.bank.table()
