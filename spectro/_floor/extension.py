"""Compiled modules: loaded where they were built, and for the MLX that runs.

nanobind registers their types with MLX's once for a process, so a module that was loaded is kept beside MLX's own.
There it outlives this package's going from `sys.modules`: who imports the package again finds it. A module that does
not fit MLX refuses to be loaded before it registers anything; then the one that `spectro build` made has its turn.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import mlx.core as mx

from . import builds


def load(name: str) -> tuple[ModuleType | None, str | None]:
    """Give a compiled module, or the reason why there is none, with the way to build it."""
    try:
        return _module(name), None
    except ImportError as error:
        return None, f"{_reason(error)}; compile it with: {builds.COMMAND}"


def _reason(error: ImportError) -> str:
    if isinstance(error, ModuleNotFoundError):
        return "it was not compiled (no C++ compiler at installation?)"
    told = str(error)  # by the module itself, as in fitting.h, or by the system's linker
    return told if told.startswith("it was compiled ") else f"it does not load beside MLX {mx.__version__} ({told})"  # type: ignore[attr-defined]


def _module(name: str) -> ModuleType:
    """Import a module, or give the one that this process has loaded before."""
    loaded = vars(mx).setdefault("_spectro_modules", {})
    if name not in loaded:
        loaded[name] = _imported(name)
    module = loaded[name]
    if name not in sys.modules:
        if not _same_file(name, module):
            raise ImportError(f"{module.__file__} is loaded already; start Python anew")
        sys.modules[name] = module
    return module


def _imported(name: str) -> ModuleType:
    """Import a module as it was installed, or else as it was built for the MLX and the Python that run."""
    try:
        return importlib.import_module(name)
    except ImportError:
        file = builds.built(name)
        if file is None:
            raise
        return _from(file, name)


def _from(file: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module


def _same_file(name: str, module: ModuleType) -> bool:
    found = importlib.util.find_spec(name)
    return module.__file__ in (None if found is None else found.origin, str(builds.built(name)))
