"""What this machine's GPU can do: whether there is one, the sizes of a launch, the kernels that the device takes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from ..._floor import fallbacks
from ..._floor.memo import Memo
from . import tuning
from .build import Kernel

MOST = 2**31 - 2**20  # threads of a launch, samples of a signal
_verdicts: Memo[str, bool] = Memo(1024)


@functools.cache
def unavailable() -> str | None:
    """Why MLX cannot run the kernels here, or None when it can."""
    if mx.metal.is_available() or mx.cuda.is_available():
        return None
    return "MLX has neither Metal nor CUDA here"


def countable(*kinds: Any) -> bool:
    """Whether there is something to compute, and kernels can count it."""
    return all(kind is None or (kind.size and max(kind.shape, default=1) <= MOST) for kind in kinds)


def accepted(kernel: Kernel, attempt: Callable[[], mx.array]) -> bool:
    """Whether the device takes a kernel: tried once, on a small array of our own."""
    return _verdicts.find(kernel.name, lambda: _try(kernel, attempt))


def _try(kernel: Kernel, attempt: Callable[[], mx.array]) -> bool:
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
