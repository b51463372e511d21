"""Output files: their names, their folder, and writing them whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def distinct(paths: Sequence[str]) -> list[str]:
    """Drop the paths that name the same file again."""
    first: dict[str, str] = {}
    for path in paths:
        first.setdefault(os.path.realpath(path), path)
    return list(first.values())


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


def check_folder(folder: Path) -> None:
    """Raise an `OSError` that says why a folder could not be made or written, before any work is done."""
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    if not there.exists():
        target = os.readlink(there)
        raise FileNotFoundError(f"results cannot go to {folder}: {there} is a link to {target}, which is not there")
    if not there.is_dir():
        raise NotADirectoryError(f"results cannot go to {folder}: {there} is not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(f"results cannot go to {folder}: no permission to write in {there}")


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write that gets its name when all of it is there, and leaves nothing behind otherwise.

    Until then it has a name that nobody can guess, in the same folder. A link in its place is replaced, not followed.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".spectro-", suffix=".part", delete=False) as file:
        try:
            yield file
            file.flush()
            os.chmod(file.fileno(), 0o666 & ~_mask())  # whose own mode is that of a secret
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _mask() -> int:
    """What the system takes from the mode of new files; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
