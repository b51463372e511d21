"""Where a signal is louder than a threshold below a reference level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ParameterError

AMIN = 1e-10  # of powers


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
    half = frame_length // 2
    padded = np.pad(y, [(0, 0)] * (y.ndim - 1) + [(half, half)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame_length, axis=-1)[..., ::hop_length, :]
    return np.einsum("...tn,...tn->...t", frames, frames) / y.dtype.type(frame_length)
