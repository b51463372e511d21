"""Peaks of spectra, and how far frequencies lie from the tuning of A440."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .._cpu import compiled
from .._floor.arrays import evaluated, numpy_numbers
from .._floor.checks import finite, positive, positive_int
from .._floor.pieces import Piece, each
from ..errors import ParameterError, warn

Reference = float | Callable[..., Any] | None
COUNTED = 1 << 20  # frequencies whose deviations are counted at a time


class Peaks(NamedTuple):
    """Local maxima of the frames (..., t, f) of a spectrogram: where they lie, their frequencies and heights."""

    at: np.ndarray  # in the flat array
    shape: tuple[int, ...]
    hertz: np.ndarray
    heights: np.ndarray


def tuning_of(
    where: str, parts: Iterable[np.ndarray], resolution: Any = 0.01, bins_per_octave: Any = 12, **asked: Any
) -> float:
    """`pitch_tuning` of the peaks that are at least as high as the median; their frames (..., t, f) come in parts."""
    found = [_heard(peaks_of(where, frames, **asked)) for frames in parts]
    level = _median([heights for _, heights in found])
    return _fullest(where, (hertz[heights >= level] for hertz, heights in found), resolution, bins_per_octave)


def _median(parts: list[np.ndarray]) -> Any:
    """The median of all values, of which no more than one copy is made."""
    values = np.concatenate(parts)
    return np.median(values, overwrite_input=True) if values.size else 0


def in_parts(
    where: str, name: str, spectra: Callable[..., Any], y: Any, cut: list[Piece]
) -> Iterator[tuple[int, np.ndarray]]:
    """Spectra (..., t, f) of the pieces of a signal, each with the number of its first frame; their values are read."""
    for piece, part in each(spectra, y, cut):
        yield piece.frames.start, np.ascontiguousarray(evaluated(where, name, part)[..., piece.own, :])


def _heard(peaks: Peaks) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies above 0 and their heights, without the room in which they were found."""
    heard = peaks.hertz > 0
    return peaks.hertz[heard], peaks.heights[heard]


def peaks_of(
    where: str,
    frames: np.ndarray,
    *,
    sr: Any,
    n_fft: int,
    fmin: Any = 150.0,
    fmax: Any = 4000.0,
    threshold: Any = 0.1,
    ref: Reference = None,
) -> Peaks:
    """Find the peaks of frames (..., t, f); only bins within fmin and fmax are looked at."""
    sr, bins = positive(where, "sr", sr), frames.shape[-1]
    threshold = finite(where, "threshold", threshold)
    hertz = np.arange(bins) * (sr / n_fft)
    low, high = max(finite(where, "fmin", fmin), 0.0), min(finite(where, "fmax", fmax), sr / 2)
    first, last = max(int(np.searchsorted(hertz, low)), 1), int(np.searchsorted(hertz, high))
    last = max(first, last)
    if callable(ref):
        least: Any = threshold * np.asarray(ref(np.swapaxes(frames, -1, -2), axis=-2))[..., None]
    else:
        least = threshold * frames.max(axis=-1, keepdims=True) if ref is None else abs(finite(where, "ref", ref))
    if compiled() is not None and frames.flags.c_contiguous and frames.dtype in (np.float32, np.float64):
        return _peaks_at_once(frames, np.broadcast_to(least, (*frames.shape[:-1], 1)), first, last, sr / n_fft)
    middle = frames[..., first:last]
    above = frames[..., first + 1 : last + 1]
    if last == bins:  # the last one has no upper neighbor
        above = np.concatenate([above, frames[..., -1:]], axis=-1)
    peak = (middle > frames[..., first - 1 : last - 1]) & (middle >= above) & (middle > least)
    frame, k = np.divmod(np.flatnonzero(peak), max(last - first, 1))  # ten times faster than np.nonzero
    k += first
    at, values = frame * bins + k, frames.reshape(-1)
    left, center, right = (values.take(at + step, mode="clip") for step in (-1, 0, 1))
    slope, bend = (right - left) / 2, left + right - 2 * center
    inside = (np.abs(slope) < np.abs(bend)) & (k < bins - 1)
    shift = np.where(inside, -slope / np.where(inside, bend, 1), 0).astype(frames.dtype)
    pitches = ((k + shift) * (sr / n_fft)).astype(frames.dtype)
    return Peaks(at, frames.shape, pitches, center + slope * shift / 2)


def _peaks_at_once(frames: np.ndarray, least: np.ndarray, first: int, last: int, width: float) -> Peaks:
    """The same in the compiled part; of the bins first .. last - 1, each `width` Hz wide."""
    lines = frames.reshape(-1, frames.shape[-1])
    most = len(lines) * ((last - first + 1) // 2)  # neighbors are no two peaks
    at, hertz, heights = np.empty(most, np.int64), np.empty(most, frames.dtype), np.empty(most, frames.dtype)
    above = np.ascontiguousarray(least.ravel(), dtype=np.float64)
    found = compiled().peaks(lines, above, first, last, width, at, hertz, heights)
    return Peaks(at[:found], frames.shape, hertz[:found], heights[:found])


def deviation(where: str, frequencies: Any, resolution: Any, bins_per_octave: Any) -> float:
    """Lower edge of the fullest bin of a histogram of the frequencies' deviations."""
    hertz = np.atleast_1d(numpy_numbers(where, "frequencies", frequencies)).ravel()
    if np.iscomplexobj(hertz):
        raise ParameterError(f"[{where}] frequencies must be real, got complex values")
    parts = (hertz[first : first + COUNTED] for first in range(0, hertz.size, COUNTED))
    return _fullest(where, (part[part > 0] for part in parts), resolution, bins_per_octave)


def _fullest(where: str, parts: Iterable[np.ndarray], resolution: Any, bins_per_octave: Any) -> float:
    """The same of frequencies above 0, which come in parts."""
    resolution, bins = (
        positive(where, "resolution", resolution),
        positive_int(where, "bins_per_octave", bins_per_octave),
    )
    if resolution >= 1:
        raise ParameterError(f"[{where}] resolution must be between 0 and 1, got {resolution!r}")
    count = int(np.ceil(1.0 / resolution))
    edges, counts, seen = np.linspace(-0.5, 0.5, count + 1), np.zeros(count, np.int64), 0
    for hertz in parts:
        seen += hertz.size
        residual = bins * np.log2(hertz / 27.5)
        residual -= np.floor(residual)
        residual[residual >= 0.5] -= 1.0
        counts += np.histogram(residual.astype(np.float64, copy=False), count, (-0.5, 0.5))[0]
    if not seen:
        warn(f"[{where}] Trying to estimate tuning from empty frequency set; 0 is taken.")
        return 0.0
    return float(edges[np.argmax(counts)])
