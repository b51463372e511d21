"""Powers of spectra, their filterbanks and decibels, without a spectrum in memory."""

from __future__ import annotations

import functools

import mlx.core as mx

from .._constants.held import is_constant
from .._plans import SpectrogramPlan
from . import build, transform, tuning
from .analysis import Analysis, Epilogue, constants, launch
from .decibel import clipped, relative
from .filterbank import filterbank
from .linear import Function, composed, rows
from .stft import stft


def spectrogram(plan: SpectrogramPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins), or (..., t, n_bands) with a bank."""
    return _function_with(plan, window)(y) if is_constant(window) else _function(plan)(y, window)


@functools.lru_cache(maxsize=256)
def _function_with(plan: SpectrogramPlan, window: mx.array) -> Function:
    """Give y -> spectrogram for a window that is never differentiated."""
    fused, parts = _pieces(plan)
    return composed(lambda y: fused(y, window), lambda y: parts(y, window)) if fused else lambda y: parts(y, window)


@functools.lru_cache(maxsize=256)
def _function(plan: SpectrogramPlan) -> Function:
    fused, parts = _pieces(plan)
    return composed(fused, parts) if fused else parts


def _pieces(plan: SpectrogramPlan) -> tuple[Function | None, Function]:
    """Give the one launch, where there is one, and the same in differentiable pieces."""

    def parts(y: mx.array, window: mx.array) -> mx.array:
        S = magnitude_power(stft(plan.stft, y, window), plan.power)
        S = S if plan.bank is None else filterbank(plan.bank, S)
        return S if plan.decibels is None else relative(plan.decibels)(S, mx.array(1.0))

    if not transform.supported(plan.stft.n_fft):
        return None, parts
    e, table = Epilogue.of(plan), None if plan.bank is None else plan.bank.table()

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: int) -> tuple[build.Launch, list[mx.array]]:
        a = Analysis.of(plan.stft, n)
        t = tuning.analysis(a.n_fft, a.hop, e.kind, count * a.frames)
        return launch(a, t, e, count, n), constants(a, t, table)

    def fused(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, build.generation)
        out = run(flat, window, *rest)
        out = out if y.ndim == 2 else out.reshape(*y.shape[:-1], *out.shape[1:])
        return out if plan.decibels is None else clipped(plan.decibels, out)

    return fused, parts


def magnitude_power(D: mx.array, power: float) -> mx.array:
    """|D|**power, with a zero gradient where D is zero."""
    square = D.real * D.real + D.imag * D.imag
    if power == 2:
        return square
    nonzero = square != 0
    return mx.where(nonzero, mx.where(nonzero, square, 1.0) ** (power / 2), 0.0)
