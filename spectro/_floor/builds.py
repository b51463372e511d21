"""Compiled modules in the user's cache, where `spectro build` puts them: one folder for each MLX, Python and source."""

from __future__ import annotations

import functools
import hashlib
import mmap
import re
import sysconfig
from pathlib import Path

import mlx.core as mx

from . import folders

COMMAND = "python -m spectro build"
PACKAGE = Path(__file__).parents[1]
SOURCES = PACKAGE / "_cpu"  # where CMakeLists.txt lies
_WRITTEN_IN = ("*.cpp", "*.h", "*.cmake", "CMakeLists.txt")
_ABI = re.compile(rb"(?:nanobind|v\d+)_\w*_(?:libstdcpp|libcpp)_\w+")


def folder() -> Path:
    """The folder of all builds."""
    return folders.user_cache() / "native"


def built(name: str) -> Path | None:
    """The file of a module that was built for what runs here, if it and its folders are the user's alone to write."""
    if not folder().is_dir():
        return None
    file = module_file(folder() / key(), name)
    return file if all(folders.own(path) for path in (folder(), folder() / key(), file)) else None


def module_file(place: Path, name: str) -> Path:
    """Where a build keeps a module: `spectro._cpu._native` in `_cpu_native.EXTENSION`."""
    return place / ("".join(name.split(".")[1:]) + (sysconfig.get_config_var("EXT_SUFFIX") or ".so"))


@functools.lru_cache(maxsize=1)
def key() -> str:
    """What a build fits: MLX's version, nanobind's ABI tag in it, Python's ABI, and our own sources."""
    parts = (abi_tag(Path(mx.__file__)), sysconfig.get_config_var("SOABI"), _digest_of_sources())
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
    return f"mlx-{mx.__version__}-{digest}"  # type: ignore[attr-defined]


def sources() -> list[Path]:
    """All files that a build reads; empty where an installation has left them out."""
    kept = (SOURCES, PACKAGE / "_gpu" / "launch", PACKAGE / "_floor")
    return sorted(file for place in kept for pattern in _WRITTEN_IN for file in place.rglob(pattern))


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for file in sources():
        digest.update(f"{file.relative_to(PACKAGE)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def abi_tag(module: Path) -> str:
    """The ABI tag that nanobind left in a compiled module, or nothing."""
    with open(module, "rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = _ABI.search(content)
        return found[0].decode() if found else ""
