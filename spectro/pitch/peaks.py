"""Peaks of spectra as pitches, and how far they lie from the tuning of A440: `piptrack`, `estimate_tuning`."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from .._engine.calls import bind
from .._floor.arrays import as_audio, in_numpy, numpy_numbers
from .._floor.checks import positive_int
from .._floor.docs import documented
from .._floor.operation import Open
from .._floor.pieces import uncut
from .._floor.public import host
from .._front import Framing
from .._host.tuning import Reference, deviation, in_parts, peaks_of, tuning_of
from .._plans import SpectrogramPlan
from ..errors import ParameterError
from ..windows.spec import WindowSpec

ArrayLike = Any

__all__ = ["estimate_tuning", "piptrack", "pitch_tuning"]


@host("y", "S")
@documented
def piptrack(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    S: ArrayLike = None,
    n_fft: int | None = 2048,
    hop_length: int | None = None,
    fmin: float = 150.0,
    fmax: float = 4000.0,
    threshold: float = 0.1,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    ref: Reference = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and heights of the peaks of each spectrum, by the parabola through a peak and its neighbors.

    A peak ``k`` is above its lower neighbor, not below its upper one, and above the reference. With
    ``b = (S[k+1] - S[k-1]) / 2`` and ``a = S[k-1] - 2 S[k] + S[k+1]`` it lies at ``k - b / a`` and is
    ``S[k] - b^2 / (2 a)`` high.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Magnitude or power spectrogram, instead of `y`.
    n_fft : int >= 1, optional
        Samples of a frame and of its FFT; what fits the bins of `S` where it does not fit them.
    %(hop_by_default)s
    fmin, fmax : float
        Peaks are looked for in bins of at least fmin and below fmax, in Hz.
    threshold : float
        Share of the reference that a peak must be above.
    %(win_length)s
    %(window)s
    %(center)s
    %(pad_mode)s
    ref : float or callable, optional
        Reference: a number, which `threshold` does not scale, or a function called as ``ref(S, axis=-2)``; the highest
        value of each frame by default.

    Returns
    -------
    pitches, magnitudes : numpy.ndarray (..., f, t)
        Frequencies in Hz and heights of the peaks; 0 where there is none.

    Raises
    ------
    ParameterError
        If neither `y` nor `S` is given, or one is not as described.

    References
    ----------
    .. [1] Smith, J. O., "Spectral Audio Signal Processing", W3K, 2011: "Quadratic Interpolation of Spectral Peaks".

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.sin(2 * np.pi * 440.0 * np.arange(22050) / 22050)
    >>> pitches, magnitudes = spectro.piptrack(y, sr=22050)
    >>> bool(abs(pitches.max() - 440) < 1)
    True
    """
    where = "piptrack"
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    spectra = _spectra_of(where, y, S, framing, whole=callable(ref))
    (*channels, t, bins), found = spectra.shape, np.zeros((2, math.prod(spectra.shape)), dtype=spectra.dtype)
    for first, frames in spectra.parts:
        peaks = peaks_of(where, frames, sr=sr, n_fft=spectra.n_fft, fmin=fmin, fmax=fmax, threshold=threshold, ref=ref)
        others = t - frames.shape[-2]  # of each channel
        at = peaks.at + (peaks.at // (frames.shape[-2] * bins) * others + first) * bins
        found[0, at], found[1, at] = peaks.hertz, peaks.heights
    pitches, magnitudes = np.swapaxes(found.reshape(2, *channels, t, bins), -1, -2)
    return pitches, magnitudes


@host("y", "S", keywords=piptrack)
@documented
def estimate_tuning(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    S: ArrayLike = None,
    n_fft: int | None = 2048,
    resolution: float = 0.01,
    bins_per_octave: int = 12,
    **kwargs: Any,
) -> float:
    """Deviation from A440 in bins of an octave: `pitch_tuning` of the peaks that are at least as high as the median.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Magnitude or power spectrogram, instead of `y`.
    n_fft : int >= 1, optional
        Samples of a frame and of its FFT.
    resolution : float in (0, 1)
        Width of a bin of the histogram, in bins of an octave.
    bins_per_octave : int >= 1
        Bins of an octave.
    **kwargs
        Keywords of `piptrack`.

    Returns
    -------
    float in [-0.5, 0.5)
        One number for all channels; 0 and a warning where there is no peak.

    Raises
    ------
    ParameterError
        If neither `y` nor `S` is given, or one is not as described.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.sin(2 * np.pi * 440.0 * 2 ** (0.2 / 12) * np.arange(22050) / 22050)
    >>> round(spectro.estimate_tuning(y, sr=22050), 1)
    0.2
    """
    where = "estimate_tuning"
    options: dict[str, Any] = {"fmin": 150.0, "fmax": 4000.0, "threshold": 0.1, "ref": None}
    options.update((name, kwargs.pop(name)) for name in [*options] if name in kwargs)
    spectra = _spectra_of(where, y, S, Framing(n_fft, **kwargs), whole=callable(options["ref"]))
    parts = (frames for _, frames in spectra.parts)
    return tuning_of(where, parts, resolution, bins_per_octave, sr=sr, n_fft=spectra.n_fft, **options)


@host("frequencies")
def pitch_tuning(frequencies: ArrayLike, *, resolution: float = 0.01, bins_per_octave: int = 12) -> float:
    """Deviation of frequencies from A440: the fullest bin of a histogram of ``bins_per_octave log2(f / 440)`` mod 1.

    Parameters
    ----------
    frequencies : number or array (...)
        Frequencies in Hz; those that are not above 0 do not count.
    resolution : float in (0, 1)
        Width of a bin of the histogram, in bins of an octave.
    bins_per_octave : int >= 1
        Bins of an octave.

    Returns
    -------
    float in [-0.5, 0.5)
        Lower edge of the fullest bin; 0 and a warning where no frequency is above 0.

    Raises
    ------
    ParameterError
        If resolution is not between 0 and 1, or bins_per_octave is not a positive integer.

    Examples
    --------
    >>> import spectro
    >>> spectro.pitch_tuning([446.4, 447.0, 880.0], resolution=0.05)
    0.25
    """
    return deviation("pitch_tuning", frequencies, resolution, bins_per_octave)


def _prepared(audio: Open, y: Any, power: Any) -> Any:
    """A signal as its first operation wants it: NumPy's stays so where that operation and all steps before take it."""
    steps = [in_numpy(step) for step in audio.steps]
    if not isinstance(y, np.ndarray) or not getattr(power, "takes_numpy", False) or None in steps:
        return audio.prepared(y)
    return functools.reduce(lambda x, step: step(x), steps, y)  # type: ignore[misc]


class _Spectra(NamedTuple):
    """Magnitudes (..., t, f), which come in parts, each with the number of its first frame."""

    shape: tuple[int, ...]
    dtype: Any
    n_fft: int
    parts: Iterable[tuple[int, np.ndarray]]


def _spectra_of(where: str, y: Any, S: Any, framing: Framing, whole: bool) -> _Spectra:
    """|STFT| of `y`, or of `S` what it holds; in one part if it is to be seen as a whole."""
    if S is None:
        audio = as_audio(where, "y", None if y is None else Open(y, []))
        plan, window = framing.of(where, audio)
        power = bind("spectrogram", SpectrogramPlan.of(where, plan, power=1.0), audio.kind, window)
        frames = plan.frames(audio.shape[-1])
        cut = uncut(audio.shape, frames) if whole else plan.pieces(audio.shape)
        parts = in_parts(where, "y", power, _prepared(audio, y, power), cut)
        return _Spectra((*audio.shape[:-1], frames, plan.n_bins), np.float32, plan.n_fft, parts)
    S = numpy_numbers(where, "S", S)
    if S.ndim < 2 or S.shape[-2] == 0:
        raise ParameterError(f"[{where}] S must have shape (..., f, t) with f at least 1, got {S.shape}")
    S = S.astype(np.float64) if S.dtype.kind not in "fc" else S
    S = S if S.dtype.kind == "f" and S.min(initial=0) >= 0 else np.abs(S)  # magnitudes need no copy
    n_fft = None if framing.n_fft is None else positive_int(where, "n_fft", framing.n_fft)
    if n_fft is None or n_fft // 2 + 1 != S.shape[-2]:
        n_fft = max(2 * (S.shape[-2] - 1), 1)
    spectra = np.swapaxes(S, -1, -2)
    return _Spectra(spectra.shape, spectra.dtype, n_fft, [(0, spectra)])
