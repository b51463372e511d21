"""Launches that `mx.vmap` walks past, where the compiled part is there; without it MLX refuses to map them."""

from __future__ import annotations

import functools
from collections.abc import Callable

import mlx.core as mx

from .. import _extension


def unmapped() -> str | None:
    """Why `mx.vmap` cannot map the operations here, or None when it can."""
    return _loaded()[1]


def mappable(launched: mx.array) -> mx.array:
    """Give the same array; `mx.vmap` leaves its batch to the rule of the custom function that it is traced in."""
    return _loaded()[0](launched)


@functools.lru_cache(maxsize=1)
def _loaded() -> tuple[Callable[[mx.array], mx.array], str | None]:
    module, reason = _extension.load("spectro._gpu._mapping", "cuda13" if mx.cuda.is_available() else "cpu")
    return (lambda launched: launched) if module is None else module.mappable, reason
