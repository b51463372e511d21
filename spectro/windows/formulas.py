"""What the window functions share: sampling of a formula, the formulas, the Bessel function."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import mlx.core as mx

from .._constants import float64 as f64
from .._floor.checks import finite
from ..errors import ParameterError


def sampled(where: str, M: int, sym: bool, formula: Callable[[mx.array, int], mx.array]) -> mx.array:
    """Sample a symmetric window, or one period of it.

    `formula(n, size)` gives the symmetric window of `size` >= 2 points at n = 0 .. size - 1, in float64. The periodic
    window of M points is the symmetric one of M + 1 without its last.
    """
    count = size_of(where, M)
    if count < 2:
        return f64.constant(lambda: mx.ones(count))
    size = count if sym else count + 1
    return f64.constant(lambda: formula(mx.arange(size, dtype=mx.float64), size)[:count])


def cosine_sum(n: mx.array, size: int, coefficients: Sequence[float]) -> mx.array:
    """``sum_k (-1)^k a_k cos(2 pi k n / (size - 1))``."""
    angle = n * (2 * math.pi / (size - 1)) - math.pi
    return sum((a * f64.cos(k * angle) for k, a in enumerate(coefficients)), mx.zeros_like(n))


def distance(n: mx.array, size: int) -> mx.array:
    """Distance from the centre, 0 at the centre and 1 at both ends."""
    return mx.abs(2 * n - (size - 1)) / (size - 1)


def parzen_shape(n: mx.array, size: int) -> mx.array:
    """Two cubics of the distance from the centre."""
    r = mx.abs(2 * n - (size - 1)) / size
    return mx.where(r <= 0.5, 1 - 6 * r**2 + 6 * r**3, 2 * (1 - r) ** 3)


def bohman_shape(n: mx.array, size: int) -> mx.array:
    """A triangle times a cosine, plus what makes its slope steady."""
    r = distance(n, size)
    return (1 - r) * f64.cos(math.pi * r) + f64.sin(math.pi * r) / math.pi


def barthann_shape(n: mx.array, size: int) -> mx.array:
    """A triangle and a cosine, weighted."""
    r = distance(n, size) / 2
    return 0.62 - 0.48 * r + 0.38 * f64.cos(2 * math.pi * r)


def lanczos_shape(n: mx.array, size: int) -> mx.array:
    """The main lobe of a sinc."""
    angle = math.pi * distance(n, size)
    return mx.where(angle == 0, 1.0, f64.sin(angle) / mx.where(angle == 0, 1.0, angle))


def kaiser_shape(x: mx.array, beta: float) -> mx.array:
    """``I0(beta sqrt(1 - x^2)) / I0(beta)`` for x in [-1, 1]."""
    beta = abs(beta)
    inner = beta * mx.sqrt(mx.maximum(1 - x * x, 0.0))
    scale = f64.exp(inner - beta)
    return scale * _scaled_i0(inner, beta) / _scaled_i0(mx.array([beta], dtype=mx.float64), beta)


def _scaled_i0(x: mx.array, largest: float) -> mx.array:
    """``exp(-x) I0(x)`` for 0 <= x <= largest.

    The mean of ``exp(x (cos t - 1))`` over a period; the midpoint rule converges faster than any power of the number
    of points, which need only outgrow sqrt(x).
    """
    points = 16 + math.ceil(5 * math.sqrt(largest))
    angle = (mx.arange(points, dtype=mx.float64) + 0.5) * (math.pi / points)
    return mx.mean(f64.exp(x[:, None] * (f64.cos(angle) - 1)), axis=1)


def size_of(where: str, M: Any) -> int:
    """Check a number of samples, which may be none."""
    if isinstance(M, bool) or not isinstance(M, Integral) or M < 0:
        raise ParameterError(f"[{where}] M must be a non-negative integer, got {M!r}")
    return int(M)


def nonzero(where: str, name: str, value: Any) -> float:
    """Check a finite number other than zero."""
    if finite(where, name, value) == 0:
        raise ParameterError(f"[{where}] {name} must not be zero")
    return float(value)
