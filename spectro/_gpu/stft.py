"""Analysis on the GPU: short-time Fourier transforms, and what is made of them without writing them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import mlx.core as mx

from . import build, transform
from .transform import Transform

PAD_MODES = {"constant": 0, "edge": 1, "reflect": 2, "symmetric": 3, "linear_ramp": 4}
WIDE = 2**31 - 1
HEADERS = ("fold.h", "emit.h")


@dataclass(frozen=True)
class Analysis:
    """Frames of a padded signal, windowed and transformed, each bin times a weight."""

    n_fft: int
    hop: int
    padding: int
    pad_mode: str = "constant"
    edge: float = 1.0  # weight of bins 0 and n_fft / 2
    inner: float = 1.0


@functools.lru_cache(maxsize=512)
def kernel(a: Analysis, t: Transform, epilogue: int, power: float, bands: int, tail: str, wide: bool, tiny: bool) -> build.Kernel:
    """The kernel of an analysis with an epilogue; `tiny` inputs lie in another address space on Metal."""
    defines = {
        **transform.defines(t),
        "HOP": a.hop,
        "PAD_LEFT": a.padding,
        "PAD_MODE": PAD_MODES[a.pad_mode],
        "EPILOGUE": epilogue,
        "POWER_TIMES_TWO": {1.0: 2, 2.0: 4}.get(power, 0),
        "HALF_POWER": f"{power / 2!r}f",
        "WEIGHTED": int((a.edge, a.inner) != (1.0, 1.0)),
        "EDGE_SCALE": f"{a.edge!r}f",
        "INNER_SCALE": f"{a.inner!r}f",
        "BANDS": bands,
        "BAND_OUT(sum)": tail,
        "offset_t": "long long" if wide else "int",
        "TINY_INPUT": int(tiny),
        "UNPACK": "unpack.h",
    }
    inputs = ("y", "window", "twiddle", "like") + (("starts", "counts", "offsets", "weights") if bands else ())
    return build.Kernel("stft", inputs, tuple(defines.items()), HEADERS, t)


def run(a: Analysis, t: Transform, y: mx.array, window: mx.array, frames: int, epilogue: int = 0, power: float = 2.0,
        bank: Any = None, tail: str = "(sum)") -> mx.array:
    """One launch: y (rows, n) -> (rows, frames, bins or bands)."""
    rows, n = y.shape
    width = len(bank.starts) if bank else a.n_fft // 2 + 1
    wide = max(rows * n, rows * frames * (a.n_fft // 2 + 1)) > WIDE // 2
    k = kernel(a, t, epilogue, power, width if bank else 0, tail, wide, rows * n < 8)
    units = rows * -(-frames // t.each)
    inputs = [mx.contiguous(y), mx.contiguous(window), build.constant(t), build.like(frames)]
    if bank:
        inputs += [bank.starts, bank.counts, bank.offsets, bank.weights]
    dtype = mx.complex64 if epilogue == 0 else mx.float32
    return build.launch(k, inputs, -(-units // t.teams), t.threads, (rows, frames, width), dtype)
