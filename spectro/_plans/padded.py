"""Frames of a signal that is padded by a width of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ParameterError
from .stft import StftPlan


@dataclass(frozen=True)
class PaddedPlan(StftPlan):
    """Frames of a signal with `width` samples added on each side."""

    width: int = 0

    @property
    def padding(self) -> int:
        return self.width

    def check_signal(self, where: str, n: int, frames: int = 1) -> None:
        """Refuse a signal with fewer frames than that."""
        if n == 0 or self.frames(n) < frames:
            least = max(1, self.n_fft - 2 * self.width + (frames - 1) * self.hop_length)
            raise ParameterError(f"[{where}] y must have at least {least} samples, got {n}")
