"""The text of a kernel: its body, its sizes and the helpers that these use, in one of three dialects."""

from __future__ import annotations

import functools
import hashlib
import math
import re
from dataclasses import dataclass
from importlib.resources import files

from . import fft as transforms
from .fft import FftPlan

PARTS = {6: (3,), 8: (4,), 9: (3,), 10: (5,), 12: (3, 4), 15: (3, 5), 16: (4,)}  # butterflies made of smaller ones
INCLUDE = re.compile(r'^#include "?([\w.]+)"?$', re.MULTILINE)
COMMENT = re.compile(r"^ *//.*\n|  // .*$", re.MULTILINE)
PACKAGE = __package__.rpartition(".")[0]


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
        text = "\0".join((self.stem, *self.inputs, self.output, self.header, self.body))
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
