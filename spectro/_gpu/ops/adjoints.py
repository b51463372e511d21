"""Analyses and syntheses with their derivatives: each goes back through the other."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np

from ..._constants.held import held, is_constant
from ..._reference.istft import irfft
from ..._reference.pad import pad
from ..launch import build, transform, tuning
from ..launch.tuning import SPECTRUM
from . import analysis, synthesis
from .analysis import Analysis, Epilogue
from .derivatives import Function, bilinear, linear, rows
from .frame import adder, cutter
from .synthesis import Synthesis


@dataclass(frozen=True)
class Family:
    """One of the two: `(x, window) -> out` for each description of it, with all its derivatives.

    `fused` gives the function of one kernel launch; `in_pieces` the same with MLX's transform, for sizes that the
    kernels do not have and for the gradient of the window; `transposed(of, g, window, size)` takes cotangents back,
    where `x` is `size` long in the dimension that a description leaves open.
    """

    fused: Callable[[Any], Function]
    in_pieces: Callable[..., mx.array]
    transposed: Callable[..., mx.array]
    open_axis: int  # of x: the samples of a signal, the frames of spectra

    def __call__(self, of: Any, x: mx.array, window: mx.array) -> mx.array:
        """Compute one; a window that nobody differentiates costs less."""
        if not transform.supported(of.n_fft):
            return self.in_pieces(of, x, window)
        return _with_window(self, of, window)(x) if is_constant(window) else _of_both(self, of)(x, window)


@functools.lru_cache(maxsize=512)
def _with_window(family: Family, of: Any, window: mx.array) -> Function:
    """Give x -> out for a window that is never differentiated."""
    apply = family.fused(of)
    return linear(lambda x: apply(x, window), lambda g, x: family.transposed(of, g, window, x.shape[family.open_axis]))


@functools.lru_cache(maxsize=512)
def _of_both(family: Family, of: Any) -> Function:
    """Give (x, window) -> out."""

    def window_gradient(g: mx.array, x: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: family.in_pieces(of, x, w), [window], [g])[1][0]

    def transpose(g: mx.array, window: mx.array, x: mx.array) -> mx.array:
        return family.transposed(of, g, window, x.shape[family.open_axis])

    return bilinear(family.fused(of), transpose, window_gradient)


def _fused_analysis(a: Analysis) -> Function:
    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: Any) -> tuple[build.Launch, list[mx.array]]:
        t = tuning.analysis(a.n_fft, a.hop, SPECTRUM, count * a.frames)
        return analysis.launch(a, t, Epilogue(), count, n), analysis.constants(a, t)

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, tuning.generation())
        out = run(flat, window, *rest)
        return out if y.ndim == 2 else out.reshape(*y.shape[:-1], a.frames, a.bins)

    return apply


def _fused_synthesis(s: Synthesis) -> Function:
    @functools.lru_cache(maxsize=64)
    def prepared(count: int, frames: int, _: Any) -> tuple[build.Launch, list[mx.array]]:
        t, tiling = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
        return synthesis.launch(s, t, tiling, count, frames), synthesis.constants(s, t)

    def apply(D: mx.array, window: mx.array) -> mx.array:
        flat = rows(D, 2)
        run, rest = prepared(*flat.shape[:2], tuning.generation())
        out = run(flat, window, *rest)
        return out if D.ndim == 3 else out.reshape(*D.shape[:-2], s.length)

    return apply


def _spectra(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    D = mx.fft.rfft(cutter(a.n_fft, a.hop, a.padding, a.pad_mode, a.frames)(y, window))
    return D if a.edge == a.inner == 1.0 else D * _bin_weights(a.n_fft, a.edge, a.inner)


def _overlapped(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    n = s.n_fft
    return adder(n, s.hop, s.trim, s.length)(irfft(D * _bin_weights(n, s.edge * n, s.inner * n), n), window)


def _analysis_transposed(a: Analysis, g: mx.array, window: mx.array, n: int) -> mx.array:
    """From cotangents of an analysis's bins to those of its n samples."""
    whole = a.pad_mode != "constant" and a.padding > 0
    trim, length = (0, n + 2 * a.padding) if whole else (a.padding, n)
    back = SYNTHESIS(Synthesis(a.n_fft, a.hop, trim, length, a.edge, a.inner / 2), g, window)
    if not whole:
        return back
    example = mx.zeros((*back.shape[:-1], n))
    return mx.vjp(lambda y: pad(y, a.padding, a.pad_mode), [example], [back])[1][0]


def _synthesis_transposed(s: Synthesis, g: mx.array, window: mx.array, frames: int) -> mx.array:
    """From cotangents of a synthesis's samples to those of its frames' bins."""
    return ANALYSIS(Analysis(s.n_fft, s.hop, s.trim, frames, "constant", s.edge, 2 * s.inner), g, window)


@functools.lru_cache(maxsize=64)
def _bin_weights(n_fft: int, edge: float, inner: float) -> mx.array:
    """`inner` for each bin, `edge` for those that are their own mirror image."""
    weights = np.full(n_fft // 2 + 1, inner, np.float32)
    weights[0] = edge
    if n_fft % 2 == 0:
        weights[-1] = edge
    return held(mx.array(weights))


# y (..., n) -> (..., frames, bins), and D (..., frames, bins) -> (..., length) without an envelope
ANALYSIS = Family(_fused_analysis, _spectra, _analysis_transposed, -1)
SYNTHESIS = Family(_fused_synthesis, _overlapped, _synthesis_transposed, -2)
