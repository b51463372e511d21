"""Filterbanks that are given as matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .banks import Bank
from .float64 import Double, float64


@dataclass(frozen=True)
class GivenBank(Bank):
    """A matrix (bands, bins) of float64, by its numbers."""

    packed: bytes
    bins: int

    @classmethod
    def of(cls, weights: np.ndarray) -> GivenBank:
        """Keep a real matrix (bands, bins)."""
        return cls(np.asarray(weights, dtype=np.float64).tobytes(), weights.shape[1])

    def dense(self) -> Double:
        return float64(np.frombuffer(self.packed, dtype=np.float64).reshape(-1, self.bins))
