"""Sampling rates changed: with soxr, or with a filter made of MLX operations."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.held import held
from .._floor.arrays import as_audio, numpy_numbers
from .._floor.checks import positive
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.types import A, Others
from ..audio.reading import quality_of
from ..errors import ParameterError

STOP_BAND = 120.0  # dB below what passes
PASS_BAND = 0.913  # of the lower Nyquist frequency, from which the filter falls until it; soxr's high quality has it
GATHERED = 16  # taps that are gathered at once
MOST_WEIGHTS = 1 << 26  # of a filter's table: beyond it two rates have no common multiple worth the name


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

    NumPy arrays go to soxr. MLX arrays stay on the device, lazy and differentiable, and go through one windowed-sinc
    filter in polyphase form, whatever `res_type` is: it passes up to 0.913 of the lower Nyquist frequency, and what
    lies above that frequency is 120 dB down.

    Parameters
    ----------
    %(y)s
    orig_sr, target_sr : float > 0
        Sampling rates of `y` and of the result in Hz.
    res_type : str
        ``soxr_vhq``, ``soxr_hq``, ``soxr_mq``, ``soxr_lq`` or ``soxr_qq``. ``kaiser_best`` and ``kaiser_fast`` take the
        nearest of these, with a warning.
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
        For a bad argument; for integer, complex, empty or (NumPy input) non-finite audio; for an MLX array, if the
        rates have no small ratio.
    ImportError
        soxr is not installed.

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
    quality = quality_of(where, res_type)
    checked = as_audio(where, "y", y)
    if not isinstance(axis, int) or not -checked.ndim <= axis < checked.ndim:
        raise ParameterError(f"[{where}] axis must be one of the {checked.ndim} axes of y, got {axis!r}")
    size = math.ceil(checked.shape[axis] * (target / source))
    check_size(where, "the result", *checked.shape[:-1], size, way_out="lower target_sr")
    if isinstance(y, mx.array):
        out = checked if source == target else _filtered(mx.swapaxes(checked, axis, -1), source, target, size)
        out = out if source == target else mx.swapaxes(out, axis, -1)
    else:
        values = numpy_numbers(where, "y", y)
        values = values if values.dtype in (np.float32, np.float64) else np.asarray(checked)
        out = (
            values
            if source == target
            else _by_soxr(values, source, target, quality, axis, size if fix else None, kwargs)
        )
    return out / math.sqrt(target / source) if scale else out  # type: ignore[return-value]


def _by_soxr(
    y: np.ndarray, source: float, target: float, quality: str, axis: int, size: int | None, padding: dict[str, Any]
) -> np.ndarray:
    """Resample with soxr, which takes (n, channels), to `size` samples if it is given."""
    soxr = import_extra("soxr", "resample")
    if y.shape[axis] == 0:
        return y
    lines = np.ascontiguousarray(np.moveaxis(y, axis, 0))
    try:
        out = soxr.resample(lines.reshape(len(lines), -1), source, target, quality=quality)
    except (RuntimeError, ValueError) as error:
        raise ParameterError(
            f"[resample] target_sr={target:g} cannot be reached from {source:g} Hz: {error}"
        ) from error
    out = out.reshape(-1, *lines.shape[1:])
    if size is not None:
        missing = [(0, max(size - len(out), 0))] + [(0, 0)] * (out.ndim - 1)
        out = np.pad(out[:size], missing, **padding) if missing[0][1] else out[:size]
    return np.moveaxis(out, 0, axis)


def _filtered(y: mx.array, source: float, target: float, size: int) -> mx.array:
    """Filter the last axis: output sample i lies at i * source / target, and takes the taps around it."""
    up, down = _ratio(source, target)
    weights = _table(up, down)  # (up, taps)
    taps = weights.shape[1]
    place = mx.arange(size, dtype=mx.int64) * down
    first, phase = (place // up).astype(mx.int32), (place % up).astype(mx.int32)
    padded = mx.pad(y, [(0, 0)] * (y.ndim - 1) + [(taps // 2 - 1, taps // 2 + 1)])
    out = mx.zeros((*y.shape[:-1], size))
    for begin in range(0, taps, GATHERED):
        tap = mx.arange(begin, min(begin + GATHERED, taps), dtype=mx.int32)
        near = mx.take(padded, mx.minimum(first[:, None] + tap, padded.shape[-1] - 1), axis=-1)
        out = out + (near * weights[phase[:, None], tap]).sum(-1)
    return out


def _ratio(source: float, target: float) -> tuple[int, int]:
    """The ratio of two rates in whole numbers."""
    ratio = Fraction(target) / Fraction(source)
    up, down = ratio.numerator, ratio.denominator
    if up * _taps(up, down) > MOST_WEIGHTS:
        raise ParameterError(
            f"[resample] target_sr / orig_sr must be a ratio of small whole numbers for an MLX array, got "
            f"{target!r} / {source!r}; round the rates or give a NumPy array"
        )
    return up, down


def _taps(up: int, down: int) -> int:
    """Input samples that an output sample is made of, an even number, by Kaiser's rule."""
    cutoff = min(1.0, up / down)  # the lower Nyquist frequency, over that of the input
    width = (1 - PASS_BAND) * cutoff * math.pi
    return 2 * math.ceil((STOP_BAND - 7.95) / (2.285 * width) / 2) + 2


@functools.lru_cache(maxsize=16)
def _table(up: int, down: int) -> mx.array:
    """The filter's weights for each phase: (up, taps)."""
    taps, cutoff = _taps(up, down), min(1.0, up / down)
    distance = np.arange(taps) - (taps // 2 - 1) - np.arange(up)[:, None] / up  # in input samples
    middle = cutoff * (1 + PASS_BAND) / 2
    window = np.i0(0.1102 * (STOP_BAND - 8.7) * np.sqrt(np.maximum(1 - (2 * distance / taps) ** 2, 0)))
    weights = np.sinc(middle * distance) * window
    return held(mx.array((weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)))
