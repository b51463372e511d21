"""What the GPU backend can do here: plans it has kernels for, and kernels that the device accepted."""

from __future__ import annotations

import functools
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from .._floor import fallbacks
from .._plans import DecibelPlan, FluxPlan, IstftPlan, SpectrogramPlan, StftPlan
from . import analysis, build, synthesis, transform, tuning
from .analysis import Analysis, Epilogue
from .frame import PAD_MODES
from .onset import WIDEST
from .synthesis import Synthesis

WHOLE = Epilogue()
CAPACITY = 1024

_lock = threading.RLock()
_answers: OrderedDict[Any, bool] = OrderedDict()
MOST = 2**31 - 2**20  # threads of a launch, samples of a signal


@functools.cache
def unavailable() -> str | None:
    """Why MLX cannot run the kernels here, or None when it can."""
    if mx.metal.is_available() or mx.cuda.is_available():
        return None
    return "MLX has neither Metal nor CUDA here"


def supports(op: str, plan: Any, *arrays: mx.array | None) -> bool:
    """Whether `op` has kernels for the plan and these arrays, and the device takes them."""
    key = (op, plan, *((a.shape, a.dtype) if a is not None else None for a in arrays))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    answer = _check(op, plan, arrays)
    with _lock:
        _answers[key] = answer
        if len(_answers) > CAPACITY:
            _answers.popitem(last=False)
    return answer


def _check(op: str, plan: Any, arrays: tuple[mx.array | None, ...]) -> bool:
    check = CHECKS.get(op)
    if check is None or any(a is not None and (a.size == 0 or max(a.shape, default=1) > MOST) for a in arrays):
        return False
    return check(plan, *arrays)


def forget() -> None:
    """Ask and try everything again."""
    with _lock:
        _answers.clear()
        _verdicts.clear()


def _stft(plan: StftPlan, y: mx.array, window: mx.array, e: Epilogue = WHOLE, table: Any = None) -> bool:
    n, count = y.shape[-1], y.size // y.shape[-1]
    if plan.pad_mode not in PAD_MODES or y.dtype != mx.float32:
        return False
    a = Analysis.of(plan, n)
    if not transform.supported(plan.n_fft):
        return count * a.frames * plan.n_fft < MOST
    t = tuning.analysis(a.n_fft, a.hop, e.kind, count * a.frames)
    return count * a.frames * t.lanes < MOST and accepted(
        analysis.launch(a, t, e, count, n).kernel, functools.partial(_try_stft, a, t, e, table)
    )


def _try_stft(a: Analysis, t: Any, e: Epilogue, table: Any) -> mx.array:
    small = Analysis(a.n_fft, a.hop, a.padding, 1, a.pad_mode, a.edge, a.inner)
    y = mx.zeros((1, a.n_fft))
    return analysis.launch(small, t, e, *y.shape)(y, mx.zeros(a.n_fft), *analysis.constants(small, t, table))


def _spectrogram(plan: SpectrogramPlan, y: mx.array, window: mx.array) -> bool:
    whole = plan.decibels is None or plan.decibels.block_dims(y.ndim + 1) is not None
    table = None if plan.bank is None else plan.bank.table()
    return whole and _stft(plan.stft, y, window, Epilogue.of(plan), table)


def _istft(plan: IstftPlan, D: mx.array, window: mx.array) -> bool:
    count = D.size // math.prod(D.shape[-2:])
    if D.dtype != mx.complex64 or max(plan.length, D.shape[-2] * plan.hop_length + plan.n_fft) > MOST:
        return False
    if not transform.supported(plan.n_fft):
        return count * max(plan.length, D.shape[-2] * plan.n_fft) < MOST
    s = Synthesis.of(plan)
    t, walk = tuning.synthesis(s.n_fft, s.hop, count * s.hops)
    wanted = synthesis.launch(s, t, walk, count, D.shape[-2])
    return wanted.groups * t.threads < MOST and accepted(wanted.kernel, functools.partial(_try_istft, s, t, walk))


def _try_istft(s: Any, t: Any, walk: Any) -> mx.array:
    small = Synthesis(s.n_fft, s.hop, s.trim, s.hop, s.edge, s.inner, s.floor)
    D = mx.zeros((1, 1, s.n_fft // 2 + 1), dtype=mx.complex64)
    return synthesis.launch(small, t, walk, 1, 1)(D, mx.zeros(s.n_fft), *synthesis.constants(small, t))


def _filterbank(bank: Any, S: mx.array) -> bool:
    return S.dtype == mx.float32 and S.size // S.shape[-1] * max(S.shape[-1], bank.n_bands) < MOST


def _decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> bool:
    return S.dtype == ref.dtype == mx.float32 and S.size < MOST and plan.in_blocks(S.shape, ref.shape)


def _flux(plan: FluxPlan, S: mx.array, ref: mx.array | None) -> bool:
    if S.dtype != mx.float32 or plan.max_size > WIDEST or S.shape[-2] <= plan.lag:
        return False
    return S.size // S.shape[-1] * 32 < MOST and (ref is None or ref.dtype == mx.float32)


CHECKS: dict[str, Callable[..., bool]] = {
    "stft": _stft,
    "istft": _istft,
    "spectrogram": _spectrogram,
    "filterbank": _filterbank,
    "decibels": _decibels,
    "flux": _flux,
}

_verdicts: dict[str, bool] = {}


def accepted(kernel: build.Kernel, attempt: Any) -> bool:
    """Whether the device takes a kernel: tried once, on a small array of our own."""
    with _lock:
        if kernel.name not in _verdicts:
            _verdicts[kernel.name] = _attempt(kernel, attempt)
        return _verdicts[kernel.name]


def _attempt(kernel: build.Kernel, attempt: Any) -> bool:
    try:
        mx.eval(attempt())
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines() or ["no reason given"]
        fallbacks.note(
            kernel.name,
            f"the kernel {kernel.name} was refused by {tuning.device_key()}: {reason[0][:200]}; "
            "the reference backend answers instead, which is slower",
        )
        return False
    return True
