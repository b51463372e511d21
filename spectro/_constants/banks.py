"""Filterbanks as hashable descriptions; their weights are computed once, in float64, and kept as float32."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from .._floor.checks import SMALLEST_NORMAL, finite, non_negative, one_of, positive, positive_int
from .._floor.sizes import check_size
from ..errors import ParameterError, warn
from . import float64 as f64
from .float64 import A, Double, functions, ops
from .mel_scale import mel_points

WEIGHT = 36  # bytes for a weight while a bank is made: several arrays of float64
BAND = 4000  # bytes for a band: the objects of its run, and what the reference makes of each


class Run(NamedTuple):
    """The bins of one band, from its first weight that is not zero to its last."""

    start: int
    weights: mx.array  # (length,)


class Table(NamedTuple):
    """All runs, one after the other."""

    starts: mx.array  # (n_bands,) int32, first bin of each band
    lengths: mx.array  # (n_bands,) int32
    offsets: mx.array  # (n_bands,) int32, where each band's weights begin in values
    values: mx.array  # (sum of lengths,) float32


class Bank:
    """A matrix (n_bands, n_bins) by the numbers that define it. A band without weights is one zero at bin 0."""

    def dense(self) -> Double:
        """Compute the matrix in float64, on the default device."""
        raise NotImplementedError

    def weights(self) -> mx.array:
        """Give the matrix, evaluated float32."""
        return _built(self).weights

    def runs(self) -> tuple[Run, ...]:
        """Bands in order, evaluated float32."""
        return _built(self).runs

    def table(self) -> Table:
        """Give the runs as four evaluated arrays."""
        return _built(self).table

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more bands of spectra (..., t, n_bins) than memory holds."""
        check_size(where, "the result", *shape[:-1], self.n_bands, way_out="lower the number of bands")

    @property
    def n_bands(self) -> int:
        """Rows of the matrix; a bank that knows them is not made to tell."""
        return self.weights().shape[0]

    @property
    def n_bins(self) -> int:
        """Columns of the matrix; a bank that knows them is not made to tell."""
        return self.weights().shape[1]


class _Built(NamedTuple):
    weights: mx.array
    runs: tuple[Run, ...]
    table: Table


@functools.lru_cache(maxsize=32)
def _built(bank: Bank) -> _Built:
    weights = f64.constant(bank.dense)
    rows = np.array(weights)
    filled = [np.flatnonzero(row) for row in rows]
    starts = np.array([bins[0] if bins.size else 0 for bins in filled], dtype=np.int32)
    lengths = np.array([bins[-1] + 1 - bins[0] if bins.size else 1 for bins in filled], dtype=np.int32)
    pieces = [row[start : start + length] for row, start, length in zip(rows, starts, lengths, strict=True)]
    runs = tuple(Run(int(start), mx.array(piece)) for start, piece in zip(starts, pieces, strict=True))
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
    table = Table(mx.array(starts), mx.array(lengths), mx.array(offsets), mx.array(np.concatenate(pieces)))
    mx.eval(*(run.weights for run in runs), *table)
    return _Built(weights, runs, table)


