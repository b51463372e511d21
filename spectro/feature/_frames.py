"""What the spectral features share: magnitudes of "y or S", and the frequencies of their bins."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, bind
from .._floor.arrays import as_audio, as_real, in_mlx, makes_either, numpy_numbers, takes_numpy
from .._floor.checks import positive
from .._floor.operation import Kind, Open
from .._front import Framing, Spectra, as_spectrogram
from .._plans.reductions import Feature, Frequencies, ReducedPlan, ReductionsPlan
from .._plans.spectrogram import SpectrogramPlan
from ..errors import ParameterError

NORMALIZING = ("spectral_centroid", "spectral_bandwidth", "spectral_features")  # which divide each frame by its sum
FeaturesOf: TypeAlias = Callable[[Frequencies], tuple[Feature, ...]]


def magnitudes_of(where: str, y: Any, S: Any, framing: Framing, *, signed: bool = False) -> tuple[Spectra, int]:
    """|STFT| of `y`, or `S` (..., f, t) as it is, as (..., t, f); and the n_fft."""
    if S is not None:
        S = as_magnitudes(where, S, signed)
        kind = Kind((*S.shape[:-2], S.shape[-1], S.shape[-2]), mx.float32)
        return Spectra(lambda S: mx.swapaxes(S, -1, -2), 1, kind), _n_fft(framing, S.shape[-2])
    y = as_audio(where, "y", y)
    plan, window = framing.of(where, y)
    call = bind("spectrogram", SpectrogramPlan.of(where, plan, power=1), y, window)
    kind = Kind((*y.shape[:-1], plan.frames(y.shape[-1]), plan.n_bins), mx.float32)
    return Spectra(call, 1 + isinstance(window, Open), kind), plan.n_fft


class Reduced(NamedTuple):
    """Features that are still to be computed: of which arrays, what they will be, and which columns they have."""

    spectra: Spectra
    plan: ReductionsPlan

    def rows(self) -> Call:
        """All columns (..., t, width) as rows (..., width, t)."""
        call = self.spectra.call
        return takes_numpy(lambda *arrays: call(*arrays).swapaxes(-1, -2), call)


def reduced(
    where: str, y: Any, S: Any, framing: Framing, sr: Any, freq: Any, features_of: FeaturesOf, *, signed: bool = False
) -> Reduced:
    """Plan features of "y or S" with constant frequencies: their columns from one pass over the frames."""
    if S is not None:
        S = as_magnitudes(where, S, signed)
        plan = _plan(where, sr, _n_fft(framing, S.shape[-2]), S.shape[-2], freq, features_of)
        call, frames, operands = bind("reductions", plan, S, takes_frames_last=True), S.shape[-1], 1
        leading = S.shape[:-2]
    else:
        y = as_audio(where, "y", y)
        cut, window = framing.of(where, y)
        plan = _plan(where, sr, cut.n_fft, cut.n_bins, freq, features_of)
        call, frames, operands = bind("reduced", ReducedPlan(cut, plan), y, window), cut.frames(y.shape[-1]), 1
        leading, operands = y.shape[:-1], 1 + isinstance(window, Open)
    return Reduced(Spectra(call, operands, Kind((*leading, frames, plan.width), mx.float32)), plan)


def _plan(where: str, sr: Any, n_fft: int, bins: int, freq: Any, features_of: FeaturesOf) -> ReductionsPlan:
    sr = positive(where, "sr", sr)
    freq = fixed_frequencies(where, freq, bins)
    frequencies = Frequencies.of(np.arange(bins) * (sr / max(n_fft, 1)) if freq is None else freq)
    return ReductionsPlan(frequencies, features_of(frequencies))


def moves(where: str, freq: Any) -> bool:
    """Whether frequencies are an `mx.array`, or differ from frame to frame."""
    return isinstance(freq, Open) or (freq is not None and numpy_numbers(where, "freq", freq).ndim > 1)


def fixed_frequencies(where: str, freq: Any, bins: int) -> np.ndarray | None:
    """Check constant frequencies (f,)."""
    if freq is None:
        return None
    hertz = numpy_numbers(where, "freq", freq)
    if hertz.dtype.kind == "c" or not np.isfinite(hertz).all():
        raise ParameterError(f"[{where}] freq must be real and finite")
    _check_bins(where, hertz.shape, bins)
    return hertz


def frequencies_of(where: str, freq: Any, bins: int, n_fft: int, sr: Any) -> Any:
    """Frequencies (f,) or (..., f, t) as an array, or as an open argument."""
    if freq is None:
        freq = np.arange(bins) * (positive(where, "sr", sr) / max(n_fft, 1))
    freq = as_real(where, "freq", freq)
    _check_bins(where, freq.shape, bins)
    return freq


def _check_bins(where: str, shape: tuple[int, ...], bins: int) -> None:
    if not shape or shape[0 if len(shape) == 1 else -2] != bins:
        raise ParameterError(f"[{where}] freq must have shape (f,) or (..., f, t) with f={bins}, got {tuple(shape)}")


def as_magnitudes(where: str, S: Any, signed: bool = False) -> Any:
    """Check a real spectrogram (..., f, t), of no negative values unless `signed`; MLX's are not looked at."""
    if isinstance(S, Open) and not signed:
        S = S.through(functools.partial(_without_negatives, where))
    return as_spectrogram(where, S)


@makes_either
def _without_negatives(where: str, S: Any, made: Callable[[np.ndarray], Any] = in_mlx) -> Any:
    if not isinstance(S, (mx.array, Kind)):
        S = numpy_numbers(where, "S", S)
        if S.dtype.kind != "c" and S.size:
            least = S.min()  # NaN where there is one
            if least < 0 or (np.isnan(least) and (S < 0).any()):
                raise ParameterError(f"[{where}] S must not be negative, got values below 0; take abs(S) first")
            if where in NORMALIZING and not np.isfinite([least, S.max()]).all():
                raise ParameterError(f"[{where}] S must be finite everywhere, got NaN or infinity")
    return as_real(where, "S", S, made=made)


def _n_fft(framing: Framing, bins: int) -> int:
    """The n_fft of a spectrogram: the caller's, where it has so many bins."""
    asked = framing.n_fft
    return asked if isinstance(asked, int) and asked // 2 + 1 == bins else 2 * (bins - 1)
