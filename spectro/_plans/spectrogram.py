"""What becomes of a spectrum before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._constants.banks import Bank
from .._floor.checks import positive
from .._floor.sizes import check_size
from ..errors import ParameterError
from .decibels import DecibelPlan
from .stft import StftPlan


@dataclass(frozen=True)
class SpectrogramPlan:
    """|STFT|**power, then a filterbank over its frequencies and decibels of the outcome where there are any."""

    stft: StftPlan
    power: float = 2.0
    bank: Bank | None = None
    decibels: DecibelPlan | None = None  # over 1

    @classmethod
    def of(
        cls, where: str, stft: StftPlan, *, power: Any, bank: Bank | None = None, decibels: DecibelPlan | None = None
    ) -> SpectrogramPlan:
        """Validate the exponent, and that `top_db` looks at whole spectrograms: backends have time before frequency."""
        if decibels is not None and not {-2, -1} <= set(decibels.axes or ()):
            raise ParameterError(f"[{where}] axes must hold -2 and -1, got {decibels.axes}")
        return cls(stft, positive(where, "power", power), bank, decibels)

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more bands of signals (..., n), or frames for the reference, than memory holds."""
        bands = self.stft.n_bins if self.bank is None else self.bank.n_bands
        frames = (*shape[:-1], self.stft.frames(shape[-1]))
        fewer = "lower n_fft" if self.bank is None else "lower n_mels"
        check_size(where, "the result", *frames, bands, way_out=f"raise hop_length or {fewer}")
        if reference:
            self.stft.check_frames(where, shape)
