"""The user's own folder of files that can be made again, and files that appear whole."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def user_cache() -> Path:
    """The folder; it need not exist."""
    return Path(os.path.expanduser("~/Library/Caches" if sys.platform == "darwin" else "~/.cache")) / "spectro"


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
