"""How frames are added into a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import SMALLEST_NORMAL, positive_int
from ..errors import ParameterError
from .stft import StftPlan


@dataclass(frozen=True)
class IstftPlan:
    """How frames are inverted and overlap-added into `length` samples."""

    n_fft: int
    hop_length: int
    win_length: int
    center: bool
    length: int
    floor: float = SMALLEST_NORMAL  # the output is zero where the squared-window envelope is not above this

    @classmethod
    def of(
        cls,
        where: str,
        shape: tuple[int, ...],
        *,
        n_fft: Any = None,
        hop_length: Any = None,
        win_length: Any = None,
        center: bool = True,
        length: Any = None,
        floor: float = SMALLEST_NORMAL,
    ) -> IstftPlan:
        """Validate against the shape `(..., bins, frames)` of a spectrogram."""
        if len(shape) < 2 or shape[-1] == 0:
            raise ParameterError(f"[{where}] the spectrogram must have shape (..., bins, frames), got {tuple(shape)}")
        n_fft = 2 * (shape[-2] - 1) if n_fft is None else n_fft
        forward = StftPlan.of(where, n_fft=n_fft, hop_length=hop_length, win_length=win_length, center=center)
        if shape[-2] != forward.n_bins:
            raise ParameterError(
                f"[{where}] n_fft={n_fft} has {forward.n_bins} frequency bins, but the spectrogram has {shape[-2]} "
                f"(shape {tuple(shape)}, bins on axis -2)"
            )
        if length is None:
            length = n_fft + forward.hop_length * (shape[-1] - 1) - 2 * forward.padding
        else:
            length = positive_int(where, "length", length, most=2**62)
        return cls(forward.n_fft, forward.hop_length, forward.win_length, forward.center, length, floor)

    @property
    def start(self) -> int:
        """First sample of the overlap-add that is kept."""
        return self.n_fft // 2 if self.center else 0
