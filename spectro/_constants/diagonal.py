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
    turn = np.array([[cosine, sine], [-sine, cosine]])
    n = len(weights)
    size = int(n * (abs(cosine) + abs(sine)) + 0.5)
    place = np.indices((size, size)).reshape(2, -1)  # (2, m^2)
    u, v = turn @ (place - (size - 1) / 2) + (n - 1) / 2  # in the matrix: (m^2,)
    near = (abs(u - v) < 2 * REACH) & (np.minimum(u, v) >= 0) & (np.maximum(u, v) <= n - 1)
    out = np.zeros(size * size)
    out[near] = _interpolated(weights, u[near], v[near])
    return out.reshape(size, size)


def _of_degrees(degrees: float) -> tuple[float, float]:
    """The cosine and sine, exact for quarters of a circle."""
    quarter, rest = divmod(degrees, 90)
    cosine, sine = (1.0, 0.0) if rest == 0 else (math.cos(math.radians(rest)), math.sin(math.radians(rest)))
    for _ in range(int(quarter) % 4):
        cosine, sine = -sine, cosine
    return cosine, sine


def _interpolated(weights: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Values between the points of the diagonal matrix, which is mirrored at its edges."""
    taps = np.arange(1 - REACH, REACH + 1)
    rows, columns = (np.floor(x)[:, None] + taps for x in (u, v))  # (p, 6)
    by_row, by_column = _spline(u[:, None] - rows), _spline(v[:, None] - columns)
    period = max(1, 2 * (len(weights) - 1))
    mirrored_rows, mirrored_columns = (
        np.minimum(x % period, period - x % period) if len(weights) > 1 else 0 * x for x in (rows, columns)
    )
    same = mirrored_rows[:, :, None] == mirrored_columns[:, None, :]  # (p, 6, 6)
    crossed = (same * by_column[:, None, :]).sum(axis=-1)
    return (weights[mirrored_rows.astype(int)] * by_row * crossed).sum(axis=-1)


def _spline(x: np.ndarray) -> np.ndarray:
    """The quintic B-spline, from its truncated powers."""
    x, out = abs(x), np.zeros(x.shape)
    for factor, knot in ((1, 3), (-6, 2), (15, 1)):
        rest = np.maximum(knot - x, 0)
        square = rest * rest
        out += factor / 120 * (square * square * rest)
    return out
