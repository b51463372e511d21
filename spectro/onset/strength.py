"""Onset strength: how much each spectrum rises over the one before."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_array, as_audio, as_real, constant, takes_numpy
from .._floor.checks import positive_int
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.public import known_keywords, refuse_keyword
from .._floor.reducers import reduce
from .._floor.types import A, Others
from .._front import Spectra
from .._mel import log_mel, melspectrogram, through
from .._plans import FirstOrderPlan, FluxPlan
from .._reference.first_order import delay
from .._reference.magnitude import magnitude
from ..decibel import power_to_db
from ..errors import ParameterError

__all__ = ["onset_strength", "onset_strength_multi"]

ArrayLike = Any
POLE = 0.99  # of the filter that takes the slow component out of an envelope


@planned("y", "S", operands=("ref", "window"))
@documented
def onset_strength(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    lag: int = 1,
    max_size: int = 1,
    ref: ArrayLike = None,
    detrend: bool = False,
    center: bool = True,
    feature: Callable[..., Any] | None = None,
    aggregate: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> A:
    r"""Spectral-flux onset strength: :math:`o[t] = \mathrm{mean}_m \max(0, S[m, t] - R[m, t - lag])`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(onset_S)s
    %(lag)s
    %(max_size)s
    %(onset_ref)s
    detrend : bool
        Remove the slow component with the filter :math:`(1 - z^{-1}) / (1 - 0.99 z^{-1})`.
    center : bool
        Shift by `n_fft // (2 * hop_length)` frames, so that onsets stand where they sound, and return `t` frames.
    feature : callable, optional
        Called as `feature(y=y, sr=sr, n_fft=n_fft, hop_length=hop_length, **kwargs)`; `melspectrogram` by default.
    aggregate : callable, optional
        Called with `axis=-2`; the mean by default. NumPy's reducers work on every kind of array.
    **kwargs
        `n_fft` (2048), `hop_length` (512) and further keywords of `feature`.

    Returns
    -------
    array (..., t) float32
        The envelope, one value for each of the `t` frames.

    Raises
    ------
    ParameterError
        For a bad argument, a `ref` of another shape than `S`, or `aggregate=False`.

    Notes
    -----
    Differs from librosa: decibels are those of each spectrogram of a batch by itself, as in 1.0.

    References
    ----------
    .. [1] Böck, S. and Widmer, G., "Maximum filter vibrato suppression for onset detection", DAFx 2013.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.onset_strength(y=mx.random.normal((22050,)), sr=22050).shape
    (44,)
    """
    if aggregate is False:
        raise ParameterError(
            "[onset_strength] aggregate must be a function or None, got False; "
            "onset_strength_multi(aggregate=False) gives every band"
        )
    if "channels" in kwargs:
        raise TypeError("[onset_strength] unknown keyword 'channels'; use onset_strength_multi")
    where = "onset_strength"
    bands = _onset(where, y, sr, S, lag, max_size, ref, detrend, center, feature, aggregate, None, **kwargs)
    return takes_numpy(lambda *arrays: bands(*arrays)[..., 0, :], bands)  # type: ignore[return-value]


@planned("y", "S", operands=("ref", "window"))
@documented
def onset_strength_multi(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    lag: int = 1,
    max_size: int = 1,
    ref: ArrayLike = None,
    detrend: bool = False,
    center: bool = True,
    feature: Callable[..., Any] | None = None,
    aggregate: Callable[..., Any] | bool | None = None,
    channels: Sequence[int] | Sequence[slice] | None = None,
    **kwargs: Any,
) -> A:
    """Spectral-flux onset strength of several bands.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    %(onset_S)s
    %(n_fft)s
    %(hop_length)s
    %(lag)s
    %(max_size)s
    %(onset_ref)s
    detrend, center : bool
        As for `onset_strength`.
    feature : callable, optional
        `melspectrogram` by default.
    aggregate : callable, False or None
        As for `onset_strength`; False returns every band as it is.
    channels : sequence of int or of slice, optional
        Bands to aggregate: slices, or the boundaries between them. All bands together by default.
    **kwargs
        Further keywords of `feature`.

    Returns
    -------
    array (..., c, t) float32
        One envelope per channel; per band when `aggregate=False`.

    Raises
    ------
    ParameterError
        For a bad argument, or a `ref` of another shape than `S`.

    Notes
    -----
    Differs from librosa: decibels are those of each spectrogram of a batch by itself, as in 1.0.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.random.normal((22050,))
    >>> spectro.onset_strength_multi(y=y, sr=22050, channels=[0, 32, 64, 96, 128]).shape
    (4, 44)
    """
    kwargs.update(n_fft=n_fft, hop_length=hop_length)
    where = "onset_strength_multi"
    bands = _onset(where, y, sr, S, lag, max_size, ref, detrend, center, feature, aggregate, channels, **kwargs)
    return bands  # type: ignore[return-value]


def _onset(
    where: str,
    y: Any,
    sr: Any,
    S: Any,
    lag: Any,
    max_size: Any,
    ref: Any,
    detrend: bool,
    center: bool,
    feature: Callable[..., Any] | None,
    aggregate: Any,
    channels: Any,
    *,
    n_fft: Any = 2048,
    hop_length: Any = 512,
    **kwargs: Any,
) -> Call:
    """Plan the steps that both functions share: (..., c, t)."""
    plain = channels is None and aggregate in (None, np.mean)
    median = channels is None and aggregate is np.median
    plan = FluxPlan.of(where, lag=lag, max_size=max_size, mean=plain)
    n_fft, hop_length = positive_int(where, "n_fft", n_fft), positive_int(where, "hop_length", hop_length)
    if aggregate is not None and aggregate is not False and not callable(aggregate):
        raise ParameterError(f"[{where}] aggregate must be a function, False or None, got {aggregate!r}")
    _check_feature(where, feature, kwargs)
    shift = plan.lag + (n_fft // (2 * hop_length) if center else 0)

    def envelopes(rise: Any, frames: int) -> Any:
        done = plain or (median and isinstance(rise, np.ndarray))
        bands = rise[..., None, :] if done else _aggregate(where, rise, aggregate, channels)
        bands = detrended(delay(bands, min(shift, frames) if center else shift))
        return bands[..., :frames] if center else bands

    keywords = {"sr": sr, "n_fft": n_fft, "hop_length": hop_length, **kwargs}
    if S is None and feature is not None:
        options = {"lag": lag, "max_size": max_size, "detrend": detrend, "center": center, "aggregate": aggregate}
        options |= {"channels": channels, "n_fft": n_fft, "hop_length": hop_length}
        of_levels = functools.partial(onset_strength_multi, **options)
        return _of_feature(where, y, ref, functools.partial(feature, **keywords), of_levels)
    levels = log_mel(where, y, **keywords) if S is None else _levels(where, S)
    rise = _rise(where, plan, levels.kind, ref)
    detrended = _detrended(levels.kind) if detrend else takes_numpy(lambda bands: bands)

    risen = takes_numpy(lambda S, *ref: _of_rows(rise(S, *ref)), rise) if median else rise
    alone = through(levels, risen, plan.lag) if ref is None else None

    def call(*arrays: Any) -> Any:
        if alone is not None:
            return envelopes(alone(*arrays), levels.kind.shape[-2])
        of_levels, of_ref = arrays[: levels.arrays], arrays[levels.arrays :]
        return envelopes(risen(levels.call(*of_levels), *of_ref), levels.kind.shape[-2])

    in_place = median or aggregate in (None, False, np.mean)
    return takes_numpy(call, alone or levels.call, risen, detrended) if in_place else call


def _of_rows(rise: Any) -> Any:
    """The median over the bands (..., m, t) of NumPy's finite values, (..., t); MLX's stay."""
    if not isinstance(rise, np.ndarray):
        return rise
    rows = np.ascontiguousarray(np.swapaxes(rise, -1, -2))
    middle = rows.shape[-1] // 2
    rows.partition((middle - 1, middle) if rows.shape[-1] > 1 else 0, axis=-1)
    return rows[..., middle] if rows.shape[-1] % 2 else rows[..., middle - 1 : middle + 1].mean(-1)


def _rise(where: str, plan: FluxPlan, S: Kind, ref: Any) -> Call:
    """Plan the flux of a spectrogram (..., t, m) over a reference (..., m, t): (..., m, t), or (..., t) if averaged."""
    ref = None if ref is None else _reference(where, ref, S)
    return bind("flux", plan, S, ref, gives_frames_last=not plan.mean)


def _detrended(S: Kind) -> Call:
    """Plan the filter that takes the slow component out of the envelopes (..., c, t) of spectrograms (..., t, m)."""
    bands = Kind((*S.shape[:-2], 1, S.shape[-2]), mx.float32)
    return bind("first_order", FirstOrderPlan(zero=-1.0, pole=POLE), bands, None)


def _check_feature(where: str, feature: Any, keywords: dict[str, Any]) -> None:
    """A function, whose keywords are its own affair, or None for `melspectrogram` and its keywords."""
    if feature is not None and not callable(feature):
        raise ParameterError(f"[{where}] feature must be a function or None, got {feature!r}")
    known = known_keywords(melspectrogram)
    if feature is None and not known.issuperset(keywords):
        own = known_keywords(onset_strength_multi if where == "onset_strength_multi" else onset_strength)
        refuse_keyword(where, keywords.keys() - known, known | own)


def _of_feature(where: str, y: Any, ref: Any, feature: Callable[..., Any], onsets: Callable[..., mx.array]) -> Call:
    """Onsets of a feature of the caller's in decibels; it gets the very array that came in, but no half precision."""

    def checked(value: Any) -> Any:
        as_audio(where, "y", value)
        return value if isinstance(value, (mx.array, Kind)) else np.asarray(value)

    if not isinstance(y, Open):
        as_audio(where, "y", y)  # says that it is missing
    y.through(checked)
    if isinstance(ref, Open):
        as_real(where, "ref", ref)

    def call(value: Any, *open_ref: mx.array) -> mx.array:
        found = as_array(where, "feature(y)", _call_feature(where, feature, _widened(value)))
        return onsets(S=power_to_db(magnitude(found)), ref=open_ref[0] if open_ref else ref)

    return call


