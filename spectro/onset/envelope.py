"""The front door of every function that takes a signal `y`, or an onset strength envelope of one."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_real, numpy_numbers
from .._floor.checks import positive, positive_int
from .._floor.tracing import sized
from ..errors import ParameterError
from .strength import onset_strength


def lazy_envelope(
    where: str, y: Any, sr: Any, onset_envelope: Any, hop_length: Any, *, median: bool = False
) -> mx.array:
    """The envelope (..., t) of either, as an MLX array."""
    _check_grid(where, y, sr, onset_envelope, hop_length)
    if onset_envelope is None:
        aggregate: dict[str, Any] = {"aggregate": np.median} if median else {}
        return mx.array(onset_strength(y, sr=sr, hop_length=hop_length, **aggregate))
    envelope = sized(where, as_real(where, "onset_envelope", onset_envelope))
    _check_frames(where, envelope.shape)
    if not isinstance(onset_envelope, mx.array):
        check_finite(where, onset_envelope)
    return envelope


def check_finite(where: str, envelope: Any) -> None:
    """Refuse an envelope of NumPy's with NaN or infinity."""
    if not np.isfinite(envelope).all():
        raise ParameterError(f"[{where}] onset_envelope must be finite everywhere, got NaN or infinity")


def seen_envelope(where: str, y: Any, sr: Any, onset_envelope: Any, hop_length: Any, *, median: bool = False) -> Any:
    """The envelope (..., t) of either, as a NumPy array of floats; a given one keeps its precision."""
    _check_grid(where, y, sr, onset_envelope, hop_length)
    if onset_envelope is None:
        aggregate: dict[str, Any] = {"aggregate": np.median} if median else {}
        return np.asarray(onset_strength(y, sr=sr, hop_length=hop_length, **aggregate), dtype=np.float32)
    envelope = numpy_numbers(where, "onset_envelope", onset_envelope)
    if np.iscomplexobj(envelope):
        raise ParameterError(f"[{where}] onset_envelope must be real, got complex values")
    _check_frames(where, envelope.shape)
    return envelope if envelope.dtype in (np.float32, np.float64) else envelope.astype(np.float64)


def _check_grid(where: str, y: Any, sr: Any, onset_envelope: Any, hop_length: Any) -> None:
    if y is None and onset_envelope is None:
        raise ParameterError(f"[{where}] y or onset_envelope must be given: a signal, or the envelope of one")
    positive(where, "sr", sr)
    positive_int(where, "hop_length", hop_length)


def _check_frames(where: str, shape: tuple[int, ...]) -> None:
    if len(shape) == 0 or shape[-1] == 0:
        raise ParameterError(f"[{where}] onset_envelope must have shape (..., t) with t at least 1, got {tuple(shape)}")
