"""Packages that only some functions need."""

from __future__ import annotations

import importlib
from typing import Any

WAYS = {  # all others come with the extra for audio
    "scipy": ("SciPy", "scipy"),
    "sounddevice": ("sounddevice", "sounddevice"),
    "pyarrow": ("pyarrow", "'spectro-mlx[data]'"),
    "ray": ("Ray Data", "'spectro-mlx[scale]'"),
    "tomllib": ("Python 3.11 or newer, or a .json file", "nothing"),
    "sklearn": ("scikit-learn", "'spectro-mlx[decompose]'"),
}


def import_extra(name: str, where: str, what: str = "") -> Any:
    """Import a module of an optional package, or say what to install; `what` is the option that needs it."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:  # soundfile raises OSError when libsndfile is not there
        package = name.partition(".")[0]
        called, way = WAYS.get(package, (package, "'spectro-mlx[audio]'"))
        needs = f"{what} needs".lstrip()
        raise ImportError(f"[{where}] {needs} {called}: pip install {way} ({error})", name=package) from error
