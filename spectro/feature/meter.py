"""Meter: `hybrid_tempogram`, `metrogram`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import namespace
from .._floor.checks import positive, positive_int, shown
from .._floor.docs import documented
from .._floor.interpolation import filling, places, rows_at
from .._floor.plain import taken
from .._floor.public import public
from .._floor.reducers import REDUCERS, reduce
from .._floor.types import A, Others
from ..errors import ParameterError
from ..windows.spec import WindowSpec
from .rhythm import envelope_of, fourier_tempogram, tempi_of_lags, tempogram

ArrayLike = Any
FACTORS = np.array([1 / 3, 1 / 4, 1 / 5, 1 / 7])  # of 3, 4, 5 and 7 beats a bar


@public("y", "onset_envelope")
@documented
def hybrid_tempogram(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    onset_envelope: A | Others | None = None,
    hop_length: int = 512,
    win_length: int = 384,
    center: bool = True,
    window: WindowSpec = "hann",
    kind: str = "linear",
    fill_value: float = 0,
) -> A:
    r"""Hybrid tempogram: the geometric mean of both tempograms, at the tempi of the Fourier tempogram.

    .. math:: H[b, t] = \sqrt{|F[b, t]\; T(b, t)|}

    A periodic rhythm has peaks at multiples of its tempo in :math:`F`, the Fourier tempogram, and at fractions of it in
    :math:`T`, the tempogram of lags, which is interpolated at each tempo :math:`b`; only the tempo itself is in both.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    win_length : int >= 3
        Frames of the window.
    center : bool
        Center the window on its frame.
    %(window)s
    kind : str
        Interpolation between lags: 'linear', or another of SciPy's `interp1d`, which looks at values.
    fill_value : float
        Finite, or NaN: what :math:`T` is beyond the tempi of its lags, as for those below that of the longest lag.

    Returns
    -------
    array (..., 1 + win_length // 2, t) float32
        Strength of the tempi `spectro.fourier_tempo_frequencies`; ``t - win_length + 1`` frames when not centered.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `onset_envelope` is given.

    Notes
    -----
    Differs from librosa: of the keywords of `interp1d`, `kind` and `fill_value` are taken. librosa 0.11 has no such
    function.

    References
    ----------
    .. [1] Peeters, G., "Rhythm classification using periodicities and the beat-histogram", ISMIR 2005.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.hybrid_tempogram(y=mx.random.normal((22050,)), win_length=32).shape
    (17, 44)
    """
    where = "hybrid_tempogram"
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    length, fill = positive_int(where, "win_length", win_length), filling(where, fill_value)
    if length < 3:
        raise ParameterError(f"[{where}] win_length must be at least 3, for two lags, got {length}")
    envelope = envelope_of(where, y, sr, onset_envelope, hop)
    keywords: dict[str, Any] = {"win_length": length, "center": center, "window": window}
    local: Any = tempogram(onset_envelope=envelope, sr=sr, hop_length=hop, **keywords)
    fourier: Any = fourier_tempogram(onset_envelope=envelope, sr=sr, hop_length=hop, **keywords)
    tempi = np.arange(1 + length // 2) * (60.0 * sr / (hop * length))
    read = rows_at(where, local, tempi_of_lags(length, sr, hop), tempi, kind, fill)
    product = abs(fourier[..., : read.shape[-1]]) * abs(read)
    xp = namespace(product)
    return xp.where(product == 0, 0, xp.sqrt(xp.where(product == 0, 1, product)))  # finite derivatives


@public("tg")
@documented
def metrogram(
    *,
    tg: A | Others,
    freqs: ArrayLike,
    factors: ArrayLike = None,
    aggregate: Callable[..., Any] | None = np.sum,
    kind: str = "linear",
    fill_value: float = 0,
) -> A:
    r"""Metrogram: how much of a tempogram stands in given ratios, as bars and beats do.

    .. math:: M[r, t] = \sum_b T(b, t)\; T(r b, t)

    Parameters
    ----------
    tg : array (..., tempi, t)
        Tempogram of any kind, real or complex. It may be differentiated where `kind` is 'linear'.
    freqs : array (tempi,)
        Its tempi: ``tempo_frequencies(len(tg))`` of `tempogram`, ``fourier_tempo_frequencies()`` of the others. Those
        at infinity are left out.
    factors : array (ratios,), optional
        The ratios: 1/3, 1/4, 1/5 and 1/7 by default, for 3, 4, 5 and 7 beats a bar.
    aggregate : callable, optional
        Called as ``aggregate(products, axis=-2)``, over tempi; None to keep them.
    kind : str
        Interpolation between tempi: 'linear', or another of SciPy's `interp1d`, which looks at values.
    fill_value : float
        Finite, or NaN: the value of tempi beyond `freqs`.

    Returns
    -------
    array (..., ratios, t), or (..., ratios, tempi, t) with aggregate=None
        Strength of each ratio: of float64 or complex128 in NumPy, of float32 or complex64 in MLX.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: infinite tempi, as `spectro.tempo_frequencies` has one, are left out, where it gives NaN.
    librosa 0.11 has no such function.

    References
    ----------
    .. [1] Cozens, J. and Godsill, S., "Dynamic time signature recognition, tempo inference, and beat tracking through
       the metrogram transform", IEEE Open Journal of Signal Processing, 2023.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> tg = mx.array([[1.0], [0.0], [1.0]])  # beats at 90 a minute, and bars at 30: three beats a bar
    >>> spectro.feature.metrogram(tg=tg, freqs=[30, 60, 90])[:, 0]
    array([1, 0, 0, 0], dtype=float32)
    """
    where = "metrogram"
    fill, tg = filling(where, fill_value), taken(where, "tg", tg)
    if aggregate is not None and not callable(aggregate):
        raise ParameterError(f"[{where}] aggregate must be a function or None, got {shown(aggregate)}")
    if tg.ndim < 2:
        raise ParameterError(f"[{where}] tg must have shape (..., tempi, t), got {tuple(tg.shape)}")
    complex_ = "complex" in str(tg.dtype)
    if isinstance(tg, mx.array):
        tg = tg.astype(mx.complex64 if complex_ else mx.float32)
    else:
        tg = tg.astype(np.complex128 if complex_ else np.float64)
    knots, ratios = places(where, "freqs", freqs), FACTORS if factors is None else places(where, "factors", factors)
    if knots.size != tg.shape[-2] or np.isfinite(knots).sum() < 2:
        raise ParameterError(
            f"[{where}] freqs must have one tempo for each of {tg.shape[-2]}, and two finite ones or more, got {knots}"
        )
    asked = np.multiply.outer(ratios, np.where(np.isfinite(knots), knots, np.inf))
    read = rows_at(where, tg, knots, asked.ravel(), kind, fill)
    read = read.reshape(*tg.shape[:-2], *asked.shape, tg.shape[-1])
    products = read * namespace(tg).expand_dims(tg, -3)  # (..., ratios, tempi, t)
    if aggregate is None:
        return products
    if isinstance(products, mx.array) and not complex_:
        return reduce(where, "aggregate", aggregate, products, (-2,), keepdims=False)  # type: ignore[return-value]
    over_tempi = REDUCERS.get(aggregate, aggregate) if isinstance(products, mx.array) else aggregate
    return over_tempi(products, axis=-2)
