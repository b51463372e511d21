"""Packages that only some functions need."""

from __future__ import annotations

import importlib
from typing import Any

WAYS = {  # where the name that is imported is not what pip takes
    "scipy": ("SciPy", "scipy"),
    "ray": ("Ray Data", "'ray[data]'"),
    "sklearn": ("scikit-learn", "scikit-learn"),
}


def import_extra(name: str, where: str, what: str = "") -> Any:
    """Import a module of an optional package, or say what to install; `what` is the option that needs it."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:  # soundfile raises OSError when libsndfile is not there
        package = name.partition(".")[0]
        called, way = WAYS.get(package, (package, package))
        needs = f"{what} needs".lstrip()
        raise ImportError(f"[{where}] {needs} {called}: pip install {way} ({error})", name=package) from error
