"""Results as Parquet: parts of many rows, each of which appears whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .._floor.checks import shown
from .._floor.extras import import_extra
from .._floor.folders import whole
from ..errors import ParameterError
from .recipe import TAKEN, WHERE, Recipe
from .stages import Row

KEYS = ["path", "content_hash", "recipe_hash"]


class Parquet(NamedTuple):
    """`part-*.parquet` in a folder, one row a file."""

    folder: Path

    def check(self) -> None:
        """Find out before any work whether parts can be written."""
        import_extra("pyarrow.parquet", WHERE, "format='parquet'")
        try:
            str(self.folder.absolute()).encode()
        except UnicodeEncodeError:
            given = shown(str(self.folder))
            raise ParameterError(f"[{WHERE}] output must be a folder whose name is text, got {given}") from None

    def write(self, rows: list[Row], recipe: Recipe) -> None:
        """Write a part."""
        self.write_table(table_of(rows, recipe), self.folder / f"part-{uuid.uuid4().hex}.parquet")

    def write_table(self, table: Any, path: Path) -> None:
        """Write a table under its name when all of it is there."""
        parquet = import_extra("pyarrow.parquet", WHERE, "format='parquet'")
        with whole(path) as file:
            # floating-point numbers hardly repeat: a dictionary of them costs time and saves nothing
            parquet.write_table(table, file, use_dictionary=["recipe_hash"], write_statistics=False, compression="none")

    def known(self, recipe: Recipe, _paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The content hashes of the rows of a recipe, by path."""
        found: dict[str, tuple[str, ...]] = {}
        for part in self._parts():
            for path, content, made_by in _keys(part):
                if made_by == recipe.hash:
                    found[path] = (*found.get(path, ()), content)
        return found

    def keep(self, recipe: Recipe, current: Mapping[str, str | None]) -> int:
        """Drop the rows of files that were done anew or failed, and whatever is there twice; count other recipes' rows.

        `current` has the content hash of each file of this run, or None of one that failed.
        """
        seen: set[str] = set()
        others = 0
        for part in sorted(self._parts(), key=lambda path: path.stat().st_mtime_ns, reverse=True):
            keys = _keys(part)
            stays = []
            for path, content, made_by in keys:
                now = path not in current or (current[path] == content and made_by == recipe.hash)
                stays.append(now and path not in seen)
                if stays[-1]:
                    seen.add(path)
                    others += made_by != recipe.hash
            if not any(stays):
                part.unlink()
            elif not all(stays):
                self.write_table(_read(part).filter(stays), part)
        return others

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("part-*.parquet"))


def table_of(rows: list[Row], recipe: Recipe) -> Any:
    """Rows as an Arrow table: each feature flat in its column, beside its shape."""
    pa = import_extra("pyarrow", WHERE)
    columns = {
        "path": _texts([row.path for row in rows]),
        "content_hash": _texts([row.content for row in rows]),
        "duration": _numbers([row.duration for row in rows], np.float64),
        "sr": _numbers([row.sr for row in rows], np.float64),
        "recipe_hash": _texts([recipe.hash] * len(rows)),
    }
    assert tuple(columns) == TAKEN
    for name in recipe.features:
        values = [row.features[name] for row in rows]
        columns[name] = _lists([value.reshape(-1) for value in values], np.float32)
        columns[f"{name}_shape"] = _lists([np.array(value.shape) for value in values], np.int64)
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


def _numbers(values: Any, kind: type[np.number]) -> Any:
    """Numbers as an Arrow array; `pyarrow.array` would import pandas, which takes as long as fifty files."""
    pa = import_extra("pyarrow", WHERE)
    array = np.ascontiguousarray(values, dtype=kind)
    return pa.Array.from_buffers(pa.from_numpy_dtype(array.dtype), len(array), [None, pa.py_buffer(array)])


def _lists(values: list[np.ndarray], kind: type[np.number]) -> Any:
    """Lists of numbers as an Arrow array."""
    pa = import_extra("pyarrow", WHERE)
    flat = np.concatenate([np.zeros(0, kind), *values])
    ends = _numbers(np.cumsum([0, *(len(value) for value in values)]), np.int32)
    return pa.ListArray.from_arrays(ends, _numbers(flat, kind))


def _texts(values: list[str]) -> Any:
    """Texts as an Arrow array."""
    pa = import_extra("pyarrow", WHERE)
    stored = [value.encode() for value in values]
    ends = np.cumsum([0, *map(len, stored)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(stored), pa.py_buffer(ends), pa.py_buffer(b"".join(stored)))


def _read(part: Path, columns: list[str] | None = None) -> Any:
    """A part as a table; pyarrow takes a name that begins with `~` for one of the user's own folder."""
    parquet = import_extra("pyarrow.parquet", WHERE)
    with parquet.ParquetFile(part.absolute()) as file:
        return file.read(columns=columns)


def _keys(part: Path) -> list[tuple[str, str, str]]:
    """Which rows a part holds."""
    pa = import_extra("pyarrow", WHERE)
    try:
        table = _read(part, KEYS)
    except (pa.ArrowInvalid, OSError) as error:
        raise ParameterError(f"[{WHERE}] {part} is no Parquet file of ours; take it away") from error
    if table.column_names != KEYS:
        raise ParameterError(f"[{WHERE}] {part} has no columns {', '.join(KEYS)}; take it away")
    return list(zip(*(table.column(name).to_pylist() for name in KEYS)))
