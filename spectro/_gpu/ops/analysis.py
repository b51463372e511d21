"""What an analysis is: frames of a padded signal and what becomes of their spectra, and the launch that makes them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import mlx.core as mx

from ..._constants.banks import Table
from ..._plans import DecibelPlan, SpectrogramPlan, StftPlan
from ..launch import build, transform
from ..launch.transform import Transform
from ..launch.tuning import BANK, POWER, SPECTRUM
from . import decibels
from .frame import PAD_MODES


@dataclass(frozen=True)
class Analysis:
    """Frames of a padded signal, windowed and transformed, each bin times a weight."""

    n_fft: int
    hop: int
    padding: int
    frames: int
    pad_mode: str = "constant"
    edge: float = 1.0  # weight of bins 0 and n_fft / 2
    inner: float = 1.0

    @classmethod
    def of(cls, plan: StftPlan, n: int) -> Analysis:
        """Give the analysis that a plan makes of `n` samples."""
        return cls(plan.n_fft, plan.hop_length, plan.padding, plan.frames(n), plan.pad_mode)

    @property
    def bins(self) -> int:
        """Frequencies of a real transform."""
        return self.n_fft // 2 + 1


@dataclass(frozen=True)
class Epilogue:
    """What becomes of a spectrum before it is written."""

    kind: int = SPECTRUM
    power: float = 2.0
    bands: int = 0
    decibels: DecibelPlan | None = None  # without its `top_db`, which takes the whole outcome

    @classmethod
    def of(cls, plan: SpectrogramPlan) -> Epilogue:
        """Give the epilogue that a plan asks for."""
        if plan.bank is None:
            return cls(POWER, plan.power, 0, plan.decibels)
        return cls(BANK, plan.power, plan.bank.n_bands, plan.decibels)


def constants(a: Analysis, t: Transform, table: Table | None = None) -> list[mx.array]:
    """Give the kernel's arguments after the signal and the window."""
    return [build.twiddles(t), build.extent(a.frames), *(table or ())]


def launch(a: Analysis, t: Transform, e: Epilogue, count: int, n: int) -> build.Launch:
    """Give the launch for `count` signals of `n` samples."""
    width = e.bands or a.bins
    offset = build.offset_type(count * n, count * a.frames * a.bins)
    groups = -(-count * -(-a.frames // t.each) // t.teams)
    kind = mx.complex64 if e.kind == SPECTRUM else mx.float32
    kernel = kernel_of(replace(a, frames=0), t, e, offset, count * n < 8)
    return build.Launch(kernel, groups, t.threads, (count, a.frames, width), kind)


@functools.lru_cache(maxsize=512)
def kernel_of(a: Analysis, t: Transform, e: Epilogue, offset: str, tiny: bool) -> build.Kernel:
    """Give the kernel of an analysis; `tiny` inputs lie in another address space on Metal."""
    defines = {
        **transform.defines(t),
        "HOP": a.hop,
        "PAD_LEFT": a.padding,
        "PAD_MODE": PAD_MODES[a.pad_mode],
        "EPILOGUE": e.kind,
        "POWER_IS": {1.0: 1, 2.0: 2}.get(e.power, 0),
        "HALF_POWER": f"{float(e.power) / 2!r}f",
        "WEIGHTED": int((a.edge, a.inner) != (1.0, 1.0)),
        "EDGE_SCALE": f"{a.edge!r}f",
        "INNER_SCALE": f"{a.inner!r}f",
        "BANDS": e.bands,
        "DECIBELS": int(e.decibels is not None),
        "offset_t": offset,
        "TINY_INPUT": int(tiny),
    }
    if e.decibels is not None:
        defines |= decibels.defines(e.decibels)
    headers = ("fold.h", *(decibels.HEADERS if e.decibels is not None else ()), "emit.h")
    names = ("y", "window", "twiddle", "extent") + (("starts", "counts", "offsets", "weights") if e.bands else ())
    return build.Kernel("stft", names, tuple(defines.items()), headers, t)
