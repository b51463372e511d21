"""Spectral transforms, filterbanks and onsets with librosa's names and numbers, on MLX."""

import importlib
import os
import sys
import types

try:
    import mlx.core  # noqa: F401
except ImportError as error:
    raise ImportError(
        "spectro needs an MLX backend: pip install 'mlx[cpu]' on any machine, or 'mlx[cuda13]' with an NVIDIA GPU"
    ) from error

__version__ = "0.2.0"
librosa_version = "1.0.0"  # whose names, defaults and numbers are followed

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=lambda: _forks().prepare(), after_in_child=lambda: _forks().begin_child())


def _forks() -> types.ModuleType:
    return importlib.import_module(f"{__name__}._floor.forks")


def _homes() -> dict[str, str]:
    """Where each public name lives: the lines `from .module import name as name` of the stub, the one list of names."""
    with open(__file__.removesuffix("py").removesuffix("pyc") + "pyi", encoding="utf-8") as stub:
        words = [line.split() for line in stub if line.startswith("from .")]
    return {name: home for _, home, _, name, *_ in words}


_HOMES = _homes()

__all__ = sorted([*_HOMES, "__version__", "librosa_version"])


def __getattr__(name):
    """Modules load on first use, so that importing spectro costs little more than MLX."""
    if name not in _HOMES:
        return importlib.import_module("._floor.absent", __name__).absent(__name__)(name)
    if _HOMES[name] == ".":
        return importlib.import_module(f"{__name__}.{name}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


class _Finder:
    """Asked last, where an import found nothing: `from spectro import cqt` says what to do, as `spectro.cqt` does."""

    @staticmethod
    def find_spec(module, path=None, target=None):
        """Find nothing, and say why where librosa has something of that name."""
        if module.startswith(f"{__name__}.") and not module.startswith(f"{__name__}._"):
            importlib.import_module("._floor.absent", __name__).refuse_import(module)


sys.meta_path[:] = [*(finder for finder in sys.meta_path if getattr(finder, "__module__", "") != __name__), _Finder]


def __dir__():
    return __all__
