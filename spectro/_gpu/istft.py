"""Synthesis on the GPU: inverse transforms, windowed, overlap-added and normalised."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import mlx.core as mx

from .. import _settings
from .._plan import IstftPlan
from ..windows import is_constant
from . import build, transform, tuning
from .frame import adder
from .linear import Function, bilinear, composed, linear, rows
from .stft import Analysis, analyze, bin_weights
from .transform import Transform
from .tuning import Walk


@dataclass(frozen=True)
class Synthesis:
    """Bins times a weight, inverse transform, window, overlap-add from sample `trim` on."""

    n_fft: int
    hop: int
    trim: int
    length: int
    edge: float  # weight of bins 0 and n_fft / 2
    inner: float
    floor: float | None = None  # divide by the squared window's envelope where it is above this

    @classmethod
    def of(cls, plan: IstftPlan) -> Synthesis:
        """Give the synthesis that a plan asks for."""
        scale = 1.0 / plan.n_fft
        return cls(plan.n_fft, plan.hop_length, plan.start, plan.length, scale, scale, plan.floor)

    @property
    def hops(self) -> int:
        """Hops of the untrimmed sum that the output touches."""
        return (self.length + self.trim - 1) // self.hop - self.trim // self.hop + 1


def istft(plan: IstftPlan, D: mx.array, window: mx.array) -> mx.array:
    """D (..., t, n_bins), window (n_fft,) -> (..., length)."""
    s = Synthesis.of(plan)
    if not transform.supported(s.n_fft) or not _settings.read("MLX_OLA_FUSE_NORM"):
        return divided(s, D, window)
    return _inverse_with(s, window)(D) if is_constant(window) else inverse(s)(D, window)


@functools.lru_cache(maxsize=256)
def inverse(s: Synthesis) -> Function:
    """Give a normalised synthesis in one kernel, with the derivatives of sum / envelope."""
    return composed(fused(s), functools.partial(divided, s))


@functools.lru_cache(maxsize=256)
def _inverse_with(s: Synthesis, window: mx.array) -> Function:
    """Give D -> (..., length) for a window that is never differentiated."""
    apply = fused(s)

    def transpose(g: mx.array, D: mx.array) -> mx.array:
        return transposed(s, g * _shares(s, D.shape[-2], window), window, D.shape[-2])

    return linear(lambda D: apply(D, window), transpose)


@functools.lru_cache(maxsize=16)
def _shares(s: Synthesis, frames: int, window: mx.array) -> mx.array:
    """Give one over the envelope, zero where nothing is left."""
    envelope = envelope_of(s, frames, window)
    shares = mx.where(envelope > s.floor, 1.0 / mx.maximum(envelope, s.floor), 0.0)
    mx.eval(shares)
    return shares


def divided(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """Give the sum, then its division by the envelope."""
    envelope = envelope_of(s, D.shape[-2], window)
    covered = envelope > s.floor
    return mx.where(covered, synthesize(replace(s, floor=None), D, window) / mx.where(covered, envelope, 1.0), 0.0)


def envelope_of(s: Synthesis, frames: int, window: mx.array) -> mx.array:
    """Give the squared window, overlap-added like the frames: (length,)."""
    return adder(s.n_fft, s.hop, s.trim, s.length)(mx.broadcast_to(window, (frames, s.n_fft)), window)


def synthesize(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """From D (..., frames, bins) to (..., length), without an envelope."""
    return _synthesizer_with(s, window)(D) if is_constant(window) else synthesizer(s)(D, window)


@functools.lru_cache(maxsize=256)
def _synthesizer_with(s: Synthesis, window: mx.array) -> Function:
    """Give D -> (..., length) without an envelope, for a window that is never differentiated."""
    if not transform.supported(s.n_fft):
        return lambda D: overlapped(s, D, window)
    apply = fused(s)
    return linear(lambda D: apply(D, window), lambda g, D: transposed(s, g, window, D.shape[-2]))


def transposed(s: Synthesis, g: mx.array, window: mx.array, frames: int) -> mx.array:
    """From cotangents of a synthesis's samples to those of its frames' bins."""
    return analyze(Analysis(s.n_fft, s.hop, s.trim, frames, "constant", s.edge, 2 * s.inner), g, window)


@functools.lru_cache(maxsize=256)
def synthesizer(s: Synthesis) -> Function:
    """(D (..., frames, bins), window) -> (..., length) without an envelope, with its derivatives."""
    if not transform.supported(s.n_fft):
        return functools.partial(overlapped, s)

    def window_gradient(g: mx.array, D: mx.array, window: mx.array) -> mx.array:
        return mx.vjp(lambda w: overlapped(s, D, w), [window], [g])[1][0]

    return bilinear(fused(s), lambda g, window, D: transposed(s, g, window, D.shape[-2]), window_gradient)


def overlapped(s: Synthesis, D: mx.array, window: mx.array) -> mx.array:
    """Give the synthesis with MLX's transform, for sizes that the kernels do not have."""
    n = s.n_fft
    weighted = D * bin_weights(n, s.edge * n, s.inner * n)
    if n % 2 == 0:
        cuts = mx.fft.irfft(weighted, n=n, axis=-1)
    else:  # MLX's irfft has no right jvp for odd sizes
        cuts = mx.fft.ifft(mx.concatenate([weighted, mx.conjugate(weighted[..., :0:-1])], axis=-1), axis=-1).real
    return adder(n, s.hop, s.trim, s.length)(cuts, window)


