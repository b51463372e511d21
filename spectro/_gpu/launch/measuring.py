"""Which launch is fastest: measured, for as long as is allowed."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import mlx.core as mx

from . import fft as transforms
from . import kinds, tuning
from .fft import FftPlan
from .tuning import Choice

T = TypeVar("T")
REPEATS = 8  # of a launch that are evaluated together
ROUNDS = 3
ROOM = 2**30  # bytes of their results
CLEARLY = 0.95  # of the time: less is noise
WARM = 0.3  # seconds of launches before any is measured: clocks rise as they come
FEWEST_THREADS = 16  # of a group


@dataclass(frozen=True)
class Found(Generic[T]):
    """The fastest candidate of those measured so far, which are the first `tried` ones."""

    best: T | None = None
    tried: int = 0


def fastest(
    candidates: Sequence[T], seconds: Callable[[T], float], limit: float, before: Found[T] | None = None
) -> Found[T]:
    """Measure candidates; ones that fail are left out.

    The first one, the default, is measured first and, after others, again. It stays unless another is clearly faster
    than both times. After `limit` seconds no other is begun; a later call goes on where one `before` stopped: the best
    until then is measured again, and then at least one that was not.
    """
    until = time.monotonic() + limit
    took: dict[int, float] = {}

    def measure(number: int) -> None:
        with contextlib.suppress(RuntimeError, ValueError):
            took[number] = min(seconds(candidates[number]), took.get(number, math.inf))

    measure(0)
    begun = before.tried if before else 0
    tried = max(1, begun)
    if before and before.best in candidates[1:tried]:
        measure(candidates.index(before.best))
    while tried < len(candidates) and (not took or tried == begun or time.monotonic() <= until):
        measure(tried)
        tried += 1
    if len(took) > 1 and 0 in took:
        measure(0)
    if not took:
        return Found(None, tried)
    best = min(took, key=lambda number: took[number])
    stays = 0 in took and took[best] >= CLEARLY * took[0]
    return Found(candidates[0 if stays else best], tried)


def warm(launch: Callable[[], mx.array]) -> None:
    """Keep the device at work for a while."""
    until = time.monotonic() + WARM
    while time.monotonic() < until:
        try:
            mx.eval(launch())
        except (RuntimeError, ValueError):
            return


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
    """Give plans worth measuring: one or two frames together, radices of each kind of GPU, more or fewer threads."""
    found = []
    for frames in (1, 2) if n_fft % 2 == 0 else (2,):
        for kind in sorted(kinds.KINDS, key=lambda kind: kind != kinds.current()):
            if not transforms.radices_of(n_fft * frames // 2, kind) or (frames == 2 and not tuning.pairs_fit(n_fft)):
                continue
            base = transforms.default(n_fft, frames, kind=kind)
            threads = base.threads_per_transform
            for per_transform in (threads, 2 * threads, threads // 2):
                for together in (1, 2, 4, base.transforms_per_group):
                    fft = replace(base, threads_per_transform=per_transform, transforms_per_group=together)
                    if fft.threads >= FEWEST_THREADS and fft.fits():
                        found.append(fft)
    return list(dict.fromkeys(found)) or [transforms.default(n_fft)]


def syntheses(n_fft: int, hop: int) -> list[Choice]:
    """Give syntheses worth measuring: each plan with runs of several lengths, where it streams."""
    found: list[Choice] = []
    for fft in variants(n_fft):
        stream = tuning.stream_of(fft, hop)
        if stream:
            found += [(stream, run) for run in tuning.RUNS]
        else:
            found.append((fft, 0))
    return found
