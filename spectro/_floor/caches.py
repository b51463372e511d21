"""Everything that this package keeps for later calls, in one place to empty it."""

from __future__ import annotations

import functools
import sys
from typing import Any

from . import memo

_PACKAGE = __name__.partition(".")[0]


def clear() -> None:
    """Forget plans, constants and kernels; all are made again when they are needed."""
    for cache in _all():
        (cache.clear if isinstance(cache, memo.Memo) else cache.cache_clear)()


def unlock() -> None:
    """Give locks that a thread of the parent may hold anew, in the child of a fork."""
    for known in memo.every():
        known.unlock()


def statistics(package: str) -> dict[str, dict[str, int | None]]:
    """Hits, misses and sizes of the caches of functions in a package, as far as it is loaded."""
    return {f"{fn.__module__}.{fn.__name__}": fn.cache_info()._asdict() for fn in _cached_functions(package)}


def _all() -> list[Any]:
    return [*memo.every(), *_cached_functions(_PACKAGE)]


def _cached_functions(package: str) -> list[Any]:
    """What remembers its results in the modules of a package that are loaded."""
    own = f"{package}."
    modules = [module for name, module in list(sys.modules.items()) if name == package or name.startswith(own)]
    values = [value for module in modules for value in list(vars(module).values())]
    return list({id(value): value for value in values if isinstance(value, functools._lru_cache_wrapper)}.values())
