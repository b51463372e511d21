"""Output files: their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


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
