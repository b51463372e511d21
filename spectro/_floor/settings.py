"""Every environment variable that spectro reads, with its default and meaning, in one table."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import ParameterError

BACKENDS = ("auto", "reference", "cpu", "gpu")
ARRAYS = ("numpy", "mlx")


def _switch(text: str) -> bool:
    values = {"1": True, "true": True, "on": True, "yes": True, "0": False, "false": False, "off": False, "no": False}
    return values[text.strip().lower()]


def _backend(text: str) -> str:
    return BACKENDS[BACKENDS.index(text.strip().lower())]


def _arrays(text: str) -> str:
    return ARRAYS[ARRAYS.index(text.strip().lower())]


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def _threads(text: str) -> int:
    count = _count(text)
    if count > MOST_THREADS:
        raise ValueError
    return count


class Setting(NamedTuple):
    """One environment variable: how it reads, what it is when unset, what it does."""

    parse: Callable[[str], Any]
    default: Any
    accepts: str
    meaning: str


MOST_THREADS = 1024  # each costs the system a stack, and more would not compute faster
POSITIVE, SWITCH = "a positive integer", "0 or 1"
SETTINGS = {
    "SPECTRO_BACKEND": Setting(_backend, "auto", "auto, reference, cpu or gpu", "the backend of every call"),
    "SPECTRO_ARRAYS": Setting(_arrays, "numpy", "numpy or mlx", "arrays that functions give which take none"),
    "SPECTRO_NUM_THREADS": Setting(
        _threads,
        None,
        f"an integer from 1 to {MOST_THREADS}",
        "threads of the CPU backend; the cores it may use when unset",
    ),
    "SPEC_MLX_AUTOTUNE": Setting(_switch, True, SWITCH, "tune GPU launch sizes by measuring"),
    "SPEC_MLX_TGX": Setting(_count, None, POSITIVE, "threads of a GPU threadgroup, instead of the tuned number"),
    "SPEC_MLX_AUTOTUNE_PERSIST": Setting(_switch, True, SWITCH, "keep tuned sizes, and kernels' machine code, on disk"),
    "SPEC_MLX_AUTOTUNE_CACHE_PATH": Setting(
        str, None, "a file path", "the file of tuned sizes, beside which machine code lies; the user cache when unset"
    ),
    "MLX_OLA_FUSE_NORM": Setting(_switch, True, SWITCH, "divide by the envelope inside the overlap-add kernel"),
    "SPEC_MLX_CACHE_STATS": Setting(_switch, False, SWITCH, "count hits and misses of the transform cache"),
}


def watched(name: str) -> Callable[[], Any]:
    """What tells whether a setting has changed, for keys: much faster than to read it, where CPython lets us."""
    changes: Any = getattr(os.environ, "_data", None)  # the dictionary behind `os.environ`
    if changes is None:
        return functools.partial(os.environ.get, name)
    return functools.partial(changes.get, os.environ.encodekey(name))


_watched = {name: watched(name) for name in SETTINGS}


def read(name: str) -> Any:
    """The value of a setting now: parsed from the environment, or its default."""
    setting = SETTINGS[name]
    written = os.environ.get(name, "") if _watched[name]() else ""
    if not written.strip():
        return setting.default
    try:
        return setting.parse(written)
    except (KeyError, ValueError) as error:
        raise ParameterError(f"[settings] {name} must be {setting.accepts}, got {written!r}") from error


def with_folders(**first: str) -> dict[str, str]:
    """The environment of a program that we start: it looks into these folders before those of PATH and the like."""
    return {
        **os.environ,
        **{name: os.pathsep.join([a, *filter(None, [os.environ.get(name)])]) for name, a in first.items()},
    }
