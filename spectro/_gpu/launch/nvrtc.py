"""NVIDIA's run-time compiler, from the library that MLX itself has loaded: CUDA text -> machine code of one device."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SUCCESS = 0


class CompileError(RuntimeError):
    """What the compiler said of a text that it refused."""


@functools.cache
def library() -> ctypes.CDLL | None:
    """Give the compiler, or None where there is none."""
    for name in (_loaded(), ctypes.util.find_library("nvrtc")):
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    return None


def _loaded() -> str | None:
    """Give the path of the library in this process."""
    try:
        lines = Path("/proc/self/maps").read_text(errors="replace").splitlines()
    except OSError:
        return None
    paths = (line.split(maxsplit=5)[-1] for line in lines if "libnvrtc.so" in line)
    return next(paths, None)


@functools.cache
def version() -> str:
    """Give the compiler's version."""
    major, minor = ctypes.c_int(), ctypes.c_int()
    _check(_nvrtc().nvrtcVersion(ctypes.byref(major), ctypes.byref(minor)))
    return f"{major.value}.{minor.value}"


def compiled(text: str, options: Sequence[str]) -> bytes:
    """Give the machine code of a program.

    Raises
    ------
    CompileError
        With the compiler's log, when it refuses the text.
    """
    nvrtc, program = _nvrtc(), ctypes.c_void_p()
    _check(nvrtc.nvrtcCreateProgram(ctypes.byref(program), text.encode(), b"spectro.cu", 0, None, None))
    try:
        words = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        if nvrtc.nvrtcCompileProgram(program, len(options), words) != SUCCESS:
            log = _bytes("ProgramLog", program).rstrip(b"\0").decode(errors="replace")
            raise CompileError(log or "the compiler gave no reason")
        return _bytes("CUBIN", program)
    finally:
        nvrtc.nvrtcDestroyProgram(ctypes.byref(program))


def _bytes(what: str, program: Any) -> bytes:
    """Give what the compiler keeps of a program."""
    size = ctypes.c_size_t()
    _check(getattr(_nvrtc(), f"nvrtcGet{what}Size")(program, ctypes.byref(size)))
    held = ctypes.create_string_buffer(size.value)
    _check(getattr(_nvrtc(), f"nvrtcGet{what}")(program, held))
    return held.raw


def _nvrtc() -> ctypes.CDLL:
    found = library()
    assert found is not None  # asked before anything is compiled
    return found


def _check(status: int) -> None:
    if status != SUCCESS:
        raise CompileError(f"NVRTC failed with status {status}")
