"""Filterbanks that make pitch classes, of the bins of an FFT or of a constant-Q transform, and of pitch classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.checks import finite, positive, positive_int
from .._floor.sizes import check_size
from ..errors import ParameterError
from . import float64 as f64
from .banks import Bank, normalized, p_of_norm
from .float64 import Double, ops

WEIGHT = 64  # bytes for a weight while it is made, in float64
LOWEST_OCTAVE = 440 / 16  # Hz, the A that octaves are counted from
C1 = 440 * 2 ** (-45 / 12)  # Hz


@dataclass(frozen=True)
class ChromaBank(Bank):
    """Ellis's chroma filterbank: Gaussians around each pitch class, a bin wide, in a window over octaves."""

    sr: float
    n_fft: int
    n_chroma: int
    tuning: float
    ctroct: float
    octwidth: float | None
    norm: float | None
    base_c: bool

    @classmethod
    def of(
        cls,
        where: str,
        *,
        sr: Any,
        n_fft: Any,
        n_chroma: Any = 12,
        tuning: Any = 0.0,
        ctroct: Any = 5.0,
        octwidth: Any = 2,
        norm: Any = 2,
        base_c: Any = True,
    ) -> ChromaBank:
        """Validate the arguments of the public function `where`."""
        sr, n_fft = positive(where, "sr", sr), positive_int(where, "n_fft", n_fft)
        n_chroma, tuning = positive_int(where, "n_chroma", n_chroma), finite(where, "tuning", tuning)
        ctroct = finite(where, "ctroct", ctroct)
        octwidth = positive(where, "octwidth", octwidth) if octwidth is not None else None
        check_size(where, "the filterbank", n_chroma, n_fft, itemsize=WEIGHT, way_out="lower n_chroma or n_fft")
        return cls(sr, n_fft, n_chroma, tuning, ctroct, octwidth, p_of_norm(where, norm), bool(base_c))

    def dense(self) -> Double:
        """Weights (n_chroma, 1 + n_fft // 2); bin 0 stands one and a half octaves below bin 1."""
        n, a440 = self.n_chroma, LOWEST_OCTAVE * 2 ** (self.tuning / self.n_chroma)
        hz = ops.arange(1, self.n_fft, dtype=mx.float64) * (self.sr / self.n_fft)
        pitches = n * ops.log(hz / a440) / math.log(2)  # in chroma bins
        pitches = ops.concatenate([pitches[:1] - 1.5 * n, pitches]) if self.n_fft > 1 else ops.zeros(1, mx.float64)
        widths = ops.concatenate([ops.maximum(pitches[1:] - pitches[:-1], 1.0), ops.ones(1, mx.float64)])
        distances = pitches - ops.arange(n, dtype=mx.float64)[:, None] + round(n / 2)
        distances = distances - n * ops.floor(distances / n) - round(n / 2)
        bins = f64.exp(-2 * ops.square(distances / widths))
        bins = normalized(bins.T, self.norm).T
        if self.octwidth is not None:
            bins = bins * f64.exp(-0.5 * ops.square((pitches / n - self.ctroct) / self.octwidth))
        if self.base_c:
            bins = ops.roll(bins, -3 * (n // 12), 0)
        return bins[:, : 1 + self.n_fft // 2]


@dataclass(frozen=True)
class ConstantQChromaBank(Bank):
    """Bins of a constant-Q transform merged into pitch classes, each the sum of its neighbors in every octave."""

    n_input: int
    bins_per_octave: int
    n_chroma: int
    fmin: float
    window: tuple[float, ...] | None
    base_c: bool

    @classmethod
    def of(
        cls,
        where: str,
        *,
        n_input: Any,
        bins_per_octave: Any = 12,
        n_chroma: Any = 12,
        fmin: Any = None,
        window: Any = None,
        base_c: Any = True,
    ) -> ConstantQChromaBank:
        """Validate the arguments of the public function `where`."""
        n_input, n_chroma = positive_int(where, "n_input", n_input), positive_int(where, "n_chroma", n_chroma)
        bins = positive_int(where, "bins_per_octave", bins_per_octave)
        if bins % n_chroma:
            raise ParameterError(
                f"[{where}] bins_per_octave must be an integer multiple of n_chroma={n_chroma}, got {bins}"
            )
        fmin = C1 if fmin is None else positive(where, "fmin", fmin)
        check_size(where, "the filterbank", n_chroma, n_input, itemsize=WEIGHT, way_out="lower n_chroma or n_input")
        return cls(n_input, bins, n_chroma, fmin, _window(where, window), bool(base_c))

    @property
    def n_bands(self) -> int:
        return self.n_chroma

    @property
    def n_bins(self) -> int:
        return self.n_input

    def dense(self) -> Double:
        """Weights (n_chroma, n_input): each pitch class is as wide as its bins, with itself in their middle."""
        merged, n = self.bins_per_octave // self.n_chroma, self.n_chroma
        lowest = (12 * math.log2(self.fmin / 440) + 69) % 12 - (0 if self.base_c else 9)
        classes = (ops.arange(self.n_input) + merged // 2) // merged + round(lowest * (n / 12))
        bank = (classes % n == ops.arange(n)[:, None]).astype(mx.float64)
        return bank if self.window is None else _smoothed(bank, self.window)


def _window(where: str, window: Any) -> tuple[float, ...] | None:
    """Weights of neighboring bins as numbers."""
    if window is None:
        return None
    values = np.asarray(window)
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "biuf":
        raise ParameterError(f"[{where}] window must be a vector of real numbers, got shape {values.shape}")
    return tuple(values.astype(np.float64).tolist())


def _smoothed(bank: Double, window: tuple[float, ...]) -> Double:
    """Rows convolved with a window, which is centered."""
    n, before = bank.shape[1], (len(window) - 1) // 2
    padded = ops.pad(bank, [(0, 0), (len(window) - 1 - before, before)])
    return sum(
        (weight * padded[:, len(window) - 1 - k : len(window) - 1 - k + n] for k, weight in enumerate(window)),
        start=ops.zeros_like(bank),
    )


@dataclass(frozen=True)
class TonnetzBank(Bank):
    """Harte's projection of pitch classes onto three circles: of fifths, minor thirds and major thirds."""

    n_chroma: int

    @property
    def n_bands(self) -> int:
        return 6

    @property
    def n_bins(self) -> int:
        return self.n_chroma

    def dense(self) -> Double:
        """Weights (6, n_chroma): r sin and r cos of the angle at which a pitch class stands on each circle."""
        semitones = ops.arange(self.n_chroma, dtype=mx.float64) * (12 / self.n_chroma)
        rows = [
            radius * turn(math.pi * step * semitones)
            for step, radius in ((7 / 6, 1.0), (3 / 2, 1.0), (2 / 3, 0.5))
            for turn in (f64.sin, f64.cos)
        ]
        return ops.stack(rows)
