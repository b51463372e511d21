"""Sampling rates changed: with soxr, or with a filter made of MLX operations."""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.held import held
from .._floor.arrays import as_floats
from .._floor.checks import axis_of, positive, shown
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..audio.reading import NEAREST, QUALITIES, quality_of
from ..errors import ParameterError

# A windowed sinc whose response is within 1e-3 of that of soxr's high quality.
STOP_BAND = 112.75  # dB below what passes
MIDDLE = 0.9569  # of the lower Nyquist frequency, where half passes
REACH = 91.3  # samples at the lower rate, to either side

FINEST = 1 << 16  # in whole numbers, of the lower of two rates
FINEST_OF_BOTH = 1 << 20  # and of the higher
SHORTEST_BLOCK = 1 << 14  # samples that are transformed at once
LONG_BLOCK = 1 << 20  # samples of a block that is no longer than the signal asks for
BLOCK = 48  # bytes for each of its samples, while the filter is made
BY_SCIPY = ("fft", "scipy", "polyphase")
BY_SAMPLERATE = ("linear", "zero_order_hold", "sinc_best", "sinc_medium", "sinc_fastest")


@public("y")
@documented
def resample(
    y: A | Others,
    *,
    orig_sr: float,
    target_sr: float,
    res_type: str = "soxr_hq",
    fix: bool = True,
    scale: bool = False,
    axis: int = -1,
    **kwargs: Any,
) -> A:
    """Signal at another sampling rate.

    NumPy arrays go to soxr, or to what `res_type` names. MLX arrays stay on the device, lazy and differentiable, and go
    through one windowed-sinc filter in blocks of spectra, whatever `res_type` is: it passes up to 0.913 of the lower
    Nyquist frequency, as soxr's high quality does, and what lies above that frequency is 110 dB down.

    Parameters
    ----------
    %(y)s
    orig_sr, target_sr : float > 0
        Sampling rates of `y` and of the result in Hz.
    res_type : str
        ``soxr_vhq``, ``soxr_hq``, ``soxr_mq``, ``soxr_lq`` or ``soxr_qq``; ``fft``, ``scipy`` (the same) or
        ``polyphase``, for rates in whole numbers, of SciPy; ``linear``, ``zero_order_hold``, ``sinc_best``,
        ``sinc_medium`` or ``sinc_fastest`` of samplerate; ``kaiser_best`` or ``kaiser_fast`` of resampy, or, where that
        is not installed, the nearest of soxr's with a warning.
    fix : bool
        Make exactly ``ceil(n * target_sr / orig_sr)`` samples; otherwise as many as the resampler gives.
    scale : bool
        Keep the energy instead of the level: divide by ``sqrt(target_sr / orig_sr)``.
    axis : int
        Axis along which the samples follow each other.
    **kwargs
        With `fix`, keywords of `numpy.pad` for samples that are missing.

    Returns
    -------
    array (..., n_target) float32; of the type of y in NumPy
        Signal.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex or (NumPy input) non-finite audio; for rates of MLX arrays so far
        apart that the filter does not fit in memory.
    ImportError
        The package that `res_type` names is not installed.

    Notes
    -----
    MLX arrays are resampled by the nearest ratio of whole numbers, which is off by less than a part in four billions
    up to 256 times the rate.

    Differs from librosa: NumPy arrays go to the package that `res_type` names, MLX arrays through one windowed-sinc
    filter, whatever `res_type` is.

    References
    ----------
    .. [1] The SoX Resampler library, https://sourceforge.net/projects/soxr.
    .. [2] Kaiser, J. F., "Nonrecursive digital filter design using the I0-sinh window function", ISCAS, 1974.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.resample(mx.zeros(22050), orig_sr=22050, target_sr=16000).shape
    (16000,)
    """
    where = "resample"
    source, target = positive(where, "orig_sr", orig_sr), positive(where, "target_sr", target_sr)
    known = (*QUALITIES, *NEAREST, *BY_SCIPY, *BY_SAMPLERATE)
    if res_type not in known:
        raise ParameterError(f"[{where}] unknown res_type {shown(res_type)}; known: {', '.join(known)}")
    checked = as_floats(where, "y", y)
    axis = axis_of(where, axis, checked.ndim)
    size = math.ceil(checked.shape[axis] * (target / source))
    check_size(where, "the result", *checked.shape[:-1], size, way_out="lower target_sr")
    if isinstance(y, mx.array):
        out = checked if source == target else _of_lines(checked, source, target, axis, size)
    else:
        out = values = np.asarray(checked)
        if source != target:
            out = _resampled(values, source, target, res_type, axis, size)
            out = _fixed(out, size, axis, kwargs) if fix else out
            out = out.astype(values.dtype, copy=False)
    if scale:
        factor = math.sqrt(target / source)
        out = out / factor if isinstance(out, mx.array) or out is values else np.divide(out, factor, out=out)
    return out  # type: ignore[return-value]


