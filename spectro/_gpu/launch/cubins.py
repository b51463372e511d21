"""Machine code of kernels on disk, so that the next process need not compile them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from ..._floor.folders import content_of, whole
from . import tuned

MARK = b"spectro machine code 1\n"
ENDING = ".cubin"
MOST_FILES = 512
MOST_BYTES = 128 << 20  # of all files
LARGEST = 8 << 20  # of one


class Kept(NamedTuple):
    """What is told of a file."""

    kernel: str
    seconds: float  # that the compilation took
    size: int


def folder() -> Path | None:
    """Give the folder, beside the tuned sizes; None where nothing is kept."""
    file = tuned.path()
    return None if file is None else file.parent / "kernels"


def recall(key: str) -> bytes | None:
    """Give the code that was kept under a key; a file that is not what was written there counts as absent."""
    file = _file(key)
    content = None if file is None else content_of(file, LARGEST)
    return None if content is None else _opened(content, key)


def remember(key: str, code: bytes, kernel: str, seconds: float) -> bool:
    """Keep code for later processes; tell whether that was possible."""
    file = _file(key)
    if file is None or len(code) > LARGEST // 2:
        return False
    told = json.dumps({"kernel": kernel, "seconds": round(seconds, 3)}).encode()
    try:
        with whole(file, private=True) as out:
            out.write(MARK + _digest(key, told, code) + told + b"\n" + code)
        _tidy(file.parent)
    except OSError:
        return False
    return True


def kept() -> list[Kept]:
    """Tell of all files, in the order of their kernels' names."""
    place, found = folder(), []
    for file in sorted(place.glob("*" + ENDING)) if place is not None else []:
        content = content_of(file, LARGEST) or b""
        parts = _parts(content)
        if parts is not None:
            with contextlib.suppress(ValueError, TypeError, KeyError):
                told = json.loads(parts[1])
                found.append(Kept(str(told["kernel"]), float(told["seconds"]), len(parts[2])))
    return sorted(found)


def _file(key: str) -> Path | None:
    place = folder()
    return None if place is None else place / (hashlib.sha256(key.encode()).hexdigest()[:32] + ENDING)


def _digest(key: str, told: bytes, code: bytes) -> bytes:
    return hashlib.sha256(b"\0".join((key.encode(), told, code))).digest()


def _parts(content: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Give digest, what is told, and code of a file's content."""
    if not content.startswith(MARK):
        return None
    start = len(MARK) + hashlib.sha256().digest_size
    told, separator, code = content[start:].partition(b"\n")
    return (content[len(MARK) : start], told, code) if separator else None


def _opened(content: bytes, key: str) -> bytes | None:
    parts = _parts(content)
    if parts is None or parts[0] != _digest(key, *parts[1:]):
        return None
    return parts[2]


def _tidy(place: Path) -> None:
    """Drop the files that were written first, while there are too many."""
    files = sorted((file.stat().st_mtime, file.stat().st_size, file) for file in place.glob("*" + ENDING))
    count, total = len(files), sum(size for _, size, _ in files)
    for _, size, file in files:
        if count <= MOST_FILES and total <= MOST_BYTES:
            return
        file.unlink(missing_ok=True)
        count, total = count - 1, total - size
