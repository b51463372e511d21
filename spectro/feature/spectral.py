"""Shapes of spectra: `spectral_centroid`, `spectral_bandwidth`, `spectral_rolloff`, `spectral_flatness`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx

from .._engine.calls import planned
from .._floor.arrays import as_real
from .._floor.docs import documented
from .._floor.operation import Open
from .._floor.types import A, Others
from .._front import Framing
from .._plans.reductions import Bandwidth, Centroid, Feature, Flatness, Rolloff
from .._reference.reductions import bandwidth, centroid, rolloff
from ..errors import ParameterError
from ..windows.spec import WindowSpec
from ._frames import frequencies_of, magnitudes_of, moves, reduced

ArrayLike = Any


@planned("y", "S", operands=("window", "freq"))
@documented
def spectral_centroid(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    freq: ArrayLike = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
) -> A:
    r"""Spectral centroid: :math:`c[t] = \sum_f freq[f]\, S[f, t] \,/\, \sum_f S[f, t]`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(magnitudes)s
    %(n_fft)s
    %(hop_length)s
    %(freq)s
    %(win_length)s
    %(window)s
    %(center)s
    %(pad_mode)s

    Returns
    -------
    array (..., 1, t) float32
        Mean frequency in Hz; 0 where all magnitudes are.

    Raises
    ------
    %(raises_magnitudes)s

    Notes
    -----
    Differs from librosa: an MLX array `S` is not checked for negative magnitudes.

    References
    ----------
    .. [1] Klapuri, A. and Davy, M. (eds.), "Signal processing methods for music transcription", chapter 5, 2007.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.spectral_centroid(y=mx.ones(22050), sr=22050).shape
    (1, 44)
    """
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    return _row("spectral_centroid", y, S, framing, sr, freq, Centroid(), centroid)


@planned("y", "S", operands=("window", "freq", "centroid"))
@documented
def spectral_bandwidth(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    freq: ArrayLike = None,
    centroid: ArrayLike = None,
    norm: bool = True,
    p: float = 2,
) -> A:
    r"""Spectral bandwidth: :math:`b[t] = \left(\sum_f S[f, t]\, |freq[f] - c[t]|^p\right)^{1/p}`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(magnitudes)s
    %(framing)s
    %(freq)s
    centroid : array (..., 1, t), optional
        Frequencies in Hz to measure from; `spectral_centroid` by default.
    norm : bool
        Scale the magnitudes of each frame to a sum of 1.
    p : float > 0
        Exponent of the deviation.

    Returns
    -------
    array (..., 1, t) float32
        Bandwidth in Hz, for `norm=True`.

    Raises
    ------
    %(raises_magnitudes)s

    Notes
    -----
    Differs from librosa: an MLX array `S` is not checked for negative magnitudes.

    References
    ----------
    .. [1] Klapuri, A. and Davy, M. (eds.), "Signal processing methods for music transcription", chapter 5, 2007.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.spectral_bandwidth(y=mx.ones(22050), sr=22050).shape
    (1, 44)
    """
    where, framing = "spectral_bandwidth", Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    feature = Bandwidth.of(where, p=p, norm=norm)
    return _row(where, y, S, framing, sr, freq, feature, bandwidth, centroid)


@planned("y", "S", operands=("window", "freq"))
@documented
def spectral_rolloff(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    freq: ArrayLike = None,
    roll_percent: float = 0.85,
) -> A:
    r"""Roll-off frequency: the lowest `freq[k]` with :math:`\sum_{f \le k} S[f, t] \ge roll\_percent \sum_f S[f, t]`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(magnitudes)s
    %(framing)s
    %(freq)s
    roll_percent : float in (0, 1)
        The part of the magnitudes that lies at and below the roll-off.

    Returns
    -------
    array (..., 1, t) float32
        A frequency of a bin, in Hz. It has no derivative.

    Raises
    ------
    %(raises_magnitudes)s

    Notes
    -----
    Differs from librosa: an MLX array `S` is not checked for negative magnitudes.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.spectral_rolloff(y=mx.ones(22050), sr=22050, roll_percent=0.5).shape
    (1, 44)
    """
    where, framing = "spectral_rolloff", Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    feature = Rolloff.of(where, roll_percent=roll_percent)
    return _row(where, y, S, framing, sr, freq, feature, rolloff)


@planned("y", "S", operands=("window",))
@documented
def spectral_flatness(
    y: A | Others | None = None,
    *,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    amin: float = 1e-10,
    power: float = 2.0,
) -> A:
    r"""Spectral flatness: the geometric over the arithmetic mean of :math:`\max(amin, S[f, t]^{power})` over `f`.

    Parameters
    ----------
    %(y_or_S)s
    %(magnitudes)s
    %(framing)s
    amin : float > 0
        Floor of the powers.
    power : float > 0
        Exponent of the magnitudes.

    Returns
    -------
    array (..., 1, t) float32
        From near 0 for a tone to 1 for silence and for a flat spectrum.

    Raises
    ------
    %(raises_magnitudes)s

    Notes
    -----
    Differs from librosa: an MLX array `S` is not checked for negative magnitudes.

    References
    ----------
    .. [1] Dubnov, S., "Generalization of spectral flatness measure for non-Gaussian linear processes", IEEE Signal
       Processing Letters 11, 2004.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.spectral_flatness(y=mx.zeros(2048)).tolist()
    [[1.0, 1.0, 1.0, 1.0, 1.0]]
    """
    where, framing = "spectral_flatness", Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    feature = Flatness.of(where, amin=amin, power=power)
    return reduced(where, y, S, framing, 1.0, None, lambda _: (feature,)).rows()  # type: ignore[return-value]


def _row(
    where: str,
    y: Any,
    S: Any,
    framing: Framing,
    sr: Any,
    freq: Any,
    feature: Feature,
    definition: Callable[..., mx.array],
    center: Any = None,
) -> Any:
    """Plan one feature; with frequencies or centers that are arrays of frames, by its definition."""
    if not moves(where, freq) and center is None:
        return reduced(where, y, S, framing, sr, freq, lambda _: (feature,)).rows()
    spectra, n_fft = magnitudes_of(where, y, S, framing)
    f = frequencies_of(where, freq, spectra.kind.shape[-1], n_fft, sr)
    c = None if center is None else as_real(where, "centroid", center)
    if c is not None and c.ndim < 2:
        raise ParameterError(f"[{where}] centroid must have shape (..., 1, t), got {tuple(c.shape)}")

    def call(*arrays: mx.array) -> mx.array:
        rest = iter(arrays[spectra.arrays :])
        hertz = next(rest) if isinstance(f, Open) else f
        hertz = hertz if hertz.ndim == 1 else mx.swapaxes(hertz, -1, -2)  # (..., t, f)
        centers = [] if c is None else [mx.swapaxes(next(rest) if isinstance(c, Open) else c, -1, -2)]  # (..., t, 1)
        return mx.swapaxes(definition(feature, spectra.call(*arrays[: spectra.arrays]), hertz, *centers), -1, -2)

    return call
