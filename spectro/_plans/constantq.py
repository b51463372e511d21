"""One octave of a constant-Q transform, and how a signal gets from one octave to the next."""

from __future__ import annotations

from dataclasses import dataclass

from .._constants.lowpass import Lowpass
from .._constants.wavelets import WaveletBank
from .._floor.sizes import check_size
from .stft import StftPlan


@dataclass(frozen=True)
class WaveletPlan:
    """Frames without a window, transformed, and summed by a sparse complex bank."""

    stft: StftPlan
    bank: WaveletBank

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more coefficients of signals (..., n), or frames for the reference, than memory holds."""
        frames = (*shape[:-1], self.stft.frames(shape[-1]))
        way_out = "raise hop_length or lower n_bins"
        check_size(where, "the result", *frames, self.bank.n_bands, itemsize=8, way_out=way_out)
        if reference:
            self.stft.check_frames(where, shape)


@dataclass(frozen=True)
class DualPlan:
    """Spectra of frames from the coefficients of wavelets: the conjugate transpose of a bank."""

    bank: WaveletBank

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more spectra of coefficients (..., t, n_bands) than memory holds."""
        check_size(where, "the spectra", *shape[:-1], self.bank.n_bins, itemsize=8, way_out="raise hop_length")


@dataclass(frozen=True)
class HalvedPlan:
    """Every second sample of a signal through a low-pass filter, times a gain."""

    gain: float
    filter: Lowpass


@dataclass(frozen=True)
class DoubledPlan:
    """The transpose of `HalvedPlan`: as many samples as `length` from half as many, rounded up."""

    gain: float
    length: int
    filter: Lowpass
