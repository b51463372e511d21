"""`failed.csv`: which files could not be done, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path

from .._floor.folders import whole

NAME = "failed.csv"
HEADER = ["path", "error"]


def write(folder: Path, failed: dict[str, str], tried: Collection[str]) -> None:
    """Write the failures of a run, after those of earlier runs whose files this one did not try; none is no file."""
    path = folder / NAME
    rows = {**{name: said for name, said in read(folder).items() if name not in tried}, **failed}
    if not rows:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows.items()])
    with whole(path) as file:
        file.write(text.getvalue().encode())


def read(folder: Path) -> dict[str, str]:
    """The sentence of each file that failed, by path."""
    try:
        with open(folder / NAME, newline="", encoding="utf-8") as file:
            return {row["path"]: row["error"] for row in csv.DictReader(file)}
    except (OSError, KeyError, csv.Error):
        return {}
