"""Sound files in folders: `find_files`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .._floor.public import host

__all__ = ["find_files"]

EXTENSIONS = ("aac", "au", "flac", "m4a", "mp3", "ogg", "wav")


@host()
def find_files(
    directory: str | os.PathLike[Any],
    *,
    ext: str | Sequence[str] | None = None,
    recurse: bool = True,
    case_sensitive: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[str]:
    """List the sound files of a folder, sorted.

    Parameters
    ----------
    directory : str or path
        The folder.
    ext : str or list of str, optional
        Extensions; 'aac', 'au', 'flac', 'm4a', 'mp3', 'ogg' and 'wav' by default.
    recurse : bool
        Look into folders within the folder.
    case_sensitive : bool
        Tell 'WAV' from 'wav'.
    limit : int, optional
        How many files are given at most.
    offset : int
        How many files are left out in front; counted from the end, if negative.

    Returns
    -------
    list of str
        Absolute paths.

    Examples
    --------
    >>> import spectro
    >>> from pathlib import Path
    >>> folder = Path(spectro.ex("trumpet")).parent
    >>> any(file.endswith("trumpet.wav") for file in spectro.util.find_files(folder))
    True
    """
    folder = Path(os.path.abspath(os.path.expanduser(directory)))
    wanted = EXTENSIONS if ext is None else (ext,) if isinstance(ext, str) else tuple(ext)
    suffixes = tuple(f".{suffix}" if case_sensitive else f".{suffix}".lower() for suffix in wanted)
    places = os.walk(folder) if recurse else [(str(folder), [], os.listdir(folder) if folder.is_dir() else [])]
    names = [os.path.join(place, name) for place, _, files in places for name in files]
    found = sorted(name for name in names if (name if case_sensitive else name.lower()).endswith(suffixes))
    return found[offset:][:limit]
