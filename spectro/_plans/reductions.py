"""What is kept of spectra, frame by frame: sums and order statistics over frequency, one after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np

from .._constants.banks import Bank
from .._floor.checks import SMALLEST_NORMAL, finite, non_negative, positive, positive_int
from .._floor.sizes import check_size
from ..errors import ParameterError
from .stft import StftPlan


@dataclass(frozen=True)
class Frequencies:
    """The frequency of each bin, in float64."""

    packed: bytes

    @classmethod
    def of(cls, values: np.ndarray) -> Frequencies:
        """Keep frequencies in Hz, shape (f,)."""
        return cls(np.asarray(values, dtype=np.float64).tobytes())

    @property
    def hertz(self) -> np.ndarray:
        """Shape (f,) float64."""
        return np.frombuffer(self.packed, dtype=np.float64)


@dataclass(frozen=True)
class Centroid:
    """Mean frequency, weighted by magnitude."""

    width: ClassVar[int] = 1


@dataclass(frozen=True)
class Bandwidth:
    """Weighted deviation from the centroid: (sum S |f - c|**p)**(1 / p)."""

    p: float
    norm: bool
    width: ClassVar[int] = 1

    @classmethod
    def of(cls, where: str, *, p: Any, norm: Any) -> Bandwidth:
        """Validate the exponent."""
        return cls(positive(where, "p", p), bool(norm))


@dataclass(frozen=True)
class Rolloff:
    """The lowest frequency below which a part of the magnitudes lies."""

    percent: float
    width: ClassVar[int] = 1

    @classmethod
    def of(cls, where: str, *, roll_percent: Any) -> Rolloff:
        """Validate the part."""
        percent = finite(where, "roll_percent", roll_percent)
        if not 0 < percent < 1:
            raise ParameterError(f"[{where}] roll_percent must lie between 0 and 1, got {roll_percent!r}")
        return cls(percent)


@dataclass(frozen=True)
class Flatness:
    """The geometric mean of S**power over the arithmetic one, floored by amin."""

    amin: float
    power: float
    width: ClassVar[int] = 1

    @classmethod
    def of(cls, where: str, *, amin: Any, power: Any) -> Flatness:
        """Validate the floor and the exponent."""
        return cls(max(positive(where, "amin", amin), SMALLEST_NORMAL), non_negative(where, "power", power))


@dataclass(frozen=True)
class Contrast:
    """Means of the smallest and of the largest magnitudes of each band: valleys, then peaks."""

    bands: tuple[tuple[int, int, int], ...]  # first bin, bin after the last, how many count

    @classmethod
    def of(cls, where: str, frequencies: Frequencies, *, sr: float, fmin: Any, n_bands: Any, quantile: Any) -> Contrast:
        """Cut the bins into octaves from fmin on; the first band is all below, the last all above."""
        fmin, n_bands = positive(where, "fmin", fmin), positive_int(where, "n_bands", n_bands)
        quantile = finite(where, "quantile", quantile)
        if not 0 < quantile < 1:
            raise ParameterError(f"[{where}] quantile must lie between 0 and 1, got {quantile!r}")
        hertz = frequencies.hertz
        if (np.diff(hertz) < 0).any():
            raise ParameterError(f"[{where}] freq must not fall from one bin to the next")
        if n_bands > 64 or fmin * 2.0 ** (n_bands - 1) >= sr / 2:
            raise ParameterError(
                f"[{where}] n_bands={n_bands} octaves from fmin={fmin:g} Hz on exceed the Nyquist frequency "
                f"{sr / 2:g} Hz; lower n_bands or fmin"
            )
        edges = [0.0, *(fmin * 2.0**k for k in range(n_bands + 1))]
        return cls(tuple(_octave(where, hertz, edges, k, quantile) for k in range(n_bands + 1)))

    @property
    def width(self) -> int:
        """A valley and a peak for each band."""
        return 2 * len(self.bands)


def _octave(where: str, hertz: np.ndarray, edges: list[float], k: int, quantile: float) -> tuple[int, int, int]:
    """The bins of band k: with the one below, and without the last, which the next band has."""
    start, stop = int(np.searchsorted(hertz, edges[k], "left")), int(np.searchsorted(hertz, edges[k + 1], "right"))
    if start >= stop:
        raise ParameterError(
            f"[{where}] fmin, n_bands and n_fft leave no bin between {edges[k]:g} and {edges[k + 1]:g} Hz; "
            "raise n_fft or fmin"
        )
    is_last = k == len(edges) - 2
    start, stop = max(start - (k > 0), 0), hertz.size if is_last else stop
    count = max(round(quantile * (stop - start)), 1)
    stop -= not is_last
    if start >= stop:
        raise ParameterError(
            f"[{where}] fmin, n_bands and n_fft leave one bin between {edges[k]:g} and {edges[k + 1]:g} Hz; "
            "raise n_fft or fmin"
        )
    return start, stop, min(count, stop - start)


@dataclass(frozen=True)
class Energy:
    """Root mean square of the frame that a spectrum is of, by Parseval's theorem."""

    frame_length: int
    width: ClassVar[int] = 1


@dataclass(frozen=True)
class Weighted:
    """Sums of the magnitudes with the weights of a bank."""

    bank: Bank

    @property
    def width(self) -> int:
        """Bands of the bank."""
        return self.bank.n_bands


Feature: TypeAlias = Centroid | Bandwidth | Rolloff | Flatness | Contrast | Energy | Weighted


@dataclass(frozen=True)
class ReductionsPlan:
    """Features of magnitudes (..., t, f), side by side: (..., t, width)."""

    frequencies: Frequencies
    features: tuple[Feature, ...]

    @property
    def width(self) -> int:
        """Columns of all features."""
        return sum(feature.width for feature in self.features)

    def columns(self) -> tuple[slice, ...]:
        """Where each feature stands."""
        ends = np.cumsum([feature.width for feature in self.features]).tolist()
        return tuple(slice(end - feature.width, end) for end, feature in zip(ends, self.features))

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more columns of magnitudes (..., t, f) than memory holds."""
        check_size(where, "the result", math.prod(shape[:-1]), self.width, way_out="give fewer frames")


@dataclass(frozen=True)
class ReducedPlan:
    """Features of the magnitudes of a signal's spectra."""

    stft: StftPlan
    reductions: ReductionsPlan

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more frames of signals (..., n) than memory holds."""
        frames = (*shape[:-1], self.stft.frames(shape[-1]))
        check_size(where, "the result", *frames, self.reductions.width, way_out="raise hop_length")
        if reference:
            self.stft.check_frames(where, shape)
