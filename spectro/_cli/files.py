"""Files: how commands read them, and the names of their results."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._floor.muting import muted
from ..audio.reading import load


def read(path: str, sr: float | None) -> tuple[Any, float]:
    """Read a file as `load` does, without what decoders print; its warnings come at the end."""
    with warnings.catch_warnings(record=True) as heard, muted():
        loaded = load(path, sr=sr)
    for one in heard:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    return loaded


def stems(paths: Sequence[str]) -> list[str]:
    """Name the results of each file: its stem, numbered from the second that has the same one."""
    wanted = [Path(path).stem for path in paths]
    used: set[str] = set()
    reserved = {stem.casefold() for stem in wanted}  # some file systems do not tell case apart
    names = []
    for stem in wanted:
        name, number = stem, 1
        while name.casefold() in used or (number > 1 and name.casefold() in reserved):
            number += 1
            name = f"{stem}-{number}"
        used.add(name.casefold())
        names.append(name)
    return names
