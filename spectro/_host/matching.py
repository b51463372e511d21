"""The nearest event, and the interval that overlaps most."""

from __future__ import annotations

import numpy as np

ROWS = 1 << 20  # pairs of intervals that are compared at a time


def nearest(events: np.ndarray, targets: np.ndarray, left: bool, right: bool) -> np.ndarray:
    """The index of the target (m,) nearest to each event (n,), where it may lie to its left or to its right."""
    order = targets.argsort(kind="stable")
    known = targets.take(order)
    at_least = known.searchsorted(events)  # the first target at or after
    next_ = known.take(at_least, mode="clip")
    if not left:
        chosen = at_least
    elif not right:  # the last target before; of equal ones the first where an event is one of them
        chosen = at_least - (next_ != events)
    else:
        chosen = at_least - (np.abs(events - known.take(at_least - 1, mode="clip")) < np.abs(next_ - events))
    return order.take(chosen, mode="clip")


def most_alike(intervals: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each interval (n, 2) the target (m, 2) of the largest Jaccard index, and which have none above 0."""
    found = np.zeros(len(intervals), dtype=np.uint32)
    disjoint = np.zeros(len(intervals), dtype=bool)
    step = max(1, ROWS // len(targets))
    for first in range(0, len(intervals), step):
        rows = intervals[first : first + step, None, :]
        shared = np.minimum(rows[..., 1], targets[:, 1]) - np.maximum(rows[..., 0], targets[:, 0])
        whole = np.maximum(rows[..., 1], targets[:, 1]) - np.minimum(rows[..., 0], targets[:, 0])
        alike = np.where(shared > 0, shared / np.where(whole > 0, whole, 1), 0.0)
        apart = np.where(shared < 0, -shared, 0)
        score = np.where(shared >= 0, alike, -apart)
        found[first : first + step] = score.argmax(-1)
        disjoint[first : first + step] = (shared < 0).all(-1)
    return found, disjoint
