"""What librosa has and spectro has not: one sentence for each name, from a list of librosa's names."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

NAMES = Path(__file__).with_name("librosa.txt")
RELEASES = {"": ("0.11", "1.0"), "-": ("0.11",), "+": ("1.0",)}

# What stays out, by the name's last part, and what to do instead.
ON_PURPOSE = {
    "cache": "plans are kept in memory by themselves, and spectro.clear_cache() frees them",
    "cite": "it cites librosa",
    "constant_q": "librosa 1.0 has no such function",
    "constant_q_lengths": "librosa 1.0 has no such function",
    "get_fftlib": "the FFT is spectro's own, and librosa 1.0 has no such function",
    "set_fftlib": "the FFT is spectro's own, and librosa 1.0 has no such function",
    "Deprecated": "it serves librosa's own deprecations",
    "rename_kw": "it serves librosa's own deprecations",
}


@functools.lru_cache(maxsize=1)
def names_of_librosa() -> dict[str, dict[str, tuple[str, ...]]]:
    """Librosa's public names: namespace -> name -> the releases that have it. The top level is `core`."""
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    space: dict[str, tuple[str, ...]] = {}
    for line in NAMES.read_text(encoding="utf-8").splitlines()[1:]:
        if line.endswith(":"):
            space = names.setdefault(line[:-1], {})
        else:
            for word in line.split():
                name = word.rstrip("-+")
                space[name] = RELEASES[word[len(name) :]]
    return names


def sentence(path: str) -> str | None:
    """Say why `spectro.<path>` is not there and what to do; None for what librosa has not either."""
    names, theirs = names_of_librosa(), f"librosa.{path.removeprefix('core.')}"
    space, _, name = path.rpartition(".")
    if path in names:
        return f"spectro.{path} is not there yet; {theirs} takes np.asarray(...) of what spectro gives"
    if name not in names.get(space or "core", ()):
        return None
    if name in ON_PURPOSE:
        return f"spectro.{path} is not there on purpose: {ON_PURPOSE[name]}"
    return f"spectro.{path} is not there yet; {theirs}(np.asarray(...)) takes what spectro gives"


def state(space: str, name: str) -> str:
    """Tell whether spectro has a name of librosa's: "there", "on purpose" (it stays out) or "not yet"."""
    try:
        home = importlib.import_module(f"spectro.{space}".rstrip("."))
    except ModuleNotFoundError:
        home = None
    if hasattr(home, name):
        return "there"
    return "on purpose" if name in ON_PURPOSE else "not yet"


def absent(module: str) -> Callable[[str], NoReturn]:
    """Give the `__getattr__` of a module that stands for one of librosa's."""

    def __getattr__(name: str) -> NoReturn:  # noqa: N807 (a module's)
        path = f"{module}.{name}".removeprefix("spectro.")
        raise AttributeError(sentence(path) or f"module {module!r} has no attribute {name!r}")

    return __getattr__


def refuse_import(module: str) -> None:
    """Refuse the import of what librosa has, without `name=`: with it, `from ... import` drops the text."""
    said = sentence(module.removeprefix("spectro."))
    if said is not None:
        raise ModuleNotFoundError(said)
