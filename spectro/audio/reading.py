"""Audio files: read with soundfile, resample with soxr."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import LARGEST, shown
from .._floor.extras import import_extra
from .._floor.kinds import gives_mlx
from .._floor.public import public
from ..errors import ParameterError, warn
from .files import length_of, name_of, opened, read_span

QUALITIES = ("soxr_vhq", "soxr_hq", "soxr_mq", "soxr_lq", "soxr_qq")
# The soxr quality whose output is closest to resampy's: both kaiser_fast and soxr_lq roll off early.
NEAREST = {"kaiser_best": "soxr_hq", "kaiser_fast": "soxr_lq"}
LOWEST, HIGHEST = 1, 10**8  # Hz that resampling goes to: beyond them its filter takes minutes, or all memory
DTYPES = {"float32": mx.float32, "float16": mx.float16, "bfloat16": mx.bfloat16}


@public()
def load(
    path: Any,
    sr: float | None = 22050,
    *,
    mono: bool = True,
    offset: float = 0.0,
    duration: float | None = None,
    dtype: Any = np.float32,
    res_type: str = "soxr_hq",
) -> tuple[np.ndarray, float]:
    """Read an audio file as floating-point samples, mixed to mono and resampled.

    Parameters
    ----------
    path : str, os.PathLike, int, file-like or soundfile.SoundFile
        The file, a file descriptor or an open file. An open ``SoundFile`` is read from its current position
        and stays open.
    sr : number > 0 or None
        Sampling rate of the result, in Hz; ``None`` keeps the file's own.
    mono : bool
        Average the channels.
    offset : float
        Where to start, in seconds; a negative offset counts from the end of the file.
    duration : float > 0 or None
        How much to read, in seconds; ``None`` reads to the end.
    dtype : float32, float16 or bfloat16
        Type of the samples, as an MLX or NumPy type or its name.
    res_type : str
        ``soxr_vhq``, ``soxr_hq``, ``soxr_mq``, ``soxr_lq`` or ``soxr_qq``. ``kaiser_best`` and ``kaiser_fast`` take the
        nearest of these, with a warning.

    Returns
    -------
    y : array, shape (n,) or (channels, n)
        ``ceil(n_native * sr / sr_native)`` samples, in NumPy unless `use_arrays` says otherwise; a file of one channel
        is 1-D also with ``mono=False``.
    sr : number
        Sampling rate of `y`.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    ParameterError
        The file cannot be read as audio, holds no samples there, or an argument is out of range.
    ImportError
        soundfile or soxr is not installed.

    Notes
    -----
    Differs from librosa: a span without samples and non-finite samples are refused, as is float64. soxr alone
    resamples: `kaiser_best` and `kaiser_fast` become its nearest quality, with a warning.

    References
    ----------
    .. [1] libsndfile, https://libsndfile.github.io/libsndfile, which reads the file.
    .. [2] The SoX Resampler library, https://sourceforge.net/projects/soxr, which resamples.

    Examples
    --------
    >>> import io, soundfile, spectro
    >>> soundfile.write(wav := io.BytesIO(), [0.5] * 8000, 8000, format="WAV")
    >>> y, sr = spectro.load(io.BytesIO(wav.getvalue()), sr=16000)
    >>> y.shape, sr
    ((16000,), 16000)
    """
    quality = quality_of("load", res_type)
    dtype = _dtype(dtype)
    check_rate("load", sr)
    _check_span(offset, duration)
    with opened("load", path) as file:
        native, name = file.samplerate, name_of(path)
        y = read_span(file, name, offset, duration)  # (channels, n)
    if not np.isfinite(y).all():
        raise ParameterError(f"[load] {name} holds NaN or infinite samples; repair or convert the file first")
    if mono or len(y) == 1:
        y = y.mean(axis=0) if len(y) > 1 else y[0]  # (n,)
    if sr is not None and sr != native:
        y = _resample(y, native, sr, quality)
    return _given_out(y, dtype), native if sr is None else sr


def _given_out(y: np.ndarray, dtype: str) -> Any:
    """Samples in the kind of array that is asked for."""
    return mx.array(y).astype(DTYPES[dtype]) if gives_mlx() else y.astype(dtype, copy=False)


@public("y", "S")
def get_duration(
    y: Any = None,
    *,
    sr: float = 22050,
    S: Any = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    center: bool = True,
    path: Any = None,
    filename: Any = None,
) -> float:
    """Duration in seconds: ``n / sr`` of a signal, of the signal that a spectrogram was made of, or of a file.

    Parameters
    ----------
    y : array, shape (..., n), optional
        Signal.
    sr : number > 0
        Sampling rate of `y`, or of the signal that `S` was made of, in Hz.
    S : array, shape (..., f, t), optional
        Spectrogram, used when `y` is not given; ``n = n_fft + hop_length * (t - 1)``, less ``2 * (n_fft // 2)`` if
        centered, and 0 for no frames.
    n_fft : int > 0
        Frame length of `S`, in samples.
    hop_length : int > 0
        Distance between the frames of `S`, in samples.
    center : bool
        Whether frame ``t`` of `S` is centered on sample ``t * hop_length``.
    path : str, os.PathLike, int, file-like or soundfile.SoundFile, optional
        Audio file, of which only the header is read. All other arguments are then ignored.
    filename : optional
        An older name of `path`.

    Returns
    -------
    float
        Duration in seconds.

    Raises
    ------
    ParameterError
        None of `y`, `S` and `path` is given, a number is not positive, or the file cannot be read as audio.
    FileNotFoundError
        There is no such file.
    ImportError
        `path` is given and soundfile is not installed.

    Notes
    -----
    Differs from librosa: `filename=`, an old name of `path=`, is accepted.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.get_duration(mx.zeros(11025), sr=22050)
    0.5
    """
    path = filename if path is None else path
    if path is not None:
        with opened("get_duration", path) as file:
            return length_of(file) / file.samplerate
    if isinstance(y, (str, bytes)):
        raise ParameterError(f"[get_duration] y is an array of samples; give a file as path={name_of(y)!r}")
    _positive("get_duration", "sr", sr)
    if y is not None:
        return _last_size("y", y) / float(sr)
    if S is None:
        raise ParameterError("[get_duration] one of y, S or path must be given")
    _positive("get_duration", "n_fft", n_fft)
    _positive("get_duration", "hop_length", hop_length)
    frames = _last_size("S", S)
    n = n_fft + hop_length * (frames - 1) - (2 * (n_fft // 2) if center else 0)
    return max(n, 0) / float(sr) if frames else 0.0


def _resample(y: np.ndarray, native: int, sr: float, quality: str) -> np.ndarray:
    """Resample the last axis to exactly ``ceil(n * sr / native)`` samples."""
    soxr = import_extra("soxr", "load")
    size = math.ceil(y.shape[-1] * (float(sr) / native))
    try:
        out = soxr.resample(np.ascontiguousarray(y.T), native, sr, quality=quality).T
    except (RuntimeError, ValueError) as error:
        raise ParameterError(f"[load] sr={sr} cannot be reached from {native} Hz: {error}") from error
    missing = size - out.shape[-1]
    return np.pad(out, [(0, 0)] * (out.ndim - 1) + [(0, missing)]) if missing > 0 else out[..., :size]


def quality_of(where: str, res_type: Any) -> str:
    """The quality of soxr that a `res_type` names."""
    if res_type in NEAREST:
        nearest = NEAREST[res_type]
        warn(f"[{where}] res_type={res_type!r} is not in spectro; using the nearest, {nearest!r}")
        return nearest
    if res_type not in QUALITIES:
        known = ", ".join((*QUALITIES, *NEAREST))
        raise ParameterError(f"[{where}] unknown res_type {shown(res_type)}; known: {known}")
    return res_type


def check_rate(where: str, sr: Any) -> None:
    """Refuse a rate that soxr does not reach in a sensible time, or at all; None is that of the file."""
    if sr is not None:
        _positive(where, "sr", sr)
        if not LOWEST <= sr <= HIGHEST:
            raise ParameterError(f"[{where}] sr must be between {LOWEST} and {HIGHEST} Hz, got {sr!r}")


def _dtype(dtype: Any) -> str:
    """The name of a type of samples."""
    name = str(dtype).removeprefix("mlx.core.") if isinstance(dtype, (str, mx.Dtype)) else _numpy_name(dtype)
    if name not in DTYPES:
        raise ParameterError(f"[load] dtype must be one of {', '.join(DTYPES)}, got {name}; MLX computes in float32")
    if name == "bfloat16" and not gives_mlx():
        raise ParameterError("[load] dtype bfloat16 is none of NumPy's; spectro.use_arrays('mlx') gives MLX's arrays")
    return name


def _numpy_name(dtype: Any) -> str:
    try:
        return np.dtype(dtype).name
    except TypeError:
        return repr(dtype)


def _check_span(offset: float, duration: float | None) -> None:
    if not _is_number(offset):
        raise ParameterError(f"[load] offset must be a number of seconds, got {offset!r}")
    if duration is not None:
        _positive("load", "duration", duration)


def _positive(where: str, name: str, value: Any) -> None:
    if type(value) in (int, float) and 0 < value <= LARGEST:  # nearly always
        return
    if not _is_number(value) or value <= 0:
        raise ParameterError(f"[{where}] {name} must be a positive number, got {_short(value)}")


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # an int beyond every float
        return False


def _last_size(name: str, value: Any) -> int:
    foreign = hasattr(value, "shape") and not isinstance(value, np.ndarray)
    shape = value.shape if foreign else numpy_numbers("get_duration", name, value).shape
    if len(shape) == 0:
        raise ParameterError(f"[get_duration] {name} must have at least one dimension, got a 0-d array")
    return shape[-1]


def _short(value: Any) -> str:
    """A value as messages show it."""
    try:
        shown = repr(value)
    except ValueError:  # an int of more digits than Python prints
        return "a number of thousands of digits"
    return shown if len(shown) <= 60 else f"{shown[:40]}..."
