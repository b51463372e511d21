"""Analysis on the GPU: short-time Fourier transforms, and what is made of them without writing them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import mlx.core as mx
import numpy as np

from .._banks import Table
from .._plan import StftPlan
from ..windows import is_constant
from . import build, transform, tuning
from .frame import PAD_MODES, cutter
from .linear import Function, bilinear, linear, rows
from .transform import Transform

SPECTRUM, POWER, BANK = 0, 1, 2  # epilogues


@dataclass(frozen=True)
class Analysis:
    """Frames of a padded signal, windowed and transformed, each bin times a weight."""

    n_fft: int
    hop: int
    padding: int
    frames: int
    pad_mode: str = "constant"
    edge: float = 1.0  # weight of bins 0 and n_fft / 2
    inner: float = 1.0

    @classmethod
    def of(cls, plan: StftPlan, n: int) -> Analysis:
        """Give the analysis that a plan makes of `n` samples."""
        return cls(plan.n_fft, plan.hop_length, plan.padding, plan.frames(n), plan.pad_mode)

    @property
    def bins(self) -> int:
        return self.n_fft // 2 + 1


@dataclass(frozen=True)
class Epilogue:
    """What becomes of a spectrum before it is written."""

    kind: int = SPECTRUM
    power: float = 2.0
    bands: int = 0
    level: str = "(sum)"  # of a band's sum, in the kernels' words


def stft(plan: StftPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, n_bins) complex64."""
    return analyze(Analysis.of(plan, y.shape[-1]), y, window)


def analyze(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n) to (..., frames, bins)."""
    return _analyzer_with(a, window)(y) if is_constant(window) else analyzer(a)(y, window)


@functools.lru_cache(maxsize=256)
def _analyzer_with(a: Analysis, window: mx.array) -> Function:
    """Give y (..., n) -> (..., frames, bins) for a window that is never differentiated."""
    if not transform.supported(a.n_fft):
        return lambda y: spectra(a, y, window)
    apply = fused(a)
    return linear(lambda y: apply(y, window), lambda g, y: transposed(a, g, window, y.shape[-1]))


@functools.lru_cache(maxsize=256)
def analyzer(a: Analysis) -> Function:
    """(y (..., n), window) -> (..., frames, bins), with its derivatives."""
    if not transform.supported(a.n_fft):
        return functools.partial(spectra, a)

    def window_gradient(g: mx.array, y: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: spectra(a, y, w), [window], [g])[1][0]

    return bilinear(fused(a), lambda g, window, y: transposed(a, g, window, y.shape[-1]), window_gradient)


def fused(a: Analysis) -> Function:
    """Give the function of one kernel launch."""

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, n: int, _: int) -> tuple[build.Launch, list[mx.array]]:
        t = tuning.analysis(a.n_fft, a.hop, SPECTRUM, count * a.frames)
        return launch(a, t, Epilogue(), count, n), constants(a, t)

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run, rest = prepared(*flat.shape, build.generation)
        out = run(flat, window, *rest)
        return out if y.ndim == 2 else out.reshape(*y.shape[:-1], a.frames, a.bins)

    return apply


def transposed(a: Analysis, g: mx.array, window: mx.array, n: int) -> mx.array:
    """From cotangents of an analysis's bins to those of its n samples."""
    from .istft import Synthesis, synthesize

    whole = a.pad_mode != "constant" and a.padding > 0
    trim, length = (0, n + 2 * a.padding) if whole else (a.padding, n)
    back = synthesize(Synthesis(a.n_fft, a.hop, trim, length, a.edge, a.inner / 2), g, window)
    return unpad(back, n, a.padding, a.pad_mode) if whole else back


def unpad(padded: mx.array, n: int, width: int, mode: str) -> mx.array:
    """Give the transpose of padding: (..., n + 2 width) -> (..., n)."""
    from .padding import pad

    example = mx.zeros((*padded.shape[:-1], n))
    return mx.vjp(lambda y: pad(y, width, mode), [example], [padded])[1][0]


def spectra(a: Analysis, y: mx.array, window: mx.array) -> mx.array:
    """Give the analysis with MLX's transform, for sizes that the kernels do not have."""
    D = mx.fft.rfft(cutter(a.n_fft, a.hop, a.padding, a.pad_mode, a.frames)(y, window))
    return D if a.edge == a.inner == 1.0 else D * bin_weights(a.n_fft, a.edge, a.inner)


@functools.lru_cache(maxsize=64)
def bin_weights(n_fft: int, edge: float, inner: float) -> mx.array:
    """`inner` for each bin, `edge` for those that are their own mirror image."""
    weights = np.full(n_fft // 2 + 1, inner, np.float32)
    weights[0] = edge
    if n_fft % 2 == 0:
        weights[-1] = edge
    held = mx.array(weights)
    mx.eval(held)
    return held


def constants(a: Analysis, t: Transform, table: Table | None = None) -> list[mx.array]:
    """Give the kernel's arguments after the signal and the window."""
    return [build.twiddles(t), build.extent(a.frames), *(table or ())]


def launch(a: Analysis, t: Transform, e: Epilogue, count: int, n: int) -> build.Launch:
    """Give the launch for `count` signals of `n` samples."""
    width = e.bands or a.bins
    offset = build.offset_type(count * n, count * a.frames * a.bins)
    groups = -(-count * -(-a.frames // t.each) // t.teams)
    kind = mx.complex64 if e.kind == SPECTRUM else mx.float32
    kernel = kernel_of(replace(a, frames=0), t, e, offset, count * n < 8)
    return build.Launch(kernel, groups, t.threads, (count, a.frames, width), kind)


@functools.lru_cache(maxsize=512)
def kernel_of(a: Analysis, t: Transform, e: Epilogue, offset: str, tiny: bool) -> build.Kernel:
    """Give the kernel of an analysis; `tiny` inputs lie in another address space on Metal."""
    defines = {
        **transform.defines(t),
        "HOP": a.hop,
        "PAD_LEFT": a.padding,
        "PAD_MODE": PAD_MODES[a.pad_mode],
        "EPILOGUE": e.kind,
        "POWER_IS": {1.0: 1, 2.0: 2}.get(e.power, 0),
        "HALF_POWER": f"{float(e.power) / 2!r}f",
        "WEIGHTED": int((a.edge, a.inner) != (1.0, 1.0)),
        "EDGE_SCALE": f"{a.edge!r}f",
        "INNER_SCALE": f"{a.inner!r}f",
        "BANDS": e.bands,
        "BAND_OUT(sum)": e.level,
        "offset_t": offset,
        "TINY_INPUT": int(tiny),
    }
    names = ("y", "window", "twiddle", "extent") + (("starts", "counts", "offsets", "weights") if e.bands else ())
    return build.Kernel("stft", names, tuple(defines.items()), ("fold.h", "emit.h"), t)
