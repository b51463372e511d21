"""Neighboring frames joined bottom-up: Ward's method on a chain."""

from __future__ import annotations

import heapq

import numpy as np

from .._cpu import compiled


def starts_of_groups(frames: np.ndarray, groups: int) -> np.ndarray:
    """The first frame of each of `groups` groups of frames (n, d), between which the variance is largest."""
    starts = np.ones(len(frames), dtype=bool)
    if compiled() is not None:
        compiled().join_neighbors(frames, starts, groups)
    else:
        starts[_joined(frames, len(frames) - groups)] = False
    return np.flatnonzero(starts)


def _joined(frames: np.ndarray, count: int) -> list[int]:
    """The frames that start no group any more after `count` times the two cheapest neighbors were joined."""
    sums, sizes, first = list(frames), [1.0] * len(frames), list(range(len(frames)))
    left, right = [i - 1 for i in first], [*first[1:], -1]
    pairs: list[tuple[float, int, int]] = []  # cost, names of groups: of equal costs the oldest names go first

    def offer(i: int, j: int) -> None:
        n, m = sizes[i], sizes[j]
        gap = sums[i] / n - sums[j] / m
        heapq.heappush(pairs, (float(np.cumsum(gap * gap)[-1] * ((n * m) / (n + m))), i, j))  # in the order of features

    for i in first[1:]:
        offer(i, i - 1)
    gone: set[int] = set()
    inner: list[int] = []
    while len(inner) < count:
        _, later, earlier = heapq.heappop(pairs)
        if gone & {later, earlier}:
            continue
        gone |= {later, earlier}
        a, b = sorted((later, earlier), key=first.__getitem__)
        inner.append(first[b])
        both = len(sums)
        sums.append(sums[later] + sums[earlier])
        sizes.append(sizes[a] + sizes[b])
        first.append(first[a])
        left.append(left[a])
        right.append(right[b])
        if left[both] >= 0:
            right[left[both]] = both
            offer(both, left[both])
        if right[both] >= 0:
            left[right[both]] = both
            offer(both, right[both])
    return inner
