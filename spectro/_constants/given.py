"""Filterbanks that are given as matrices."""

from __future__ import annotations

from dataclasses import dataclass

import mlx.core as mx
import numpy as np

from .banks import Bank


@dataclass(frozen=True)
class GivenBank(Bank):
    """A matrix (bands, bins) of float64, by its numbers."""

    packed: bytes
    bins: int

    @classmethod
    def of(cls, weights: np.ndarray) -> GivenBank:
        """Keep a real matrix (bands, bins)."""
        return cls(np.asarray(weights, dtype=np.float64).tobytes(), weights.shape[1])

    def dense(self) -> mx.array:
        return mx.array(np.frombuffer(self.packed, dtype=np.float64).reshape(-1, self.bins), dtype=mx.float64)
