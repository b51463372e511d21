"""Which launch is fastest: measured on arrays of our own, for as long as is allowed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import mlx.core as mx

from .._floor import settings
from .._plans import IstftPlan, SpectrogramPlan, StftPlan
from .launch import transform, tuned, tuning
from .launch.transform import Transform
from .launch.tuning import Tiling
from .ops import analysis, synthesis
from .ops.analysis import Analysis, Epilogue
from .ops.synthesis import Synthesis

REPEATS = 8  # of a launch that are evaluated together
ROUNDS = 3
ROOM = 2**30  # bytes of their results
LARGEST = 2**25  # samples that are measured on
Plan = StftPlan | SpectrogramPlan | IstftPlan


def warmup(plan: Any, shape: tuple[int, ...], limit: float) -> bool:
    """Measure launches of an operation whose first array has a shape; whether anything was.

    Nothing is where it was measured before, where the kernels do not do the size, and for other operations. After
    `limit` seconds no further launch is tried.
    """
    if not isinstance(plan, Plan) or not settings.read("SPEC_MLX_AUTOTUNE"):
        return False
    measured = _synthesis(plan, shape, limit) if isinstance(plan, IstftPlan) else _analysis(plan, shape, limit)
    if measured:
        tuning.forget()
    return measured


def _analysis(plan: StftPlan | SpectrogramPlan, shape: tuple[int, ...], limit: float) -> bool:
    if isinstance(plan, StftPlan):
        frames, e, table = plan, Epilogue(), None
    else:
        frames, e, table = plan.stft, Epilogue.of(plan), None if plan.bank is None else plan.bank.table()
    n, count = shape[-1], math.prod(shape[:-1])
    work = count * frames.frames(n)
    where = ("stft", frames.n_fft, frames.hop_length, e.kind)
    if not _untried(where, work):
        return False
    count, n = max(1, min(count, LARGEST // n)), min(n, LARGEST)
    a = Analysis.of(frames, n)
    y, window = noise(count, n), mx.ones(frames.n_fft)
    mx.eval(y, window)

    def launch(t: Transform) -> mx.array:
        return analysis.launch(a, t, e, count, n)(y, window, *analysis.constants(a, t, table))

    candidates = [tuning.analysis(*where[1:], work), *variants(frames.n_fft)]
    tuned.tune(tuning.key(*where, work.bit_length()), candidates, timed(launch), asdict, limit)
    return True


def _synthesis(plan: IstftPlan, shape: tuple[int, ...], limit: float) -> bool:
    s, count = Synthesis.of(plan), math.prod(shape[:-2])
    work = count * s.hops
    where = ("istft", s.n_fft, s.hop, 0)
    if not _untried(where, work):
        return False
    count = max(1, min(count, LARGEST // s.length))
    s = replace(s, length=min(s.length, LARGEST))
    D = noise(count, s.length // s.hop + 1, s.n_fft // 2 + 1).astype(mx.complex64)
    window = mx.ones(s.n_fft)
    mx.eval(D, window)

    def launch(choice: tuple[Transform, Tiling]) -> mx.array:
        t, walk = choice
        return synthesis.launch(s, t, walk, count, D.shape[1])(D, window, *synthesis.constants(s, t))

    candidates = [tuning.synthesis(s.n_fft, s.hop, work), *walks(s.n_fft, s.hop)]
    tuned.tune(tuning.key(*where, work.bit_length()), candidates, timed(launch), described, limit)
    return True


def _untried(where: tuple[str, int, int, int], work: int) -> bool:
    """Whether the kernels do a size, and it has not been measured."""
    return transform.supported(where[1]) and tuning.untuned(*where, work)


def noise(*shape: int) -> mx.array:
    """Give random numbers that take none from the user's."""
    return mx.random.normal(shape, key=mx.random.key(0))


def described(choice: tuple[Transform, Tiling]) -> dict[str, Any]:
    """Give a choice as it is kept."""
    return {**asdict(choice[0]), "walk": choice[1]._asdict()}


def variants(n_fft: int) -> list[Transform]:
    """Give transforms worth measuring: one or two frames together, more or fewer teams and threads."""
    found = []
    for each in (1, 2) if n_fft % 2 == 0 else (2,):
        if not transform.radices_of(n_fft * each // 2) or (each == 2 and not tuning.fits(n_fft)):
            continue
        base = transform.default(n_fft, each)
        for lanes in (base.lanes, 2 * base.lanes, base.lanes // 2):
            for teams in (1, 2, 4):
                t = replace(base, lanes=lanes, teams=teams)
                if 16 <= t.threads <= transform.MAX_THREADS and t.bytes <= transform.BUDGET and t.keep <= 32:
                    found.append(t)
    return list(dict.fromkeys(found)) or [transform.default(n_fft)]


def walks(n_fft: int, hop: int) -> list[tuple[Transform, Tiling]]:
    """Give syntheses worth measuring: each transform with runs, or chunks, of several lengths."""
    found: list[tuple[Transform, Tiling]] = []
    for t in variants(n_fft):
        stream = tuning.stream_of(t, hop)
        if stream:
            found += [(stream, Tiling(run=run)) for run in tuning.RUNS]
        else:
            found += [(t, Tiling(chunk=t.threads * count)) for count in (4, 8, 16)]
    return found


def timed(launch: Callable[[Any], mx.array]) -> Callable[[Any], float]:
    """Give the function that measures seconds of one launch, of several evaluated together."""

    def seconds(choice: Any) -> float:
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
