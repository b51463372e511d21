"""The user's own folder of files that can be made again, and files that appear whole."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


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


@contextmanager
def replacing(file: Path, mode: str) -> Iterator[IO[Any]]:
    """Write beside a file and put it in its place in one step, so that no reader sees half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(mode, dir=file.parent, delete=False) as out:
        try:
            yield out
            out.close()
            os.replace(out.name, file)
        except BaseException:
            os.unlink(out.name)
            raise


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
