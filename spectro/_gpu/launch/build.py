"""Kernel text, dialect and sizes -> a callable. The only place that knows how MLX is given a kernel."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
import numpy as np

from ..._floor.memo import Memo
from . import cuda
from . import fft as transforms
from .compiled import mappable, refuse_open_sizes
from .fft import FftPlan
from .kernel import Kernel, dialect

Defines = dict[str, str | int]
Numbers = dict[str, float]  # an `int` is handed over as one
FILL: float | None = None  # what outputs start as; the tests set NaN, so that an element left out shows
THREADS = 256  # of a group, where one thread makes one element
TINY = 8  # inputs of fewer elements lie in another address space on Metal
WIDE = 2**31 - 2**20  # sizes from here on are counted with 64 bits; a group may reach beyond its array


_sized = True  # whether Metal's compiler is told how many threads a group has


def text(kernel: Kernel) -> str:
    """Give all of a kernel's text but the signature: header and body, in this machine's dialect."""
    header = metal_header(kernel) if mx.metal.is_available() else dialect("cuda") + kernel.header
    return f"{header}\n{kernel.body}"


def metal_header(kernel: Kernel) -> str:
    """Give what comes before `[[kernel]] void`, which MLX writes.

    It ends with an attribute of that function: how many threads a group has, so that the compiler need not keep
    registers for 1024 of them. No Metal compiler has seen it; where one refuses it, `without_sizes` leaves it out.
    """
    threads = dict(kernel.defines).get("THREADS_PER_GROUP") if _sized else None
    told = f"[[max_total_threads_per_threadgroup({threads})]]\n" if threads else ""
    return f"{dialect('metal')}{kernel.header}{told}"


def without_sizes() -> bool:
    """Leave the sizes of groups out of kernels that are made from now on; whether that makes them others."""
    global _sized
    changed, _sized = _sized and mx.metal.is_available(), False
    return changed


def with_sizes() -> None:
    """Tell the sizes of groups again."""
    global _sized
    _sized = True


def make(kernel: Kernel) -> Any:
    """Give a callable of (inputs, numbers, output_shapes, ...) for `kernel` on this machine's GPU."""
    if not mx.metal.is_available() and cuda.unavailable() is None:
        return cuda.Compiled(kernel, dialect("cuda"))
    words: dict[str, Any] = {
        "name": kernel.name,
        "input_names": list(kernel.inputs),
        "output_names": [kernel.output],
        "source": kernel.body,
    }
    if mx.metal.is_available():
        # "safe" is MLX's default; stated because the log-mel of silence and NaN inputs depend on it
        options = {"math_mode": "safe"}
        return WithNumbers(mx.fast.metal_kernel(**words, header=metal_header(kernel), compile_options=options))
    return WithNumbers(mx.fast.cuda_kernel(**words, header=dialect("cuda") + kernel.header))


class WithNumbers:
    """One of MLX's kernels, which gets its numbers as the last array."""

    def __init__(self, call: Any) -> None:
        self.call = call

    def __call__(self, *, inputs: Sequence[mx.array], numbers: tuple[float, ...], **rest: Any) -> Any:
        """Add the launch to the graph."""
        return self.call(inputs=[*inputs, packed(*numbers)] if numbers else list(inputs), **rest)


_made: Memo[tuple[Kernel, bool], Any] = Memo(256)


def callable_of(kernel: Kernel) -> Any:
    """Give the callable, made on first use and kept."""
    return _made.find((kernel, _sized), lambda: make(kernel))


@dataclass(frozen=True)
class Launch:
    """A kernel with everything that a call needs but its arrays."""

    kernel: Kernel
    groups: int
    threads: int
    shape: tuple[int, ...]
    dtype: mx.Dtype = mx.float32
    numbers: tuple[float, ...] = ()  # the kernel's, in its order

    @functools.cached_property
    def call(self) -> Any:
        """The callable of the kernel."""
        return callable_of(self.kernel)

    def __call__(self, *inputs: mx.array) -> mx.array:
        """Add the launch to the graph, in which its sizes are known."""
        refuse_open_sizes(self.kernel.stem.partition("_")[0], inputs)
        return self.run(*inputs)

    def run(self, *inputs: mx.array) -> mx.array:
        """Add the launch to the graph."""
        (out,) = self.call(
            inputs=inputs,
            numbers=self.numbers,
            output_shapes=[self.shape],
            output_dtypes=[self.dtype],
            grid=(self.groups * self.threads, 1, 1),
            threadgroup=(self.threads, 1, 1),
            **({} if FILL is None else {"init_value": FILL}),
        )
        return mappable(out)


def elementwise(kernel: Kernel, shape: tuple[int, ...], numbers: Numbers, each: int = 1) -> Launch:
    """Give a launch with one thread for `each` elements of the output."""
    return Launch(kernel, -(-math.prod(shape) // (THREADS * each)), THREADS, shape, numbers=values(numbers))


def values(numbers: Numbers) -> tuple[float, ...]:
    """Give a kernel's numbers as it has them: MLX refuses one that 32 bits cannot hold exactly."""
    return tuple(n if isinstance(n, int) else float(np.float32(n)) for n in numbers.values())


def kinds(numbers: Numbers) -> tuple[tuple[str, str], ...]:
    """Give the names and types of a kernel's numbers."""
    return tuple((name, type(value).__name__) for name, value in numbers.items())


def is_tiny(size: int) -> bool:
    """Whether an input of `size` elements lies in another address space than larger ones."""
    return size < TINY and not mx.cuda.is_available()


def offset_type(*sizes: int) -> str:
    """Give the integer that counts elements: 64 bits where an array may have 2^31 of them."""
    return "wide" if max(sizes) >= WIDE else "int"


@functools.lru_cache(maxsize=64)
def twiddles(fft: FftPlan) -> mx.array:
    """Give a transform's table on the device; evaluated here, so that any thread may use it."""
    held = mx.array(transforms.table(fft))
    mx.eval(held)
    return held


@functools.lru_cache(maxsize=1024, typed=True)  # 1 and 1.0 are equal, and have other bits
def packed(*numbers: float) -> mx.array:
    """Give numbers as 32 bits each; more of them than there are, since Metal keeps few in another memory."""
    bits = [n if isinstance(n, int) else int(np.float32(n).view(np.int32)) for n in numbers]
    held = mx.array(bits + [0] * max(0, TINY - len(bits)), dtype=mx.int32)
    mx.eval(held)
    return held
