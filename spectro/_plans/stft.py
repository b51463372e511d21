"""How a signal is cut into frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import one_of, positive_int
from .._floor.pieces import Piece, pieces
from .._floor.sizes import WINDOW, check_size
from ..errors import ParameterError, warn

FRAMES = 12  # bytes for a sample of all frames, where the reference has them in memory
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp", "empty")


@dataclass(frozen=True)
class StftPlan:
    """How a signal is cut into windowed frames and transformed."""

    n_fft: int
    hop_length: int
    win_length: int
    center: bool = True
    pad_mode: str = "constant"

    @classmethod
    def of(
        cls,
        where: str,
        *,
        n_fft: Any,
        hop_length: Any = None,
        win_length: Any = None,
        center: bool = True,
        pad_mode: Any = "constant",
    ) -> StftPlan:
        """Validate the arguments of the public function `where`."""
        n_fft = positive_int(where, "n_fft", n_fft)
        check_size(where, "the window", n_fft, itemsize=WINDOW, way_out="lower n_fft")
        win_length = n_fft if win_length is None else positive_int(where, "win_length", win_length)
        if win_length > n_fft:
            raise ParameterError(f"[{where}] win_length must be at most n_fft={n_fft}, got {win_length}")
        hop_length = max(1, win_length // 4) if hop_length is None else positive_int(where, "hop_length", hop_length)
        if center:
            one_of(where, "pad_mode", pad_mode, PAD_MODES)
        if not center or pad_mode == "empty":
            pad_mode = "constant"
        return cls(n_fft, hop_length, win_length, bool(center), pad_mode)

    @property
    def n_bins(self) -> int:
        """Number of frequencies of a real FFT."""
        return self.n_fft // 2 + 1

    @property
    def padding(self) -> int:
        """Samples added on each side."""
        return self.n_fft // 2 if self.center else 0

    def frames(self, n: int) -> int:
        """Number of frames of `n` samples."""
        return 1 + (n + 2 * self.padding - self.n_fft) // self.hop_length

    def pieces(self, shape: tuple[int, ...], before: int = 0, samples: int | None = None) -> list[Piece]:
        """Cut signals (..., n) into pieces that have these frames, each with some more `before` its own."""
        hop = self.hop_length
        reach = self.n_fft + before * hop
        return pieces(shape, self.frames(shape[-1]), hop, reach=reach, step=hop, samples=samples)

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to make more spectra of signals (..., n), or frames for the reference, than memory holds."""
        frames = (*shape[:-1], self.frames(shape[-1]))
        way_out = "raise hop_length or lower n_fft"
        check_size(where, "the result", *frames, self.n_bins, itemsize=8, way_out=way_out)
        if reference:
            self.check_frames(where, shape)

    def check_frames(self, where: str, shape: tuple[int, ...]) -> None:
        """Refuse more frames of signals (..., n) than memory holds."""
        frames = (*shape[:-1], self.frames(shape[-1]))
        check_size(where, "the frames", *frames, self.n_fft, itemsize=FRAMES, way_out="raise hop_length or lower n_fft")

    def check_signal(self, where: str, n: int) -> None:
        """Warn of a signal shorter than a frame, or refuse it where nothing pads it."""
        self.check_length(where, n)

    def check_length(self, where: str, n: int, frame: str = "n_fft", signal: str = "input signal") -> None:
        """The same, by names that the caller of `where` knows."""
        if n >= self.n_fft:
            return
        if not self.center:
            raise ParameterError(
                f"[{where}] {frame}={self.n_fft} is too large for an uncentered analysis of {n} samples; "
                f"lower {frame} or use center=True"
            )
        message = f"[{where}] {frame}={self.n_fft} is too large for {signal} of length={n}"
        warn(f"{message}; most of each frame is padding")
