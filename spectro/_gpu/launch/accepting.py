"""What this machine's GPU can do: whether there is one, the sizes of a launch, the kernels that the device takes."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import mlx.core as mx

from ..._floor import fallbacks
from ..._floor.memo import Memo
from . import build, tuning
from .build import Launch, text
from .kernel import Kernel

QUOTED = 3  # errors of a compiler, in a warning
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


def accepted(wanted: Launch, small: Callable[[], tuple[Launch, Sequence[mx.array]]]) -> bool:
    """Whether the device takes the kernel of a launch: that very kernel is tried once, in a small launch of our own."""
    return _verdicts.find(wanted.kernel.name, lambda: _try(wanted.kernel, *small()))


def _try(kernel: Kernel, small: Launch, arrays: Sequence[mx.array]) -> bool:
    message = _refusal(kernel, small, arrays)
    if message is not None and build.without_sizes():
        again = _refusal(kernel, small, arrays)
        if again is None:
            told = f"{tuning.device_key()} takes no sizes of groups, which may cost speed: {_gist(message)}"
            fallbacks.note("sizes of groups", f"{told}{_kept(kernel, message)}")
        else:
            build.with_sizes()
        message = again
    if message is None:
        return True
    fallbacks.note(
        kernel.name,
        f"the kernel {kernel.name} was refused by {tuning.device_key()}: {_gist(message)}; the reference backend "
        f"answers instead, which is slower{_kept(kernel, message)}",
    )
    return False


def _refusal(kernel: Kernel, small: Launch, arrays: Sequence[mx.array]) -> str | None:
    """Launch a kernel; what is said where that fails."""
    try:
        mx.eval(replace(small, kernel=kernel).run(*arrays))
    except (RuntimeError, ValueError) as error:
        return str(error).strip()
    return None


def _gist(message: str) -> str:
    """Quote what a compiler calls errors; of a message without any, its first line."""
    lines = [line.strip() for line in message.splitlines()] or ["no reason given"]
    errors = [line for line in lines if "error:" in line] or lines[:1]
    return " | ".join(line[:200] for line in errors[:QUOTED])


def _kept(kernel: Kernel, message: str) -> str:
    """Write a kernel's text and all that was said of it to a file, and name it."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="spectro-kernel-", suffix=".txt", delete=False) as file:
            file.write(f"{message}\n\n{text(kernel)}")
    except OSError:
        return ""
    return f" (its text, and all that was said, is in {file.name})"
