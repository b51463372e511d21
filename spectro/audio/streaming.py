"""Audio files in blocks, and their sampling rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._floor.checks import finite, non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import public
from ..errors import ParameterError
from .files import name_of, opened, reason


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
    mono: bool = True,
    offset: float = 0.0,
    duration: float | None = None,
    fill_value: float | None = None,
    dtype: Any = np.float32,
) -> Iterator[np.ndarray]:
    """Audio of a file in blocks of whole frames, for uncentered analyses of what memory does not hold.

    A block has ``frame_length + (block_length - 1) hop_length`` samples, and begins ``block_length * hop_length``
    samples after the one before. The last may be shorter.

    Parameters
    ----------
    path : str, os.PathLike, int, file-like or soundfile.SoundFile
        The file, a file descriptor or an open file.
    %(block_length)s
    frame_length : int >= 1
        Samples of a frame.
    %(hop_length)s
    mono : bool
        Average the channels.
    offset : float >= 0
        Where to start, in seconds.
    duration : float >= 0, optional
        How much to read, in seconds; to the end by default.
    fill_value : float, optional
        What fills the last block; by default it is not filled.
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
        soundfile is not installed.

    See Also
    --------
    spectro.streaming.STFT : Takes blocks that do not overlap (`frame_length=hop_length`), for centered frames, too.

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
    start = non_negative("stream", "offset", offset)
    seconds = None if duration is None else non_negative("stream", "duration", duration)
    if fill_value is not None:
        fill_value = finite("stream", "fill_value", fill_value)
    return _blocks(path, frame + (block - 1) * hop, frame - hop, (start, seconds), mono, fill_value, dtype)


def _blocks(
    path: Any, size: int, overlap: int, span: tuple[float, float | None], mono: bool, fill_value: Any, dtype: Any
) -> Iterator[np.ndarray]:
    """Read the blocks while they are asked for."""
    with opened("stream", path) as file:
        positive("stream", "the sampling rate", file.samplerate)
        offset, duration = (None if seconds is None else int(seconds * file.samplerate) for seconds in span)
        if offset:
            if offset > file.frames:
                raise ParameterError(f"[stream] offset must be inside the file, got {span[0]} s")
            file.seek(offset)
        blocks = file.blocks(
            blocksize=size,
            overlap=overlap,
            frames=-1 if duration is None else duration,
            dtype=np.dtype(dtype).name,
            fill_value=fill_value,
            always_2d=True,
        )
        for block in _readable(blocks, name_of(path)):
            channels = block.T
            yield channels.mean(axis=0, dtype=_mean_type(channels)) if mono or len(channels) == 1 else channels


def _readable(blocks: Iterator[np.ndarray], name: str) -> Iterator[np.ndarray]:
    """Give blocks as long as they can be decoded."""
    sf = import_extra("soundfile", "stream")
    try:
        yield from blocks
    except sf.SoundFileError as error:
        raise ParameterError(f"[stream] {name} could not be read as audio: {reason(error)}") from error


def _mean_type(samples: np.ndarray) -> Any:
    return samples.dtype if samples.dtype.kind == "f" else None
