"""The front door of every function that takes a signal `y`, or a spectrogram `S` of one."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx
import numpy as np

from ._constants.banks import Bank
from ._engine.calls import Call, bind
from ._floor.arrays import as_audio, as_real, constant, namespace
from ._floor.operation import Kind, Open
from ._plans import DecibelPlan, SpectrogramPlan, StftPlan
from .errors import ParameterError
from .windows.spec import WindowSpec, analysis_window


class Framing(NamedTuple):
    """How a signal is cut into windowed frames, as a caller asks for it."""

    n_fft: Any
    hop_length: Any = None
    win_length: Any = None
    window: WindowSpec = "hann"
    center: bool = True
    pad_mode: Any = "constant"

    def of_synthesis(self) -> dict[str, Any]:
        """What of it the inverse asks for."""
        names = ("n_fft", "hop_length", "win_length", "center")
        return {name: getattr(self, name) for name in names}

    def of(self, where: str, y: Open, **names: str) -> tuple[StftPlan, Open | mx.array]:
        """Plan the frames of a signal and sample the window; `names` are those of `check_length`."""
        plan = self.plan(where, y, **names)
        return plan, self.samples(where, plan)

    def samples(self, where: str, plan: StftPlan) -> Open | mx.array:
        """Sample the window."""
        return analysis_window(where, self.window, plan.win_length, plan.n_fft)

    def plan(self, where: str, y: Open, **names: str) -> StftPlan:
        """Plan the frames of a signal; a callable `pad_mode` pads before the operation."""
        padder: Any = self.pad_mode if self.center and callable(self.pad_mode) else None
        plan = StftPlan.of(
            where,
            n_fft=self.n_fft,
            hop_length=self.hop_length,
            win_length=self.win_length,
            center=self.center and padder is None,
            pad_mode=self.pad_mode,
        )
        if padder is not None:
            width = plan.n_fft // 2
            padded = Kind((*y.shape[:-1], y.shape[-1] + 2 * width), y.dtype)
            y.through(functools.partial(_padded, where, width, padder), padded)
        plan.check_length(where, y.shape[-1], **names)
        if y.shape[-1]:
            return plan
        framed_silence(where, y, plan.n_fft, plan.pad_mode)
        return dataclasses.replace(plan, center=False)


def framed_silence(where: str, y: Open, frame_length: int, pad_mode: str) -> None:
    """Let a signal without samples be the zeros around it, which fill one frame."""
    if pad_mode != "constant" or frame_length % 2:
        raise ParameterError(f"[{where}] y must have at least one sample for such frames, got shape {tuple(y.shape)}")
    y.through(functools.partial(_zeros, frame_length), Kind((*y.shape[:-1], frame_length), y.dtype))


def _zeros(length: int, y: Any) -> Any:
    """Silence instead of a signal (..., 0)."""
    return namespace(y).zeros((*y.shape[:-1], length), y.dtype)


def _padded(where: str, width: int, padder: Callable[..., Any], y: mx.array) -> mx.array:
    """Hand a signal to `numpy.pad` with a function of the caller's, which needs its values."""
    widths = [(0, 0)] * (y.ndim - 1) + [(width, width)]
    return mx.array(np.pad(constant(where, "pad_mode", y), widths, mode=padder))


class Spectra(NamedTuple):
    """Spectrograms (..., t, f) that are still to be computed: of which arrays, how, and what they will be."""

    call: Call
    arrays: int
    kind: Kind
    plan: SpectrogramPlan | None = None
    operands: tuple[Any, ...] = ()  # of that plan


def spectrogram_of(
    where: str,
    y: Any,
    S: Any,
    framing: Framing,
    bank_of: Callable[[int], Bank],
    *,
    power: Any = 2.0,
    decibels: DecibelPlan | None = None,
    frames_last: bool = False,
) -> Spectra:
    """|STFT|**power of `y`, or `S` (..., f, t) as it is, through the bank for its n_fft, as (..., t, bands).

    With `frames_last` the result is (..., bands, t). Decibels are those of signals; `S` is left as it is.
    """
    if S is not None:
        S = as_spectrogram(where, S)
        bins, n_fft = S.shape[-2], framing.n_fft
        bank = bank_of(n_fft if n_fft is not None and n_fft // 2 + 1 == bins else 2 * (bins - 1))
        call = bind("filterbank", bank, S, takes_frames_last=True, gives_frames_last=frames_last)
        return Spectra(call, 1, Kind((*S.shape[:-2], S.shape[-1], bank.n_bands), mx.float32))
    y = as_audio(where, "y", y)
    plan = framing.plan(where, y)
    bank = bank_of(plan.n_fft)
    whole = SpectrogramPlan.of(where, plan, power=power, bank=bank, decibels=decibels)
    whole.check_sizes(where, y.shape)  # before anything is made
    window = framing.samples(where, plan)
    call = bind("spectrogram", whole, y, window, gives_frames_last=frames_last)
    kind = Kind((*y.shape[:-1], plan.frames(y.shape[-1]), bank.n_bands), mx.float32)
    return Spectra(call, 1 + isinstance(window, Open), kind, whole, (y.kind, window))


def as_spectrogram(where: str, S: Any) -> Any:
    """Check a real spectrogram (..., f, t)."""
    S = as_real(where, "S", S)
    if S.ndim < 2 or S.shape[-2] == 0:
        raise ParameterError(f"[{where}] S must have shape (..., f, t) with f at least 1, got {tuple(S.shape)}")
    return S
