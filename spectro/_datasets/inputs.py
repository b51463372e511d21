"""Which files are meant: folders, globs, lists, and tables with a column of paths."""

from __future__ import annotations

import csv
import glob
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .._floor.checks import shown
from .._floor.extras import import_extra
from ..errors import ParameterError, first_line

# what libsndfile reads; other files in a folder are passed over
AUDIO = (
    ".wav",
    ".wave",
    ".flac",
    ".ogg",
    ".oga",
    ".opus",
    ".mp3",
    ".aif",
    ".aiff",
    ".aifc",
    ".au",
    ".snd",
    ".caf",
    ".w64",
    ".rf64",
)
COLUMN = "path"


class Input(NamedTuple):
    """One file: its name in the results, and where it lies."""

    path: str
    place: str


def gathered(where: str, inputs: Any) -> list[Input]:
    """List the files that are meant, each once, in the order of the inputs; folders sorted.

    Parameters
    ----------
    where : str
        The public name that messages speak for.
    inputs : path or iterable of paths
        Files, folders, globs, and tables (`.csv`, `.parquet`, or `.txt` with one path a line).

    Returns
    -------
    list of Input
        At least one.
    """
    given = [inputs] if isinstance(inputs, (str, bytes, os.PathLike)) else inputs
    if not isinstance(given, Iterable):
        raise ParameterError(f"[{where}] inputs must be paths, got {shown(given)}")
    found: dict[str, Input] = {}
    for one in given:
        if not isinstance(one, (str, bytes, os.PathLike)):
            raise ParameterError(f"[{where}] inputs must be paths, got {shown(one)}")
        if not os.fspath(one) or "\0" in os.fsdecode(one):
            raise ParameterError(f"[{where}] inputs must be paths, got {shown(os.fsdecode(one))}")
        for item in _meant(where, os.fsdecode(one)):
            found.setdefault(os.path.realpath(item.place), item)
    if not found:
        raise ParameterError(f"[{where}] inputs must name at least one file, got none")
    return list(found.values())


def check_kind(where: str, place: str) -> None:
    """Refuse pipes and devices: they have no content that could be read twice, and some have no end."""
    kind = os.stat(place).st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise ParameterError(f"[{where}] {place} is a pipe or a device; store it as a file first")


def _meant(where: str, name: str) -> Iterator[Input]:
    """The files that one input means."""
    if os.path.isdir(name):
        return _some(where, name, _in_folder(name), "holds no audio files")
    if not os.path.lexists(name) and glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))
        files = (item for match in matches for item in (_in_folder(match) if os.path.isdir(match) else _one(match)))
        return _some(where, name, files, "matches no files")
    reader = TABLES.get(Path(name).suffix.lower())
    if reader is None:
        return iter(_one(name))
    if not os.path.exists(name):
        raise FileNotFoundError(f"[{where}] there is no file {name}")
    return _some(where, name, (_beside(name, path) for path in reader(where, name)), "lists no files")


def _some(where: str, name: str, found: Iterable[Input], otherwise: str) -> Iterator[Input]:
    """Pass on what was found, and refuse an input that means nothing."""
    count = 0
    for count, item in enumerate(found, start=1):  # noqa: B007 - it is asked for below
        yield item
    if not count:
        raise ParameterError(f"[{where}] {name} {otherwise}")


def _one(name: str) -> list[Input]:
    return [Input(_text(os.path.normpath(name)), name)]


def _in_folder(folder: str) -> Iterator[Input]:
    """Audio files at any depth; hidden ones are passed over, and links that lead back."""
    seen = {os.path.realpath(folder)}
    for here, folders, files in os.walk(folder, followlinks=True):
        below = {name: os.path.realpath(os.path.join(here, name)) for name in sorted(folders) if name[0] != "."}
        folders[:] = [name for name, real in below.items() if real not in seen]
        seen.update(below.values())
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in AUDIO and name[0] != ".":
                yield from _one(os.path.join(here, name))


def _beside(table: str, path: str) -> Input:
    """A path in a table: as it stands, or else relative to the table's folder."""
    near = os.path.join(os.path.dirname(table), path)
    return Input(_text(path), near if not os.path.exists(path) and os.path.exists(near) else path)


def _text(path: str) -> str:
    """A path as text that can be stored; file names may be any bytes."""
    return path.encode("utf-8", "backslashreplace").decode()


def _from_csv(where: str, name: str) -> Iterator[str]:
    try:
        with open(name, newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            rows = csv.DictReader(file)
            if COLUMN not in (rows.fieldnames or ()):
                raise ParameterError(f"[{where}] {name} must have a column {COLUMN!r}, got {shown(rows.fieldnames)}")
            yield from (row[COLUMN] for row in rows if row[COLUMN])
    except csv.Error as error:
        raise ParameterError(f"[{where}] {name} could not be read as CSV: {first_line(error)}") from error


def _from_parquet(where: str, name: str) -> Iterator[str]:
    parquet = import_extra("pyarrow.parquet", where)
    arrow = import_extra("pyarrow", where)
    try:
        with parquet.ParquetFile(os.path.abspath(name)) as file:  # pyarrow would expand `~`
            columns = file.schema_arrow.names
            if COLUMN not in columns:
                raise ParameterError(f"[{where}] {name} must have a column {COLUMN!r}, got {shown(columns)}")
            for batch in file.iter_batches(columns=[COLUMN]):
                paths = [path for path in batch.column(0).to_pylist() if path is not None and path != ""]
                if not all(isinstance(path, (str, bytes)) for path in paths):
                    raise ParameterError(f"[{where}] {name} must hold text in its column {COLUMN!r}")
                yield from map(os.fsdecode, paths)
    except arrow.ArrowInvalid as error:
        raise ParameterError(f"[{where}] {name} could not be read as Parquet") from error


def _from_lines(where: str, name: str) -> Iterator[str]:
    with open(name, encoding="utf-8-sig", errors="surrogateescape") as file:
        yield from filter(None, (line.strip() for line in file))


TABLES = {".csv": _from_csv, ".parquet": _from_parquet, ".txt": _from_lines}
