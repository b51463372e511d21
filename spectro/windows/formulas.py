"""The mathematics of the windows, in float64: how a formula is sampled, and each formula once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.checks import finite
from .._floor.sizes import WINDOW, check_size
from ..errors import ParameterError


def sampled(where: str, M: int, sym: bool, formula: Callable[[np.ndarray, int], np.ndarray]) -> mx.array:
    """Sample a symmetric window, or one period of it.

    `formula(n, size)` gives the symmetric window of `size` >= 2 points at n = 0 .. size - 1, in float64. The periodic
    window of M points is the symmetric one of M + 1 without its last.
    """
    count = size_of(where, M)
    if count < 2:
        return mx.array(np.ones(count, dtype=np.float32))
    size = count if sym else count + 1
    return mx.array(formula(np.arange(size, dtype=np.float64), size)[:count].astype(np.float32))


def cosine_sum(n: np.ndarray, size: int, a: Sequence[float]) -> np.ndarray:
    """``sum_k (-1)^k a_k cos(2 pi k n / (size - 1))``."""
    angle = n * (2 * math.pi / (size - 1)) - math.pi
    return sum((weight * np.cos(k * angle) for k, weight in enumerate(a)), np.zeros_like(n))


def distance(n: np.ndarray, size: int) -> np.ndarray:
    """Distance from the center, 0 at the center and 1 at both ends."""
    return np.abs(2 * n - (size - 1)) / (size - 1)


def triangle(n: np.ndarray, size: int) -> np.ndarray:
    """A triangle that would reach zero one sample (or half, for an even size) outside the window."""
    return 1 - np.abs(2 * n - (size - 1)) / (size + size % 2)


def half_sine(n: np.ndarray, size: int) -> np.ndarray:
    """Half a period of a sine, sampled between the ends."""
    return np.sin((n + 0.5) * (math.pi / size))


def parzen(n: np.ndarray, size: int) -> np.ndarray:
    """Two cubics of the distance from the center."""
    r = np.abs(2 * n - (size - 1)) / size
    return np.where(r <= 0.5, 1 - 6 * r**2 + 6 * r**3, 2 * (1 - r) ** 3)


def bohman(n: np.ndarray, size: int) -> np.ndarray:
    """A triangle times a cosine, plus a sine that makes the slope continuous; exactly 0 at both ends, as SciPy's."""
    r = distance(n, size)
    inside = (1 - r) * np.cos(math.pi * r) + np.sin(math.pi * r) / math.pi
    return np.where(r == 1, 0.0, inside)


def barthann(n: np.ndarray, size: int) -> np.ndarray:
    """A weighted sum of a triangle and a cosine."""
    r = distance(n, size) / 2
    return 0.62 - 0.48 * r + 0.38 * np.cos(2 * math.pi * r)


def lanczos(n: np.ndarray, size: int) -> np.ndarray:
    """The main lobe of a sinc."""
    angle = math.pi * distance(n, size)
    return np.where(angle == 0, 1.0, np.sin(angle) / np.where(angle == 0, 1.0, angle))


def gaussian(n: np.ndarray, size: int, std: float) -> np.ndarray:
    """``exp(-x^2 / (2 std^2))``, x the samples from the center."""
    return np.exp(-(((n - (size - 1) / 2) / std) ** 2) / 2)


def general_gaussian(n: np.ndarray, size: int, p: float, sig: float) -> np.ndarray:
    """``exp(-|x / sig|^(2 p) / 2)``, x the samples from the center."""
    return np.exp(-np.power(np.abs((n - (size - 1) / 2) / sig), 2 * p) / 2)


def exponential(n: np.ndarray, size: int, center: float | None, tau: float) -> np.ndarray:
    """``exp(-|n - center| / tau)``."""
    return np.exp(-np.abs(n - ((size - 1) / 2 if center is None else center)) / tau)


def tukey(n: np.ndarray, size: int, alpha: float) -> np.ndarray:
    """A rectangle whose outer share alpha falls as a Hann window does."""
    if alpha <= 0:
        return np.ones_like(n)
    alpha = min(alpha, 1.0)
    return 0.5 + 0.5 * np.cos(math.pi * np.maximum((distance(n, size) - 1 + alpha) / alpha, 0.0))


def taylor(n: np.ndarray, size: int, nbar: int, sll: float, norm: bool) -> np.ndarray:
    """``1 + 2 sum_m F_m cos(m x)``, x one turn over the window; `norm` divides by the value at its center."""
    weights = _taylor_weights(nbar, sll)
    angle = (n - (size - 1) / 2) * (2 * math.pi / size)
    window = 1 + 2 * sum((f * np.cos(m * angle) for m, f in enumerate(weights, 1)), np.zeros_like(n))
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


def kaiser(n: np.ndarray, size: int, beta: float) -> np.ndarray:
    """`kaiser_shape` over the distance from the center."""
    return kaiser_shape(distance(n, size), beta)


def kaiser_bessel_derived(n: np.ndarray, size: int, beta: float) -> np.ndarray:
    """Root of the running sum of a Kaiser window of half the size plus one, and the same backwards."""
    half = size // 2
    total = np.cumsum(kaiser_shape(np.arange(half + 1, dtype=np.float64) * (2 / half) - 1, beta))
    rise = np.sqrt(total[:-1] / total[-1])
    return np.concatenate([rise, rise[::-1]])


def kaiser_shape(x: np.ndarray, beta: float) -> np.ndarray:
    """``I0(beta sqrt(1 - x^2)) / I0(beta)`` for x in [-1, 1]."""
    beta = abs(beta)
    inner = beta * np.sqrt(np.maximum(1 - x * x, 0.0))
    scale = np.exp(inner - beta)
    return scale * _scaled_i0(inner, beta) / _scaled_i0(np.array([beta]), beta)


def _scaled_i0(x: np.ndarray, largest: float) -> np.ndarray:
    """``exp(-x) I0(x)`` for 0 <= x <= largest.

    The mean of ``exp(x (cos t - 1))`` over a period; the midpoint rule converges faster than any power of the number
    of points, which need only outgrow sqrt(x).
    """
    points = 16 + math.ceil(5 * math.sqrt(largest))
    check_size("kaiser", "the window", x.size, points, itemsize=8, way_out="lower M or beta")
    angle = (np.arange(points, dtype=np.float64) + 0.5) * (math.pi / points)
    return np.mean(np.exp(x[:, None] * (np.cos(angle) - 1)), axis=1)


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