def _by_soxr(y: np.ndarray, source: float, target: float, quality: str, axis: int) -> np.ndarray:
    """Resample with soxr, which takes (n, channels)."""
    soxr = import_extra("soxr", "resample")
    if y.size == 0:
        return y
    lines = np.ascontiguousarray(np.moveaxis(y, axis, 0))
    one = lines.size == len(lines)  # which soxr is quicker with as a line
    with _reaching(source, target):
        out = soxr.resample(
            lines.reshape(-1) if one else lines.reshape(len(lines), -1), source, target, quality=quality
        )
    return np.moveaxis(out.reshape(-1, *lines.shape[1:]), 0, axis)


@contextlib.contextmanager
def _reaching(source: float, target: float) -> Iterator[None]:
    """Say what soxr cannot do."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise ParameterError(
            f"[resample] target_sr={target:g} cannot be reached from {source:g} Hz: {error}"
        ) from error


def resampled_parts(parts: Iterator[np.ndarray], shape: tuple[int, ...], **asked: Any) -> np.ndarray:
    """`resample` of a signal of NumPy's that comes part by part, cut or filled up with zeros to a shape."""
    source, target, quality = asked["orig_sr"], asked["target_sr"], asked["res_type"]
    if quality not in QUALITIES or source == target:
        return _fixed(resample(np.concatenate(list(parts), axis=-1), **asked), shape[-1], -1, {})
    soxr = import_extra("soxr", "resample")
    out, done, channels = np.zeros(shape, np.float32), 0, math.prod(shape[:-1])
    with _reaching(source, target):
        stream = soxr.ResampleStream(source, target, channels, dtype="float32", quality=quality)
    for part in itertools.chain(parts, (None,)):  # the last of which ends it
        lines = np.zeros((0, channels), np.float32) if part is None else part.reshape(channels, -1).T
        made = stream.resample_chunk(np.ascontiguousarray(lines), last=part is None)[: shape[-1] - done]
        out[..., done : done + len(made)] = made.T.reshape(*shape[:-1], -1)
        done += len(made)
    return np.divide(out, math.sqrt(target / source), out=out) if asked["scale"] else out


def _of_lines(y: mx.array, source: float, target: float, axis: int, size: int) -> mx.array:
    """Filter an axis, which may have no samples, of any number of channels."""
    lines = mx.swapaxes(sized("resample", y), axis, -1)
    empty = y.size == 0
    out = mx.zeros((*lines.shape[:-1], size), y.dtype) if empty else _filtered(lines, source, target, size)
    return mx.swapaxes(out, axis, -1)


