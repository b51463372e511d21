"""Features of magnitudes as a program: steps that a kernel goes through, so that one kernel makes any of them."""

from __future__ import annotations

import functools
import itertools
from typing import NamedTuple

import mlx.core as mx
import numpy as np

from ..._constants.held import held
from ..._floor.checks import SMALLEST_NORMAL
from ..._plans.reductions import (
    Bandwidth,
    Centroid,
    Contrast,
    Energy,
    Feature,
    Flatness,
    ReductionsPlan,
    Rolloff,
    Weighted,
)
from ..launch import build

HEADERS = ("larger.h", "parts.h")
WIDEST = 16  # columns of weighted sums, each of which goes over all bins
TOTAL, BANDWIDTH, POWERS, EXPONENTS, ENERGY, WEIGHTED, ROLLOFF, BAND = range(8)


class Step(NamedTuple):
    """A sum or two over the bins of a frame, and the columns that they go to."""

    kind: int
    column: int = -1
    first: int = 0
    last: int = 0
    number: int = 0
    power: float = 0.0
    scale: float = 0.0
    next: int = -1


def defines(threads: int) -> build.Defines:
    """Give the sizes of a program for so many threads a frame."""
    return {"REACH": 1 << ((threads - 1).bit_length() - 1) if threads > 1 else 0, "LEAST": f"{SMALLEST_NORMAL!r}f"}


def suits(plan: ReductionsPlan) -> bool:
    """Whether there is a program for these features: bands are sorted in place, and share one bin with the next."""
    contrasts = [feature for feature in plan.features if isinstance(feature, Contrast)]
    widths = [feature.width for feature in plan.features if isinstance(feature, Weighted)]
    cuts = contrasts[0].bands if contrasts else ()
    apart = all(after[0] >= before[1] - 1 for before, after in itertools.pairwise(cuts))
    return len(contrasts) <= 1 and apart and sum(widths) <= WIDEST


@functools.lru_cache(maxsize=64)
def table(plan: ReductionsPlan) -> tuple[mx.array, mx.array, mx.array]:
    """Give the steps, the frequency of each bin, and rows of weights."""
    steps, rows = _program(plan)
    words = np.zeros((1 + len(steps), len(Step._fields)), np.int32)
    words[0, 0] = len(steps)
    for row, step in zip(words[1:], steps):
        floats = np.array([step.power, step.scale], np.float32).view(np.int32)
        row[:] = (*step[:5], *floats, step.next)
    weights = np.concatenate([np.array(row, np.float32).ravel() for row in (*rows, np.zeros(build.TINY))])
    hertz = np.concatenate([plan.frequencies.hertz, np.zeros(build.TINY)]).astype(np.float32)
    return held(mx.array(words.ravel())), held(mx.array(hertz)), held(mx.array(weights))


def _program(plan: ReductionsPlan) -> tuple[list[Step], list[mx.array]]:
    placed = [(feature, columns.start) for feature, columns in zip(plan.features, plan.columns())]
    placed.sort(key=lambda pair: (isinstance(pair[0], Contrast), not isinstance(pair[0], Centroid)))
    steps: list[Step] = []
    rows: list[mx.array] = []
    if any(isinstance(feature, Bandwidth) for feature, _ in placed) and not isinstance(placed[0][0], Centroid):
        steps.append(Step(TOTAL))
    for feature, column in placed:
        before = sum(weights.shape[0] for weights in rows)
        rows += [feature.bank.weights()] if isinstance(feature, Weighted) else []
        steps += _steps(feature, column, before)
    return steps, rows


def _steps(feature: Feature, column: int, before: int) -> list[Step]:
    """Give the steps of a feature that has its columns from `column` on; of weights, after `before` other rows."""
    if isinstance(feature, Centroid):
        return [Step(TOTAL, column)]
    if isinstance(feature, Bandwidth):
        return [Step(BANDWIDTH, column, number=int(feature.norm), power=feature.p, scale=1 / feature.p)]
    if isinstance(feature, Rolloff):
        percent = float(np.float32(feature.percent))
        return [Step(ROLLOFF, column, power=percent, scale=feature.percent - percent)]
    if isinstance(feature, Flatness):
        steps = Step(POWERS), Step(EXPONENTS, column)
        return [step._replace(power=feature.power, scale=feature.amin) for step in steps]
    if isinstance(feature, Energy):
        n = feature.frame_length
        return [Step(ENERGY, column, number=int(n % 2 == 0), scale=2**0.5 / n)]
    n = feature.width
    if isinstance(feature, Contrast):
        bands = enumerate(feature.bands)
        return [Step(BAND, column + k, *band, next=column + n // 2 + k) for k, band in bands]
    pairs = range(0, n, 2)
    return [
        Step(WEIGHTED, column + k, before + k, before + min(k + 1, n - 1), next=column + k + 1 if k + 1 < n else -1)
        for k in pairs
    ]
