"""Wavelets of the constant-Q family, windowed complex sinusoids, and sparse banks of their spectra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .banks import Bank
from .float64 import Double, float64
from .held import held

ERB = 24.7, 0.108  # Hz and Hz / Hz: Glasberg and Moore's equivalent rectangular bandwidth is 24.7 + 0.108 f

Window = Callable[[int], np.ndarray]  # samples of a periodic window of so many


def relative_bandwidths(freqs: np.ndarray) -> np.ndarray:
    """Bandwidth over frequency of at least two neighbors: `(2^(2/b) - 1) / (2^(2/b) + 1)`, b the bins of an octave."""
    steps = np.diff(np.log2(freqs))
    spacing = np.concatenate([steps[:1], (steps[1:] + steps[:-1]) / 2, steps[-1:]])  # in octaves
    return relative_bandwidth(spacing)


def relative_bandwidth(spacing: Any) -> Any:
    """Bandwidth over frequency of bins that lie so many octaves apart."""
    ratio = np.exp2(2 * spacing)
    return (ratio - 1) / (ratio + 1)


def lengths_of(
    freqs: np.ndarray, sr: float, filter_scale: float, gamma: float | None, alpha: Any, enbw: float
) -> tuple[np.ndarray, float]:
    """Lengths in samples, and the frequency above which no wavelet of equivalent noise bandwidth `enbw` reaches."""
    offset = alpha * ERB[0] / ERB[1] if gamma is None else gamma
    q = filter_scale / alpha
    cutoff = np.max(freqs * (1 + 0.5 * enbw / q) + 0.5 * offset)
    return q * sr / (freqs + offset / alpha), float(cutoff)


def wavelet_of(freq: float, length: float, sr: float, window: Window, norm: float | None) -> np.ndarray:
    """One wavelet around time 0 (its middle): complex128."""
    time = np.arange(-length // 2, length // 2)
    wave = np.exp(2j * np.pi * freq / sr * time) * window(len(time))
    return wave if norm is None else wave / _size(np.abs(wave), norm)


def _size(magnitudes: np.ndarray, p: float) -> float:
    """The p-norm of magnitudes, 1 where there is none to divide by."""
    if np.isinf(p):
        size = magnitudes.max() if p > 0 else magnitudes.min()
    elif p == 0:
        size = np.count_nonzero(magnitudes)
    else:
        size = np.sum(magnitudes**p) ** (1 / p)
    return float(size) if size >= np.finfo(np.float32).tiny else 1.0


def fft_size(lengths: np.ndarray) -> int:
    """The power of two that the longest wavelet fits in."""
    return max(2, int(2 ** np.ceil(np.log2(np.max(lengths)))))


def spectra_of(
    freqs: np.ndarray,
    lengths: np.ndarray,
    n_fft: int,
    sr: float,
    *,
    window: Window,
    norm: float | None,
    sparsity: float,
) -> np.ndarray:
    """Positive frequencies (n_bands, 1 + n_fft // 2) of wavelets as long as they weigh, less their smallest values."""
    rows = np.empty((len(freqs), 1 + n_fft // 2), dtype=np.complex128)
    for row, freq, length in zip(rows, freqs, lengths, strict=True):
        wave = wavelet_of(freq, length, sr, window, norm)
        padded = np.zeros(n_fft, dtype=np.complex128)
        start = (n_fft - len(wave)) // 2
        padded[start : start + len(wave)] = wave * (length / n_fft)
        row[:] = np.fft.fft(padded)[: 1 + n_fft // 2]
    return sparsified(rows, sparsity)


def sparsified(rows: np.ndarray, quantile: float) -> np.ndarray:
    """Leave out the smallest magnitudes of each row that make up less than a part of their sum."""
    if quantile == 0:
        return rows
    sizes = np.abs(rows)
    ascending = np.sort(sizes, axis=-1)
    part = np.cumsum(ascending / np.maximum(sizes.sum(axis=-1, keepdims=True), np.finfo(float).tiny), axis=-1)
    least = np.take_along_axis(ascending, np.argmin(part < quantile, axis=-1)[:, None], axis=-1)
    return np.where(sizes >= least, rows, 0)


class ComplexRun(NamedTuple):
    """The bins of one band, from its first weight that is not zero to its last."""

    start: int
    weights: mx.array  # (length,) complex64, evaluated


@dataclass(frozen=True)
class WaveletBank:
    """A sparse complex matrix (n_bands, n_bins), as a run of weights for each band."""

    n_bins: int
    starts: tuple[int, ...]
    lengths: tuple[int, ...]
    packed: bytes  # complex64, one run after the other

    @classmethod
    def of(cls, rows: np.ndarray) -> WaveletBank:
        """Keep the runs of a matrix."""
        filled = [np.flatnonzero(row) for row in rows]
        starts = [int(bins[0]) if bins.size else 0 for bins in filled]
        lengths = [int(bins[-1]) + 1 - start if bins.size else 1 for bins, start in zip(filled, starts, strict=True)]
        runs = [row[start : start + length] for row, start, length in zip(rows, starts, lengths, strict=True)]
        return cls(rows.shape[1], tuple(starts), tuple(lengths), np.concatenate(runs).astype(np.complex64).tobytes())

    @property
    def n_bands(self) -> int:
        """Rows of the matrix."""
        return len(self.starts)

    def values(self) -> np.ndarray:
        """All weights, one run after the other: complex64."""
        return np.frombuffer(self.packed, dtype=np.complex64)

    def scaled(self, factors: np.ndarray) -> WaveletBank:
        """The matrix with each band times a factor."""
        values = self.values() * np.repeat(factors, self.lengths)
        return WaveletBank(self.n_bins, self.starts, self.lengths, values.astype(np.complex64).tobytes())

    def dense(self) -> np.ndarray:
        """The whole matrix: complex64."""
        rows = np.zeros((self.n_bands, self.n_bins), dtype=np.complex64)
        pieces = np.split(self.values(), np.cumsum(self.lengths)[:-1])
        for row, start, piece in zip(rows, self.starts, pieces, strict=True):
            row[start : start + len(piece)] = piece
        return rows

    def runs(self) -> tuple[ComplexRun, ...]:
        """Bands in order."""
        pieces = np.split(self.values(), np.cumsum(self.lengths)[:-1])
        return tuple(ComplexRun(start, held(mx.array(piece))) for start, piece in zip(self.starts, pieces, strict=True))


@dataclass(frozen=True)
class MagnitudeBank(Bank):
    """The magnitudes of a bank of wavelets, as weights of a filterbank."""

    wavelets: WaveletBank

    @property
    def n_bands(self) -> int:
        return self.wavelets.n_bands

    @property
    def n_bins(self) -> int:
        return self.wavelets.n_bins

    def dense(self) -> Double:
        return float64(np.abs(self.wavelets.dense()))