def _widened(y: Any) -> Any:
    """A signal in at least single precision: the powers of a spectrum may not fit into half."""
    halves = (mx.float16, mx.bfloat16) if isinstance(y, mx.array) else (np.float16,)
    return y.astype(mx.float32 if isinstance(y, mx.array) else np.float32) if y.dtype in halves else y


def _call_feature(where: str, feature: Callable[..., Any], y: Any) -> Any:
    """Call on the array that came in; a function that refuses MLX, librosa's for one, gets NumPy."""
    if not isinstance(y, mx.array):
        return feature(y=y)
    try:
        return feature(y=y)
    except Exception:  # librosa's own error class is a plain Exception; a true failure is raised again below
        return feature(y=constant(where, "feature", y))


def _levels(where: str, S: Any) -> Spectra:
    """A spectrogram (..., m, t), or one band (t,), that holds something, as (..., t, m)."""
    S = as_real(where, "S", S)
    if S.ndim == 0 or (S.ndim > 1 and S.shape[-2] == 0):
        raise ParameterError(f"[{where}] S must have shape (..., m, t) with m at least 1, got {tuple(S.shape)}")
    return Spectra(takes_numpy(lambda S: S), 1, _frames_major(S).kind)


def _reference(where: str, ref: Any, S: Kind) -> Any:
    """A reference of the shape of the spectrogram S (..., t, m), from (..., m, t)."""
    ref = as_real(where, "ref", ref)
    given = ref.shape if ref.ndim >= 2 else (1, *ref.shape)
    if given != S.swapped().shape:
        raise ParameterError(f"[{where}] ref must have the shape of S, {S.swapped().shape}, got {tuple(given)}")
    return _frames_major(ref)


