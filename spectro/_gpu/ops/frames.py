"""Cutting into windowed frames and its transpose, for sizes that the fused kernels do not transform."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._reference.istft import overlap_added
from ..._reference.pad import pad
from ..._reference.stft import cut
from ..launch import build
from ..launch.accepting import accepted
from .linear import Function, bilinear, rows

SAMPLES = 4  # of frames that a thread cuts
PAD_MODES = {"constant": 0, "edge": 1, "reflect": 2, "symmetric": 3, "linear_ramp": 4}


@functools.lru_cache(maxsize=256)
def cutter(n_fft: int, hop: int, padding: int, pad_mode: str, frames: int) -> Function:
    """(y (..., n), window) -> (..., frames, n_fft)."""

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        run = cutting(n_fft, hop, padding, pad_mode, frames, *flat.shape)
        if run is None:
            return plain(y) * window
        out = run(flat, window)
        return out.reshape(*y.shape[:-1], frames, n_fft)

    def plain(y: mx.array) -> mx.array:
        padded = pad(y, padding, pad_mode)
        missing = max(0, (frames - 1) * hop + n_fft - padded.shape[-1])
        return cut(mx.pad(padded, [(0, 0)] * (y.ndim - 1) + [(0, missing)]), n_fft, hop, frames)

    def transpose(g: mx.array, window: mx.array, y: mx.array) -> mx.array:
        n = y.shape[-1]
        if pad_mode == "constant":
            return adder(n_fft, hop, padding, n)(g, window)
        padded = adder(n_fft, hop, 0, n + 2 * padding)(g, window)
        return mx.vjp(lambda a: pad(a, padding, pad_mode), [y], [padded])[1][0]

    def window_gradient(g: mx.array, y: mx.array, window: mx.array) -> mx.array:
        plain = cutter(n_fft, hop, padding, pad_mode, frames)(y, mx.ones_like(window))
        return (g * plain).reshape(-1, n_fft).sum(0)

    return bilinear(apply, transpose, window_gradient)


@functools.lru_cache(maxsize=256)
def adder(n_fft: int, hop: int, trim: int, length: int) -> Function:
    """(frames (..., t, n_fft), window) -> their overlap-add from sample `trim` on, (..., length)."""

    def apply(cuts: mx.array, window: mx.array) -> mx.array:
        flat = rows(cuts, 2)
        run = adding(n_fft, hop, trim, length, *flat.shape[:2])
        if run is None:
            return overlap_added(cuts * window, hop, trim, length)
        out = run(flat, window)
        return out.reshape(*cuts.shape[:-2], length)

    def transpose(g: mx.array, window: mx.array, cuts: mx.array) -> mx.array:
        return cutter(n_fft, hop, trim, "constant", cuts.shape[-2])(g, window)

    def window_gradient(g: mx.array, cuts: mx.array, window: mx.array) -> mx.array:
        plain = cutter(n_fft, hop, trim, "constant", cuts.shape[-2])(g, mx.ones_like(window))
        return (plain * cuts).reshape(-1, n_fft).sum(0)

    return bilinear(apply, transpose, window_gradient)


@functools.lru_cache(maxsize=256)
def cutting(n_fft: int, hop: int, padding: int, pad_mode: str, frames: int, count: int, n: int) -> build.Launch | None:
    """Give the launch that cuts `count` signals of `n` samples, if the device takes it."""
    offset = build.offset_type(count * n, count * frames * n_fft)
    defines = (("THREADS_PER_GROUP", build.THREADS), ("SAMPLES", SAMPLES), ("offset_t", offset))
    numbers: build.Numbers = {"n_fft": n_fft, "hop": hop, "pad_left": padding, "pad_mode": PAD_MODES[pad_mode]}
    numbers |= {"frames": frames}
    kernel = build.Kernel("frames", ("y", "window"), defines, ("fold.h",), numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        y = mx.zeros((1, min(count * n, build.TINY)))  # fewer elements may lie elsewhere
        return build.elementwise(kernel, (1, 1, n_fft), numbers | {"frames": 1}, SAMPLES), [y, mx.zeros(n_fft)]

    wanted = build.elementwise(kernel, (count, frames, n_fft), numbers, SAMPLES)
    return wanted if accepted(wanted, small) else None


@functools.lru_cache(maxsize=256)
def adding(
    n_fft: int, hop: int, trim: int, length: int, count: int, frames: int, floor: float | None = None
) -> build.Launch | None:
    """Give the launch that adds the frames of `count` signals, if the device takes it.

    With a `floor` their sum is divided by the squared window's envelope, where that is above it.
    """
    offset = build.offset_type(count * frames * n_fft, count * length)
    defines = (("THREADS_PER_GROUP", build.THREADS), ("offset_t", offset), ("NORMALIZE", int(floor is not None)))
    numbers: build.Numbers = {"n_fft": n_fft, "hop": hop, "trim": trim, "length": length}
    numbers |= {} if floor is None else {"least": float(floor)}
    kernel = build.Kernel("overlap", ("cuts", "window"), defines, ("reciprocal.h",), numbers=build.kinds(numbers))

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(length, build.TINY)
        return build.elementwise(kernel, (1, few), numbers | {"length": few}), [
            mx.zeros((1, 1, n_fft)),
            mx.zeros(n_fft),
        ]

    wanted = build.elementwise(kernel, (count, length), numbers)
    return wanted if accepted(wanted, small) else None
