"""Kernels for CUDA: compiled by NVRTC without MLX's headers, kept on disk, handed to MLX as machine code.

MLX compiles a kernel's text anew in every process, in 1.3 to 2.3 s on the machine with an H100 where it was measured.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from typing import Any

import mlx.core as mx

from ..._floor import fallbacks
from ...errors import warn
from . import cubins, nvrtc
from .kernel import Kernel

TYPES = {mx.float32: "float", mx.int32: "int", mx.complex64: "float2"}
LONG = 1.0  # seconds of a compilation that are worth a word


@functools.cache
def unavailable() -> str | None:
    """Why MLX has to compile the kernels itself, or None when it need not."""
    if not hasattr(mx.fast, "precompiled_cuda_kernel"):
        reason = "this MLX takes no machine code"
    elif nvrtc.library() is None:
        reason = "NVIDIA's compiler NVRTC was not found"
    elif not _architecture():
        reason = "MLX does not name the GPU's architecture"
    else:
        return None
    fallbacks.note("nvrtc", f"{reason}: MLX compiles each GPU kernel anew in every process, about two seconds each")
    return reason


class Compiled:
    """A kernel, called as `build.WithNumbers` is; compiled, or found on disk, at its first call."""

    def __init__(self, kernel: Kernel, dialect: str) -> None:
        self.kernel, self.dialect = kernel, dialect
        self.shaped = [i for i, name in enumerate(kernel.arrays) if f"{name}_shape" in kernel.statements]
        self.code: bytes | None = None

    def __call__(
        self, *, inputs: Sequence[mx.array], numbers: tuple[float, ...], output_dtypes: list[mx.Dtype], **rest: Any
    ) -> Any:
        """Add the launch to the graph."""
        if self.code is None:
            text = self._text(inputs, output_dtypes[0])
            self.code = machine_code(self.kernel.name, text)
        sizes = [size for i in self.shaped for size in inputs[i].shape]
        return mx.fast.precompiled_cuda_kernel(
            name=self.kernel.name,
            compiled_source=self.code,
            inputs=inputs,
            output_dtypes=output_dtypes,
            scalars=[*sizes, *numbers],
            ensure_row_contiguous=True,
            **rest,
        )

    def _text(self, inputs: Sequence[mx.array], dtype: mx.Dtype) -> str:
        """Give the whole program: arrays, the output, sizes of arrays, numbers."""
        kernel = self.kernel
        arguments = [f"const {TYPES[a.dtype]}* {name}" for name, a in zip(kernel.arrays, inputs)]
        arguments.append(f"{TYPES[dtype]}* {kernel.output}")
        shapes = []
        for i in self.shaped:
            name = kernel.arrays[i]
            sizes = [f"{name}_size{axis}" for axis in range(inputs[i].ndim)]
            arguments += [f"int {size}" for size in sizes]
            shapes.append(f"const int {name}_shape[] = {{{', '.join(sizes)}}};\n")
        arguments += [f"{kind} {name}" for name, kind in kernel.numbers]
        signature = f'extern "C" __global__ void {kernel.name}({", ".join(arguments)})'
        return f"{self.dialect}{kernel.header}{signature} {{\n{''.join(shapes)}{kernel.statements}\n}}\n"


def machine_code(name: str, text: str) -> bytes:
    """Give the machine code of a program: kept by an earlier process, or compiled now and kept."""
    options = [f"--gpu-architecture={_architecture()}"]
    key = "\0".join((text, *options, nvrtc.version()))
    code = cubins.recall(key)
    if code is None:
        start = time.perf_counter()
        code = nvrtc.compiled(text, options)
        seconds = time.perf_counter() - start
        kept = cubins.remember(key, code, name, seconds)
        if seconds > LONG:
            _say_that_it_takes_time(kept)
    return code


@functools.cache
def _say_that_it_takes_time(kept: bool) -> None:
    where = f"kept in {cubins.folder()} for later processes" if kept else "not kept for later processes"
    warn(f"a GPU kernel took more than {LONG:g} s to compile; its machine code is {where}", UserWarning)


@functools.cache
def _architecture() -> str:
    """Give the name of the GPU's instruction set."""
    info: dict[str, Any] = dict(mx.device_info()) if hasattr(mx, "device_info") else {}
    return str(info.get("architecture", ""))
