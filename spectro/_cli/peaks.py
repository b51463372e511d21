"""Onset times out of an onset curve, and how well they match the true ones."""

from __future__ import annotations

import numpy as np

REACH = 0.05  # seconds on each side over which a peak must be the highest
CONTEXT = 0.25  # seconds on each side whose mean it must exceed
DELTA = 0.06  # by how much, of the whole curve's height


def pick(envelope: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Find the times of the peaks of an onset curve.

    A peak is the highest of its surroundings and clearly above their mean; two are never closer than `REACH`. The curve
    at a frame is the rise since the frame before it, so the onset itself is dated by that earlier one.
    """
    height = envelope.max(initial=0.0)
    if len(envelope) < 3 or height <= 0:
        return times[:0]
    curve, step = envelope / height, times[1] - times[0]
    highest = _around(curve, round(REACH / step)).max(axis=-1)  # (t,)
    mean = np.nanmean(_around(curve, round(CONTEXT / step), fill=np.nan), axis=-1)  # (t,)
    peaks = np.flatnonzero((curve == highest) & (curve >= mean + DELTA))
    found = times[np.maximum(peaks - 1, 0)]
    return found[np.diff(found, prepend=-np.inf) > REACH]


def match(true: np.ndarray, found: np.ndarray, tolerance: float = 0.05) -> list[int | None]:
    """Find for each true time the index of the nearest found one, within `tolerance` seconds and used once."""
    distances = ((abs(f - t), i, j) for i, t in enumerate(true) for j, f in enumerate(found))
    taken: dict[int, int] = {}
    for distance, i, j in sorted(distances):
        if distance <= tolerance and i not in taken and j not in taken.values():
            taken[i] = j
    return [taken.get(i) for i in range(len(true))]


def _around(curve: np.ndarray, reach: int, fill: float = -np.inf) -> np.ndarray:
    """Take each point with its neighbors, (t, 2 * reach + 1)."""
    padded = np.pad(curve, max(reach, 1), constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * max(reach, 1) + 1)
