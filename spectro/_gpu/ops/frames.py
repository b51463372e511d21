"""Cutting into windowed frames and its transpose, for sizes that the fused kernels do not transform."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._reference.pad import pad
from ..launch import build
from .linear import Function, bilinear, rows

PAD_MODES = {"constant": 0, "edge": 1, "reflect": 2, "symmetric": 3, "linear_ramp": 4}


@functools.lru_cache(maxsize=256)
def cutter(n_fft: int, hop: int, padding: int, pad_mode: str, frames: int) -> Function:
    """(y (..., n), window) -> (..., frames, n_fft)."""

    def apply(y: mx.array, window: mx.array) -> mx.array:
        flat = rows(y, 1)
        shape = (flat.shape[0], frames, n_fft)
        defines: build.Defines = {
            "THREADS_PER_GROUP": build.THREADS,
            "N_FFT": n_fft,
            "HOP": hop,
            "PAD_LEFT": padding,
            "PAD_MODE": PAD_MODES[pad_mode],
            "offset_t": build.offset_type(flat.size, shape[0] * frames * n_fft),
        }
        kernel = build.Kernel("frames", ("y", "window", "extent"), tuple(defines.items()), ("fold.h",))
        out = build.elementwise(kernel, shape)(flat, window, build.extent(frames))
        return out.reshape(*y.shape[:-1], frames, n_fft)

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
        shape = (flat.shape[0], length)
        defines: build.Defines = {
            "THREADS_PER_GROUP": build.THREADS,
            "N_FFT": n_fft,
            "HOP": hop,
            "TRIM": trim,
            "offset_t": build.offset_type(flat.size, shape[0] * length),
        }
        kernel = build.Kernel("overlap", ("cuts", "window", "extent"), tuple(defines.items()))
        out = build.elementwise(kernel, shape)(flat, window, build.extent(length))
        return out.reshape(*cuts.shape[:-2], length)

    def transpose(g: mx.array, window: mx.array, cuts: mx.array) -> mx.array:
        return cutter(n_fft, hop, trim, "constant", cuts.shape[-2])(g, window)

    def window_gradient(g: mx.array, cuts: mx.array, window: mx.array) -> mx.array:
        plain = cutter(n_fft, hop, trim, "constant", cuts.shape[-2])(g, mx.ones_like(window))
        return (plain * cuts).reshape(-1, n_fft).sum(0)

    return bilinear(apply, transpose, window_gradient)
