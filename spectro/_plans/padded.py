"""Frames of a signal that is padded by a width of its own."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ParameterError
from .stft import StftPlan


@dataclass(frozen=True)
class PaddedPlan(StftPlan):
    """Frames of a signal with `width` samples added on each side, without the last `dropped` of them."""

    width: int = 0
    dropped: int = 0

    @property
    def padding(self) -> int:
        return self.width

    def frames(self, n: int) -> int:
        return super().frames(n) - self.dropped

    def check_signal(self, where: str, n: int) -> None:
        """Refuse a signal without a frame."""
        if n == 0 or self.frames(n) < 1:
            least = max(1, self.n_fft - 2 * self.width + self.dropped * self.hop_length)
            raise ParameterError(f"[{where}] y must have at least {least} samples, which make one frame, got {n}")
