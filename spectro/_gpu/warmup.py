"""Measures launches of an operation before they are needed, on arrays of our own; no call ever does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mlx.core as mx

from .._floor import settings
from .._plans import IstftPlan, SpectrogramPlan, StftPlan
from .launch import fft, measuring, tuned, tuning
from .launch.tuning import Choice
from .ops import analysis, synthesis
from .ops.analysis import WHOLE, Analysis, Epilogue
from .ops.synthesis import Synthesis

Where = tuple[str, int, int, int, int]  # operation, n_fft, hop, epilogue and size, by which choices are kept
LARGEST = 2**25  # samples that are measured on


def warmup(plan: Any, shape: tuple[int, ...], limit: float) -> bool:
    """Measure launches of an operation whose first array has a shape; whether anything was.

    Nothing is where all were measured before, where the kernels do not do the size, and for other operations. After
    `limit` seconds no further launch is tried; the next call goes on from there.
    """
    if isinstance(plan, IstftPlan):
        return _synthesis(plan, shape, limit)
    return isinstance(plan, (StftPlan, SpectrogramPlan)) and _analysis(plan, shape, limit)


def _analysis(plan: StftPlan | SpectrogramPlan, shape: tuple[int, ...], limit: float) -> bool:
    if isinstance(plan, StftPlan):
        frames, e, table = plan, WHOLE, None
    else:
        frames, e, table = plan.stft, Epilogue.of(plan), None if plan.bank is None else plan.bank.table()
    n, count = shape[-1], math.prod(shape[:-1])
    work = count * frames.frames(n)
    where = ("stft", frames.n_fft, frames.hop_length, e.kind, work.bit_length())
    if not _worthwhile(*where):
        return False
    default = tuning.usual_analysis(frames.n_fft, e.kind == analysis.BANK)
    count, n = max(1, min(count, LARGEST // n)), min(n, LARGEST)
    a = Analysis.of(frames, n)
    y, window = _noise(count, n), mx.ones(frames.n_fft)
    mx.eval(y, window)

    def launch(choice: Choice) -> mx.array:
        return analysis.launch(a, choice[0], e, count, n)(y, window, *analysis.constants(choice[0], table))

    plans = [default, *measuring.variants(frames.n_fft)]
    return _measure(where, [(plan, 0) for plan in plans], launch, limit)


def _synthesis(plan: IstftPlan, shape: tuple[int, ...], limit: float) -> bool:
    s, count = Synthesis.of(plan), math.prod(shape[:-2])
    work = count * s.hops
    where = ("istft", s.n_fft, s.hop, 0, work.bit_length())
    if not _worthwhile(*where):
        return False
    count = max(1, min(count, LARGEST // s.length))
    s = replace(s, length=min(s.length, LARGEST))
    D = _noise(count, s.length // s.hop + 1, s.n_fft // 2 + 1).astype(mx.complex64)
    window = mx.ones(s.n_fft)
    mx.eval(D, window)

    def launch(choice: Choice) -> mx.array:
        run = synthesis.steps(s, *choice, count, D.shape[1])
        if run is None:
            raise RuntimeError("the device takes no such launch")
        return run(D, window)

    default = tuning.usual_synthesis(s.n_fft, s.hop, work.bit_length())
    return _measure(where, [default, *measuring.syntheses(s.n_fft, s.hop)], launch, limit)


def _worthwhile(op: str, n_fft: int, hop: int, epilogue: int, size: int) -> bool:
    """Whether launches of the kernels may be measured, and have not all been."""
    allowed = settings.read("SPEC_MLX_AUTOTUNE") and not settings.read("SPEC_MLX_TGX")
    tried, of = tuning.progress(op, n_fft, hop, epilogue, size)
    done = tried >= of and tuning.recall(op, n_fft, hop, epilogue, size)
    return bool(allowed) and fft.supported(n_fft) and not done


def _measure(where: Where, given: list[Choice], launch: Callable[[Choice], mx.array], limit: float) -> bool:
    """Measure candidates, on from where an earlier call stopped, and keep the best; whether there is one."""
    candidates = list(dict.fromkeys(given))
    tried, of = tuning.progress(*where)
    kept = tuning.recall(*where)
    before = measuring.Found(kept, tried) if kept and of == len(candidates) else None
    measuring.warm(lambda: launch(candidates[0]))
    found = measuring.fastest(candidates, measuring.timed(launch), limit, before)
    if found.best is None:
        return False
    tuned.remember(tuning.key(*where), tuning.described(found.best, found.tried, len(candidates)))
    tuning.renew()
    return True


def _noise(*shape: int) -> mx.array:
    """Give random numbers that take none from the user's."""
    return mx.random.normal(shape, key=mx.random.key(0))
