"""What only the compiled part does with MLX's graphs: build one again, and let `mx.vmap` walk past a kernel's launch.

Where it is not compiled, every call is planned anew, and MLX refuses to map the GPU's operations.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import mlx.core as mx

from . import extension


def missing() -> str | None:
    """Why the compiled part is not there, or None when it is."""
    return _loaded()[1]


def mappable(launched: mx.array) -> mx.array:
    """Give the same array; `mx.vmap` leaves its batch to the rule of the custom function that it is traced in."""
    native = _loaded()[0]
    return launched if native is None else native.mappable(launched)


def traced(arrays: list[mx.array]) -> bool:
    """Whether MLX follows any of these arrays, for a derivative, a map or a compiled function."""
    native = _loaded()[0]
    return native is not None and native.traced(arrays)


def record(fn: Callable[..., mx.array], arrays: list[mx.array]) -> Any | None:
    """Give the graph that `fn` builds of its arrays alone, to be built again by `replay` for others of their kinds.

    None where it has primitives that graphs cannot share, or MLX does not know the sizes now. `replay` gives None where
    the graph would be another: on another stream, or with other settings.
    """
    native = _loaded()[0]
    assert native is not None  # asked before
    try:
        return native.Recording(fn, arrays, ["SPECTRO_BACKEND", "MLX_OLA_FUSE_NORM"])
    except native.Unsafe:
        return None


@functools.lru_cache(maxsize=1)
def _loaded() -> tuple[ModuleType | None, str | None]:
    return extension.load("spectro._graph_native", "cuda13" if mx.cuda.is_available() else "cpu")
