"""Everything that this package keeps for later calls, in one place to empty it."""

from __future__ import annotations

import functools
import sys
from typing import Any

from .memo import Memo

_PACKAGE = __name__.partition(".")[0]


def clear() -> None:
    """Forget plans, constants and kernels; all are made again when they are needed."""
    for cache in _all():
        (cache.clear if isinstance(cache, Memo) else cache.cache_clear)()


def unlock() -> None:
    """Give locks that a thread of the parent may hold anew, in the child of a fork."""
    for cache in _all():
        if isinstance(cache, Memo):
            cache.unlock()


def _all() -> list[Any]:
    """The memories in the package's modules that are loaded."""
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] == _PACKAGE]
    values = [value for module in modules for value in list(vars(module).values())]
    kept = [value for value in values if isinstance(value, (functools._lru_cache_wrapper, Memo))]
    return list({id(value): value for value in kept}.values())
