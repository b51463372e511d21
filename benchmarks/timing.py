"""Medians of interleaved rounds: what disturbs the machine disturbs every peer alike, and is noticed."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

SETTLE = 0.04  # OpenBLAS and OpenMP threads of the library before spin for up to 30 ms and would slow the next
BLOCK = 0.02  # seconds of calls in a row, after one that wakes the library's own threads
ROUNDS = 40  # at most
PATIENCE = 5  # times the budget, until a quiet moment is no longer waited for
BUSY = 0.05  # of a core, used by others: libraries with barriers then wait whole time slices, and ratios mean nothing


class Disturbed(UserWarning):
    """Other processes were at work: the numbers are not to be believed."""


class Watch:
    """How much of a core other processes used since the watch began; nothing is known outside Linux."""

    def __init__(self) -> None:
        self.begin, self.others = time.perf_counter(), used_by_others()

    def share(self) -> float:
        """Of one core; the clock of the system's account ticks every 10 ms on each core."""
        wall = time.perf_counter() - self.begin
        return max(0.0, used_by_others() - self.others - 0.03) / wall


def used_by_others() -> float:
    """Seconds of processor time so far, of everyone but this process and the children it has waited for."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    except OSError:
        return 0.0
    ticks = user + nice + system + irq + softirq + steal
    return ticks / os.sysconf("SC_CLK_TCK") - sum(os.times()[:4])


def medians(calls: dict[str, Callable[[], Any]], budget: float, settle: float = SETTLE) -> dict[str, float]:
    """Seconds of each call, in blocks that take turns, over quiet rounds of about `budget` seconds in all."""

    def one_round() -> dict[str, float]:
        return {name: block(call, settle) for name, call in calls.items()}

    for call in calls.values():
        call()
    rounds = quiet(one_round, budget)
    return {name: float(np.median([seconds[name] for seconds in rounds])) for name in calls}


def quiet(measure: Callable[[], Any], budget: float, least: int = 3) -> list[Any]:
    """What `measure` gives, again and again, without the rounds that others disturbed; warns when too few are left."""
    kept, disturbed, begin = [], [], time.perf_counter()
    while len(kept) < ROUNDS:
        elapsed, tried = time.perf_counter() - begin, len(kept) + len(disturbed)
        if (elapsed > budget and len(kept) >= least) or (elapsed > PATIENCE * budget and tried >= least):
            break
        watch = Watch()
        result = measure()
        share = watch.share()
        if share > BUSY:
            disturbed.append((share, result))
        else:
            kept.append(result)
    if len(kept) >= least or not disturbed:
        return kept
    disturbed.sort(key=lambda pair: pair[0])
    used = disturbed[: least - len(kept)]
    warnings.warn(f"other processes used {used[-1][0]:.0%} of a core meanwhile", Disturbed, stacklevel=2)
    return kept + [result for _, result in used]


def block(call: Callable[[], Any], settle: float) -> float:
    """The median of calls in a row, one at least, after a pause and one call that is not counted."""
    time.sleep(settle)
    call()
    times, end = [], time.perf_counter() + BLOCK
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def error(got: Any, truth: np.ndarray) -> float:
    """Largest difference of a batch's last signal to the truth, by its peak; infinite for another shape."""
    got = np.asarray(got)
    while got.ndim > truth.ndim + (np.iscomplexobj(truth) and not np.iscomplexobj(got)):
        got = got[-1]
    if np.iscomplexobj(truth) and got.shape == (2, *truth.shape):  # real and imaginary parts
        got = got[0] + 1j * got[1]
    if got.shape != truth.shape:
        return float("inf")
    return float(np.abs(got - truth).max() / np.abs(truth).max())
