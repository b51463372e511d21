"""Results as one `.npz` a file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._floor.folders import whole
from .recipe import Recipe
from .stages import Row

STEM = 200  # bytes of a stem in a name, which most systems limit to 255


class Npz(NamedTuple):
    """Files in a folder, named after what they are of: the stem, and a hash of the path."""

    folder: Path

    def check(self) -> None:
        """NumPy is always there."""

    def write(self, rows: list[Row], recipe: Recipe) -> None:
        """Write a file a row."""
        for row in rows:
            marks = {"path": row.path, "content_hash": row.content, "recipe_hash": recipe.hash}
            memory = io.BytesIO()  # written at once: in a file, each array costs a dozen of calls to the system
            np.savez(memory, **marks, duration=row.duration, sr=row.sr, **row.features)  # type: ignore[arg-type]
            with whole(self.place(row.path)) as file:
                file.write(memory.getbuffer())

    def place(self, path: str) -> Path:
        """Where the results of a path are."""
        digest = hashlib.sha256(path.encode()).hexdigest()
        stem = Path(path).stem[:60].encode()[:STEM].decode(errors="ignore")
        return self.folder / f"{stem}-{digest[:12]}.npz"

    def known(self, recipe: Recipe, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The content hashes of the files of a recipe, by path."""
        found = {path: _marks(self.place(path)) for path in paths}
        return {path: (marks[0],) for path, marks in found.items() if marks and marks[1] == recipe.hash}

    def keep(self, _recipe: Recipe, current: Mapping[str, str | None]) -> int:
        """Drop the results of files that failed."""
        for path in [path for path, content in current.items() if content is None]:
            self.place(path).unlink(missing_ok=True)
        return 0


def _marks(file: Path) -> tuple[str, str] | None:
    """Content and recipe of a file of ours; None of any other."""
    try:
        with np.load(file) as saved:
            return str(saved["content_hash"]), str(saved["recipe_hash"])
    except Exception:  # whatever lies there is written anew
        return None
