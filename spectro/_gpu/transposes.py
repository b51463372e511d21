"""Analyses and syntheses with their derivatives: each goes back through the other."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np

from .._constants.held import is_constant
from . import analysis, build, synthesis, transform, tuning
from .analysis import SPECTRUM, Analysis, Epilogue
from .frame import adder, cutter
from .linear import Function, bilinear, linear, rows
from .padding import pad
from .synthesis import Synthesis


def analyze(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n) to (..., frames, bins)."""
    return _analyzer_with(a, window)(y) if is_constant(window) else _analyzer(a)(y, window)


@functools.lru_cache(maxsize=256)
def _analyzer_with(a: Analysis, window: mx.array) -> Function:
    """Give y (..., n) -> (..., frames, bins) for a window that is never differentiated."""
    if not transform.supported(a.n_fft):
        return lambda y: _spectra(a, y, window)
    apply = _fused_analysis(a)
    return linear(lambda y: apply(y, window), lambda g, y: _analysis_transposed(a, g, window, y.shape[-1]))


@functools.lru_cache(maxsize=256)
def _analyzer(a: Analysis) -> Function:
    """(y (..., n), window) -> (..., frames, bins), with its derivatives."""
    if not transform.supported(a.n_fft):
        return functools.partial(_spectra, a)

    def window_gradient(g: mx.array, y: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: _spectra(a, y, w), [window], [g])[1][0]

    return bilinear(
        _fused_analysis(a), lambda g, window, y: _analysis_transposed(a, g, window, y.shape[-1]), window_gradient
    )


def _fused_analysis(a: Analysis) -> Function:
    """Give the function of one kernel launch."""

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: int) -> tuple[build.Launch, list[mx.array]]:
        t = tuning.analysis(a.n_fft, a.hop, SPECTRUM, count * a.frames)
        return analysis.launch(a, t, Epilogue(), count, n), analysis.constants(a, t)

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, build.generation)
        out = run(flat, window, *rest)
        return out if y.ndim == 2 else out.reshape(*y.shape[:-1], a.frames, a.bins)

    return apply


def _analysis_transposed(a: Analysis, g: mx.array, window: mx.array, n: int) -> mx.array:
    """From cotangents of an analysis's bins to those of its n samples."""
    whole = a.pad_mode != "constant" and a.padding > 0
    trim, length = (0, n + 2 * a.padding) if whole else (a.padding, n)
    back = synthesize(Synthesis(a.n_fft, a.hop, trim, length, a.edge, a.inner / 2), g, window)
    return _unpad(back, n, a.padding, a.pad_mode) if whole else back


def _unpad(padded: mx.array, n: int, width: int, mode: str) -> mx.array:
    """Give the transpose of padding: (..., n + 2 width) -> (..., n)."""
    example = mx.zeros((*padded.shape[:-1], n))
    return mx.vjp(lambda y: pad(y, width, mode), [example], [padded])[1][0]


def _spectra(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    """Give the analysis with MLX's transform, for sizes that the kernels do not have."""
    D = mx.fft.rfft(cutter(a.n_fft, a.hop, a.padding, a.pad_mode, a.frames)(y, window))
    return D if a.edge == a.inner == 1.0 else D * _bin_weights(a.n_fft, a.edge, a.inner)


def synthesize(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """From D (..., frames, bins) to (..., length), without an envelope."""
    return _synthesizer_with(s, window)(D) if is_constant(window) else _synthesizer(s)(D, window)


@functools.lru_cache(maxsize=256)
def _synthesizer_with(s: Synthesis, window: mx.array) -> Function:
    """Give D -> (..., length) without an envelope, for a window that is never differentiated."""
    if not transform.supported(s.n_fft):
        return lambda D: _overlapped(s, D, window)
    apply = fused_synthesis(s)
    return linear(lambda D: apply(D, window), lambda g, D: synthesis_transposed(s, g, window, D.shape[-2]))


@functools.lru_cache(maxsize=256)
def _synthesizer(s: Synthesis) -> Function:
    """(D (..., frames, bins), window) -> (..., length) without an envelope, with its derivatives."""
    if not transform.supported(s.n_fft):
        return functools.partial(_overlapped, s)

    def window_gradient(g: mx.array, D: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: _overlapped(s, D, w), [window], [g])[1][0]

    return bilinear(
        fused_synthesis(s), lambda g, window, D: synthesis_transposed(s, g, window, D.shape[-2]), window_gradient
    )


def fused_synthesis(s: Synthesis) -> Function:
    """Give the function of one kernel launch."""

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, frames: int, _: int) -> tuple[build.Launch, list[mx.array]]:
        t, walk = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
        return synthesis.launch(s, t, walk, count, frames), synthesis.constants(s, t)

    def apply(D: mx.array, window: mx.array) -> mx.array:
        flat = rows(D, 2)
        run, rest = prepared(*flat.shape[:2], build.generation)
        out = run(flat, window, *rest)
        return out if D.ndim == 3 else out.reshape(*D.shape[:-2], s.length)

    return apply


def synthesis_transposed(s: Synthesis, g: mx.array, window: mx.array, frames: int) -> mx.array:
    """From cotangents of a synthesis's samples to those of its frames' bins."""
    return analyze(Analysis(s.n_fft, s.hop, s.trim, frames, "constant", s.edge, 2 * s.inner), g, window)


def _overlapped(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """Give the synthesis with MLX's transform, for sizes that the kernels do not have."""
    n = s.n_fft
    weighted = D * _bin_weights(n, s.edge * n, s.inner * n)
    if n % 2 == 0:
        cuts = mx.fft.irfft(weighted, n=n, axis=-1)
    else:  # MLX's irfft has no right jvp for odd sizes
        cuts = mx.fft.ifft(mx.concatenate([weighted, mx.conjugate(weighted[..., :0:-1])], axis=-1), axis=-1).real
    return adder(n, s.hop, s.trim, s.length)(cuts, window)


@functools.lru_cache(maxsize=64)
def _bin_weights(n_fft: int, edge: float, inner: float) -> mx.array:
    """`inner` for each bin, `edge` for those that are their own mirror image."""
    weights = np.full(n_fft // 2 + 1, inner, np.float32)
    weights[0] = edge
    if n_fft % 2 == 0:
        weights[-1] = edge
    held = mx.array(weights)
    mx.eval(held)
    return held
