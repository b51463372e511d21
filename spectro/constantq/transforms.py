"""`cqt` and `vqt`: complex coefficients."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, planned
from .._floor.arrays import as_audio, evaluated, numpy_numbers, takes_numpy
from .._floor.checks import dtype_of, finite, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.types import A, Others
from ..convert import note_to_hz
from ..errors import ParameterError
from ..notation import interval_frequencies
from ..pitch import estimate_tuning
from ..windows.spec import WindowSpec
from .bins import Bins, Wavelets
from .octaves import Asked, Frames, analysis, in_pieces
from .rates import soxr_quality

TUNINGS = 8  # of past signals, whose plans are kept; estimates are multiples of 0.01
LOWEST = "C1"  # the note of the lowest bin by default


@planned("y")
@documented
def cqt(
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
    r"""Constant-Q transform: :math:`C[k, t] = \sum_n y[n + t\,hop]\, \overline{w_k[n]}`, octave by octave.

    The wavelet ``w_k`` is a windowed complex sinusoid of frequency ``f_k = fmin 2^((k + tuning) / bins_per_octave)``
    and of ``filter_scale / a`` periods, with ``a = (r^2 - 1) / (r^2 + 1)`` and ``r = 2^(1 / bins_per_octave)``. Each
    octave is computed at half the sampling rate of the one above it.

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
    dtype : complex64, optional
        Only complex64 exists in MLX.

    Returns
    -------
    array (..., n_bins, t) complex64
        Coefficients, ``t = 1 + n // hop_length``.

    Raises
    ------
    %(raises_constantq)s

    Notes
    -----
    Differs from librosa: there `res_type` is 'soxr_hq' by default.

    References
    ----------
    .. [1] Schörkhuber, C. and Klapuri, A., "Constant-Q transform toolbox for music processing", SMC, 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> C = spectro.cqt(y, sr=22050)
    >>> C.shape, mx.abs(C)[:, 20].argmax().item()  # A4 is 45 semitones above C1
    ((84, 44), 45)
    """
    return variable_q(  # type: ignore[return-value]
        "cqt",
        y,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        n_bins=n_bins,
        intervals="equal",
        gamma=0.0,
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


@planned("y")
@documented
def vqt(
    y: A | Others,
    *,
    sr: float = 22050,
    hop_length: int = 512,
    fmin: float | None = None,
    n_bins: int = 84,
    intervals: str | Sequence[float] = "equal",
    gamma: float | None = None,
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
    """Variable-Q transform: `cqt` with wavelets of bandwidth ``B_k = a_k f_k + gamma``, shorter at low frequencies.

    Parameters
    ----------
    %(y)s
    %(sr)s
    %(hop_length)s
    %(constantq_bins)s
    intervals : str or array of floats in [1, 2)
        Intervals of an octave over its lowest bin: their ratios, or the name of a system as in
        `spectro.interval_frequencies`. `bins_per_octave` is then their number.
    gamma : float >= 0, optional
        Offset of the bandwidths in Hz; ``24.7 a_k / 0.108`` by default, with which they are in proportion to the
        equivalent rectangular bandwidths of hearing. 0 for the constant-Q transform.
    %(constantq_tuning)s
    %(wavelets)s
    %(constantq_scale)s
    %(pad_mode)s
    %(constantq_res_type)s
    dtype : complex64, optional
        Only complex64 exists in MLX.

    Returns
    -------
    array (..., n_bins, t) complex64
        Coefficients, ``t = 1 + n // hop_length``.

    Raises
    ------
    %(raises_constantq)s

    Notes
    -----
    Differs from librosa: there `res_type` is 'soxr_hq' by default.

    References
    ----------
    .. [1] Schörkhuber, C., Klapuri, A., Holighaus, N. and Dörfler, M., "A Matlab toolbox for efficient perfect
       reconstruction time-frequency transforms with log-frequency resolution", AES 53rd Conf., 2014.
    .. [2] Glasberg, B. R. and Moore, B. C. J., "Derivation of auditory filter shapes from notched-noise data",
       Hearing Research 47, 1990.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.vqt(mx.zeros(22050), sr=22050, intervals=[1, 1.25, 1.5], bins_per_octave=3, n_bins=15).shape
    (15, 44)
    """
    return variable_q(  # type: ignore[return-value]
        "vqt",
        y,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        n_bins=n_bins,
        intervals=intervals,
        gamma=gamma,
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


def variable_q(where: str, y: Any, *, dtype: Any = None, tuning: Any = 0.0, **asked: Any) -> Call:
    """Coefficients (..., bins, t) as a function of `y`: what `vqt` with the same keywords returns."""
    y = as_audio(where, "y", y)
    dtype_of(where, dtype, default=mx.complex64, allowed=(mx.complex64,))
    intervals = asked.get("intervals", "equal")
    if not isinstance(intervals, str):  # the ratios make the octave
        asked["bins_per_octave"] = max(np.size(numpy_numbers(where, "intervals", intervals)), 1)
    per_octave = positive_int(where, "bins_per_octave", asked["bins_per_octave"])

    def made(at: float) -> Call:
        return frames_last(functools.partial(of_kind, where, tuning=at, **asked), y.kind)

    return tuned(where, y, made, tuning, asked["sr"], per_octave)


def of_kind(
    where: str,
    y: Kind,
    *,
    sr: Any,
    hop_length: Any,
    fmin: Any,
    n_bins: Any,
    intervals: Any = "equal",
    gamma: Any = 0.0,
    bins_per_octave: Any,
    tuning: float = 0.0,
    filter_scale: Any,
    norm: Any,
    sparsity: Any,
    window: WindowSpec,
    scale: bool,
    pad_mode: Any,
    res_type: Any = None,
) -> Frames:
    """Coefficients (..., t, bins) of signals of a kind."""
    wavelets = Wavelets.of(where, filter_scale=filter_scale, norm=norm, sparsity=sparsity, window=window, gamma=gamma)
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    freqs = frequencies(where, n_bins, fmin, intervals, bins_per_octave, tuning)
    asked = Asked(where, sr, hop, bins_per_octave, bool(scale), pad_mode, soxr_quality(where, res_type))
    return analysis(asked, Bins.of(freqs, bins_per_octave, wavelets), y)


def frequencies(
    where: str, n_bins: Any, fmin: Any, intervals: Any, bins_per_octave: int, tuning: float = 0.0
) -> np.ndarray:
    """Center frequencies in ascending order."""
    count = positive_int(where, "n_bins", n_bins)
    lowest = note_to_hz(LOWEST) if fmin is None else positive(where, "fmin", fmin)
    lowest *= 2.0 ** (finite(where, "tuning", tuning) / bins_per_octave)
    if isinstance(intervals, str) and intervals == "equal":
        return lowest * np.exp2(np.arange(count) / bins_per_octave)
    found = interval_frequencies(count, fmin=lowest, intervals=intervals, bins_per_octave=bins_per_octave)
    freqs = np.asarray(found, dtype=np.float64)
    if not (np.diff(freqs) > 0).all():
        raise ParameterError(f"[{where}] intervals must be numbers in [1, 2) that differ, got {intervals!r}")
    return freqs


def tuned(where: str, y: Any, made: Callable[[float], Call], tuning: Any, sr: Any, bins_per_octave: int) -> Call:
    """A function of the signal in a tuning; in the one that its values are found to have, where it is None."""
    if tuning is not None:
        return made(finite(where, "tuning", tuning))
    known = functools.lru_cache(maxsize=TUNINGS)(made)

    def call(y: Any, *then: Call) -> Any:
        values = evaluated(where, "tuning=None", y)
        return known(estimate_tuning(values, sr=sr, bins_per_octave=bins_per_octave))(y, *then)

    return takes_numpy(call, known(0.0))  # which refuses what cannot be, before anything is computed


def frames_last(made: Callable[[Kind], Frames], y: Kind) -> Call:
    """What `in_pieces` gives, with frames on the last axis."""
    frames = in_pieces(made, y)
    return takes_numpy(lambda y, *then: frames(y, *then).swapaxes(-1, -2), frames)
