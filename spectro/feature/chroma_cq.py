"""Chroma of constant-Q and variable-Q transforms: `chroma_cqt`, `chroma_vqt`, `chroma_cens`; `tonnetz`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import constantq
from .._constants.banks import Bank, p_of_norm
from .._constants.chroma import ConstantQChromaBank, TonnetzBank
from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_audio, as_real, namespace, takes_numpy
from .._floor.checks import finite, one_of, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..errors import ParameterError
from ..notation import interval_frequencies
from ..windows.spec import WindowSpec, resolve_window
from ._unit_norm import of_unit_norm

TRANSFORMS = {"full": constantq.cqt, "hybrid": constantq.hybrid_cqt}
LEVELS = (0.4, 0.2, 0.1, 0.05)  # of energy, each of which counts a quarter


@planned("y", "C")
@documented
def chroma_cqt(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    C: A | Others | None = None,
    hop_length: int = 512,
    fmin: float | None = None,
    norm: float | None = float("inf"),
    threshold: float = 0.0,
    tuning: float | None = None,
    n_chroma: int = 12,
    n_octaves: int = 7,
    window: Any = None,
    bins_per_octave: int | None = 36,
    cqt_mode: str = "full",
) -> A:
    r"""Magnitude of each pitch class: :math:`\sum_k B[c, k]\, |C[k, t]|` of a constant-Q transform, of unit norm.

    Parameters
    ----------
    %(y_or_C)s
    %(sr)s
    %(C)s
    %(hop_length)s
    %(chroma_of_cqt)s

    Returns
    -------
    array (..., n_chroma, t) float32
        Magnitudes of the pitch classes.

    Raises
    ------
    %(raises_y_or_C)s

    Notes
    -----
    Differs from librosa: a complex `C` is refused: take its magnitude.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> spectro.feature.chroma_cqt(y, sr=22050, tuning=0.0).mean(axis=1).argmax().item()
    9
    """
    chroma, _ = _of_cqt(
        "chroma_cqt",
        y,
        C,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        norm=norm,
        threshold=threshold,
        tuning=tuning,
        n_chroma=n_chroma,
        n_octaves=n_octaves,
        window=window,
        bins_per_octave=bins_per_octave,
        cqt_mode=cqt_mode,
    )
    return _frames_last(chroma)  # type: ignore[return-value]


@planned("y", "V")
@documented
def chroma_vqt(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    V: A | Others | None = None,
    hop_length: int = 512,
    fmin: float | None = None,
    intervals: str | Sequence[float],
    norm: float | None = float("inf"),
    threshold: float = 0.0,
    n_octaves: int = 7,
    bins_per_octave: int = 12,
    gamma: float = 0,
) -> A:
    r"""Magnitude of each interval of an octave: :math:`\sum_o |V[o\,m + k, t]|` of a variable-Q transform.

    Parameters
    ----------
    y : array (..., n), optional
        Real signal; leading dimensions are channels. Not used where `V` is given; one of the two must be.
    %(sr)s
    V : array (..., k, t), optional
        Magnitudes of a variable-Q transform.
    %(hop_length)s
    fmin : float > 0, optional
        Frequency of the lowest bin in Hz; C1 by default.
    intervals : str or array (m,)
        Intervals of an octave, as for `spectro.interval_frequencies`.
    %(chroma_norm)s
    n_octaves : int >= 1
        Octaves above `fmin`.
    bins_per_octave : int >= 1
        Number m of intervals; an array has its own.
    gamma : float >= 0
        Offset of the bandwidths in Hz, see `spectro.vqt`.

    Returns
    -------
    array (..., m, t) float32
        Magnitudes of the intervals.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `V` is given.

    Notes
    -----
    Differs from librosa: a complex `V` is refused: take its magnitude.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> spectro.feature.chroma_vqt(y, sr=22050, intervals="ji5").shape
    (12, 44)
    """
    where = "chroma_vqt"
    if isinstance(intervals, str):
        count = positive_int(where, "bins_per_octave", bins_per_octave)
    else:
        count = len(np.atleast_1d(np.asarray(intervals)))
    bank_of = functools.partial(ConstantQChromaBank.of, where, bins_per_octave=count, n_chroma=count, fmin=fmin)
    if V is not None:
        magnitudes, kind = _given(where, "V", V)
    else:
        ratios = interval_frequencies(count, fmin=1.0, intervals=intervals, bins_per_octave=count)
        asked = {"intervals": tuple(ratios.tolist()), "bins_per_octave": count, "gamma": gamma, "fmin": fmin}
        n_bins = count * positive_int(where, "n_octaves", n_octaves)
        magnitudes, kind = _magnitudes(where, "V", constantq.vqt, y, n_bins, hop_length, sr=sr, **asked)
    chroma, _ = _folded(where, magnitudes, kind, bank_of(n_input=kind.shape[-1]), threshold, norm)
    return _frames_last(chroma)  # type: ignore[return-value]


@planned("y", "C")
@documented
def chroma_cens(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    C: A | Others | None = None,
    hop_length: int = 512,
    fmin: float | None = None,
    tuning: float | None = None,
    n_chroma: int = 12,
    n_octaves: int = 7,
    bins_per_octave: int | None = 36,
    cqt_mode: str = "full",
    window: Any = None,
    norm: float | None = 2,
    win_len_smooth: int | None = 41,
    smoothing_window: WindowSpec = "hann",
) -> A:
    """Chroma energy normalized statistics: shares of energy in few steps, smoothed over time.

    The magnitudes of the pitch classes (`chroma_cqt`) are divided by their sum. A share counts a quarter for each of
    5, 10, 20 and 40 %% that it is above. These steps are averaged over frames and scaled to unit norm.

    Parameters
    ----------
    %(y_or_C)s
    %(sr)s
    %(C)s
    %(hop_length)s
    fmin : float > 0, optional
        Frequency of the lowest bin in Hz; C1 by default.
    tuning : float, optional
        As for `chroma_cqt`.
    n_chroma : int >= 1
        Pitch classes of an octave.
    n_octaves : int >= 1
        Octaves above `fmin`.
    bins_per_octave : int >= 1, optional
        Bins of an octave, a multiple of `n_chroma`, which None stands for.
    cqt_mode : {'full', 'hybrid'}
        `spectro.cqt` or `spectro.hybrid_cqt`.
    window : array (w,), optional
        Weights of neighboring bins, see `spectro.filters.cq_to_chroma`.
    norm : float, optional
        p of the p-norm that each frame gets; None leaves the averages.
    win_len_smooth : int >= 1, optional
        Frames of the average; None for none.
    smoothing_window : str, tuple, number, callable or array (win_len_smooth + 2,)
        Weights of the average, see `spectro.get_window`; its first and last sample lie beside the frames.

    Returns
    -------
    array (..., n_chroma, t) float32
        The statistics. They are steps: their derivatives are zero.

    Raises
    ------
    %(raises_y_or_C)s

    Notes
    -----
    Differs from librosa: a complex `C` is refused: take its magnitude.

    References
    ----------
    .. [1] Müller, M., Ewert, S., "Chroma toolbox: MATLAB implementations for extracting variants of chroma-based audio
       features", ISMIR, 2011.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> spectro.feature.chroma_cens(y, sr=22050, tuning=0.0).shape
    (12, 44)
    """
    where = "chroma_cens"
    p, weights = p_of_norm(where, norm), None
    if win_len_smooth is not None:
        count = positive_int(where, "win_len_smooth", win_len_smooth) + 2
        samples = np.asarray(resolve_window(where, smoothing_window, count, False), dtype=np.float64)
        weights = (samples / samples.sum()).tolist()
    chroma, _ = _of_cqt(
        where,
        y,
        C,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        norm=None,
        threshold=0.0,
        tuning=tuning,
        n_chroma=n_chroma,
        n_octaves=n_octaves,
        window=window,
        bins_per_octave=bins_per_octave,
        cqt_mode=cqt_mode,
    )

    def call(array: Any) -> Any:
        steps = _in_steps(of_unit_norm(sized(where, chroma(array)), 1.0))
        return of_unit_norm(steps if weights is None else _averaged(steps, weights), p)

    return _frames_last(takes_numpy(call, chroma))  # type: ignore[return-value]


@planned("y", "chroma", "C", keywords=chroma_cqt)
@documented
def tonnetz(y: A | Others | None = None, *, sr: float = 22050, chroma: A | Others | None = None, **kwargs: Any) -> A:
    r"""Tonal centroids: the pitch classes' mean on three circles, of fifths, minor thirds and major thirds.

    Of shares :math:`s_c` and radii :math:`r = 1, 1, 1/2` they are :math:`\sum_c r \sin(a \pi l_c)\, s_c` and
    :math:`\sum_c r \cos(a \pi l_c)\, s_c` with :math:`a = 7/6, 3/2, 2/3`, where l counts semitones.

    Parameters
    ----------
    y : array (..., n), optional
        Real signal; leading dimensions are channels. Not used where `chroma` is given; one of the two must be.
    %(sr)s
    chroma : array (..., c, t), optional
        Magnitudes of the pitch classes; `chroma_cqt` of `y` by default.
    **kwargs
        Keywords of `chroma_cqt`, for `y`.

    Returns
    -------
    array (..., 6, t) float32
        Fifths, minor thirds and major thirds, each with y, the sine, and x, the cosine.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `chroma` is given.

    References
    ----------
    .. [1] Harte, C., Sandler, M., Gasser, M., "Detecting harmonic change in musical audio", ACM Multimedia, 2006.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.tonnetz(chroma=mx.eye(12))[:, 0]
    array([0, 1, 0, 1, 0, 0.5], dtype=float32)
    """
    where = "tonnetz"
    if chroma is not None:
        given, kind = _given(where, "chroma", chroma)
        magnitudes: Call = takes_numpy(lambda x: given(x, lambda frames: frames), given)
    elif y is not None or kwargs.get("C") is not None:
        magnitudes, kind = _of_cqt(where, y, kwargs.pop("C", None), sr=sr, **kwargs)
    else:
        raise ParameterError(f"[{where}] y or chroma must be given")
    centroids = bind("filterbank", TonnetzBank(kind.shape[-1]), kind)

    def call(array: Any) -> Any:
        return centroids(of_unit_norm(magnitudes(array), 1.0))

    return _frames_last(takes_numpy(call, magnitudes, centroids))  # type: ignore[return-value]


def _of_cqt(
    where: str,
    y: Any,
    C: Any,
    *,
    sr: Any,
    hop_length: Any = 512,
    fmin: Any = None,
    norm: Any = float("inf"),
    threshold: Any = 0.0,
    tuning: Any = None,
    n_chroma: Any = 12,
    n_octaves: Any = 7,
    window: Any = None,
    bins_per_octave: Any = 36,
    cqt_mode: Any = "full",
) -> tuple[Call, Kind]:
    """Pitch classes (..., t, c) of a signal or of magnitudes, as a function of either, and their kind."""
    n_chroma = positive_int(where, "n_chroma", n_chroma)
    bins = n_chroma if bins_per_octave is None else positive_int(where, "bins_per_octave", bins_per_octave)
    one_of(where, "cqt_mode", cqt_mode, tuple(TRANSFORMS))
    n_bins = bins * positive_int(where, "n_octaves", n_octaves)
    bank_of = functools.partial(
        ConstantQChromaBank.of, where, bins_per_octave=bins, n_chroma=n_chroma, fmin=fmin, window=window
    )
    bank_of(n_input=n_bins)  # refuses what cannot be, before anything is planned
    if C is not None:
        magnitudes, kind = _given(where, "C", C)
    else:
        asked = {"sr": sr, "fmin": fmin, "bins_per_octave": bins, "tuning": tuning}
        magnitudes, kind = _magnitudes(where, "C", TRANSFORMS[cqt_mode], y, n_bins, hop_length, **asked)
    return _folded(where, magnitudes, kind, bank_of(n_input=kind.shape[-1]), threshold, norm)


def _given(where: str, name: str, C: Any) -> tuple[Call, Kind]:
    """What becomes of magnitudes (..., t, k), as a function of (..., k, t) and of that; and their kind."""
    C = as_real(where, name, C)
    if C.ndim < 2 or 0 in C.shape[-2:]:
        raise ParameterError(f"[{where}] {name} must have shape (..., k, t) with k and t at least 1, got {C.shape}")
    return takes_numpy(lambda x, then: then(x.swapaxes(-1, -2))), C.kind.swapped()


def _magnitudes(
    where: str, other: str, transform: Callable[..., Any], y: Any, n_bins: int, hop_length: Any, **asked: Any
) -> tuple[Call, Kind]:
    """What becomes of magnitudes (..., t, k) of the transform of a signal, by the plan that it makes for itself."""
    if y is None:
        raise ParameterError(f"[{where}] y or {other} must be given")
    y = as_audio(where, "y", y)
    hop = positive_int(where, "hop_length", hop_length)
    coefficients = transform.__wrapped__(y, n_bins=n_bins, hop_length=hop, **asked)  # type: ignore[attr-defined]
    kind = Kind((*y.shape[:-1], 1 + y.shape[-1] // hop, n_bins), y.dtype)

    def call(x: Any, then: Callable[[Any], Any]) -> Any:
        return coefficients(x, lambda C: then(abs(C))).swapaxes(-1, -2)

    return takes_numpy(call, coefficients), kind


def _folded(where: str, magnitudes: Call, kind: Kind, bank: Bank, threshold: Any, norm: Any) -> tuple[Call, Kind]:
    """Magnitudes (..., t, k) folded into pitch classes (..., t, c), without those below a threshold, of unit norm."""
    least, p = finite(where, "threshold", threshold), p_of_norm(where, norm)
    fold = bind("filterbank", bank, kind)

    def folded(C: Any) -> Any:
        chroma = fold(C)
        xp = namespace(chroma)
        return of_unit_norm(xp.where(chroma < least, xp.zeros_like(chroma), chroma), p)

    return takes_numpy(lambda array: magnitudes(array, folded), magnitudes, fold), Kind(
        (*kind.shape[:-1], bank.n_bands), kind.dtype
    )


def _in_steps(shares: Any) -> Any:
    """Shares of energy in steps of a quarter."""
    quarters = sum((shares > level).astype(shares.dtype) for level in LEVELS)
    return 0.25 * quarters


def _averaged(steps: Any, weights: Sequence[float]) -> Any:
    """Frames (..., t, c) averaged with their neighbors; beyond the ends there is silence."""
    xp, t = namespace(steps), steps.shape[-2]
    before = len(weights) // 2
    around = [(0, 0)] * (steps.ndim - 2) + [(len(weights) - 1 - before, before), (0, 0)]
    padded, total = xp.pad(steps, around), xp.zeros_like(steps)
    last = len(weights) - 1
    for k, weight in enumerate(weights):
        if weight:
            total += weight * padded[..., last - k : last - k + t, :]
    return total


def _frames_last(chroma: Call) -> Call:
    return takes_numpy(lambda array: chroma(array).swapaxes(-1, -2), chroma)
