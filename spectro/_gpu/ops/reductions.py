"""Features of spectra, frame by frame: of a signal's, which are not written to memory, and of magnitudes."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..._floor.operation import Kind, supported_if
from ..._plans.reductions import ReducedPlan, ReductionsPlan
from ..._reference import reduced as definition
from ..._reference import reductions as reductions_definition
from ..launch import build, fft
from ..launch.accepting import MOST, accepted, countable
from . import analysis, program
from .analysis import ARRAYS, REDUCED, Analysis, Epilogue
from .linear import Function, by_window, composed, rows
from .stft import stft
from .stft import takes as takes_stft

FEW_BINS = 256  # that 32 threads share
GROUP_BYTES = 16384  # of magnitudes that a group holds, if one frame does not have more


def takes(plan: ReducedPlan, y: Kind, window: Kind) -> bool:
    """Whether these signals can be analyzed here."""
    if not _is_fused(plan):
        return takes_stft(plan.stft, y, window)
    return takes_stft(plan.stft, y, window, _epilogue(plan), program.table(plan.reductions))


@supported_if(takes)
def reduced(plan: ReducedPlan, y: mx.array, window: mx.array) -> mx.array:
    """From y (..., n), window (n_fft,) -> (..., t, width)."""
    if _is_fused(plan):
        return _function(plan, y.shape[-1])(y, window)
    return definition(plan, y, window, stft=stft)


@functools.lru_cache(maxsize=256)
def _is_fused(plan: ReducedPlan) -> bool:
    """Whether one launch makes the features."""
    n_fft = plan.stft.n_fft
    return fft.supported(n_fft) and program.suits(plan.reductions) and analysis.has_room(fft.default(n_fft), REDUCED)


@functools.lru_cache(maxsize=256)
def _function(plan: ReducedPlan, n: int) -> Function:
    """Give (y, window) -> features in one launch, with the derivatives of their definition."""
    pieces = functools.partial(definition, plan, stft=stft)
    table = program.table(plan.reductions)
    whole = analysis.fused(Analysis.of(plan.stft, n), pieces, _epilogue(plan), table)

    def fixed(window: mx.array) -> Function:
        return composed(lambda y: whole(y, window), lambda y: pieces(y, window))

    return by_window(composed(whole, pieces), fixed)


def _epilogue(plan: ReducedPlan) -> Epilogue:
    return Epilogue(REDUCED, 1.0, plan.reductions.width)


def takes_magnitudes(plan: ReductionsPlan, S: Kind) -> bool:
    """Whether these magnitudes can be reduced here."""
    if S.dtype != mx.float32 or not countable(S) or not program.suits(plan):
        return False
    count, bins = S.size // S.shape[-1], S.shape[-1]
    threads, together = _group(bins)
    fits = 4 * together * (bins + 2 * threads) <= fft.SHARED_BYTES and count * max(bins, threads) < MOST
    return fits and _launch(plan, count, bins) is not None


@supported_if(takes_magnitudes)
def reductions(plan: ReductionsPlan, S: mx.array) -> mx.array:
    """Features of magnitudes, side by side: S (..., t, f) -> (..., t, width)."""
    return _of_magnitudes(plan)(S)


@functools.lru_cache(maxsize=64)
def _of_magnitudes(plan: ReductionsPlan) -> Function:
    def fused(S: mx.array) -> mx.array:
        flat = rows(S, 1)
        run = _launch(plan, *flat.shape)
        if run is None:
            return reductions_definition(plan, S)
        return run(flat, *program.table(plan)).reshape(*S.shape[:-1], plan.width)

    return composed(fused, functools.partial(reductions_definition, plan))


def _group(bins: int) -> tuple[int, int]:
    """Give the threads of a frame, and the frames of a group."""
    threads = 32 if bins <= FEW_BINS else 64
    return threads, max(1, min(build.THREADS // threads, GROUP_BYTES // (4 * bins)))


@functools.lru_cache(maxsize=128)
def _launch(plan: ReductionsPlan, count: int, bins: int) -> build.Launch | None:
    """Give the launch for `count` frames, if the device takes it."""
    threads, together = _group(bins)
    sizes = {
        "THREADS_PER_TRANSFORM": threads,
        "TRANSFORMS_PER_GROUP": together,
        "THREADS_PER_GROUP": threads * together,
    }
    defines: build.Defines = {"BINS": bins, **sizes, **program.defines(threads)}
    defines["offset_t"] = build.offset_type(count * bins, count * plan.width)
    numbers: build.Numbers = {"bands": plan.width}
    arrays, headers = ("levels", *ARRAYS[REDUCED]), ("complex.h", *program.HEADERS)
    kernel = build.Kernel("reductions", arrays, tuple(defines.items()), headers, numbers=build.kinds(numbers))

    def launch(count: int) -> build.Launch:
        groups, told = -(-count // together), build.values(numbers)
        return build.Launch(kernel, groups, threads * together, (count, plan.width), numbers=told)

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(count, build.TINY)  # fewer elements may lie elsewhere
        return launch(few), [mx.zeros((few, bins)), *program.table(plan)]

    wanted = launch(count)
    return wanted if accepted(wanted, small) else None
