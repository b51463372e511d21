"""Sound files: opened and read with soundfile."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ParameterError

if TYPE_CHECKING:
    import soundfile


@contextmanager
def opened(where: str, path: Any) -> Iterator[soundfile.SoundFile]:
    """Open a sound file; one that the caller opened stays open."""
    sf = import_extra("soundfile", where)
    if isinstance(path, sf.SoundFile):
        yield path
        return
    if isinstance(path, (str, bytes, os.PathLike)):
        _check_file(where, path)
        path = os.fsencode(path)  # libsndfile takes any bytes, soundfile only names that are text
    elif isinstance(path, (bool, io.TextIOBase)) or not (isinstance(path, int) or hasattr(path, "read")):
        kind = type(path).__name__
        raise ParameterError(f"[{where}] path must be a file name, a descriptor or an open binary file, got {kind}")
    try:
        file = sf.SoundFile(path)
    except (sf.SoundFileError, OSError, TypeError, ValueError) as error:
        raise ParameterError(f"[{where}] {name_of(path)} could not be read as audio: {_reason(error)}") from error
    with file:
        yield file


def _check_file(where: str, path: Any) -> None:
    """Say why a file cannot be opened, which libsndfile does not."""
    name = name_of(path)
    if not os.path.exists(path):
        raise FileNotFoundError(f"[{where}] there is no file {name}")
    if os.path.isdir(path):
        raise ParameterError(f"[{where}] {name} is a folder; give an audio file")
    if not os.access(path, os.R_OK):
        raise ParameterError(f"[{where}] {name} may not be read: permission denied")
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise ParameterError(f"[{where}] {name} is empty")


def read_span(file: soundfile.SoundFile, name: str, offset: float, duration: float | None) -> np.ndarray:
    """Read the samples of a span, (channels, n) float32."""
    sf = import_extra("soundfile", "load")
    rate, start = file.samplerate, int(offset * file.samplerate)
    if offset < 0:
        start += file.frames
    if start < 0 or (start and start >= file.frames):
        length = file.frames / rate
        raise ParameterError(f"[load] offset must be inside the file, got {offset} s; {name} is {length:.6g} s long")
    try:
        if start:
            file.seek(start)
        frames = -1 if duration is None else int(duration * rate)
        y = file.read(frames=frames, dtype="float32", always_2d=True).T
    except (sf.SoundFileError, OSError) as error:
        raise ParameterError(f"[load] {name} could not be read as audio: {_reason(error)}") from error
    if y.shape[-1] == 0:
        span = "" if duration is None else f" in {duration} s from {offset} s; give a longer duration"
        raise ParameterError(f"[load] {name} holds no samples{span}")
    return y


def name_of(path: Any) -> str:
    """Name a file as messages do."""
    if isinstance(path, (str, bytes, os.PathLike)):
        return os.fsdecode(path)
    name = getattr(path, "name", None)
    return name if isinstance(name, str) else "the given file"


def import_extra(name: str, where: str) -> Any:
    """Import an optional package of the audio extra."""
    try:
        return __import__(name)
    except (ImportError, OSError) as error:  # soundfile raises OSError when libsndfile is not there
        way_out = f"[{where}] needs {name}: pip install 'spectro-mlx[audio]'"
        raise ImportError(f"{way_out} ({error})", name=name) from error


def _reason(error: BaseException) -> str:
    """Take the last part of a libsndfile message: the first repeats the file's name."""
    text = getattr(error, "error_string", None) or str(error)
    return text.strip().rstrip(".")
