"""Medians of interleaved repeats: what disturbs the machine disturbs every peer alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

REPEATS = 200  # at most
PAUSE = 0.004  # the threads of the library before go on spinning for a while and would slow the next


def medians(calls: dict[str, Callable[[], Any]], budget: float, pause: float = PAUSE) -> dict[str, float]:
    """Seconds of each call, measured turn by turn for about `budget` seconds in all."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    begin = time.perf_counter()
    first = next(iter(times.values()), [0.0] * REPEATS)
    while len(first) < 5 or (len(first) < REPEATS and time.perf_counter() - begin < budget):
        for name, call in calls.items():
            time.sleep(pause)
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def error(got: Any, truth: np.ndarray) -> float:
    """Largest difference of a batch's last signal to the truth, by its peak; infinite for another shape."""
    got = np.asarray(got)
    while got.ndim > truth.ndim:
        got = got[-1]
    if got.shape != truth.shape:
        return float("inf")
    return float(np.abs(got - truth).max() / np.abs(truth).max())