def _filtered(y: mx.array, source: float, target: float, size: int) -> mx.array:
    """Filter the last axis through spectra of overlapping blocks, which are as long in time at either rate."""
    up, down = _ratio(source, target)
    edge = math.ceil(_reach(up, down) / down)  # of a block, in steps of both rates, at either side
    steps = _steps(max(up, down), edge, -(-size // up))
    inner = steps - 2 * edge
    blocks = max(1, -(-size // (inner * up)))
    after = (blocks * inner + edge) * down - y.shape[-1]
    padded = mx.pad(y, [(0, 0)] * (y.ndim - 1) + [(edge * down, after)])
    places = np.arange(blocks)[:, None] * (inner * down) + np.arange(steps * down)
    spectra = mx.fft.rfft(mx.take(padded, mx.array(places), axis=-1), axis=-1) * _response(up, down, steps)
    bins = steps * up // 2 + 1
    spectra = spectra[..., :bins]
    spectra = mx.pad(spectra, [(0, 0)] * y.ndim + [(0, bins - spectra.shape[-1])])
    out = mx.fft.irfft(spectra, n=steps * up, axis=-1)[..., edge * up : (steps - edge) * up]
    return out.reshape(*y.shape[:-1], -1)[..., :size]


def _steps(longer: int, edge: int, needed: int) -> int:
    """Even length of a block in steps of so many samples at the higher rate, with its edges, for a signal's steps."""
    steps = 2 * max(8 * edge, SHORTEST_BLOCK // (2 * longer), 1)
    if steps * longer > LONG_BLOCK:
        steps = min(steps, 2 * (edge + -(-needed // 2)))
    way_out = "go over a rate in between, or hand over NumPy's array"
    check_size("resample", "the filter between these rates", steps * longer, itemsize=BLOCK, way_out=way_out)
    return steps


def _ratio(source: float, target: float) -> tuple[int, int]:
    """The ratio of two rates in whole numbers, the lower of them at most `FINEST`."""
    ratio = Fraction(target) / Fraction(source)
    if ratio < 1:
        return _ratio(target, source)[::-1]
    near = ratio.limit_denominator(max(1, min(FINEST, int(FINEST_OF_BOTH / ratio))))
    return near.numerator, near.denominator


def _reach(up: int, down: int) -> float:
    """Input samples to either side of an output sample that it is made of."""
    return REACH / min(1.0, up / down)


@functools.lru_cache(maxsize=16)
def _response(up: int, down: int, steps: int) -> mx.array:
    """The filter's response at the bins of a block, by the ratio of its lengths: (steps * down / 2 + 1,)."""
    reach = _reach(up, down)
    distance = np.arange(math.ceil(reach))  # in input samples
    window = np.i0(0.1102 * (STOP_BAND - 8.7) * np.sqrt(1 - (distance / reach) ** 2))
    weights = np.sinc(MIDDLE * REACH / reach * distance) * window
    around = np.zeros(steps * down)
    around[: len(weights)] = weights
    around[len(around) - len(weights) + 1 :] += weights[:0:-1]
    response = np.fft.rfft(around / around.sum()).real * (up / down)
    return held(mx.array(response.astype(np.float32)))


def _by_scipy(y: np.ndarray, source: float, target: float, res_type: str, axis: int, size: int) -> np.ndarray:
    """Resample by one FFT of the whole signal, or by a polyphase filter between rates in whole numbers."""
    signal = import_extra("scipy.signal", "resample", f"res_type={res_type!r}")
    if y.size == 0:
        return y
    if res_type != "polyphase":
        return signal.resample(y, size, axis=axis)
    if source != int(source) or target != int(target):
        raise ParameterError(
            f"[resample] orig_sr and target_sr must be whole numbers for res_type='polyphase', got {source!r} and "
            f"{target!r}; round them or take 'soxr_hq'"
        )
    common = math.gcd(int(source), int(target))
    return signal.resample_poly(y, int(target) // common, int(source) // common, axis=axis)


def _by_samplerate(y: np.ndarray, source: float, target: float, res_type: str, axis: int) -> np.ndarray:
    """Resample with libsamplerate, a line of samples at a time."""
    package = import_extra("samplerate", "resample", f"res_type={res_type!r}")
    return np.apply_along_axis(package.resample, axis, y, target / source, res_type)


def _by_resampy(y: np.ndarray, source: float, target: float, res_type: str, axis: int) -> np.ndarray | None:
    """Resample with resampy, if it is installed."""
    try:
        package = importlib.import_module("resampy")
    except ImportError:
        return None
    return package.resample(y, source, target, filter=res_type, axis=axis)


def _resampled(y: np.ndarray, source: float, target: float, res_type: str, axis: int, size: int) -> np.ndarray:
    """Resample with the package that a `res_type` names."""
    if res_type in BY_SCIPY:
        return _by_scipy(y, source, target, res_type, axis, size)
    if res_type in BY_SAMPLERATE:
        return _by_samplerate(y, source, target, res_type, axis)
    out = _by_resampy(y, source, target, res_type, axis) if res_type in NEAREST else None
    return _by_soxr(y, source, target, quality_of("resample", res_type), axis) if out is None else out


def _fixed(y: np.ndarray, size: int, axis: int, padding: dict[str, Any]) -> np.ndarray:
    """Cut or pad an axis to a size; what is empty, with zeros."""
    missing, padding = size - y.shape[axis], padding if y.shape[axis] else {}
    if missing <= 0:
        return y if missing == 0 else np.moveaxis(np.moveaxis(y, axis, 0)[:size], 0, axis)
    return np.pad(y, [(0, missing if at == axis % y.ndim else 0) for at in range(y.ndim)], **padding)
