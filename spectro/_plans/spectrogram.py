"""What becomes of a spectrum before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._constants.banks import Bank
from .._floor.checks import positive
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
