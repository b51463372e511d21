"""The bins of a constant-Q transform and their wavelets, as a caller asks for them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .._constants.banks import p_of_norm
from .._constants.wavelets import (
    WaveletBank,
    fft_size,
    lengths_of,
    relative_bandwidth,
    relative_bandwidths,
    spectra_of,
)
from .._floor.checks import finite, non_negative, positive
from .._floor.sizes import check_size
from ..errors import ParameterError
from ..windows.bandwidth import noise_bandwidth, sampler
from ..windows.spec import WindowSpec, is_spec

WEIGHT = 64  # bytes for a weight of a bank while it is made, in complex128


class Wavelets(NamedTuple):
    """What all wavelets of a transform have in common."""

    filter_scale: float
    norm: float | None
    sparsity: float
    window: WindowSpec
    gamma: float | None = 0.0

    @classmethod
    def of(
        cls, where: str, *, filter_scale: Any, norm: Any, sparsity: Any, window: WindowSpec, gamma: Any = 0.0
    ) -> Wavelets:
        """Validate the arguments of the public function `where`."""
        part = finite(where, "sparsity", sparsity)
        if not 0 <= part < 1:
            raise ParameterError(f"[{where}] sparsity must be at least 0 and below 1, got {sparsity!r}")
        scale = positive(where, "filter_scale", filter_scale)
        gamma = None if gamma is None else non_negative(where, "gamma", gamma)
        return cls(scale, p_of_norm(where, norm), part, window, gamma)


@dataclass(frozen=True)
class Bins:
    """Center frequencies in ascending order, and the bandwidth over frequency of each."""

    freqs: np.ndarray
    alpha: np.ndarray
    wavelets: Wavelets

    @classmethod
    def of(cls, freqs: np.ndarray, bins_per_octave: int, wavelets: Wavelets) -> Bins:
        """Find the bandwidths; one bin alone has that of its equal temperament."""
        alone = len(freqs) == 1
        alpha = relative_bandwidth(np.full(1, 1 / bins_per_octave)) if alone else relative_bandwidths(freqs)
        return cls(freqs, alpha, wavelets)

    def __getitem__(self, part: slice) -> Bins:
        return Bins(self.freqs[part], self.alpha[part], self.wavelets)

    def __len__(self) -> int:
        return len(self.freqs)

    def lengths(self, where: str, sr: float) -> tuple[np.ndarray, float]:
        """Lengths in samples, and the frequency above which no wavelet reaches."""
        w = self.wavelets
        enbw = noise_bandwidth(where, w.window)
        return lengths_of(self.freqs, sr, w.filter_scale, w.gamma, self.alpha, enbw)

    def bank(self, where: str, sr: float, *, n_fft: int | None = None) -> WaveletBank:
        """Sparse spectra of the wavelets; `n_fft` is that of the longest one if it is not given."""
        lengths, _ = self.lengths(where, sr)
        n_fft = n_fft or fft_size(lengths)
        check_size(where, "the wavelets", len(self), n_fft, itemsize=WEIGHT, way_out="raise fmin or lower filter_scale")
        w = self.wavelets
        build = _known_bank if is_spec(w.window) and w.window.__hash__ is not None else _bank
        return build(self.freqs.tobytes(), lengths.tobytes(), n_fft, sr, w.window, w.norm, w.sparsity)


def _bank(freqs: bytes, lengths: bytes, n_fft: int, sr: float, window: Any, norm: Any, sparsity: float) -> WaveletBank:
    numbers, window = (np.frombuffer(freqs), np.frombuffer(lengths)), sampler("wavelet", window)
    return WaveletBank.of(spectra_of(*numbers, n_fft, sr, window=window, norm=norm, sparsity=sparsity))


_known_bank = functools.lru_cache(maxsize=64)(_bank)
