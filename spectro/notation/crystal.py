"""Growth of a crystal in harmonic space: which intervals of some primes belong closest together."""

from __future__ import annotations

import functools

import numpy as np

DIGITS = 6  # to which distances are rounded
TIE = (1e-5, 1e-8)  # relative and absolute difference below which sums of distances are called equal

Point = tuple[int, ...]  # exponents of the primes


@functools.lru_cache(maxsize=64)
def grown(primes: tuple[float, ...], count: int) -> tuple[Point, ...]:
    """Exponents of the first `count` intervals, octaves aside, in the order of growth.

    From the unison on, the next point is a neighbor of the crystal that has the least sum of harmonic distances,
    sum_p |a_p - b_p| log2(p), to all points of it, and among equals the one nearest to the unison.
    """
    logs = np.log2(np.array(primes, dtype=np.float64))
    crystal: list[Point] = [(0,) * len(primes)]
    border: dict[Point, float] = {}  # in the order of discovery, with the sums of their distances
    while len(crystal) < count:
        point = crystal[-1]
        for known, distance in zip(border, _distances(list(border), point, logs)):
            border[known] += distance
        for neighbor in _neighbors(point):
            if neighbor not in border and neighbor not in crystal:
                border[neighbor] = _sum(_distances(crystal, neighbor, logs))
        crystal.append(_nearest(border, logs))
        del border[crystal[-1]]
    return tuple(crystal)


def _neighbors(point: Point) -> list[Point]:
    """Points a step away along each prime, upwards first."""
    return [(*point[:i], point[i] + step, *point[i + 1 :]) for i in range(len(point)) for step in (1, -1)]


def _distances(points: list[Point], other: Point, logs: np.ndarray) -> list[float]:
    if not points:
        return []
    return np.around(np.abs(np.array(points) - other).dot(logs), DIGITS).tolist()


def _sum(distances: list[float]) -> float:
    """Sum in order: between points that are equally far it is rounding that decides, as in librosa."""
    total = 0.0
    for distance in distances:
        total += distance
    return total


def _nearest(border: dict[Point, float], logs: np.ndarray) -> Point:
    """The point with the least sum of distances; among equals the one nearest to the unison, or else the first."""
    relative, absolute = TIE
    size = {point: float(np.abs(point).dot(logs)) for point in border}
    best, least = None, np.inf
    for point, total in border.items():
        equal = best is not None and abs(total - least) <= absolute + relative * abs(least)
        if total < least or (equal and size[point] < size[best]):  # type: ignore[index]
            best, least = point, total
    assert best is not None
    return best
