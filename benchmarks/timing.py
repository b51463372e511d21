"""Medians of interleaved blocks: what disturbs the machine disturbs every peer alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

SETTLE = 0.04  # OpenBLAS and OpenMP threads of the library before spin for up to 30 ms and would slow the next
BLOCK = 0.02  # seconds of calls in a row, after one that wakes the library's own threads
ROUNDS = 40  # at most


def medians(calls: dict[str, Callable[[], Any]], budget: float, settle: float = SETTLE) -> dict[str, float]:
    """Seconds of each call, in blocks that take turns, for about `budget` seconds in all."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    begin, rounds = time.perf_counter(), 0
    while rounds < 3 or (rounds < ROUNDS and time.perf_counter() - begin < budget):
        for name, call in calls.items():
            time.sleep(settle)
            call()
            times[name].append(float(np.median(block(call))))
        rounds += 1
    return {name: float(np.median(values)) for name, values in times.items()}


def block(call: Callable[[], Any]) -> list[float]:
    """Seconds of calls in a row, one at least."""
    times, end = [], time.perf_counter() + BLOCK
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return times


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
