"""Spectral transforms, filterbanks and onsets with librosa's names and numbers, on MLX."""

import importlib
import os

try:
    import mlx.core  # noqa: F401
except ImportError as error:
    raise ImportError(
        "spectro needs an MLX backend: pip install 'spectro-mlx[cpu]' on any machine, "
        "or 'spectro-mlx[cuda13]' with an NVIDIA GPU"
    ) from error

__version__ = "0.1.0"

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: importlib.import_module(f"{__name__}._floor.forks").begin_child())


def _homes() -> dict[str, str]:
    """Where each public name lives: the lines `from .module import name as name` of the stub, the one list of names."""
    with open(__file__.removesuffix("py").removesuffix("pyc") + "pyi", encoding="utf-8") as stub:
        words = [line.split() for line in stub if line.startswith("from .")]
    return {name: home for _, home, _, name, *_ in words}


_HOMES = _homes()

__all__ = sorted([*_HOMES, "__version__"])


def __getattr__(name):
    """Modules load on first use, so that importing spectro costs little more than MLX."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] == ".":
        return importlib.import_module(f"{__name__}.{name}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return __all__
