"""Compiled modules: loaded where they were built, and for the MLX that runs."""

from __future__ import annotations

import importlib
from types import ModuleType

import mlx.core as mx


def load(name: str, extra: str) -> tuple[ModuleType | None, str | None]:
    """Give a compiled module, or the reason why there is none, with the way to build it with an extra of ours."""
    rebuild = f"pip install --upgrade --upgrade-strategy eager -e '.[{extra}]' (in the source folder)"
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        reason = "it was not compiled (no C++ compiler at installation?)" if missing else f"it does not load ({error})"
        return None, f"{reason}; rebuild it with: {rebuild}"
    built, here = module.MLX_VERSION, mx.__version__  # type: ignore[attr-defined]
    if built != here:  # another C++ ABI
        return None, f"it was compiled for MLX {built}, not {here}; rebuild it with: {rebuild}"
    return module, None