@dataclass(frozen=True)
class MelBank(Bank):
    """librosa's mel filterbank."""

    sr: float
    n_fft: int
    n_mels: int
    fmin: float
    fmax: float
    htk: bool
    norm: str | float | None

    @classmethod
    def of(cls, where: str, *, sr: Any, n_fft: Any, n_mels: Any, fmin: Any, fmax: Any, htk: Any, norm: Any) -> MelBank:
        """Validate the arguments of the public function `where`; warn of bands without a bin."""
        sr, n_fft, n_mels = (
            positive(where, "sr", sr),
            positive_int(where, "n_fft", n_fft),
            positive_int(where, "n_mels", n_mels),
        )
        fmin, fmax = _range(where, ("fmin", fmin), ("fmax", sr / 2 if fmax is None else fmax))
        if not (isinstance(norm, str) and norm == "slaney"):
            norm = p_of_norm(where, norm, "'slaney', ")
        _check_bank(where, n_mels, 1 + n_fft // 2, "lower n_mels or n_fft")
        bank = cls(sr, n_fft, n_mels, fmin, fmax, bool(htk), norm)
        if has_empty_band(bank, 0.0):  # one that begins at 0 Hz may
            message = (
                f"[{where}] Empty filters detected in the mel filterbank: some bands hold no frequency bin and are "
                "zero; lower n_mels, raise n_fft, or bring fmin and fmax within 0 and sr / 2"
            )
            warn(message)
        return bank

    @property
    def n_bands(self) -> int:
        return self.n_mels

    @property
    def n_bins(self) -> int:
        return 1 + self.n_fft // 2

    def dense(self) -> Double:
        points, bins = self.points(), self.bins()
        weights = triangles(points, bins)
        return normalized(weights, self.norm) if not isinstance(self.norm, str) else weights * _slaney(points)

    def points(self) -> Double:
        """Corners of the triangles, in float64."""
        return f64.float64(mel_points(self.n_mels + 2, self.fmin, self.fmax, self.htk))

    def bins(self) -> Double:
        """Frequencies of the bins, in float64."""
        return ops.arange(self.n_bins, dtype=mx.float64) * (self.sr / self.n_fft)


@dataclass(frozen=True)
class MelscaleBank(Bank):
    """torchaudio's mel filterbank, transposed: (n_mels, n_freqs)."""

    n_freqs: int
    f_min: float
    f_max: float
    n_mels: int
    sample_rate: int
    norm: str | None
    mel_scale: str

    @classmethod
    def of(
        cls,
        where: str,
        *,
        n_freqs: Any,
        f_min: Any,
        f_max: Any,
        n_mels: Any,
        sample_rate: Any,
        norm: Any,
        mel_scale: Any,
    ) -> MelscaleBank:
        """Validate the arguments of the public function `where`; warn of bands without a bin."""
        n_freqs, n_mels = positive_int(where, "n_freqs", n_freqs), positive_int(where, "n_mels", n_mels)
        rate: Any = positive(where, "sample_rate", sample_rate)
        f_min, f_max = _range(where, ("f_min", f_min), ("f_max", f_max))
        one_of(where, "norm", norm, (None, "slaney"))
        one_of(where, "mel_scale", mel_scale, ("htk", "slaney"))
        _check_bank(where, n_mels, n_freqs, "lower n_mels or the number of frequencies")
        bank = cls(n_freqs, f_min, f_max, n_mels, rate, norm, mel_scale)
        if has_empty_band(bank, -1.0):
            message = (
                f"[{where}] Empty filters detected: some of the {n_mels} mel bands hold none of the {n_freqs} bins and "
                "are zero; lower n_mels or raise n_freqs"
            )
            warn(message)
        return bank

    @property
    def n_bands(self) -> int:
        return self.n_mels

    @property
    def n_bins(self) -> int:
        return self.n_freqs

    def dense(self) -> Double:
        points = self.points()
        weights = triangles(points, self.bins())
        return weights * _slaney(points) if self.norm == "slaney" else weights

    def points(self) -> Double:
        """Corners of the triangles, in float64."""
        return f64.float64(mel_points(self.n_mels + 2, self.f_min, self.f_max, self.mel_scale == "htk"))

    def bins(self) -> Double:
        """Frequencies of the bins, in float64."""
        return ops.arange(self.n_freqs, dtype=mx.float64) * ((self.sample_rate // 2) / max(self.n_freqs - 1, 1))


@dataclass(frozen=True)
class DctBank(Bank):
    """The first rows of a discrete cosine transform, with SciPy's types and norms; of all columns, or the first."""

    n_filters: int
    n_input: int
    dct_type: int = 2
    norm: str | None = "ortho"
    n_given: int | None = None  # all that comes of the input, whose rest is zero

    @classmethod
    def of(
        cls, where: str, *, n_filters: Any, n_input: Any, dct_type: Any, norm: Any, n_given: int | None = None
    ) -> DctBank:
        """Validate the arguments of the public function `where`."""
        n_filters, n_input = positive_int(where, "n_filters", n_filters), positive_int(where, "n_input", n_input)
        one_of(where, "dct_type", dct_type, (1, 2, 3, 4))
        one_of(where, "norm", norm, (None, "ortho", "backward", "forward"))
        if n_filters > n_input:
            raise ParameterError(f"[{where}] n_filters must be at most n_input={n_input}, got {n_filters}")
        if dct_type == 1 and n_input < 2:
            raise ParameterError(f"[{where}] n_input must be at least 2 for dct_type 1, got {n_input}")
        _check_bank(where, n_filters, n_input, "ask for fewer coefficients")
        return cls(n_filters, n_input, dct_type, norm, n_given)

    @property
    def n_bands(self) -> int:
        return self.n_filters

    @property
    def n_bins(self) -> int:
        return self.n_given or self.n_input

    def dense(self) -> Double:
        k, n = (ops.arange(count, dtype=mx.int64) for count in (self.n_filters, self.n_bins))  # products pass 2**31
        k, n = k[:, None], n[None]
        order = self.n_input - (self.dct_type == 1)
        phase, half_turn = {
            1: (k * n, order),
            2: (k * (2 * n + 1), 2 * order),
            3: ((2 * k + 1) * n, 2 * order),
            4: ((2 * k + 1) * (2 * n + 1), 4 * order),
        }[self.dct_type]
        basis = 2 * f64.cos((phase % (2 * half_turn)).astype(mx.float64) * (math.pi / half_turn))
        edge = math.sqrt(0.5) if self.norm == "ortho" else 0.5
        if self.dct_type in (1, 3):
            basis = basis * self._edges(n, edge)
        if self.dct_type in (1, 2) and self.norm == "ortho":
            basis = basis * self._edges(k, edge)
        return basis * {"ortho": math.sqrt(0.5 / order), "forward": 0.5 / order}.get(self.norm or "", 1.0)

    def _edges(self, index: Double, value: float) -> Double:
        """`value` where the transform's extension counts a sample once, 1 where it counts it twice."""
        at_edge = index == 0
        if self.dct_type == 1:
            at_edge = at_edge | (index == self.n_input - 1)
        return ops.where(at_edge, f64.float64(value), f64.float64(1.0))


def _check_bank(where: str, n_bands: int, n_bins: int, way_out: str) -> None:
    """Refuse a bank that cannot be made; nothing is made to find that out."""
    check_size(where, "the filterbank", n_bands, n_bins, itemsize=WEIGHT + BAND // n_bins, way_out=way_out)


@functools.lru_cache(maxsize=32)
def has_empty_band(bank: MelBank | MelscaleBank, above: float) -> bool:
    """Whether a triangle that begins above a frequency has no bin inside; the bank is not made to find out."""
    corners, lines = (np.array(x.array) for x in (bank.points(), bank.bins()))
    next_bin = np.append(lines, np.inf)[np.searchsorted(lines, corners[:-2], side="right")]
    return bool(((corners[:-2] > above) & (next_bin >= corners[2:])).any())


def triangles(points: Double, bins: Double) -> Double:
    """Triangles of height 1 over each three neighboring points, at the bins: (points - 2, bins)."""
    slopes = points[:, None] - bins  # (points, bins)
    widths = (points[1:] - points[:-1])[:, None]
    return ops.maximum(0.0, ops.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))


def _slaney(points: Double) -> Double:
    """Heights that make the areas of all triangles 1 (Hz)."""
    return (2 / (points[2:] - points[:-2]))[:, None]


def normalized(rows: A, norm: float | None) -> A:
    """Rows of unit p-norm; rows that vanish stay as they are."""
    if norm is None:
        return rows
    ours = functions(rows)
    size = ours.abs(rows)
    if math.isinf(norm):
        length = size.max(axis=1, keepdims=True) if norm > 0 else size.min(axis=1, keepdims=True)
    elif norm == 0:
        length = ((size > 0) * ours.ones_like(size)).sum(axis=1, keepdims=True)
    else:
        length = (size**norm).sum(axis=1, keepdims=True) ** (1 / norm)
    return rows / ours.where(length < SMALLEST_NORMAL, 1.0, length)


def _range(where: str, low: tuple[str, Any], high: tuple[str, Any]) -> tuple[float, float]:
    """Two frequencies, of which the first is the lower."""
    lowest, highest = non_negative(where, *low), finite(where, *high)
    if lowest >= highest:
        raise ParameterError(f"[{where}] {low[0]} must be below {high[0]}={highest:g}, got {lowest:g}")
    return lowest, highest


def p_of_norm(where: str, norm: Any, also: str = "") -> float | None:
    """Check the p of a p-norm, infinite perhaps, or False for 0; None is no norm, `also` names what else there is."""
    if norm is None:
        return None
    if not isinstance(norm, (int, float, np.number)) or norm is True or not (norm >= 0 or norm == -math.inf):
        raise ParameterError(f"[{where}] norm must be None, {also}or the p >= 0 of a p-norm, got {norm!r}")
    return float(norm)
