"""Launch sizes that were measured: kept in memory, and on disk for the next process."""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from ..._floor import settings

T = TypeVar("T")
CAPACITY = 512  # choices remembered; the oldest go first
CLEARLY = 0.95  # of the time: less is noise
VERSION = 1
LARGEST = 2**22  # bytes of a file that is read

_lock = threading.Lock()
_known: OrderedDict[str, Any] = OrderedDict()
_loaded: set[Path] = set()


def recall(key: str) -> Any | None:
    """Give what was chosen for `key`, in this process or an earlier one; None where nothing was, or tuning is off."""
    if not settings.read("SPEC_MLX_AUTOTUNE"):
        return None
    with _lock:
        if key not in _known and settings.read("SPEC_MLX_AUTOTUNE_PERSIST"):
            _load(path())
        return _known.get(key)


def tune(
    key: str,
    candidates: Iterable[T],
    seconds: Callable[[T], float],
    describe: Callable[[T], Any],
    limit: float = math.inf,
) -> T | None:
    """Measure the candidates and remember the fastest as `describe` gives it; ones that fail are left out.

    The first one stays unless another is clearly faster. After `limit` seconds no other is begun.
    """
    best, least, until = None, math.inf, time.monotonic() + limit
    for candidate in candidates:
        if best is not None and time.monotonic() > until:
            break
        with contextlib.suppress(RuntimeError, ValueError):
            took = seconds(candidate)
            if best is None or took < CLEARLY * least:
                best, least = candidate, took
    if best is not None:
        remember(key, describe(best))
    return best


def remember(key: str, choice: Any) -> None:
    """Keep a choice in memory and, unless that is switched off, on disk."""
    with _lock:
        _put(key, choice)
        if settings.read("SPEC_MLX_AUTOTUNE_PERSIST"):
            target = path()
            _load(target, again=True)  # another process may have written since
            _put(key, choice)
            with contextlib.suppress(OSError):
                _write(target)


def forget() -> None:
    """Empty the memory; the file stays."""
    with _lock:
        _known.clear()
        _loaded.clear()


def path() -> Path:
    """Give the file of tuned sizes."""
    chosen = settings.read("SPEC_MLX_AUTOTUNE_CACHE_PATH")
    if chosen:
        return Path(chosen).expanduser()
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / caches / "spectro" / "tuned.json"


def _put(key: str, choice: Any) -> None:
    _known[key] = choice
    _known.move_to_end(key)
    while len(_known) > CAPACITY:
        _known.popitem(last=False)


def _load(target: Path, again: bool = False) -> None:
    """Add the file's choices to those not known yet; what is no such file, or holds anything else, counts as empty."""
    if target in _loaded and not again:
        return
    _loaded.add(target)
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if not _is_ours(target):
            return
        content = json.loads(target.read_text(encoding="utf-8"))
        if isinstance(content, dict) and content.get("version") == VERSION and isinstance(content.get("choices"), dict):
            for key, choice in list(content["choices"].items())[-CAPACITY:]:
                _known.setdefault(key, choice)


def _is_ours(target: Path) -> bool:
    """Whether a path may be read as the file of choices: a folder, a pipe or a giant is something else."""
    found = target.stat()
    return stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST


def _write(target: Path) -> None:
    """Replace the file in one step, so that no reader sees half of it; what is no file of ours is left alone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and not _is_ours(target):
        return
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump({"version": VERSION, "choices": _known}, out)
        os.replace(part, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
