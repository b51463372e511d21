"""Folders of results, the user's own folder of files that can be made again, and files that appear whole."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX, SUFFIX = ".spectro-", ".part"  # of names that files have until they are whole


def user_cache() -> Path:
    """The folder; it need not exist."""
    return Path(os.path.expanduser("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")) / "spectro"


def own(path: Path) -> bool:
    """Whether a folder or file belongs to this user, who alone may write to it: then what it holds may be run."""
    try:
        kind = path.lstat()
    except OSError:
        return False
    mine = not hasattr(os, "geteuid") or kind.st_uid == os.geteuid()
    return mine and not stat.S_ISLNK(kind.st_mode) and not kind.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def content_of(file: Path, largest: int) -> bytes | None:
    """The bytes of a plain file that has some, and at most `largest`; None for whatever else lies there."""
    try:
        # a pipe that nobody writes to must not be waited for
        with open(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
            kind = os.fstat(opened.fileno())
            fits = stat.S_ISREG(kind.st_mode) and 0 < kind.st_size <= largest
            return opened.read(largest) if fits else None
    except OSError:
        return None


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


def sweep(folder: Path) -> None:
    """Remove what `whole` left half-written in a folder when its process was killed."""
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        path.unlink(missing_ok=True)


@contextmanager
def whole(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file to write that gets its name when all of it is there, and leaves nothing behind otherwise.

    Until then it has a name that nobody can guess, in the same folder. A link in its place is replaced, not followed.
    A private one is for this user alone to read.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=PREFIX, suffix=SUFFIX, delete=False) as file:
        try:
            yield file
            file.flush()
            if not private:
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
