"""The filterbank that folds the bins of an FFT into pitch classes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mlx.core as mx

from .._floor.checks import finite, positive, positive_int
from .._floor.sizes import check_size
from . import float64 as f64
from .banks import Bank, normalized, p_of_norm

WEIGHT = 64  # bytes for a weight while it is made, in float64
LOWEST_OCTAVE = 440 / 16  # Hz, the A that octaves are counted from


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

    def dense(self) -> mx.array:
        """Weights (n_chroma, 1 + n_fft // 2); bin 0 stands one and a half octaves below bin 1."""
        n, a440 = self.n_chroma, LOWEST_OCTAVE * 2 ** (self.tuning / self.n_chroma)
        hz = mx.arange(1, self.n_fft, dtype=mx.float64) * (self.sr / self.n_fft)
        pitches = n * mx.log(hz / a440) / math.log(2)  # in chroma bins
        pitches = mx.concatenate([pitches[:1] - 1.5 * n, pitches]) if self.n_fft > 1 else mx.zeros(1, mx.float64)
        widths = mx.concatenate([mx.maximum(pitches[1:] - pitches[:-1], 1.0), mx.ones(1, mx.float64)])
        distances = pitches - mx.arange(n, dtype=mx.float64)[:, None] + round(n / 2)
        distances = distances - n * mx.floor(distances / n) - round(n / 2)
        bins = f64.exp(-2 * mx.square(distances / widths))
        bins = normalized(bins.T, self.norm).T
        if self.octwidth is not None:
            bins = bins * f64.exp(-0.5 * mx.square((pitches / n - self.ctroct) / self.octwidth))
        if self.base_c:
            bins = mx.roll(bins, -3 * (n // 12), 0)
        return bins[:, : 1 + self.n_fft // 2]
