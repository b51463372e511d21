"""Spectra at multiples of frequencies: `interp_harmonics`, `f0_harmonics`, `salience`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import evaluated, namespace, numpy_numbers
from .._floor.docs import documented
from .._floor.interpolation import curve_of, filling, frame_by_frame, linear, rows_at
from .._floor.plain import axis_of, taken
from .._floor.public import public
from .._floor.reducers import reduce
from .._floor.types import A, Others
from ..errors import ParameterError, warn

ArrayLike = Any


@public("x")
@documented
def interp_harmonics(
    x: A | Others,
    *,
    freqs: ArrayLike,
    harmonics: ArrayLike,
    kind: str = "linear",
    fill_value: float = 0,
    axis: int = -2,
) -> A:
    """Energy at harmonics of every frequency: ``x`` read at ``harmonics[h] * freqs``.

    Parameters
    ----------
    x : array (..., f, t)
        Spectra. They may be differentiated where `kind` is 'linear' and all frames have the same frequencies.
    %(harmonic_freqs)s
    %(harmonics)s
    %(harmonic_reading)s

    Returns
    -------
    array (..., harmonics, f, t) of the precision of `x`
        Energies; the new axis comes before `axis`.

    Raises
    ------
    %(raises)s

    Warns
    -----
    UserWarning
        If frequencies are not unique.

    Notes
    -----
    Differs from librosa: float32 stays float32. With frequencies of each frame, harmonics come before any `axis`.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.interp_harmonics(mx.array([1.0, 2.0, 4.0]), freqs=[0, 100, 200], harmonics=[1, 2], axis=0)
    array([[1, 2, 4],
           [1, 4, 0]], dtype=float32)
    """
    return _multiples("interp_harmonics", "x", x, freqs, harmonics, kind, fill_value, axis)


def _multiples(where: str, name: str, x: Any, freqs: Any, harmonics: Any, kind: str, fill_value: Any, axis: Any) -> Any:
    """What `interp_harmonics` gives."""
    spectra, freqs, at, alone = _spectra(where, name, x, freqs, axis)
    factors, fill = _factors(where, harmonics), filling(where, fill_value)
    wide = factors.reshape(-1, 1, 1) * freqs[..., None, :, :]
    wide = wide.reshape(*freqs.shape[:-2], factors.size * freqs.shape[-2], freqs.shape[-1])
    if freqs.shape[-1] == 1 and freqs.ndim == 2:
        out = rows_at(where, spectra, freqs[:, 0], wide[:, 0], kind, fill)
    else:
        out = frame_by_frame(where, spectra, freqs, wide, curve_of(where, kind, fill))
    out = out.reshape(*out.shape[:-2], factors.size, freqs.shape[-2], out.shape[-1])
    out = _placed(out, 2, at, alone)
    return out if factors.ndim else out[(slice(None),) * at + (0,)]


@public("x", "f0")
@documented
def f0_harmonics(
    x: A | Others,
    *,
    f0: A | Others | float,
    freqs: ArrayLike,
    harmonics: ArrayLike,
    kind: str = "linear",
    fill_value: float = 0,
    axis: int = -2,
) -> A:
    """Energy at the harmonics of a frequency of each frame: ``x`` read at ``harmonics[h] * f0``.

    Parameters
    ----------
    x : array (..., f, t)
        Spectra. They and `f0` may be differentiated where `kind` is 'linear' and all frames have the same frequencies.
    f0 : float or array (..., t)
        Fundamental frequency of all frames, or of each; NaN where there is none.
    %(harmonic_freqs)s
    %(harmonics)s
    %(harmonic_reading)s

    Returns
    -------
    array (..., harmonics, t) of the precision of `x`
        Energies; harmonics take the place of `axis`.

    Raises
    ------
    %(raises)s

    Warns
    -----
    UserWarning
        If frequencies are not unique.

    Notes
    -----
    Differs from librosa: float32 stays float32.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> S = mx.array([[0.0, 1.0], [2.0, 3.0], [4.0, 9.0]])
    >>> spectro.f0_harmonics(S, f0=[50, 100], freqs=[0, 100, 200], harmonics=[1, 2])
    array([[1, 3],
           [2, 9]], dtype=float32)
    """
    where = "f0_harmonics"
    spectra, freqs, at, alone = _spectra(where, "x", x, freqs, axis)
    factors, fill = np.atleast_1d(_factors(where, harmonics)), filling(where, fill_value)
    xp = namespace(spectra)
    lines: Any = f0.astype(mx.float32) if isinstance(f0, mx.array) else numpy_numbers(where, "f0", f0).astype(float)
    if xp is mx or isinstance(f0, mx.array):
        xp, spectra, lines = mx, mx.array(spectra), mx.array(lines, dtype=mx.float32)
    frames = spectra.shape[-1]
    if lines.ndim and lines.shape[-1] not in (1, frames):
        got = f"got shape {lines.shape}"
        raise ParameterError(f"[{where}] f0 must be a number, or one for each of {frames} frames, {got}")
    lines = xp.broadcast_to(lines, (*lines.shape[:-1], frames))
    asked = xp.expand_dims(lines, -2) * xp.array(factors, dtype=lines.dtype)[:, None]
    if freqs.shape[-1] == 1 and freqs.ndim == 2 and kind == "linear":
        out = linear(spectra, freqs[:, 0], asked, fill)
    else:
        out = frame_by_frame(where, spectra, freqs, asked, curve_of(where, kind, fill))
        out = xp.where(xp.isfinite(asked), out, xp.array(fill, dtype=out.dtype))
    return _placed(out, 1, at, alone)


@public("S")
@documented
def salience(
    S: A | Others,
    *,
    freqs: ArrayLike,
    harmonics: ArrayLike,
    weights: ArrayLike = None,
    aggregate: Callable[..., Any] | None = None,
    filter_peaks: bool = True,
    fill_value: float = np.nan,
    kind: str = "linear",
    axis: int = -2,
) -> A:
    """How much energy the harmonics of every frequency have together: a mean of `interp_harmonics`.

    Parameters
    ----------
    S : array (..., f, t)
        Spectra, real and not negative.
    %(harmonic_freqs)s
    %(harmonics)s
    weights : array (harmonics,), optional
        Weight of each harmonic in the mean; all alike by default.
    aggregate : callable, optional
        Called as ``aggregate(energies, axis=...)`` instead of the mean; `weights` do not matter to it.
    filter_peaks : bool
        Keep the frequencies where S has a peak, greater than both neighbors, alone.
    fill_value : float
        Salience of the others: finite, or NaN.
    kind : str
        Interpolation between bins: 'linear', or another of SciPy's `interp1d`, which looks at values.
    axis : int
        The axis of frequencies.

    Returns
    -------
    array (..., f, t) of the precision of `S`
        Salience.

    Raises
    ------
    %(raises)s

    Warns
    -----
    UserWarning
        If frequencies are not unique.

    Notes
    -----
    Differs from librosa: float32 stays float32, and any `axis` is accepted.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> S = mx.array([[0.0], [4.0], [1.0], [2.0], [1.0]])
    >>> spectro.salience(S, freqs=[0, 100, 200, 300, 400], harmonics=[1, 2], fill_value=0)[:, 0]
    array([0, 2.5, 0, 1, 0], dtype=float32)
    """
    where = "salience"
    fill = filling(where, fill_value)
    S = taken(where, "S", S)
    if "complex" in str(S.dtype):
        raise ParameterError(f"[{where}] S must be real, got complex values; take abs(S) first")
    energies = _multiples(where, "S", S, freqs, np.atleast_1d(_factors(where, harmonics)), kind, 0, axis)
    at, xp = axis_of(where, axis, S.ndim), namespace(energies)
    if aggregate is None or aggregate is np.average:
        total = _weighted(where, energies, weights, at)
    elif xp is mx:
        total = reduce(where, "aggregate", aggregate, energies, (at,), keepdims=False)
    else:
        total = aggregate(energies, axis=at)
    if not filter_peaks:
        return total
    return xp.where(_peaks(S, at), total, xp.array(fill, dtype=total.dtype))


def _weighted(where: str, energies: Any, weights: Any, at: int) -> Any:
    """The mean over the axis of harmonics."""
    count = energies.shape[at]
    weight = np.ones(count) if weights is None else _line(where, "weights", weights)
    if weight.shape != (count,) or weight.sum() == 0:
        raise ParameterError(f"[{where}] weights must be one for each of {count} harmonics, with a sum that is not 0")
    share = (weight / weight.sum()).reshape(-1, *[1] * (energies.ndim - at - 1))
    if energies.dtype == np.float64:
        return (energies * share).sum(axis=at)
    xp = namespace(energies)
    return (energies.astype(xp.float32) * xp.array(share, dtype=xp.float32)).sum(axis=at).astype(energies.dtype)


def _peaks(S: Any, at: int) -> Any:
    """Where S is greater than its neighbors on both sides."""
    xp, (before, size, after) = namespace(S), (S.shape[:at], S.shape[at], S.shape[at + 1 :])
    rises = xp.take(S, xp.arange(1, size), axis=at) > xp.take(S, xp.arange(size - 1), axis=at)
    falls = xp.take(S, xp.arange(size - 1), axis=at) > xp.take(S, xp.arange(1, size), axis=at)
    edge = xp.zeros((*before, 1, *after), dtype=xp.bool_)
    return xp.concatenate([edge, rises], axis=at) & xp.concatenate([falls, edge], axis=at)


def _spectra(where: str, name: str, x: Any, freqs: Any, axis: Any) -> tuple[Any, np.ndarray, int, bool]:
    """Spectra (..., f, t), frequencies (f, 1) or (..., f, t), the axis that was, and if it was the only one."""
    x = taken(where, name, x)
    freqs = _numbers(where, "freqs", freqs)
    at = axis_of(where, axis, x.ndim)
    if x.shape[at] < 2:
        raise ParameterError(f"[{where}] {name} must have two frequencies or more, got shape {tuple(x.shape)}")
    if freqs.shape not in ((x.shape[at],), tuple(x.shape)):
        raise ParameterError(
            f"[{where}] freqs must have shape ({x.shape[at]},), or that of {name}, {tuple(x.shape)}, got {freqs.shape}"
        )
    lines = freqs if freqs.ndim == 1 else np.moveaxis(freqs, at, -1)
    if (np.diff(np.sort(lines, axis=-1), axis=-1) == 0).any():
        warn(f"[{where}] Frequencies are not unique. This may produce incorrect harmonic interpolations.")
    xp = namespace(x)
    if x.ndim == 1:
        return x[:, None], freqs[:, None], 0, True
    freqs = freqs[:, None] if freqs.ndim == 1 else np.moveaxis(freqs, at, -2)
    return xp.moveaxis(x, at, -2), freqs, at, False


def _placed(out: Any, count: int, at: int, alone: bool) -> Any:
    """Put the `count` axes before the last where the axis of frequencies was."""
    last = out.ndim - 1
    others = [*range(last - count), last]
    out = namespace(out).transpose(out, [*others[:at], *range(last - count, last), *others[at:]])
    return out[..., 0] if alone else out


def _factors(where: str, harmonics: Any) -> np.ndarray:
    """The harmonics, of which there may be one alone."""
    factors = _numbers(where, "harmonics", harmonics)
    if factors.ndim > 1:
        raise ParameterError(f"[{where}] harmonics must be a list of numbers, got shape {factors.shape}")
    return factors


def _line(where: str, name: str, value: Any) -> np.ndarray:
    return np.atleast_1d(_numbers(where, name, value))


def _numbers(where: str, name: str, value: Any) -> np.ndarray:
    """Real numbers in double precision."""
    values = evaluated(where, name, value) if isinstance(value, mx.array) else numpy_numbers(where, name, value)
    if np.iscomplexobj(values):
        raise ParameterError(f"[{where}] {name} must be real, got complex values")
    return values.astype(np.float64)
