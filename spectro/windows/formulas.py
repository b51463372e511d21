"""The mathematics of the windows, in float64: how a formula is sampled, and each formula once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import mlx.core as mx

from .._constants import float64 as f64
from .._constants.float64 import Double, ops
from .._floor.checks import finite
from .._floor.sizes import WINDOW, check_size
from ..errors import ParameterError


def sampled(where: str, M: int, sym: bool, formula: Callable[[Double, int], Double]) -> mx.array:
    """Sample a symmetric window, or one period of it.

    `formula(n, size)` gives the symmetric window of `size` >= 2 points at n = 0 .. size - 1, in float64. The periodic
    window of M points is the symmetric one of M + 1 without its last.
    """
    count = size_of(where, M)
    if count < 2:
        return f64.constant(lambda: ops.ones(count))
    size = count if sym else count + 1
    return f64.constant(lambda: formula(ops.arange(size, dtype=mx.float64), size)[:count])


def cosine_sum(n: Double, size: int, a: Sequence[float]) -> Double:
    """``sum_k (-1)^k a_k cos(2 pi k n / (size - 1))``."""
    angle = n * (2 * math.pi / (size - 1)) - math.pi
    return sum((weight * f64.cos(k * angle) for k, weight in enumerate(a)), ops.zeros_like(n))


def distance(n: Double, size: int) -> Double:
    """Distance from the center, 0 at the center and 1 at both ends."""
    return ops.abs(2 * n - (size - 1)) / (size - 1)


def triangle(n: Double, size: int) -> Double:
    """A triangle that would reach zero one sample (or half, for an even size) outside the window."""
    return 1 - ops.abs(2 * n - (size - 1)) / (size + size % 2)


def half_sine(n: Double, size: int) -> Double:
    """Half a period of a sine, sampled between the ends."""
    return f64.sin((n + 0.5) * (math.pi / size))


def parzen(n: Double, size: int) -> Double:
    """Two cubics of the distance from the center."""
    r = ops.abs(2 * n - (size - 1)) / size
    return ops.where(r <= 0.5, 1 - 6 * r**2 + 6 * r**3, 2 * (1 - r) ** 3)


def bohman(n: Double, size: int) -> Double:
    """A triangle times a cosine, plus a sine that makes the slope continuous; exactly 0 at both ends, as SciPy's."""
    r = distance(n, size)
    inside = (1 - r) * f64.cos(math.pi * r) + f64.sin(math.pi * r) / math.pi
    return ops.where(r == 1, 0.0, inside)


def barthann(n: Double, size: int) -> Double:
    """A weighted sum of a triangle and a cosine."""
    r = distance(n, size) / 2
    return 0.62 - 0.48 * r + 0.38 * f64.cos(2 * math.pi * r)


def lanczos(n: Double, size: int) -> Double:
    """The main lobe of a sinc."""
    angle = math.pi * distance(n, size)
    return ops.where(angle == 0, 1.0, f64.sin(angle) / ops.where(angle == 0, 1.0, angle))


def gaussian(n: Double, size: int, std: float) -> Double:
    """``exp(-x^2 / (2 std^2))``, x the samples from the center."""
    return f64.exp(-(((n - (size - 1) / 2) / std) ** 2) / 2)


def general_gaussian(n: Double, size: int, p: float, sig: float) -> Double:
    """``exp(-|x / sig|^(2 p) / 2)``, x the samples from the center."""
    return f64.exp(-ops.power(ops.abs((n - (size - 1) / 2) / sig), 2 * p) / 2)


def exponential(n: Double, size: int, center: float | None, tau: float) -> Double:
    """``exp(-|n - center| / tau)``."""
    return f64.exp(-ops.abs(n - ((size - 1) / 2 if center is None else center)) / tau)


