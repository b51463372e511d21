"""How levels are compared with earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import positive_int


@dataclass(frozen=True)
class FluxPlan:
    """Half-wave rectified difference of a log spectrogram to its reference `lag` frames before."""

    lag: int = 1
    max_size: int = 1
    mean: bool = False

    @classmethod
    def of(cls, where: str, *, lag: Any, max_size: Any, mean: bool) -> FluxPlan:
        """Validate the lag and the width of the maximum filter."""
        return cls(positive_int(where, "lag", lag), positive_int(where, "max_size", max_size), mean)
