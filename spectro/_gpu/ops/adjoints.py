"""Analyses and syntheses with their derivatives: each goes back through the other."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np

from ..._constants.held import held
from ..._reference.istft import hermitian, irfft
from ..._reference.pad import pad
from ..launch import fft
from . import analysis, synthesis
from .analysis import Analysis
from .frames import adder, cutter
from .linear import Function, bilinear, by_window, linear
from .synthesis import Synthesis


@functools.lru_cache(maxsize=256)
def analyzer(a: Analysis) -> Function:
    """Give (y (..., n), window) -> (..., frames, bins)."""
    pieces = functools.partial(_spectra, a)
    return _with_adjoint(a.n_fft, analysis.fused(a, pieces), pieces, functools.partial(_back, a))


@functools.lru_cache(maxsize=256)
def synthesizer(s: Synthesis) -> Function:
    """Give (D (..., frames, bins), window) -> (..., length), without an envelope."""
    adjoint = functools.partial(synthesis_adjoint, s)
    pieces = functools.partial(_overlapped, s)
    return _with_adjoint(s.n_fft, synthesis.fused(s, pieces), pieces, adjoint)


def _with_adjoint(n_fft: int, fused: Function, pieces: Function, adjoint: Function) -> Function:
    """Give one launch, bilinear in (x, window): `adjoint(cotangent, window, x)` leads back to x.

    The window's gradient is that of `pieces`, and so is all where the kernels do not have the size.
    """
    if not fft.supported(n_fft):
        return pieces

    def window_gradient(g: mx.array, x: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: pieces(x, w), [window], [g])[1][0]

    def fixed(window: mx.array) -> Function:
        return linear(lambda x: fused(x, window), lambda g, x: adjoint(g, window, x))

    return by_window(bilinear(fused, adjoint, window_gradient), fixed)


def _back(a: Analysis, g: mx.array, window: mx.array, y: mx.array) -> mx.array:
    """From cotangents of an analysis's bins to those of its samples."""
    n = y.shape[-1]
    whole = a.pad_mode != "constant" and a.padding > 0
    trim, length = (0, n + 2 * a.padding) if whole else (a.padding, n)
    padded = synthesizer(Synthesis(a.n_fft, a.hop, trim, length, a.edge, a.inner / 2))(g, window)
    return mx.vjp(lambda x: pad(x, a.padding, a.pad_mode), [y], [padded])[1][0] if whole else padded


def synthesis_adjoint(s: Synthesis, g: mx.array, window: mx.array, D: mx.array) -> mx.array:
    """From cotangents of a synthesis's samples to those of its frames' bins."""
    return analyzer(Analysis(s.n_fft, s.hop, s.trim, D.shape[-2], "constant", s.edge, 2 * s.inner))(g, window)


def _spectra(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    """Give the analysis with MLX's transform."""
    D = mx.fft.rfft(cutter(a.n_fft, a.hop, a.padding, a.pad_mode, a.frames)(y, window))
    D = hermitian(D, a.n_fft)  # for the way back
    return D if a.edge == a.inner == 1.0 else D * _bin_weights(a.n_fft, a.edge, a.inner)


def _overlapped(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """Give the synthesis with MLX's transform."""
    n = s.n_fft
    cuts = irfft(D * _bin_weights(n, s.edge * n, s.inner * n), n)
    return adder(n, s.hop, s.trim, s.length)(cuts, window)


@functools.lru_cache(maxsize=64)
def _bin_weights(n_fft: int, edge: float, inner: float) -> mx.array:
    """`inner` for each bin, `edge` for those that are their own mirror image."""
    weights = np.full(n_fft // 2 + 1, inner, np.float32)
    weights[0] = edge
    if n_fft % 2 == 0:
        weights[-1] = edge
    return held(mx.array(weights))
