"""Which launch is fastest: measured, for as long as is allowed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import mlx.core as mx

from . import fft as transforms
from . import tuning
from .fft import FftPlan
from .tuning import Choice, Tiling

T = TypeVar("T")
REPEATS = 8  # of a launch that are evaluated together
ROUNDS = 3
ROOM = 2**30  # bytes of their results
CLEARLY = 0.95  # of the time: less is noise
FEWEST_THREADS = 16  # of a group
CHUNKS = (4, 8, 16)  # samples of output that a thread may make


def fastest(candidates: Iterable[T], seconds: Callable[[T], float], limit: float) -> T | None:
    """Measure candidates; ones that fail are left out.

    The first one stays unless another is clearly faster. After `limit` seconds no other is begun.
    """
    best, least, until = None, math.inf, time.monotonic() + limit
    for candidate in candidates:
        if best is not None and time.monotonic() > until:
            break
        try:
            took = seconds(candidate)
        except (RuntimeError, ValueError):
            continue
        if best is None or took < CLEARLY * least:
            best, least = candidate, took
    return best


def timed(launch: Callable[[Choice], mx.array]) -> Callable[[Choice], float]:
    """Give the function that measures seconds of one launch, of several evaluated together."""

    def seconds(choice: Choice) -> float:
        result = launch(choice)
        mx.eval(result)
        count = max(1, min(REPEATS, ROOM // result.nbytes))
        rounds = []
        for _ in range(ROUNDS):  # the first finds the memory, which later choices then have
            start = time.perf_counter()
            mx.eval([launch(choice) for _ in range(count)])
            rounds.append(time.perf_counter() - start)
        return min(rounds) / count

    return seconds


def variants(n_fft: int) -> list[FftPlan]:
    """Give plans worth measuring: one or two frames together, more or fewer transforms and threads."""
    found = []
    for frames in (1, 2) if n_fft % 2 == 0 else (2,):
        if not transforms.radices_of(n_fft * frames // 2) or (frames == 2 and not tuning.pairs_fit(n_fft)):
            continue
        base = transforms.default(n_fft, frames)
        threads = base.threads_per_transform
        for per_transform in (threads, 2 * threads, threads // 2):
            for together in (1, 2, 4):
                fft = replace(base, threads_per_transform=per_transform, transforms_per_group=together)
                if fft.threads >= FEWEST_THREADS and fft.fits():
                    found.append(fft)
    return list(dict.fromkeys(found)) or [transforms.default(n_fft)]


def tilings(n_fft: int, hop: int) -> list[Choice]:
    """Give syntheses worth measuring: each plan with runs, or chunks, of several lengths."""
    found: list[Choice] = []
    for fft in variants(n_fft):
        stream = tuning.stream_of(fft, hop)
        if stream:
            found += [(stream, Tiling(run=run)) for run in tuning.RUNS]
        else:
            found += [(fft, Tiling(chunk=fft.threads * count)) for count in CHUNKS]
    return found