def tukey(n: Double, size: int, alpha: float) -> Double:
    """A rectangle whose outer share alpha falls as a Hann window does."""
    if alpha <= 0:
        return ops.ones_like(n)
    alpha = min(alpha, 1.0)
    return 0.5 + 0.5 * f64.cos(math.pi * ops.maximum((distance(n, size) - 1 + alpha) / alpha, 0.0))


def taylor(n: Double, size: int, nbar: int, sll: float, norm: bool) -> Double:
    """``1 + 2 sum_m F_m cos(m x)``, x one turn over the window; `norm` divides by the value at its center."""
    weights = _taylor_weights(nbar, sll)
    angle = (n - (size - 1) / 2) * (2 * math.pi / size)
    window = 1 + 2 * sum((f * f64.cos(m * angle) for m, f in enumerate(weights, 1)), ops.zeros_like(n))
    return window / (1 + 2 * sum(weights)) if norm else window


def _taylor_weights(nbar: int, sll: float) -> list[float]:
    """F_1 .. F_{nbar-1}: the zeros of the first side lobes moved to where all reach the same height."""
    a = math.acosh(10 ** (sll / 20)) / math.pi
    dilation = nbar**2 / (a**2 + (nbar - 0.5) ** 2)

    def weight(m: int) -> float:
        moved = math.prod(1 - m**2 / (dilation * (a**2 + (i - 0.5) ** 2)) for i in range(1, nbar))
        fixed = math.prod(1 - (m / i) ** 2 for i in range(1, nbar) if i != m)
        return (-1) ** (m + 1) * moved / (2 * fixed)

    return [weight(m) for m in range(1, nbar)]


def kaiser(n: Double, size: int, beta: float) -> Double:
    """`kaiser_shape` over the distance from the center."""
    return kaiser_shape(distance(n, size), beta)


def kaiser_bessel_derived(n: Double, size: int, beta: float) -> Double:
    """Root of the running sum of a Kaiser window of half the size plus one, and the same backwards."""
    half = size // 2
    total = ops.cumsum(kaiser_shape(ops.arange(half + 1, dtype=mx.float64) * (2 / half) - 1, beta))
    rise = ops.sqrt(total[:-1] / total[-1])
    return ops.concatenate([rise, rise[::-1]])


def kaiser_shape(x: Double, beta: float) -> Double:
    """``I0(beta sqrt(1 - x^2)) / I0(beta)`` for x in [-1, 1]."""
    beta = abs(beta)
    inner = beta * ops.sqrt(ops.maximum(1 - x * x, 0.0))
    scale = f64.exp(inner - beta)
    return scale * _scaled_i0(inner, beta) / _scaled_i0(f64.float64([beta]), beta)


def _scaled_i0(x: Double, largest: float) -> Double:
    """``exp(-x) I0(x)`` for 0 <= x <= largest.

    The mean of ``exp(x (cos t - 1))`` over a period; the midpoint rule converges faster than any power of the number
    of points, which need only outgrow sqrt(x).
    """
    points = 16 + math.ceil(5 * math.sqrt(largest))
    check_size("kaiser", "the window", x.size, points, itemsize=8, way_out="lower M or beta")
    angle = (ops.arange(points, dtype=mx.float64) + 0.5) * (math.pi / points)
    return f64.exp(x[:, None] * (f64.cos(angle) - 1)).sum(1) / points  # MLX's mean asks a GPU in traces of any size


def size_of(where: str, M: Any) -> int:
    """Check a number of samples, which may be none."""
    if isinstance(M, bool) or not isinstance(M, Integral) or M < 0:
        raise ParameterError(f"[{where}] M must be a non-negative integer, got {M!r}")
    check_size(where, "the window", int(M), itemsize=WINDOW, way_out="lower M")
    return int(M)


def nonzero(where: str, name: str, value: Any) -> float:
    """Check a finite number other than zero."""
    if finite(where, name, value) == 0:
        raise ParameterError(f"[{where}] {name} must not be zero")
    return float(value)
