"""Compiled modules: loaded where they were built, and for the MLX that runs.

nanobind registers their types with MLX's once for a process, so a module that was loaded is kept beside MLX's own.
There it outlives this package's going from `sys.modules`: who imports the package again finds it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType

import mlx.core as mx


def load(name: str, extra: str) -> tuple[ModuleType | None, str | None]:
    """Give a compiled module, or the reason why there is none, with the way to build it with an extra of ours."""
    rebuild = f"pip install --upgrade --upgrade-strategy eager -e '.[{extra}]' (in the source folder)"
    try:
        module = _module(name)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        reason = "it was not compiled (no C++ compiler at installation?)" if missing else f"it does not load ({error})"
        return None, f"{reason}; rebuild it with: {rebuild}"
    built, here = module.MLX_VERSION, mx.__version__  # type: ignore[attr-defined]
    if built != here:  # another C++ ABI
        return None, f"it was compiled for MLX {built}, not {here}; rebuild it with: {rebuild}"
    return module, None


def _module(name: str) -> ModuleType:
    """Import a module, or give the one that this process has loaded before."""
    loaded = vars(mx).setdefault("_spectro_modules", {})
    if name not in loaded:
        loaded[name] = importlib.import_module(name)
    module = loaded[name]
    if name not in sys.modules:
        found = importlib.util.find_spec(name)
        if found is None or found.origin != module.__file__:
            raise ImportError(f"{module.__file__} is loaded already; start Python anew")
        sys.modules[name] = module
    return module
