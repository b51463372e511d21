"""Packages that only some functions need."""

from __future__ import annotations

import importlib
from typing import Any

WAYS = {"scipy": ("SciPy", "scipy")}  # all others come with the extra for audio


def import_extra(name: str, where: str) -> Any:
    """Import a module of an optional package, or say what to install."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:  # soundfile raises OSError when libsndfile is not there
        package = name.partition(".")[0]
        called, way = WAYS.get(package, (package, "'spectro-mlx[audio]'"))
        raise ImportError(f"[{where}] needs {called}: pip install {way} ({error})", name=package) from error
