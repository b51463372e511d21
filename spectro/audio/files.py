"""Sound files: opened and read with soundfile."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .._floor.extras import import_extra
from ..errors import ParameterError, warn

if TYPE_CHECKING:
    import soundfile


BLOCK = 1 << 22  # frames that are decoded at once
UNKNOWN = 1 << 40  # more frames than a file can hold: what streaming encoders leave in the header of a FLAC
SCALE = 2.0**-15  # of samples of 16 bits


@contextmanager
def opened(where: str, path: Any) -> Iterator[soundfile.SoundFile]:
    """Open a sound file; one that the caller opened stays open. Pipes are read to their end first."""
    sf = import_extra("soundfile", where)
    if isinstance(path, sf.SoundFile):
        if path.closed or "r" not in path.mode:
            state = "closed" if path.closed else f"open with mode={path.mode!r}"
            raise ParameterError(f"[{where}] {name_of(path)} is {state}; open it for reading")
        yield path
        return
    source = _source(where, path)
    try:
        file = sf.SoundFile(source)
    except (sf.SoundFileError, OSError, TypeError, ValueError) as error:
        raise ParameterError(f"[{where}] {name_of(path)} could not be read as audio: {reason(error)}") from error
    with file:
        yield file


def _source(where: str, path: Any) -> Any:
    """Give what soundfile can open: a name, a descriptor or a stream that can go back."""
    if isinstance(path, bytes) and (len(path) > 4096 or b"\0" in path):
        raise ParameterError(f"[{where}] path is {len(path)} bytes of data; give io.BytesIO(data)")
    if isinstance(path, (str, bytes, os.PathLike)):
        _check_file(where, path)
        if stat.S_ISREG(os.stat(path).st_mode):
            return os.fsencode(path)  # libsndfile takes any bytes, soundfile only names that are text
        with open(path, "rb") as pipe:
            return _whole(where, path, pipe)
    if isinstance(path, int) and not isinstance(path, bool):
        if stat.S_ISREG(os.fstat(path).st_mode):
            return path
        with open(path, "rb", closefd=False) as pipe:
            return _whole(where, path, pipe)
    if isinstance(path, (bool, io.TextIOBase)) or not hasattr(path, "read"):
        kind = type(path).__name__
        raise ParameterError(f"[{where}] path must be a file name, a descriptor or an open binary file, got {kind}")
    return _stream(where, path)


def _stream(where: str, stream: Any) -> Any:
    """Check an open binary file; one that cannot go back is read to its end."""
    if getattr(stream, "closed", False):
        raise ParameterError(f"[{where}] {name_of(stream)} is closed; open it again")
    try:
        here = stream.tell()
        end = stream.seek(0, os.SEEK_END)
        stream.seek(here)
    except (AttributeError, OSError):  # no stream that can be searched, such as a pipe
        return _whole(where, stream, stream)
    if here == end:
        what = "is empty" if end == 0 else "stands at its end; call seek(0) first"
        raise ParameterError(f"[{where}] {name_of(stream)} {what}")
    return stream


def _whole(where: str, path: Any, pipe: Any) -> io.BytesIO:
    data = pipe.read()
    if not data:
        raise ParameterError(f"[{where}] {name_of(path)} is empty")
    return io.BytesIO(data)


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
    rate, start = file.samplerate, int(max(-(2.0**62), min(float(offset) * file.samplerate, 2.0**62)))
    if offset < 0:
        start += file.frames
    if start < 0 or (start and start >= file.frames):
        length = file.frames / rate
        raise ParameterError(f"[load] offset must be inside the file, got {offset} s; {name} is {length:.6g} s long")
    wanted = None if duration is None else int(min(float(duration) * rate, 2.0**62))
    try:
        if start:
            file.seek(start)
        ahead = file.frames - file.tell()
        y = _decoded(file, wanted)
    except (sf.SoundFileError, OSError) as error:
        raise ParameterError(f"[load] {name} could not be read as audio: {reason(error)}") from error
    if y.shape[-1] == 0:
        span = "" if duration is None else f" in {duration} s from {offset} s; give a longer duration"
        raise ParameterError(f"[load] {name} holds no samples{span}")
    promised = min(ahead, ahead if wanted is None else wanted)
    if y.shape[-1] < promised < UNKNOWN:
        warn(f"[load] {name} ends after {y.shape[-1]} of the {promised} samples that its header promises")
    return y


def length_of(file: soundfile.SoundFile) -> int:
    """Frames of a file by its header, or by decoding it where the header does not say."""
    return file.frames if file.frames < UNKNOWN else sum(map(len, _blocks(file, file.frames)))


def _decoded(file: soundfile.SoundFile, wanted: int | None) -> np.ndarray:
    """The next frames, all by default: (channels, n). What a header promises is not trusted with memory."""
    blocks = list(_blocks(file, file.frames if wanted is None else min(wanted, file.frames)))
    return np.concatenate(blocks).T if len(blocks) > 1 else blocks[0].T if blocks else np.zeros((file.channels, 0))


def _blocks(file: soundfile.SoundFile, frames: int) -> Iterator[np.ndarray]:
    """Decode up to so many frames, (n, channels) at a time."""
    if file.subtype == "PCM_16" and file.frames < UNKNOWN:
        yield from _blocks_of_16_bits(file, frames)
        return
    sf, found = import_extra("soundfile", "load"), 0
    while frames > 0:
        block = np.full((min(BLOCK, frames), file.channels), np.nan, np.float32)
        try:
            count = len(file.read(out=block))
        except sf.SoundFileError:
            # a file of unknown length ends without libsndfile knowing where: what it decoded stands in the block
            count = int(np.isfinite(block[:, 0]).sum())
            if file.frames < UNKNOWN or found + count == 0:
                raise
        found += count
        yield block[:count]
        frames = frames - count if count == len(block) else 0


def _blocks_of_16_bits(file: soundfile.SoundFile, frames: int) -> Iterator[np.ndarray]:
    """The same of integers, which are made floats here: libsndfile needs several times as long for the same numbers."""
    block = np.empty((min(BLOCK, frames), file.channels), np.int16)
    while frames > 0:
        count = len(file.read(out=block[:frames]))
        yield np.multiply(block[:count], SCALE, dtype=np.float32)
        frames = frames - count if count == len(block) else 0


def name_of(path: Any) -> str:
    """Name a file as messages do: short, and on one line."""
    name = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else getattr(path, "name", None)
    if not isinstance(name, str):
        return "the given file"
    shown = name
    if not name.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in name)
    return shown if len(shown) <= 200 else f"{shown[:100]}...{shown[-97:]}"


def reason(error: BaseException) -> str:
    """Take the last part of a libsndfile message: the first repeats the file's name."""
    text = getattr(error, "error_string", None) or str(error)
    return text.strip().rstrip(".")
