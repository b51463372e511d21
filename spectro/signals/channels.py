"""Signals mixed: into one channel, into two, or each into a channel of its own."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, namespace, numpy_numbers, sum_over
from .._floor.docs import documented
from .._floor.public import public
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..errors import ParameterError


@public("signals", "y")
@documented
def to_mono(*signals: A | Others, pad: bool = True, norm: bool = True, y: A | Others | None = None) -> A:
    """Mean of all channels; of several signals, the mean of their means.

    Parameters
    ----------
    *signals : array (..., n)
        Signals of any number of channels; their lengths may differ.
    %(pad_signals)s
    %(norm_signals)s
    y : array (..., n), optional
        The only signal, by the name that it has in librosa 0.11.

    Returns
    -------
    array (n,) float32; of the type of the signals in NumPy
        Signal of one channel.

    Raises
    ------
    ParameterError
        For no signal, and for integer, complex or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: there is no `out`; `y` is also taken by name. librosa 0.11 takes one signal.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.to_mono(mx.array([[1.0, 0.0], [0.0, 0.5]]))
    array([0.5, 0.25], dtype=float32)
    """
    if y is not None and signals:
        raise ParameterError("[to_mono] y is the only signal by another name; give signals by place alone")
    if y is not None:
        return _mixed(_checked("to_mono", "y", y), norm)
    given = [_mixed(x, norm) for x in _all_checked("to_mono", signals)]
    return _together(_of_one_length("to_mono", given, pad), norm)


@public("signals")
@documented
def to_multi(*signals: A | Others, downmix: bool = True, pad: bool = True, norm: bool = True) -> A:
    """Signals as the channels of one; each is mixed into one channel first.

    Parameters
    ----------
    *signals : array (..., n)
        Signals of any number of channels; their lengths may differ.
    downmix : bool
        False to mix the signals channel by channel instead; they then have as many channels as each other.
    %(pad_signals)s
    %(norm_signals)s

    Returns
    -------
    array (m, n) float32, of m signals; (..., n) with downmix=False; of the type of the signals in NumPy
        Signal of several channels.

    Raises
    ------
    ParameterError
        For no signal, for channels that do not match, and for integer, complex or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: there is no `out`. librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.to_multi(np.array([1.0, 2.0]), np.array([[3.0], [5.0]]))
    array([[1., 2.],
           [4., 0.]])
    """
    given = _all_checked("to_multi", signals)
    if downmix:
        given = _of_one_length("to_multi", [_mixed(x, norm) for x in given], pad)
        return namespace(given[0]).stack(given)
    layouts = [tuple(x.shape[:-1]) for x in given]
    if len(set(layouts)) > 1:
        raise ParameterError(f"[to_multi] signals must have the same channels with downmix=False, got {layouts}")
    return _together(_of_one_length("to_multi", given, pad), norm)


@public("left", "right")
@documented
def to_stereo(
    *,
    left: A | Others | None,
    right: A | Others | None,
    downmix: bool = True,
    pad: bool = True,
    norm: bool = True,
) -> A:
    """One signal on the left and one on the right; each is mixed into one channel first.

    Parameters
    ----------
    left, right : array (..., n) or None
        Signals of any number of channels; None for silence. Their lengths may differ.
    downmix : bool
        False to keep the two channels of a signal that has them, and to mix both signals channel by channel.
    %(pad_signals)s
    %(norm_signals)s

    Returns
    -------
    array (2, n) float32; of the type of the signals in NumPy
        Signal of two channels.

    Raises
    ------
    ParameterError
        For no signal, for channels that do not fit, and for integer, complex or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: there is no `out`. librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.to_stereo(left=np.array([1.0, 2.0]), right=None)
    array([[1., 2.],
           [0., 0.]])
    """
    where = "to_stereo"
    if left is None and right is None:
        raise ParameterError("[to_stereo] left or right must be given")
    named = {name: x for name, x in (("left", left), ("right", right)) if x is not None}
    given = dict(zip(named, _all_checked(where, tuple(named.values()), tuple(named))))
    if downmix:
        given = {name: _mixed(x, norm) for name, x in given.items()}
    for name, x in given.items():
        if x.ndim > 1 and tuple(x.shape[:-1]) != (2,):
            raise ParameterError(f"[{where}] {name} must have one or two channels with downmix=False, got {x.shape}")
    sides = _of_one_length(where, list(given.values()), pad)
    placed = [_on_a_side(x, name) for name, x in zip(given, sides)]
    return _together(placed, norm and not downmix)


def _checked(where: str, name: str, x: Any) -> Any:
    """Audio in NumPy's own precision, if it is NumPy's, and good; else MLX's."""
    x = numpy_numbers(where, name, x) if isinstance(x, (list, tuple)) else x
    if type(x) is np.ndarray and x.dtype in (np.float32, np.float64) and x.ndim and np.isfinite(x).all():
        return x
    return as_audio(where, name, x)


def _all_checked(where: str, signals: tuple[Any, ...], names: tuple[str, ...] = ()) -> list[Any]:
    """Audio of several signals, NumPy's if all are."""
    if not signals:
        raise ParameterError(f"[{where}] a signal must be given")
    names = names or tuple(f"signals[{k}]" if len(signals) > 1 else "y" for k in range(len(signals)))
    given = [_checked(where, name, x) for name, x in zip(names, signals)]
    if all(isinstance(x, np.ndarray) for x in given):
        return given
    return [as_audio(where, name, x) for name, x in zip(names, given)]


def _mixed(x: Any, norm: bool) -> Any:
    """Mean, or sum, of all channels: (..., n) -> (n,)."""
    if x.ndim < 2:
        return x
    channels = tuple(range(x.ndim - 1))
    summed = sum_over(x, channels) if isinstance(x, mx.array) else x.sum(channels)
    return summed / math.prod(x.shape[:-1]) if norm else summed


def _of_one_length(where: str, signals: list[Any], pad: bool) -> list[Any]:
    """Signals filled with zeros to the length of the longest, or cut to that of the shortest."""
    if len(signals) == 1:
        return signals
    sizes = [sized(where, x).shape[-1] for x in signals]
    if not pad:
        return [x[..., : min(sizes)] for x in signals]
    missing = [max(sizes) - n for n in sizes]
    return [namespace(x).pad(x, [(0, 0)] * (x.ndim - 1) + [(0, n)]) if n else x for x, n in zip(signals, missing)]


def _together(signals: list[Any], norm: bool) -> Any:
    """Mean, or sum, of signals of one shape."""
    total = sum(signals[1:], start=signals[0])
    return total / len(signals) if norm and len(signals) > 1 else total


def _on_a_side(x: Any, name: str) -> Any:
    """A signal of one channel on its side, beside silence; one of two channels as it is."""
    if x.ndim > 1:
        return x
    xp = namespace(x)
    silence = xp.zeros_like(x)
    return xp.stack([x, silence] if name == "left" else [silence, x])
