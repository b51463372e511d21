"""`pseudo_cqt` and `hybrid_cqt`: magnitudes, by one transform for all bins that have short wavelets."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.wavelets import MagnitudeBank, fft_size
from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_audio, namespace, takes_numpy
from .._floor.checks import dtype_of, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.types import A, Others
from .._plans import SpectrogramPlan, StftPlan
from ..windows.spec import WindowSpec, analysis_window
from .bins import Bins, Wavelets
from .octaves import Asked, Frames, analysis, padded
from .rates import soxr_quality
from .transforms import frames_last, frequencies, tuned


@planned("y")
@documented
def pseudo_cqt(
    y: A | Others,
    *,
    sr: float = 22050,
    hop_length: int = 512,
    fmin: float | None = None,
    n_bins: int = 84,
    bins_per_octave: int = 12,
    tuning: float | None = 0.0,
    filter_scale: float = 1,
    norm: float | None = 1,
    sparsity: float = 0.01,
    window: WindowSpec = "hann",
    scale: bool = True,
    pad_mode: str | Callable[..., Any] = "constant",
    dtype: Any = None,
) -> A:
    """Magnitudes like those of `cqt` by one transform: ``sum_f |B[k, f]| |STFT[f, t]|``, ``B`` the wavelets' spectra.

    Parameters
    ----------
    %(y)s
    %(sr)s
    %(hop_length)s
    %(constantq_bins)s
    %(constantq_tuning)s
    %(wavelets)s
    scale : bool
        Divide by the square root of the size of the transform; otherwise multiply by the square root of what part of it
        each wavelet is.
    %(pad_mode)s
    %(float32)s

    Returns
    -------
    array (..., n_bins, t) float32
        Magnitudes, ``t = 1 + n // hop_length``.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.pseudo_cqt(mx.zeros(22050), sr=22050).shape
    (84, 44)
    """
    return _magnitudes(  # type: ignore[return-value]
        "pseudo_cqt",
        y,
        _pseudo,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        n_bins=n_bins,
        bins_per_octave=bins_per_octave,
        tuning=tuning,
        filter_scale=filter_scale,
        norm=norm,
        sparsity=sparsity,
        window=window,
        scale=scale,
        pad_mode=pad_mode,
        dtype=dtype,
    )


@planned("y")
@documented
def hybrid_cqt(
    y: A | Others,
    *,
    sr: float = 22050,
    hop_length: int = 512,
    fmin: float | None = None,
    n_bins: int = 84,
    bins_per_octave: int = 12,
    tuning: float | None = 0.0,
    filter_scale: float = 1,
    norm: float | None = 1,
    sparsity: float = 0.01,
    window: WindowSpec = "hann",
    scale: bool = True,
    pad_mode: str | Callable[..., Any] = "constant",
    res_type: str | None = None,
    dtype: Any = None,
) -> A:
    """Magnitudes of `pseudo_cqt` for bins whose wavelets are shorter than two hops, those of `cqt` for the others.

    A wavelet's length is rounded up to a power of two for that.

    Parameters
    ----------
    %(y)s
    %(sr)s
    %(hop_length)s
    %(constantq_bins)s
    %(constantq_tuning)s
    %(wavelets)s
    %(constantq_scale)s
    %(pad_mode)s
    %(constantq_res_type)s
    %(float32)s

    Returns
    -------
    array (..., n_bins, t) float32
        Magnitudes, ``t = 1 + n // hop_length``.

    Raises
    ------
    %(raises_constantq)s

    Notes
    -----
    Differs from librosa: there `res_type` is 'soxr_hq' by default.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.hybrid_cqt(mx.zeros(22050), sr=22050).shape
    (84, 44)
    """
    return _magnitudes(  # type: ignore[return-value]
        "hybrid_cqt",
        y,
        _hybrid,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        n_bins=n_bins,
        bins_per_octave=bins_per_octave,
        tuning=tuning,
        filter_scale=filter_scale,
        norm=norm,
        sparsity=sparsity,
        window=window,
        scale=scale,
        pad_mode=pad_mode,
        res_type=res_type,
        dtype=dtype,
    )


def _magnitudes(
    where: str,
    y: Any,
    made: Callable[[Asked, Bins, Kind], Frames],
    *,
    sr: Any,
    hop_length: Any,
    fmin: Any,
    n_bins: Any,
    bins_per_octave: Any,
    tuning: Any,
    filter_scale: Any,
    norm: Any,
    sparsity: Any,
    window: WindowSpec,
    scale: bool,
    pad_mode: Any,
    res_type: Any = None,
    dtype: Any,
) -> Call:
    """Magnitudes (..., bins, t) as a function of `y`."""
    y = as_audio(where, "y", y)
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    wavelets = Wavelets.of(where, filter_scale=filter_scale, norm=norm, sparsity=sparsity, window=window)
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    per_octave = positive_int(where, "bins_per_octave", bins_per_octave)
    asked = Asked(where, sr, hop, per_octave, bool(scale), pad_mode, soxr_quality(where, res_type))

    def at(tuning: float) -> Call:
        freqs = frequencies(where, n_bins, fmin, "equal", per_octave, tuning)
        return frames_last(functools.partial(made, asked, Bins.of(freqs, per_octave, wavelets)), y.kind)

    return tuned(where, y, at, tuning, sr, per_octave)


def _pseudo(asked: Asked, bins: Bins, y: Kind) -> Frames:
    """Magnitudes (..., t, bins), all by one transform that no hop is longer than half of."""
    where, hop = asked.where, asked.hop_length
    lengths, _ = bins.lengths(where, asked.sr)
    n_fft = max(fft_size(lengths), 2 ** (1 + math.ceil(math.log2(hop))))
    factors = np.full(len(bins), n_fft**-0.5) if asked.scale else np.sqrt(lengths / n_fft)
    bank = MagnitudeBank(bins.bank(where, asked.sr, n_fft=n_fft).scaled(factors))
    samples = analysis_window(where, "hann", n_fft, n_fft)

    def bound(plan: StftPlan, y: Kind) -> Call:
        return bind("spectrogram", SpectrogramPlan.of(where, plan, power=1.0, bank=bank), y, samples)

    return Frames(*padded(asked, n_fft, hop, y, bound), hop, asked.near(n_fft))


def _hybrid(asked: Asked, bins: Bins, y: Kind) -> Frames:
    """Magnitudes (..., t, bins), by one transform where the wavelets are short."""
    short = 2 ** np.ceil(np.log2(bins.lengths(asked.where, asked.sr)[0])) < 2 * asked.hop_length
    full = len(bins) - int(np.count_nonzero(short))
    if full == 0:
        return _pseudo(asked, bins, y)
    low = analysis(asked, bins[:full], y)
    if full == len(bins):
        return low._replace(call=takes_numpy(lambda y: abs(low.call(y)), low.call))
    high = _pseudo(asked, bins[full:], y)
    count, reach = min(low.frames, high.frames), asked.near(max(low.reach or 0, high.reach or 0))

    def call(y: Any) -> Any:
        parts = abs(low.call(y)), high.call(y)
        return namespace(y).concatenate([part[..., :count, :] for part in parts], axis=-1)

    return Frames(takes_numpy(call, low.call, high.call), count, asked.hop_length, reach)
