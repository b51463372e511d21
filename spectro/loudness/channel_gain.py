"""Per-channel energy normalization: an automatic gain for each channel, then compression."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx

from .._floor.arrays import as_array, as_real
from .._floor.checks import non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import A, Others
from .._reference.dc_blocker import delay
from .._reference.flux import maximum_filter
from .._reference.magnitude import magnitude
from ..errors import ParameterError, warn

ArrayLike = Any
FORGOTTEN = 1e-12  # weight of a past value below which it does not count


@public("S", "ref", "zi")
@documented
def pcen(
    S: A | Others,
    *,
    sr: float = 22050,
    hop_length: int = 512,
    gain: float = 0.98,
    bias: float = 2,
    power: float = 0.5,
    time_constant: float = 0.4,
    eps: float = 1e-6,
    b: float | None = None,
    max_size: int = 1,
    ref: ArrayLike = None,
    axis: int = -1,
    max_axis: int | None = None,
    zi: ArrayLike = None,
    return_zf: bool = False,
) -> A | tuple[A, A]:
    r"""Per-channel energy normalization.

    :math:`P = (S / (\epsilon + M)^{gain} + bias)^{power} - bias^{power}` with the smoothed spectrogram
    :math:`M[t] = (1 - b)\,M[t - 1] + b\,S[t]`. For `power=0` it is :math:`\ln(1 + S / (\epsilon + M)^{gain})`.

    Parameters
    ----------
    S : array (..., f, t)
        Magnitudes, not negative. Complex values are replaced by their magnitude, with a warning.
    %(sr)s
    %(hop_length)s
    gain : float >= 0
        Exponent of the smoothed spectrogram; nearly 1.
    bias : float >= 0
        Bias of the compression.
    power : float >= 0
        Exponent of the compression.
    time_constant : float > 0
        Time that the smoothing takes, in seconds.
    eps : float > 0
        What is added to the smoothed spectrogram.
    b : float in 0 .. 1, optional
        Coefficient of the smoothing; :math:`(\sqrt{1 + 4 T^2} - 1) / (2 T^2)` with
        :math:`T = time\_constant\,sr / hop\_length` by default.
    max_size : int >= 1
        Bins over which `S` is replaced by its running maximum before it is smoothed; 1 for none.
    ref : array, optional
        What is smoothed instead of `S`, of its shape.
    axis : int
        The axis of time.
    max_axis : int, optional
        The axis of frequency, for `max_size`; in a matrix the other one.
    zi : array, optional
        State of the smoothing before the first frame, of the shape of `S` with 1 along `axis`: the `zf` of the frames
        before. By default that of an input that was 1 for ever.
    return_zf : bool
        Whether to return the state after the last frame, too.

    Returns
    -------
    P : array of the shape of S, float32
        Normalized magnitudes.
    zf : array of the shape of S with 1 along axis, float32
        State after the last frame, if `return_zf`.

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] Wang, Y. et al., "Trainable frontend for robust and far-field keyword spotting", ICASSP, 2017.
    .. [2] Lostanlen, V. et al., "Per-channel energy normalization: why and how", IEEE Signal Processing Letters 26(1),
       2019.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.pcen(mx.ones((1, 3)), b=0.5, eps=1e-9)
    array([[0.317837, 0.317837, 0.317837]], dtype=float32)
    """
    values = {"gain": gain, "bias": bias, "power": power}
    gain, bias, power = (non_negative("pcen", name, value) for name, value in values.items())
    eps, b = positive("pcen", "eps", eps), _coefficient(b, time_constant, sr, hop_length)
    S = as_array("pcen", "S", S)
    if S.dtype == mx.complex64:
        warn("[pcen] S is complex: its phase is discarded; call pcen(abs(S)) instead")
        S = magnitude(S)
    _check_axis("axis", axis, S.ndim)
    R = _loudest(S, max_size, axis, max_axis) if ref is None else as_real("pcen", "ref", ref)
    if R.shape != S.shape:
        raise ParameterError(f"[pcen] ref must have the shape of S, {tuple(S.shape)}, got {tuple(R.shape)}")
    state = mx.array(1 - b) if zi is None else as_real("pcen", "zi", zi)
    state = mx.swapaxes(state, axis, -1) if state.ndim == S.ndim else state
    M = mx.swapaxes(_smoothed(mx.swapaxes(R, axis, -1), b, state), axis, -1)
    P = _compressed(S, mx.exp(-gain * (math.log(eps) + mx.log1p(M / eps))), bias, power)
    if not return_zf:
        return P  # type: ignore[return-value]
    return P, (1 - b) * mx.take(M, mx.array([S.shape[axis] - 1]), axis=axis)  # type: ignore[return-value]


def _coefficient(b: Any, time_constant: Any, sr: Any, hop_length: Any) -> float:
    """The coefficient of the smoothing, as it is given or as the time constant says."""
    seconds, sr = positive("pcen", "time_constant", time_constant), positive("pcen", "sr", sr)
    if b is None:
        frames = seconds * sr / positive_int("pcen", "hop_length", hop_length)
        return (math.sqrt(1 + 4 * frames**2) - 1) / (2 * frames**2)
    b = non_negative("pcen", "b", b)
    if b > 1:
        raise ParameterError(f"[pcen] b must be between 0 and 1, got {b:g}")
    return b


def _check_axis(name: str, axis: Any, ndim: int) -> None:
    if not isinstance(axis, int) or not -ndim <= axis < ndim:
        raise ParameterError(f"[pcen] {name} must be one of the {ndim} axes of S, got {axis!r}")


def _loudest(S: mx.array, max_size: Any, axis: int, max_axis: int | None) -> mx.array:
    """The running maximum over frequency."""
    size = positive_int("pcen", "max_size", max_size)
    if size == 1:
        return S
    if max_axis is None:
        if S.ndim != 2:
            raise ParameterError(f"[pcen] max_axis must be given with max_size for an array of {S.ndim} dimensions")
        max_axis = 1 - axis % 2
    _check_axis("max_axis", max_axis, S.ndim)
    return mx.swapaxes(maximum_filter(mx.swapaxes(S, max_axis, -1), size), max_axis, -1)


def _smoothed(x: mx.array, b: float, state: mx.array) -> mx.array:
    """y[t] = (1 - b) y[t - 1] + b x[t] along the last axis, where `state` is what y[0] has beyond b x[0].

    Summed by doubling: after k steps y holds the terms up to (1 - b)^(2^k - 1).
    """
    count = x.shape[-1]
    first = mx.broadcast_to(state, (*x.shape[:-1], 1))
    y = b * x + mx.pad(first, [(0, 0)] * (x.ndim - 1) + [(0, count - 1)])
    shift, pole = 1, 1 - b
    while shift < count and pole > FORGOTTEN:
        y = y + pole * delay(y, shift)[..., :count]
        shift, pole = 2 * shift, pole * pole
    return y


def _compressed(S: mx.array, gain: mx.array, bias: float, power: float) -> mx.array:
    """(S gain + bias)^power - bias^power, without the difference of two nearly equal numbers."""
    if power == 0:
        return mx.log1p(S * gain)
    if bias == 0:
        some = S > 0
        return mx.where(some, mx.power(mx.where(some, S, 1.0) * gain, power), 0.0)
    return bias**power * mx.expm1(power * mx.log1p(S * gain / bias))
