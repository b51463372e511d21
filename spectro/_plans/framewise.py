"""What is kept of frames of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import finite, one_of, positive_int
from .._floor.sizes import check_size
from ..errors import ParameterError
from .stft import FRAMES, PAD_MODES


@dataclass(frozen=True)
class FramewisePlan:
    """The root mean square of each frame, or the part of its samples that cross zero."""

    frame_length: int
    hop_length: int
    padding: int
    pad_mode: str
    threshold: float | None = None  # of crossings; None asks for the root mean square
    zero_is_positive: bool = True
    counts_first: bool = False  # the first sample of a frame as a crossing

    @classmethod
    def of(
        cls,
        where: str,
        n: int,
        *,
        frame_length: Any,
        hop_length: Any,
        center: bool,
        pad_mode: Any,
        threshold: Any = None,
        **crossings: bool,
    ) -> FramewisePlan:
        """Validate how `n` samples are cut into frames."""
        frame_length = positive_int(where, "frame_length", frame_length)
        hop_length = positive_int(where, "hop_length", hop_length)
        if center:
            one_of(where, "pad_mode", pad_mode, PAD_MODES)
        elif n < frame_length:
            raise ParameterError(
                f"[{where}] frame_length={frame_length} is too large for {n} samples that are not centered; "
                "lower frame_length or use center=True"
            )
        pad_mode = "constant" if not center or pad_mode == "empty" else pad_mode
        threshold = None if threshold is None else finite(where, "threshold", threshold)
        return cls(frame_length, hop_length, frame_length // 2 if center else 0, pad_mode, threshold, **crossings)

    def frames(self, n: int) -> int:
        """Number of frames of `n` samples."""
        return 1 + (n + 2 * self.padding - self.frame_length) // self.hop_length

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse more frames of signals (..., n) than memory holds."""
        frames = (*shape[:-1], self.frames(shape[-1]))
        check_size(where, "the result", *frames, way_out="raise hop_length")
        if reference:
            way_out = "raise hop_length or lower frame_length"
            check_size(where, "the frames", *frames, self.frame_length, itemsize=FRAMES, way_out=way_out)
