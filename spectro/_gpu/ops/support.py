"""What the GPU backend can do here: calls that it has kernels for, and kernels that the device accepted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from ..._floor import fallbacks
from ..._floor.memo import Memo
from ..._floor.operation import Kind, supported_if
from ..launch import build, tuning

MOST = 2**31 - 2**20  # threads of a launch, samples of a signal

_answers: Memo[Any, bool] = Memo(1024)
_verdicts: Memo[str, bool] = Memo(1024)


@functools.cache
def unavailable() -> str | None:
    """Why MLX cannot run the kernels here, or None when it can."""
    if mx.metal.is_available() or mx.cuda.is_available():
        return None
    return "MLX has neither Metal nor CUDA here"


def taken_if(check: Callable[..., bool]) -> Callable[[Callable[..., mx.array]], Any]:
    """Mark an operation as `supported_if` does: asked once for a plan and kinds, never for arrays without elements."""

    def supports(plan: Any, *arrays: Any) -> bool:
        kinds = tuple(None if a is None else Kind.of(a) for a in arrays)
        if any(kind is not None and (kind.size == 0 or max(kind.shape, default=1) > MOST) for kind in kinds):
            return False
        return _answers.find((check, plan, kinds), lambda: check(plan, *kinds))

    return supported_if(supports)


def forget() -> None:
    """Ask and try everything again."""
    _answers.clear()
    _verdicts.clear()


def accepted(kernel: build.Kernel, attempt: Callable[[], mx.array]) -> bool:
    """Whether the device takes a kernel: tried once, on a small array of our own."""
    return _verdicts.find(kernel.name, lambda: _attempt(kernel, attempt))


def _attempt(kernel: build.Kernel, attempt: Callable[[], mx.array]) -> bool:
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
