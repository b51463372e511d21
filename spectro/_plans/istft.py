"""How frames are added into a signal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._floor.checks import SMALLEST_NORMAL, positive_int
from .._floor.sizes import check_size
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
        plan = cls(forward.n_fft, forward.hop_length, forward.win_length, forward.center, length, floor)
        plan.check_sizes(where, (*shape[:-2], shape[-1], shape[-2]))
        return plan

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more samples of spectra (..., t, bins), or terms of their sums, than memory holds."""
        way_out = "lower length" if self.length > self.natural_length(shape[-2]) else "lower hop_length or n_fft"
        check_size(where, "the result", *shape[:-2], self.length, way_out=way_out)
        if reference:  # which finds the frame and the sample of each term, and then sums them for all signals
            overlap, bytes_each = -(-self.n_fft // self.hop_length), 16 + 4 * math.prod(shape[:-2])
            way_out = "raise hop_length or lower length"
            check_size(where, "the overlapping frames", overlap, self.length, itemsize=bytes_each, way_out=way_out)

    def check_mask(self, where: str, shape: tuple[int, ...], mask: tuple[int, ...]) -> None:
        """Validate the shape of a mask against that of its spectrogram (..., bins, frames)."""
        try:
            masked = np.broadcast_shapes(shape, mask) if len(mask) > 1 else ()
        except ValueError:
            masked = ()
        if masked[-2:] != shape[-2:]:
            raise ParameterError(
                f"[{where}] mask must have the bins and frames of the spectrogram, shape {shape}, and leading "
                f"dimensions that go with its own, got shape {mask}"
            )
        self.check_sizes(where, (*masked[:-2], shape[-1], shape[-2]))

    def natural_length(self, frames: int) -> int:
        """Samples that this many frames are made of."""
        return self.n_fft + self.hop_length * (frames - 1) - 2 * self.start

    @property
    def start(self) -> int:
        """First sample of the overlap-add that is kept."""
        return self.n_fft // 2 if self.center else 0
