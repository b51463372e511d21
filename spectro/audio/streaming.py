"""Audio files in blocks, and their sampling rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .._floor.checks import finite, non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import public
from ..errors import ParameterError
from .files import name_of, opened, reason
from .reading import check_rate, quality_of

Read = Callable[[int], np.ndarray]
AT_ONCE = 1 << 14  # frames that are resampled together


@public()
def get_samplerate(path: Any) -> float:
    """Sampling rate of an audio file.

    Parameters
    ----------
    path : str, os.PathLike, int, file-like or soundfile.SoundFile
        The file, a file descriptor or an open file, of which the header is read.

    Returns
    -------
    int
        Sampling rate in Hz.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ParameterError
        The file cannot be read as audio.
    ImportError
        soundfile is not installed.

    Examples
    --------
    >>> import io, soundfile, spectro
    >>> soundfile.write(wav := io.BytesIO(), [0.5] * 8000, 8000, format="WAV")
    >>> spectro.get_samplerate(io.BytesIO(wav.getvalue()))
    8000
    """
    with opened("get_samplerate", path) as file:
        return file.samplerate


@public()
@documented
def stream(
    path: Any,
    *,
    block_length: int,
    frame_length: int,
    hop_length: int,
    sr: float | None = None,
    mono: bool = True,
    offset: float = 0.0,
    duration: float | None = None,
    fill_value: float | None = None,
    res_type: str = "soxr_hq",
    dtype: Any = np.float32,
) -> Iterator[np.ndarray]:
    """Audio of a file in blocks of whole frames, for uncentered analyses of what memory does not hold.

    A block has ``frame_length + (block_length - 1) hop_length`` samples, and begins ``block_length * hop_length``
    samples after the one before, while there are any. The last ones are shorter.

    Parameters
    ----------
    path : str, os.PathLike, int, file-like or soundfile.SoundFile
        The file, a file descriptor or an open file.
    %(block_length)s
    frame_length : int >= 1
        Samples of a frame.
    %(hop_length)s
    sr : number > 0, optional
        Sampling rate of the blocks in Hz; by default that of the file.
    mono : bool
        Average the channels.
    offset : float
        Where to start, in seconds; a negative offset counts from the end of the file.
    duration : float >= 0, optional
        How much to read, in seconds; to the end by default.
    fill_value : float, optional
        What fills the last blocks; by default they are not filled.
    res_type : str
        How soxr resamples, as for `load`.
    dtype : float32, float64, int16 or int32
        Type of the samples, of NumPy.

    Returns
    -------
    iterator of NumPy arrays (n,) or (channels, n)
        Samples of one block after the other.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ParameterError
        The file cannot be read as audio, or an argument is out of range.
    ImportError
        soundfile or soxr is not installed.

    See Also
    --------
    spectro.streaming.STFT : Takes blocks that do not overlap (`frame_length=hop_length`), for centered frames, too.

    Notes
    -----
    Differs from librosa: librosa 0.11 has no `sr` and no `res_type`, and ends before a block that would hold no more
    than the last samples of the one before.

    Examples
    --------
    >>> import io, soundfile, spectro
    >>> soundfile.write(wav := io.BytesIO(), [0.5] * 8000, 8000, format="WAV")
    >>> blocks = spectro.stream(io.BytesIO(wav.getvalue()), block_length=4, frame_length=1024, hop_length=1024)
    >>> [y.size for y in blocks]
    [4096, 3904]
    """
    block = positive_int("stream", "block_length", block_length)
    frame, hop = positive_int("stream", "frame_length", frame_length), positive_int("stream", "hop_length", hop_length)
    start = finite("stream", "offset", offset)
    seconds = None if duration is None else non_negative("stream", "duration", duration)
    if fill_value is not None:
        fill_value = finite("stream", "fill_value", fill_value)
    check_rate("stream", sr)
    made = _Made(frame + (block - 1) * hop, block * hop, sr, quality_of("stream", res_type), np.dtype(dtype).name)
    return _blocks(path, made, (start, seconds), mono, fill_value)


class _Made(NamedTuple):
    """What blocks are like: samples of one, and from one to the next, their rate, how it is reached, their type."""

    size: int
    step: int
    rate: float | None
    quality: str
    dtype: str


def _blocks(
    path: Any, made: _Made, span: tuple[float, float | None], mono: bool, fill_value: Any
) -> Iterator[np.ndarray]:
    """Read the blocks while they are asked for."""
    with opened("stream", path) as file:
        positive("stream", "the sampling rate", file.samplerate)
        offset, duration = (None if seconds is None else int(seconds * file.samplerate) for seconds in span)
        if offset:
            start = offset + file.frames if offset < 0 else offset
            if not 0 <= start <= file.frames:
                raise ParameterError(f"[stream] offset must be inside the file, got {span[0]} s")
            file.seek(start)
        read = _reader(file, duration, made.dtype)
        if made.rate not in (None, file.samplerate):
            read = _resampler(read, file, made)
        for block in _readable(_cut(read, made.size, made.step), name_of(path)):
            channels = block.T
            if fill_value is not None:
                missing = [(0, 0), (0, made.size - len(block))]
                channels = np.pad(channels, missing, constant_values=fill_value)
            yield _mixed(channels) if mono or len(channels) == 1 else channels


def _readable(blocks: Iterator[np.ndarray], name: str) -> Iterator[np.ndarray]:
    """Give blocks as long as they can be decoded."""
    sf = import_extra("soundfile", "stream")
    try:
        yield from blocks
    except sf.SoundFileError as error:
        raise ParameterError(f"[stream] {name} could not be read as audio: {reason(error)}") from error


def _reader(file: Any, frames: int | None, dtype: str) -> Read:
    """Give the function that reads so many frames (n, channels), of the file or of its next ones; fewer at the end."""
    left = math.inf if frames is None else frames

    def read(count: int) -> np.ndarray:
        nonlocal left
        new = file.read(int(min(count, left)), dtype=dtype, always_2d=True)
        left -= len(new)
        return new

    return read


def _resampler(read: Read, file: Any, made: _Made) -> Read:
    """Give the function that reads at another rate."""
    soxr = import_extra("soxr", "stream")
    try:
        stream = soxr.ResampleStream(file.samplerate, made.rate, file.channels, dtype=made.dtype, quality=made.quality)
    except (RuntimeError, ValueError) as error:
        raise ParameterError(
            f"[stream] sr={made.rate:g} cannot be reached from {file.samplerate} Hz: {error}"
        ) from error
    held, at_end = [np.empty((0, file.channels), made.dtype)], False

    def resampled(count: int) -> np.ndarray:
        nonlocal held, at_end
        there = sum(map(len, held))
        while there < count and not at_end:
            new = read(AT_ONCE)
            at_end = len(new) < AT_ONCE
            held.append(stream.resample_chunk(new, last=at_end))
            there += len(held[-1])
        joined = np.concatenate(held)
        taken, held = joined[:count], [joined[count:]]
        return taken

    return resampled


def _cut(read: Read, size: int, step: int) -> Iterator[np.ndarray]:
    """Blocks (size, channels) that begin every `step` frames while there are any; the last ones are shorter."""
    block = read(size)
    while len(block):
        length, kept = len(block), block[step:].copy()  # as the block is the caller's, who may write there
        yield block
        if length < step:
            read(step - length)
        block = np.concatenate([kept, read(size - len(kept))])


def _mixed(channels: np.ndarray) -> np.ndarray:
    """The mean of the channels: floats in their own type, integers in float64."""
    if channels.dtype.kind != "f":
        return channels.mean(axis=0)
    return channels[0] if len(channels) == 1 else channels.mean(axis=0, dtype=channels.dtype)
