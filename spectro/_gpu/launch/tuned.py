"""Launch sizes that were measured: kept in memory, and on disk for the next process."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import threading
from pathlib import Path
from typing import Any

from ..._floor import settings
from ..._floor.folders import content_of, user_cache, whole

Choice = dict[str, Any]  # numbers, and lists of numbers; whether they make sense, `tuning` knows
CAPACITY = 512  # choices remembered; the oldest go first
LARGEST = 1 << 20  # bytes of a file that are read
VERSION = 2

_lock = threading.Lock()


def recall(key: str) -> Choice | None:
    """Give what was chosen for `key`, in this process or an earlier one; None where nothing was, or tuning is off."""
    return _known(path()).get(key) if settings.read("SPEC_MLX_AUTOTUNE") else None


def remember(key: str, choice: Choice) -> None:
    """Keep a choice in memory and, unless that is switched off, on disk."""
    place = path()
    with _lock:
        known = _known(place)
        if place is not None:  # another process may have written since
            known.update({**_read(place), **known})
        known.pop(key, None)
        known[key] = choice
        for oldest in list(known)[:-CAPACITY]:
            del known[oldest]
        if place is not None:
            with contextlib.suppress(OSError, ValueError):
                _write(place, known)


@functools.lru_cache(maxsize=8)
def _known(file: Path | None) -> dict[str, Choice]:
    """The choices of a file, and what was added to them; None keeps them in memory alone."""
    return {} if file is None else _read(file)


def path() -> Path | None:
    """Give the file, or None where choices are kept in memory alone."""
    if not settings.read("SPEC_MLX_AUTOTUNE_PERSIST"):
        return None
    chosen = settings.read("SPEC_MLX_AUTOTUNE_CACHE_PATH")
    return Path(os.path.expanduser(chosen)) if chosen else user_cache() / "tuned.json"


def _read(file: Path) -> dict[str, Choice]:
    """The file's choices; whatever cannot be read counts as empty."""
    try:
        content = json.loads(content_of(file, LARGEST) or b"")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(content, dict) or content.get("version") != VERSION:
        return {}
    choices = content.get("choices")
    if not isinstance(choices, dict):
        return {}
    return {key: choice for key, choice in list(choices.items())[-CAPACITY:] if _is_choice(choice)}


def _is_choice(value: Any) -> bool:
    """Whether a value is one of ours by its form."""
    if not isinstance(value, dict):
        return False
    lists = [entry if isinstance(entry, list) else [entry] for entry in value.values()]
    return all(type(number) is int for entry in lists for number in entry)


def _write(file: Path, known: dict[str, Choice]) -> None:
    """Replace the file in one step, so that no reader sees half of it; folders, pipes and devices stay."""
    if file.exists() and not file.is_file():
        return
    with whole(file, private=True) as out:
        out.write(json.dumps({"version": VERSION, "choices": known}).encode())
