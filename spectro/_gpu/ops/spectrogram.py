"""Powers of spectra, their filterbanks and decibels, without a spectrum in memory."""

from __future__ import annotations

import functools
from typing import Any

import mlx.core as mx

from ... import _reference
from ..._constants.held import is_constant
from ..._floor.operation import Kind
from ..._plans import SpectrogramPlan
from ..._reference.decibels import clipped
from ..launch import build, transform, tuning
from .analysis import Analysis, Epilogue, constants, launch
from .derivatives import Function, composed, rows
from .filterbank import filterbank
from .stft import stft, takes_analysis
from .support import taken_if


def _takes_spectrogram(plan: SpectrogramPlan, y: Kind, window: Kind) -> bool:
    whole = plan.decibels is None or plan.decibels.block_dims(y.ndim + 1) is not None
    table = None if plan.bank is None else plan.bank.table()
    return whole and takes_analysis(plan.stft, y, Epilogue.of(plan), table)


@taken_if(_takes_spectrogram)
def spectrogram(plan: SpectrogramPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins), or (..., t, n_bands) with a bank."""
    return _function_with(plan, window)(y) if is_constant(window) else _function(plan)(y, window)


@functools.lru_cache(maxsize=256)
def _function_with(plan: SpectrogramPlan, window: mx.array) -> Function:
    """Give y -> spectrogram for a window that is never differentiated."""
    fused, definition = _pieces(plan)
    alone = functools.partial(_with_window, definition, window)
    return composed(functools.partial(_with_window, fused, window), alone) if fused else alone


def _with_window(fn: Function, window: mx.array, y: mx.array) -> mx.array:
    return fn(y, window)


@functools.lru_cache(maxsize=256)
def _function(plan: SpectrogramPlan) -> Function:
    fused, definition = _pieces(plan)
    return composed(fused, definition) if fused else definition


def _pieces(plan: SpectrogramPlan) -> tuple[Function | None, Function]:
    """Give the one launch, where there is one, and the definition, of our own transform and filterbank."""

    def definition(y: mx.array, window: mx.array) -> mx.array:
        return _reference.spectrogram(plan, y, window, stft=stft, filterbank=filterbank)

    if not transform.supported(plan.stft.n_fft):
        return None, definition
    e, table = Epilogue.of(plan), None if plan.bank is None else plan.bank.table()

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: Any) -> tuple[build.Launch, list[mx.array]]:
        a = Analysis.of(plan.stft, n)
        t = tuning.analysis(a.n_fft, a.hop, e.kind, count * a.frames)
        return launch(a, t, e, count, n), constants(a, t, table)

    def fused(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, tuning.generation())
        out = run(flat, window, *rest)
        out = out if y.ndim == 2 else out.reshape(*y.shape[:-1], *out.shape[1:])
        return out if plan.decibels is None else clipped(plan.decibels, out)

    return fused, definition
