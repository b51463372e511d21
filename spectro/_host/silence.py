"""Where a signal is louder than a threshold below a reference level."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._floor.pieces import padded_part
from ..errors import ParameterError

AMIN = 1e-10  # of powers
SAMPLES = 1 << 20  # whose powers are taken at a time


def loud_frames(
    where: str,
    y: np.ndarray,
    *,
    top_db: float,
    ref: Any,
    frame_length: int,
    hop_length: int,
    aggregate: Callable[..., Any],
) -> np.ndarray:
    """Whether each centered frame of y (..., n) lies less than `top_db` below `ref`: (t,) bools."""
    rms = np.sqrt(frame_powers(y, frame_length, hop_length))  # (..., t)
    peak = abs(ref(rms) if callable(ref) else ref)
    powers = np.square(rms, out=rms)
    levels = 10.0 * np.log10(np.maximum(AMIN, powers)) - 10.0 * np.log10(np.maximum(AMIN, peak**2))
    if levels.ndim > 1:
        levels = aggregate(levels, axis=tuple(range(levels.ndim - 1)))
    loud = np.asarray(levels > -top_db)
    if loud.shape != rms.shape[-1:]:
        raise ParameterError(f"[{where}] aggregate must give one level a frame, got shape {loud.shape}")
    return loud


def frame_powers(y: np.ndarray, frame_length: int, hop_length: int) -> np.ndarray:
    """Mean square of each centered frame, with zeros around the signal: (..., n) -> (..., t)."""
    half, step = frame_length // 2, max(1, SAMPLES // (hop_length * max(1, math.prod(y.shape[:-1]))))
    count = max(1, 1 + (y.shape[-1] + 2 * half - frame_length) // hop_length)  # too few samples are refused
    parts = [np.zeros((*y.shape[:-1], 0), y.dtype)]
    for first in range(0, count, step):
        last = min(first + step, count)
        part = padded_part(y, first * hop_length, (last - 1) * hop_length + frame_length, half, _with_zeros)
        frames = np.lib.stride_tricks.sliding_window_view(part, frame_length, axis=-1)[..., ::hop_length, :]
        parts.append(np.einsum("...tn,...tn->...t", frames, frames) / y.dtype.type(frame_length))
    return np.concatenate(parts, axis=-1)


def _with_zeros(y: np.ndarray, around: tuple[int, int]) -> np.ndarray:
    before, after = around
    padded = np.zeros((*y.shape[:-1], before + y.shape[-1] + after), y.dtype)
    padded[..., before : before + y.shape[-1]] = y
    return padded
