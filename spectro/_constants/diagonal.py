"""A line of weights at any angle, in an image."""

from __future__ import annotations

import math

import numpy as np

REACH = 3  # of a quintic B-spline


def diagonal(weights: np.ndarray, angle: float) -> np.ndarray:
    """Turn a matrix with weights (n,) on its diagonal until they lie at an angle, by quintic B-splines: (m, m)."""
    degrees = 45 - math.degrees(angle)
    if abs(degrees) < 1e-6:
        return np.diag(weights)
    cosine, sine = _of_degrees(degrees)
    n = len(weights)
    size = int(n * (abs(cosine) + abs(sine)) + 0.5)
    place = np.arange(size) - (size - 1) / 2
    middle = (n - 1) / 2
    u = (cosine * place + middle)[:, None] + sine * place  # where in the matrix a point comes from: (m, m)
    v = (middle - sine * place)[:, None] + cosine * place
    near = (abs(u - v) < 2 * REACH) & (abs(u - middle) <= middle) & (abs(v - middle) <= middle)
    out = np.zeros((size, size))
    out[near] = _interpolated(weights, u[near], v[near])
    return out


def _of_degrees(degrees: float) -> tuple[float, float]:
    """The cosine and sine, exact for quarters of a circle."""
    quarter, rest = divmod(degrees, 90)
    cosine, sine = (1.0, 0.0) if rest == 0 else (math.cos(math.radians(rest)), math.sin(math.radians(rest)))
    for _ in range(int(quarter) % 4):
        cosine, sine = -sine, cosine
    return cosine, sine


def _interpolated(weights: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Values between the points of the diagonal matrix, which is mirrored at its edges."""
    taps = np.arange(1 - REACH, REACH + 1)[:, None]
    rows, columns = (np.floor(x).astype(int) + taps for x in (u, v))  # (6, p)
    by_row, by_column = _spline(u - rows), _spline(v - columns)
    rows, columns = (_mirrored(at, len(weights)) for at in (rows, columns))
    same = rows[:, None] == columns  # (6, 6, p)
    return (weights[rows] * by_row * (same * by_column).sum(axis=1)).sum(axis=0)


def _mirrored(at: np.ndarray, n: int) -> np.ndarray:
    """Places among n, where others are mirrored at the first and the last as often as needed."""
    around = abs(at) % max(1, 2 * (n - 1))
    return np.minimum(around, abs(2 * (n - 1) - around))


def _spline(x: np.ndarray) -> np.ndarray:
    """The quintic B-spline, from its truncated powers."""
    x, out = abs(x), np.zeros(x.shape)
    for factor, knot in ((1, 3), (-6, 2), (15, 1)):
        rest = np.maximum(knot - x, 0)
        square = rest * rest
        out += factor / 120 * (square * square * rest)
    return out
