"""Plans: frozen, hashable, validated descriptions of one computation, which know every size."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._checks import non_negative, one_of, positive, positive_int
from .errors import ParameterError, warn

if TYPE_CHECKING:
    from ._banks import Bank

PAD_MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp", "empty")
SMALLEST_NORMAL = 1.1754943508222875e-38  # float32


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

    def check_signal(self, where: str, n: int) -> None:
        """Warn of a signal shorter than a frame, or refuse it where nothing pads it."""
        if n >= self.n_fft:
            return
        if not self.center:
            raise ParameterError(
                f"[{where}] n_fft={self.n_fft} is too large for an uncentered analysis of {n} samples; "
                "lower n_fft or use center=True"
            )
        message = f"[{where}] n_fft={self.n_fft} is too large for input signal of length={n}"
        warn(f"{message}; most of each frame is padding")


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


@dataclass(frozen=True)
class DecibelPlan:
    """scale * log10 of a spectrogram, floored `top_db` below the maximum over `axes`."""

    scale: float  # 10 for power, 20 for amplitude
    amin: float
    top_db: float | None
    axes: tuple[int, ...] | None  # None: one maximum for the whole array

    @classmethod
    def of(cls, where: str, ndim: int, *, scale: float, amin: Any, top_db: Any, axes: Any) -> DecibelPlan:
        """Validate the floor, the range and the axes of an array of `ndim` dimensions."""
        amin = max(positive(where, "amin", amin), SMALLEST_NORMAL)
        top_db = None if top_db is None or top_db == math.inf else non_negative(where, "top_db", top_db)
        return cls(scale, amin, top_db, _decibel_axes(where, axes, ndim))

    def block_dims(self, ndim: int) -> int | None:
        """How many trailing dimensions `top_db` looks at together; None when they are not the trailing ones."""
        if self.axes is None:
            return ndim
        dims = len(self.axes)
        return dims if sorted(self.axes) == list(range(-dims, 0)) else None

    def in_blocks(self, shape: tuple[int, ...], ref: tuple[int, ...]) -> bool:
        """Whether spectrograms are the trailing dimensions, with one reference for all or one for each."""
        dims = self.block_dims(len(shape))
        return dims is not None and (math.prod(ref) == 1 or ref == (*shape[: len(shape) - dims], *(1,) * dims))


def _decibel_axes(where: str, axes: Any, ndim: int) -> tuple[int, ...] | None:
    """The axes that make one spectrogram: the last two for "auto"."""
    if axes is None:
        return None
    if isinstance(axes, str):
        one_of(where, "axes", axes, ("auto",))
        return tuple(range(-min(ndim, 2), 0)) or None
    axes = tuple(axes) if isinstance(axes, (tuple, list)) else (axes,)
    for axis in axes:
        if isinstance(axis, bool) or not isinstance(axis, numbers.Integral) or not -ndim <= int(axis) < ndim:
            raise ParameterError(f"[{where}] axes must be 'auto', None or axes of a {ndim}-d array, got {axis!r}")
    counted = tuple(int(axis) - ndim if axis >= 0 else int(axis) for axis in axes)
    if len(set(counted)) < len(counted):
        raise ParameterError(f"[{where}] axes must each be named once, got {axes}")
    return counted


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