@takes_numpy
def _frames_major(S: Any) -> Any:
    """(..., m, t), or one band (t,), as (..., t, m)."""
    if not isinstance(S, Open):
        return (S.reshape(1, -1) if S.ndim < 2 else S).swapaxes(-1, -2)
    shape = S.shape if S.ndim >= 2 else (1, *S.shape)
    return S.through(_frames_major, Kind(shape, mx.float32).swapped())


def _aggregate(where: str, rise: Any, aggregate: Any, channels: Any) -> Any:
    """Reduce the bands (..., m, t) of each channel: (..., c, t)."""
    if aggregate is False:
        return rise
    segments = [slice(None)] if channels is None else _segments(where, channels, rise.shape[-2])
    fn = np.mean if aggregate is None else aggregate
    if isinstance(rise, np.ndarray):  # whose means alone are asked for
        return np.concatenate([rise[..., band, :].mean(axis=-2, keepdims=True) for band in segments], axis=-2)
    return mx.concatenate(
        [reduce(where, "aggregate", fn, rise[..., band, :], (-2,), keepdims=True) for band in segments], axis=-2
    )


def _segments(where: str, channels: Any, n_bands: int) -> list[slice]:
    """Slices as given, or those between integer boundaries."""
    if isinstance(channels, mx.array):
        channels = channels.tolist()
    given = tuple(channels) if isinstance(channels, Iterable) else (None,)
    if all(isinstance(channel, slice) for channel in given):
        segments = list(given)
    elif all(isinstance(channel, (int, np.integer)) for channel in given):
        edges = sorted({int(channel) for channel in given if 0 <= channel <= n_bands})
        segments = [slice(start, stop) for start, stop in itertools.pairwise(edges)]
    else:
        raise ParameterError(f"[{where}] channels must be all integers or all slices, got {channels!r}")
    if not segments or any(len(range(*band.indices(n_bands))) == 0 for band in segments):
        raise ParameterError(f"[{where}] channels must each hold at least one of {n_bands} bands, got {channels!r}")
    return segments
