"""Where the rows and columns of a picture lie, for each type of axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._constants.mel_scale import mel_points
from .._floor.checks import positive
from ..errors import ParameterError
from .ticks import C1, CONSTANT_Q, LAGS, LINEAR, LOGARITHMIC, TIMES

# Types whose ticks are named in notations that are not there.
NOTATIONS = {
    **dict.fromkeys(("chroma_h", "chroma_c", "fft_svara", "cqt_svara", "vqt_svara"), "svara"),
    **dict.fromkeys(("chroma_fjs", "vqt_fjs"), "functional just"),
}
KNOWN = (*LINEAR, *LOGARITHMIC, *CONSTANT_Q, "chroma", "tonnetz", "tempo", "fourier_tempo", *TIMES, *LAGS, "frames")
KNOWN += ("off", "none")


def check(where: str, kind: str | None) -> str | None:
    """Check the type of an axis; None for one without ticks."""
    if kind in NOTATIONS:
        raise ParameterError(
            f"[{where}] axis type {kind!r} needs {NOTATIONS[kind]} notation, which spectro has not yet"
        )
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
    if kind == "mel":
        return _mel(n, look)
    if kind in LINEAR or kind in LOGARITHMIC:
        return _bins(n, sr, look["n_fft"])
    if kind in CONSTANT_Q:
        return _constant_q(kind, n, look)
    if kind == "chroma":
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
    return np.asarray(f64.constant(lambda: mel_points(n, fmin, fmax, look["htk"]))).astype(np.float64)


def _constant_q(kind: str, n: int, look: dict[str, Any]) -> np.ndarray:
    """Frequencies ``fmin 2^(k / bins_per_octave)`` in a tuning, or those of the intervals in each octave."""
    fmin, bins = C1 if look["fmin"] is None else positive("specshow", "fmin", look["fmin"]), look["bins_per_octave"]
    intervals = look["intervals"]
    if kind.startswith("cqt") or (isinstance(intervals, str) and intervals == "equal"):
        tuning = look["tuning"] if kind.startswith("cqt") else 0.0
        return fmin * 2.0 ** ((np.arange(n) + tuning) / bins)
    if intervals is None:
        raise ParameterError("[specshow] VQT axis coordinates cannot be defined without intervals; give intervals=")
    if isinstance(intervals, str):
        raise ParameterError(
            f"[specshow] intervals must be 'equal' or numbers in [1, 2), got {intervals!r}; give the numbers"
        )
    steps = np.sort(np.asarray(intervals, dtype=float))
    octaves, places = np.divmod(np.arange(n), len(steps))
    return fmin * 2.0**octaves * steps[places]
