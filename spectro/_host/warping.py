"""Two dynamic programs over a matrix: totals of warping paths, and scores of alignments.

Both run in the compiled part, or else in NumPy, with the same sums in the same order: of equal paths the same is taken.
"""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np

from .._cpu import compiled

ANYWHERE = 1 << 62  # farther from the diagonal than any cell
KNIGHT_MOVES = ((1, 1), (1, 2), (2, 1))


class Step(NamedTuple):
    """A step of a warping path, by which its total rises by factor * cost + constant."""

    rows: int
    columns: int
    number: float  # as the compiled part compares it
    factor: float
    constant: float


METRICS = ("euclidean", "sqeuclidean", "cityblock", "cosine")  # in the order of the compiled part


class Costs(NamedTuple):
    """A matrix (n, m), or the frames (n, k) and (k, m) whose distances it is; infinite outside of a band."""

    shape: tuple[int, int]
    matrix: np.ndarray | None
    left: np.ndarray | None = None
    right: np.ndarray | None = None
    band: tuple[int, int] = (ANYWHERE, ANYWHERE)  # how far above and below the diagonal it ends
    metric: str = METRICS[0]

    @property
    def norms(self) -> tuple[np.ndarray | None, np.ndarray | None]:
        """The lengths of the frames, if their angles count."""
        if self.metric != "cosine" or self.left is None or self.right is None:
            return None, None
        return tuple(np.sqrt(_in_pairs(np.square(frames))) for frames in (self.left.T, self.right))

    @property
    def values(self) -> np.ndarray:
        """All of them."""
        if self.matrix is not None:
            return self.matrix
        columns, rows = self.left.T, self.right  # type: ignore[union-attr]
        if self.metric == "cosine":
            one, other = self.norms
            products = _in_pairs([x[:, None] * y for x, y in zip(columns, rows)])  # type: ignore[arg-type]
            with np.errstate(invalid="ignore"):
                return 1 - np.clip(products / (one[:, None] * other), -1, 1)  # type: ignore[index]
        sums = np.zeros(self.shape)
        for x, y in zip(columns, rows):  # type: ignore[arg-type]
            sums += abs(x[:, None] - y) if self.metric == "cityblock" else (x[:, None] - y) ** 2
        return np.sqrt(sums) if self.metric == "euclidean" else sums


def _in_pairs(terms: Any) -> np.ndarray:
    """Sum what each feature adds: the odd and the even ones, then these two, as SciPy's code is compiled."""
    pairs = len(terms) // 2 * 2
    even, odd = (sum(terms[first:pairs:2], np.zeros(np.shape(terms)[1:])) for first in (0, 1))
    return sum(terms[pairs:], even + odd)


def totals(costs: Costs, steps: list[Step], anywhere: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """Least totals of paths to each cell, and the numbers of their last steps, 0 for none; None where a cost is NaN.

    Paths begin at the first cell, or at any of the first row. Of equal steps the one of the least number is taken.
    """
    native = compiled()
    if native is None:
        return _totals_by_diagonals(costs, steps, anywhere)
    total, chosen = np.empty(costs.shape), np.empty(costs.shape, np.int32)
    frames = costs.left, costs.right, METRICS.index(costs.metric), *costs.norms
    known = native.warp(costs.matrix, *frames, costs.band, anywhere, steps, total, chosen)
    return (total, chosen) if known else None


def _totals_by_diagonals(costs: Costs, steps: list[Step], anywhere: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """The same in NumPy: the cells of an anti-diagonal do not wait for each other."""
    cost, (n, m) = costs.values, costs.shape
    if np.isnan(cost).any():
        return None
    offset = np.arange(m) - np.arange(n)[:, None]
    cost = np.where((offset >= costs.band[0]) | (-offset >= costs.band[1]), np.inf, cost)
    total, chosen = np.full((n, m), np.inf), np.zeros((n, m), np.int32)
    total[0, : m if anywhere else 1] = cost[0, : m if anywhere else 1]
    for diagonal, step in itertools.product(range(n + m - 1), steps):
        row = np.arange(max(step.rows, diagonal - m + 1), min(n, diagonal - step.columns + 1))
        column = diagonal - row
        with np.errstate(invalid="ignore"):
            rise = step.factor * cost[row, column] + step.constant
            reached = total[row - step.rows, column - step.columns] + rise
        better = reached < total[row, column]
        total[row[better], column[better]] = reached[better]
        chosen[row[better], column[better]] = step.number
    return total, chosen


def scores(
    similarity: np.ndarray, onset: float, extend: float, knight: bool, single: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Scores (n, m) of the alignments that end in each cell, and their last of `KNIGHT_MOVES`, -1 for a begin.

    A cell above zero adds to the best score before it; any other is a gap, which begins or goes on at a cost.
    """
    score, chosen = np.empty(similarity.shape), np.empty(similarity.shape, np.int8)
    native = compiled()
    if native is not None:
        native.align(similarity, onset, extend, knight, single, score, chosen)
        return score, chosen
    score[0], score[:, 0], chosen[0], chosen[:, 0] = similarity[0], similarity[:, 0], -1, -1
    gap = np.where(similarity > 0, onset, extend)
    for i in range(1, len(score)):
        score[i, 1:], chosen[i, 1:] = _scores_of_row(similarity[: i + 1], gap, score, knight)
        if single:
            score[i] = score[i].astype(np.float32)
    return score, chosen


def _scores_of_row(
    similarity: np.ndarray, gap: np.ndarray, score: np.ndarray, knight: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The last row of some similarities, from its second cell on."""
    i, here = len(similarity) - 1, similarity[-1, 1:]
    best, chosen = np.full(len(here), -np.inf), np.full(len(here), -1, np.int8)
    for number, (rows, columns) in enumerate(KNIGHT_MOVES if knight else KNIGHT_MOVES[:1]):
        if rows > i:
            continue
        to = slice(columns - 1, None)
        before = score[i - rows, : len(here) + 1 - columns]
        reached = np.where(here[to] > 0, before, before - gap[i - rows, : len(here) + 1 - columns])
        better = reached > best[to]
        best[to][better], chosen[to][better] = reached[better], number
    kept = (here > 0) | (best > 0)
    return np.where(here > 0, best + here, np.where(kept, best, 0)), np.where(kept, chosen, -1)
