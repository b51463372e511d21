"""The compiled part of this backend, which can be missing: then every call is planned anew, and MLX maps no launch."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from types import ModuleType

import mlx.core as mx

from ..._floor import extension, tracing


def missing() -> str | None:
    """Why the compiled part is not there, or None when it is."""
    return loaded()[1]


def mappable(launched: mx.array) -> mx.array:
    """Give the same array; `mx.vmap` leaves its batch to the rule of the custom function that it is traced in."""
    native = loaded()[0]
    return launched if native is None else native.mappable(launched)


def refuse_open_sizes(where: str, arrays: Sequence[mx.array]) -> None:
    """Refuse a trace for arrays of any size: a launch has those of its first call."""
    native = loaded()[0]
    if tracing.sizes_are_open() if native is None else native.sizes_are_open(arrays):
        tracing.refuse(where)


@functools.lru_cache(maxsize=1)
def loaded() -> tuple[ModuleType | None, str | None]:
    """Give the module, or the reason why there is none."""
    return extension.load("spectro._gpu._native")