def fused(s: Synthesis) -> Function:
    """Give the function of one kernel launch."""

    @functools.lru_cache(maxsize=64)
    def prepared(count: int, frames: int, _: int) -> tuple[build.Launch, list[mx.array]]:
        t, walk = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
        return launch(s, t, walk, count, frames), constants(s, t)

    def apply(D: mx.array, window: mx.array) -> mx.array:
        flat = rows(D, 2)
        run, rest = prepared(*flat.shape[:2], build.generation)
        out = run(flat, window, *rest)
        return out if D.ndim == 3 else out.reshape(*D.shape[:-2], s.length)

    return apply


def constants(s: Synthesis, t: Transform) -> list[mx.array]:
    """Give the kernel's arguments after the spectra and the window."""
    return [build.twiddles(t), build.extent(s.length)]


def launch(s: Synthesis, t: Transform, walk: Walk, count: int, frames: int) -> build.Launch:
    """Give the launch for `count` spectrograms of `frames` frames."""
    offset = build.offset_type(2 * count * frames * (s.n_fft // 2 + 1), count * s.length)
    chunks = -(-s.length // walk.chunk) * count if walk.chunk else -(-count * -(-s.hops // walk.run) // t.teams)
    return build.Launch(kernel_of(replace(s, length=0), t, walk, offset), chunks, t.threads, (count, s.length))


@functools.lru_cache(maxsize=512)
def kernel_of(s: Synthesis, t: Transform, walk: Walk, offset: str) -> build.Kernel:
    """Give the kernel of a synthesis."""
    defines = {
        **transform.defines(t),
        "HOP": s.hop,
        "TRIM": s.trim,
        "NORMALIZE": int(s.floor is not None),
        "FLOOR": f"{s.floor or 0.0!r}f",
        "EDGE_SCALE": f"{s.edge!r}f",
        "INNER_SCALE": f"{s.inner!r}f",
        "offset_t": offset,
    }
    if walk.run:
        defines |= {"RUN": walk.run, "OVERLAP": -(-s.n_fft // s.hop), "SHIFT": s.hop * t.radices[-1] // s.n_fft}
    else:
        defines |= {"CHUNK": walk.chunk, "OWNED": walk.chunk // t.threads}
    stem = "istft_stream" if walk.run else "istft"
    return build.Kernel(stem, ("spectrum", "window", "twiddle", "extent"), tuple(defines.items()), ("share.h",), t)
