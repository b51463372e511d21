"""Magnitude of complex arrays."""

from __future__ import annotations

import mlx.core as mx


def magnitude(D: mx.array) -> mx.array:
    """|D|, with a zero gradient where a complex D is zero; a NaN stays one.

    MLX's own `abs` of complex numbers has a wrong second derivative, and no CUDA code under `mx.compile`. The scale
    keeps squares of small and large numbers in range; the result does not depend on it.
    """
    if D.dtype != mx.complex64:
        return mx.abs(D)
    largest = mx.stop_gradient(mx.maximum(mx.abs(D.real), mx.abs(D.imag)))
    nonzero = largest != 0
    scale = mx.where(nonzero, largest, 1.0)
    real, imag = D.real / scale, D.imag / scale
    square = real * real + imag * imag
    return mx.where(nonzero, scale * mx.sqrt(mx.where(nonzero, square, 1.0)), 0.0)
