"""Peaks of a curve: the highest of their neighbors, above their mean, and some way apart."""

from __future__ import annotations

import numpy as np

from .._cpu import compiled

AT_ONCE = 1 << 18  # samples of windows that are summed at a time


def picked(
    x: np.ndarray, before: tuple[int, int], after: tuple[int, int], delta: float, wait: int, method: str = "greedy"
) -> np.ndarray:
    """Mark the peaks of rows x (..., n); `before` and `after` bound the windows of the maximum and of the mean."""
    marked = np.zeros(x.shape, dtype=bool)
    if x.size == 0:
        return marked
    n = x.shape[-1]
    curves, found, pause = x.reshape(-1, n), marked.reshape(-1, n), wait if method == "greedy" else 0
    if x.dtype in (np.float32, np.float64) and compiled() is not None:
        bounds = (min(bound, n) for bound in (before[0], after[0], before[1], after[1], pause))
        compiled().pick(np.ascontiguousarray(curves), *bounds, delta, found)
    else:
        for curve, high, marks in zip(curves, curves == running_maximum(curves, before[0], after[0]), found):
            places = high.nonzero()[0]
            places = places[curve[places] >= means(curve, places, before[1], after[1]) + delta]
            marks[apart(places, pause)] = True
    for curve, marks in zip(curves, found) if method != "greedy" else ():
        places = marks.nonzero()[0]
        marks[:] = False
        marks[worthiest(places, curve[places] if method == "dp_value" else np.ones(places.size), wait)] = True
    return marked


def running_maximum(x: np.ndarray, before: int, after: int) -> np.ndarray:
    """The maximum of x[..., n - before : n + after] at every n, by doubling the length that is looked at."""
    n = x.shape[-1]
    before, after = min(before, n - 1), min(after, n)
    length, reach = before + after, 1
    found = np.empty((*x.shape[:-1], n + length - 1), dtype=x.dtype)
    found[..., :before] = found[..., before + n :] = -np.inf
    found[..., before : before + n] = x
    while 2 * reach <= length:
        found = np.maximum(found[..., :-reach], found[..., reach:])
        reach *= 2
    rest = length - reach
    return np.maximum(found[..., :n], found[..., rest : rest + n])


def means(x: np.ndarray, places: np.ndarray, before: int, after: int) -> np.ndarray:
    """The mean of x[n - before : n + after] at the places n, in float64, summed from the left in the type of x."""
    before, after = min(before, x.size - 1), min(after, x.size)
    padded = np.zeros(before + x.size + after, x.dtype)
    padded[before : before + x.size] = x
    sums, offsets = np.empty(places.size, dtype=x.dtype), np.arange(before + after)[:, None]
    step = max(1, AT_ONCE // offsets.size)
    for first in range(0, places.size, step):
        some = slice(first, first + step)
        sums[some] = np.add.accumulate(padded[places[some] + offsets])[-1]
    return sums / (np.minimum(places + after, x.size) - np.maximum(places - before, 0))


def apart(places: np.ndarray, wait: int) -> list[int]:
    """Take places from the left, each more than `wait` after the one before it."""
    kept: list[int] = []
    free = -1
    for place in places.tolist():
        if place >= free:
            kept.append(place)
            free = place + wait + 1
    return kept


def worthiest(places: np.ndarray, worth: np.ndarray, wait: int) -> list[int]:
    """Take places, each more than `wait` after the one before it, that are worth most together; of equal ones the last.

    ``most[i] = max(most[i + 1], worth[i] + most[the first place that is free after i])``
    """
    free = np.searchsorted(places, places + wait, side="right").tolist()
    most = [0.0] * (places.size + 1)
    for i in range(places.size - 1, -1, -1):
        most[i] = max(most[i + 1], float(worth[i]) + most[free[i]])
    kept, i = [], 0
    while i < places.size:
        taken = most[i] > most[i + 1]
        kept += [int(places[i])] if taken else []
        i = free[i] if taken else i + 1
    return kept


def valley_before(frames: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """The last local minimum of a curve (t,) at or before each frame; its begin counts as one."""
    inner = curve[1:-1]
    valleys = 1 + np.flatnonzero((inner <= curve[:-2]) & (inner < curve[2:]))
    valleys = np.concatenate([[0], valleys])
    return valleys[np.searchsorted(valleys, frames, side="right") - 1]
