"""Where the rows and columns of a picture lie, for each type of axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._constants.mel_scale import mel_points
from .._floor.checks import positive
from ..errors import ParameterError
from ..notation import interval_frequencies
from .notations import CHROMA
from .ticks import C1, CONSTANT_Q, LAGS, LINEAR, LOGARITHMIC, MEL, TIMES

KNOWN: tuple[str, ...] = (
    *LINEAR,
    *LOGARITHMIC,
    *CONSTANT_Q,
    "chroma",
    *CHROMA,
    "chroma_fjs",
    "tonnetz",
    "tempo",
    "fourier_tempo",
)
KNOWN += (*TIMES, *LAGS, "frames", "off", "none")


def check(where: str, kind: str | None) -> str | None:
    """Check the type of an axis; None for one without ticks."""
    if kind is not None and kind not in KNOWN:
        raise ParameterError(f"[{where}] Unknown axis type: {kind}; known: {', '.join(KNOWN)}")
    return None if kind in ("off", "none") else kind


def given(where: str, coordinates: Any, size: int) -> np.ndarray:
    """Check coordinates of the caller's: of the centers, or of the edges."""
    coordinates = np.asarray(coordinates)
    if coordinates.shape not in ((size,), (size + 1,)):
        shape = coordinates.shape[0] if coordinates.ndim == 1 else coordinates.shape
        raise ParameterError(f"[{where}] Coordinate shape mismatch: {shape}!={size} or {size}+1")
    return coordinates


def of(kind: str | None, n: int, look: dict[str, Any]) -> np.ndarray:
    """Centers of `n` rows or columns."""
    places, sr, hop = np.arange(n), look["sr"], look["hop_length"]
    if kind in TIMES or kind in LAGS:
        return places * hop / float(sr)
    if kind in MEL:
        return _mel(n, look)
    if kind in LINEAR or kind in LOGARITHMIC:
        return _bins(n, sr, look["n_fft"])
    if kind in CONSTANT_Q:
        return _constant_q(kind, n, look)
    if kind in ("chroma", *CHROMA):
        return places * (12.0 / look["bins_per_octave"])
    if kind == "tempo":
        return 60 * sr / (hop * (places + 1.0))
    if kind == "fourier_tempo":
        return _bins(n, sr * 60 / hop, look["win_length"])
    return places


def _bins(n: int, sr: float, n_fft: int | None) -> np.ndarray:
    n_fft = 2 * (n - 1) if n_fft is None else n_fft
    return np.arange(1 + n_fft // 2) * (sr / max(n_fft, 1))


def _mel(n: int, look: dict[str, Any]) -> np.ndarray:
    fmin = 0.0 if look["fmin"] is None else look["fmin"]
    fmax = look["sr"] / 2 if look["fmax"] is None else look["fmax"]
    return mel_points(n, fmin, fmax, look["htk"])


def _constant_q(kind: str, n: int, look: dict[str, Any]) -> np.ndarray:
    """Frequencies ``fmin 2^((k + tuning) / bins_per_octave)``, or those of the intervals in each octave."""
    fmin, bins = C1 if look["fmin"] is None else positive("specshow", "fmin", look["fmin"]), look["bins_per_octave"]
    if kind.startswith("cqt"):
        return fmin * 2.0 ** ((np.arange(n) + look["tuning"]) / bins)
    if look["intervals"] is None:
        raise ParameterError("[specshow] VQT axis coordinates cannot be defined without intervals; give intervals=")
    return np.asarray(interval_frequencies(n, fmin=fmin, intervals=look["intervals"], bins_per_octave=bins))
