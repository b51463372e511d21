"""Magnitude and direction of complex arrays."""

from __future__ import annotations

import mlx.core as mx

LEAST = 2.0**-120  # magnitudes that count for derivatives, which stay finite: the second ones go with 1 / |D|
LEAST_TURNED = 2.0**-62  # the same for directions, whose second derivatives go with 1 / |D|**2
LARGEST = float(mx.finfo(mx.float32).max)


def magnitude(D: mx.array) -> mx.array:
    """|D|, whose derivatives are zero where a complex D is (numerically) zero; a NaN stays one.

    MLX's own `abs` of complex numbers has a wrong second derivative, and no CUDA code under `mx.compile`.
    """
    return _length(*_over_unit(D)[:3]) if D.dtype == mx.complex64 else mx.abs(D)


def polar(D: mx.array) -> tuple[mx.array, mx.array]:
    """|D| and D / |D|, which is 1 where D is zero and has zero derivatives where |D| is below 2**-62."""
    real, imag, unit, largest = _over_unit(D)
    fixed, turned = largest < LEAST_TURNED, mx.maximum(unit, LEAST_TURNED)
    x = mx.where(fixed, mx.stop_gradient(real), D.real / turned) + (largest == 0)
    y = mx.where(fixed, mx.stop_gradient(imag), D.imag / turned)
    root = mx.sqrt(mx.square(x) + mx.square(y))
    return _length(real, imag, unit), x / root + 1j * (y / root)


def _over_unit(D: mx.array) -> tuple[mx.array, mx.array, mx.array, mx.array]:
    """Both parts over a unit that keeps their squares in range, the unit, and the larger part: constants."""
    real, imag = D.real, D.imag
    largest = mx.stop_gradient(mx.maximum(mx.abs(real), mx.abs(imag)))
    unit = mx.clip(largest, LEAST, LARGEST) + (largest == 0)
    return real / unit, imag / unit, unit, largest


def _length(real: mx.array, imag: mx.array, unit: mx.array) -> mx.array:
    """The magnitude of two parts over their unit."""
    square = mx.square(real) + mx.square(imag)  # at least 1 where it counts
    below = mx.stop_gradient(mx.sqrt(mx.minimum(square, 1.0)))
    return unit * mx.sqrt(mx.maximum(1.0, square)) * below
