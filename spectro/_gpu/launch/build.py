"""Kernel text, dialect and sizes -> a callable. The only place that knows how MLX is given a kernel."""

from __future__ import annotations

import functools
import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import mlx.core as mx
import numpy as np

from ..._floor.memo import Memo
from . import cuda
from . import fft as transforms
from .compiled import mappable, refuse_open_sizes
from .fft import FftPlan

PARTS = {6: (3,), 8: (4,), 9: (3,), 10: (5,), 12: (3, 4), 15: (3, 5), 16: (4,)}  # butterflies made of smaller ones
INCLUDE = re.compile(r'^#include "?([\w.]+)"?$', re.MULTILINE)
COMMENT = re.compile(r"^ *//.*\n|  // .*$", re.MULTILINE)
Defines = dict[str, str | int]
Numbers = dict[str, float]  # an `int` is handed over as one
FILL: float | None = None  # what outputs start as; the tests set NaN, so that an element left out shows
THREADS = 256  # of a group, where one thread makes one element
PACKAGE = __package__.rpartition(".")[0]
TINY = 8  # inputs of fewer elements lie in another address space on Metal
WIDE = 2**31 - 2**20  # sizes from here on are counted with 64 bits; a group may reach beyond its array


@dataclass(frozen=True)
class Kernel:
    """All that makes one kernel: the file of its body, its arguments, the sizes that its text is made for.

    What changes between calls, and not the inner loop, is no part of it: `numbers` are told at each launch.
    """

    stem: str
    arrays: tuple[str, ...]
    defines: tuple[tuple[str, str | int], ...]
    headers: tuple[str, ...] = ()
    fft: FftPlan | None = None
    output: str = "out"
    numbers: tuple[tuple[str, str], ...] = ()  # name, and "int" or "float"
    registers: int = 0  # that a thread may take at most, where a compiler takes such a wish

    @property
    def inputs(self) -> tuple[str, ...]:
        """The arguments where numbers come in an array."""
        return (*self.arrays, "numbers") if self.numbers else self.arrays

    @functools.cached_property
    def header(self) -> str:
        """Sizes and helpers, without the dialect."""
        sizes = "".join(f"#define {word} {value}\n" for word, value in self.defines)
        parts = [_read(name) for name in ("prelude.h", *(["complex.h"] if self.fft else []), *self.headers)]
        return sizes + "".join(parts) + (_helpers(self.fft.radices) if self.fft else "")

    @functools.cached_property
    def body(self) -> str:
        """The statements of the kernel function where numbers come in an array."""
        take = {"int": "numbers[{}]", "float": "AS_FLOAT(numbers[{}])"}
        lines = [f"const {kind} {name} = {take[kind].format(i)};\n" for i, (name, kind) in enumerate(self.numbers)]
        return "".join(lines) + self.statements

    @functools.cached_property
    def statements(self) -> str:
        """The statements of the kernel function, for which its numbers are variables."""
        words = dict(self.defines)

        def expand(text: str) -> str:
            return INCLUDE.sub(lambda m: expand(self._included(str(words.get(m[1], m[1])))), text)

        return expand(_read(f"{self.stem}.h"))

    def _included(self, name: str) -> str:
        if name == "passes.h" and self.fft is not None:
            return transforms.passes(self.fft)
        return _read(name)

    @functools.cached_property
    def hash(self) -> str:
        """Of everything that makes the kernel but the dialect."""
        text = "\0".join((self.stem, *self.inputs, self.output, self.header, self.body, str(self.registers)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        return f"spectro_{self.stem}_{self.hash}"


@functools.lru_cache(maxsize=256)
def _helpers(radices: tuple[int, ...]) -> str:
    """Give the functions that these radices use: MLX hands the whole text to itself at every call."""
    used = sorted({part for r in radices for part in (r, *PARTS.get(r, ()))})
    texts = re.split(r"^INLINE void ", _read("butterfly.h") + _read("twiddle.h"), flags=re.MULTILINE)[1:]
    functions = {text.split("(")[0]: f"INLINE void {text.strip()}\n" for text in texts}
    functions |= {f"butterfly{prime}": _prime(prime) for prime in used if prime in transforms.PRIMES}
    names = [f"butterfly{r}" for r in used]
    powers = [r for r in used if r in radices and f"twiddle{r}" in functions]
    names += ["twiddle_quarter"] * bool(powers) + [f"twiddle{r}" for r in powers]
    return "".join(functions[name] for name in names)


def _prime(prime: int) -> str:
    """Give the butterfly of a prime number of points."""
    angles = [2 * math.pi * k / prime for k in range(1, prime // 2 + 1)]
    words = {"PRIME": str(prime)}
    words["COSINES"], words["SINES"] = (", ".join(f"{f(a)!r}f" for a in angles) for f in (math.cos, math.sin))
    sizes = "".join(f"#define {word} {value}\n" for word, value in words.items())
    return sizes + _read("butterfly_prime.h") + "".join(f"#undef {word}\n" for word in words)


@functools.lru_cache(maxsize=64)
def _read(name: str) -> str:
    return COMMENT.sub("", (files(PACKAGE) / "kernels" / name).read_text())


def dialect(name: str) -> str:
    """Give the header that translates the kernels' words for "metal", "cuda" or "opencl"."""
    return _read(f"dialect_{name}.h")


def text(kernel: Kernel) -> str:
    """Give all of a kernel's text but the signature: header and body, in this machine's dialect."""
    return f"{dialect('metal' if mx.metal.is_available() else 'cuda')}{kernel.header}\n{kernel.body}"


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
        header, options = dialect("metal") + kernel.header, {"math_mode": "safe"}
        return WithNumbers(mx.fast.metal_kernel(**words, header=header, compile_options=options))
    return WithNumbers(mx.fast.cuda_kernel(**words, header=dialect("cuda") + kernel.header))


class WithNumbers:
    """One of MLX's kernels, which gets its numbers as the last array."""

    def __init__(self, call: Any) -> None:
        self.call = call

    def __call__(self, *, inputs: Sequence[mx.array], numbers: tuple[float, ...], **rest: Any) -> Any:
        """Add the launch to the graph."""
        return self.call(inputs=[*inputs, packed(*numbers)] if numbers else list(inputs), **rest)


_made: Memo[Kernel, Any] = Memo(256)


def callable_of(kernel: Kernel) -> Any:
    """Give the callable, made on first use and kept."""
    return _made.find(kernel, lambda: make(kernel))


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
