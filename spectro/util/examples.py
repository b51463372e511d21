"""Sounds that the package makes itself, as files: `example` (or `ex`), `loadx`, `example_info`, `list_examples`."""

from __future__ import annotations

import functools
import numbers
import tempfile
import wave
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from .._floor.folders import user_cache, whole
from .._floor.public import host, public
from .._host.sounds import SOUNDS
from ..audio import load
from ..errors import ParameterError

__all__ = ["ex", "example", "example_info", "list_examples"]

VERSION = 1  # of the sounds: other sounds get another folder
SR, HQ_SR = 22050, 44100
DELAY = 13  # samples by which the right channel comes late


@host()
def example(key: str, *, hq: bool = False, url: bool = False) -> str:
    """Give the path of an example sound, which is made on first use.

    The sounds have the names of librosa's recordings and stand in for them: a brass melody is called 'trumpet', vowels
    and sibilants 'libri1'. They are made from sines and noise, so that nothing is downloaded and every machine has the
    same.

    Parameters
    ----------
    key : str
        Name of the sound, see `list_examples`.
    hq : bool
        Stereo at 44.1 kHz instead of mono at 22.05 kHz.
    url : bool
        Give the file as a URL, ``file:///..``, instead of its path.

    Returns
    -------
    str
        Path or URL of a WAV file in the user's cache folder (a temporary folder, where that cannot be written).

    Raises
    ------
    ParameterError
        For an unknown name.

    Notes
    -----
    Differs from librosa: these are other sounds, of other lengths, and a URL is that of this machine's file. librosa
    0.11 has no `url`.

    Examples
    --------
    >>> import spectro
    >>> from pathlib import Path
    >>> Path(spectro.util.example("trumpet")).name
    'trumpet.wav'
    """
    if key not in SOUNDS:
        raise ParameterError(f"[example] key must be one of {', '.join(SOUNDS)}, got {str(key)[:200]!r}")
    name = f"{key}{'.hq' if hq else ''}.wav"
    try:
        path = _made(user_cache() / f"examples-{VERSION}" / name, key, hq)
    except OSError:
        path = _made(_temporary() / name, key, hq)
    return path.absolute().as_uri() if url else str(path)


@host()
def ex(key: str, *, hq: bool = False, url: bool = False) -> str:
    """Give the path of an example sound: a short name of `example`.

    Parameters
    ----------
    key : str
        Name of the sound, see `list_examples`.
    hq : bool
        Stereo at 44.1 kHz instead of mono at 22.05 kHz.
    url : bool
        Give the file as a URL, ``file:///..``, instead of its path.

    Returns
    -------
    str
        Path or URL of a WAV file.

    Raises
    ------
    ParameterError
        For an unknown name.

    Notes
    -----
    Differs from librosa: these are other sounds, of other lengths, and a URL is that of this machine's file. librosa
    0.11 has no `url`.

    Examples
    --------
    >>> import spectro
    >>> y, sr = spectro.load(spectro.ex("trumpet"))
    >>> y.shape, sr
    ((117601,), 22050)
    """
    return example(key, hq=hq, url=url)


@public(keywords=load)
def loadx(key: str, *, hq: bool | None = None, **kwargs: Any) -> tuple[np.ndarray, float]:
    """Read an example sound: `load` of `spectro.util.example`.

    Parameters
    ----------
    key : str
        Name of the sound, see `spectro.util.list_examples`.
    hq : bool, optional
        Stereo at 44.1 kHz instead of mono at 22.05 kHz; by default where it is needed: for `sr` above 22050 or None,
        and for ``mono=False``.
    **kwargs
        Keywords of `load`.

    Returns
    -------
    y : array, shape (n,) or (channels, n)
        Samples, in NumPy unless `use_arrays` says otherwise.
    sr : number
        Sampling rate of `y`.

    Raises
    ------
    ParameterError
        For an unknown name, or a bad argument of `load`.
    ImportError
        soundfile or soxr is not installed.

    Notes
    -----
    Differs from librosa: these are other sounds, of other lengths. librosa 0.11 has no such function.

    Examples
    --------
    >>> import spectro
    >>> y, sr = spectro.loadx("trumpet")
    >>> y.shape, sr
    ((117601,), 22050)
    """
    if hq is None:
        sr = kwargs.get("sr", SR)
        hq = sr is None or (isinstance(sr, numbers.Real) and float(sr) > SR) or not kwargs.get("mono", True)
    return load(example(key, hq=hq), **kwargs)


@host()
def example_info(key: str, *, html: bool = False) -> str | None:
    """Print what an example sound is.

    Parameters
    ----------
    key : str
        Name of the sound.
    html : bool
        Give it as HTML, and print nothing.

    Returns
    -------
    str or None
        A description list of HTML, if it was asked for.

    Raises
    ------
    ParameterError
        For an unknown name.

    Notes
    -----
    Differs from librosa: it is about the sounds that the package makes itself. librosa 0.11 has no `html`.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.example_info("choice")
    choice: Drums and a bass at 136 beats a minute, 25.0 s, made by spectro
    """
    if key not in SOUNDS:
        raise ParameterError(f"[example_info] key must be one of {', '.join(SOUNDS)}, got {str(key)[:200]!r}")
    told = f"{SOUNDS[key].title}, {SOUNDS[key].seconds:.1f} s, made by spectro"
    if html:
        return f"<dl><dt>{key}</dt><dd>{escape(told)}</dd></dl>"
    print(f"{key}: {told}")
    return None


@host()
def list_examples() -> None:
    """Print the names of the example sounds and what they are.

    Notes
    -----
    Differs from librosa: they are the sounds that the package makes itself.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.list_examples()  # doctest: +ELLIPSIS
    AVAILABLE EXAMPLES
    ...
    brahms      Plucked chords in G minor, in place of Brahms's dance
    ...
    """
    print("AVAILABLE EXAMPLES\n------------------")
    for key, sound in SOUNDS.items():
        print(f"{key:<11} {sound.title}")


@functools.lru_cache(maxsize=1)
def _temporary() -> Path:
    """A folder of this process that nobody else can write to."""
    return Path(tempfile.mkdtemp(prefix="spectro-examples-"))


def _made(path: Path, key: str, hq: bool) -> Path:
    """Write the file if it is not there."""
    if path.is_file():
        return path
    y = SOUNDS[key].samples(HQ_SR if hq else SR)  # (n,)
    channels = np.stack([y, np.roll(y, DELAY)] if hq else [y])  # (channels, n)
    with whole(path, private=True) as out, wave.open(out, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(HQ_SR if hq else SR)
        file.writeframes(np.round(32768 * channels.T).astype("<i2").tobytes())
    return path
