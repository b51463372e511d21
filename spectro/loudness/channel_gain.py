"""Per-channel energy normalization: an automatic gain for each channel, then compression."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import bind, planned
from .._floor.arrays import as_array, as_real, namespace, takes_numpy
from .._floor.checks import axis_of, non_negative, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.tracing import refuse_open_sizes
from .._floor.types import A, Others
from .._plans import FirstOrderPlan
from .._reference.flux import maximum_filter
from .._reference.magnitude import magnitude
from ..errors import ParameterError, warn

ArrayLike = Any
VALUES = 1 << 17  # that are normalized at a time


@planned("S", "ref", operands=("zi",))
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
        S = S.through(magnitude, S.kind.astype(mx.float32))
    axis = axis_of("pcen", axis, S.ndim, "S")
    if ref is not None:
        ref = as_real("pcen", "ref", ref)
        if ref.shape != S.shape:
            raise ParameterError(f"[pcen] ref must have the shape of S, {tuple(S.shape)}, got {tuple(ref.shape)}")
    loudest = _loudest(S, max_size, axis, max_axis) if ref is None else takes_numpy(lambda ref: ref)
    smoothed = _smoothed(S.kind, b, axis, zi)

    def call(S: Any, *others: Any) -> Any:
        if isinstance(S, mx.array):
            refuse_open_sizes("pcen")
        R, open_zi = (S, others) if ref is None else (others[0], others[1:])
        M = smoothed(loudest(R), *open_zi)
        zf = (1 - b) * M.swapaxes(axis, -1)[..., -1:].swapaxes(axis, -1)  # type: ignore[operator]
        P = _in_place(normalized, S, M, axis) if isinstance(M, np.ndarray) else normalized(S, M)
        return (P, zf) if return_zf else P

    def normalized(S: Any, M: Any) -> Any:
        return _compressed(S * namespace(S).exp(-gain * namespace(S).log(M + eps)), bias, power)

    return takes_numpy(call, smoothed, loudest)  # type: ignore[return-value]


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


def _loudest(S: Open, max_size: Any, axis: int, max_axis: int | None) -> Callable[..., Any]:
    """The running maximum over frequency, as a function of a spectrogram."""
    size = positive_int("pcen", "max_size", max_size)
    if size == 1:
        return takes_numpy(lambda S: S)
    if max_axis is None:
        if S.ndim != 2:
            raise ParameterError(f"[pcen] max_axis must be given with max_size for an array of {S.ndim} dimensions")
        max_axis = 1 - axis % 2
    along = axis_of("pcen", max_axis, S.ndim, "S", "max_axis")
    return lambda S: mx.swapaxes(maximum_filter(mx.swapaxes(S, along, -1), size), along, -1)


def _smoothed(S: Kind, b: float, axis: int, zi: Any) -> Callable[..., Any]:
    """y[t] = (1 - b) y[t - 1] + b x[t] along an axis, `zi` being added to y[0]; a function of x and an open `zi`."""
    time_last = list(S.shape)
    time_last[axis], time_last[-1] = time_last[-1], time_last[axis]
    first = Kind((*time_last[:-1], 1), mx.float32)

    def of_rows(state: mx.array) -> mx.array:
        return mx.broadcast_to(mx.swapaxes(state, axis, -1) if state.ndim == len(S.shape) else state, first.shape)

    state = mx.array(1 - b) if zi is None else as_real("pcen", "zi", zi)
    state = state.through(of_rows, first) if isinstance(state, Open) else of_rows(state)
    recursion = bind("first_order", FirstOrderPlan(gain=b, pole=1 - b), Kind(tuple(time_last), S.dtype), first)

    def call(x: Any, *open_zi: mx.array) -> Any:
        return recursion(x.swapaxes(axis, -1), *open_zi or (state,)).swapaxes(axis, -1)

    return takes_numpy(call, recursion)


def _in_place(normalized: Callable[..., Any], S: Any, M: np.ndarray, axis: int) -> np.ndarray:
    """Put what is made of many frames of S and M, some of them at a time, where M was."""
    rows, of = M.swapaxes(axis, -1), S.swapaxes(axis, -1)  # as the smoothed ones lie in memory
    n = rows.shape[-1]
    step = max(1, VALUES * n // max(M.size, 1))
    with np.errstate(all="ignore"):
        if step >= n:
            return normalized(S, M)
        for first in range(0, n, step):
            part = (..., slice(first, first + step))
            rows[part] = normalized(np.ascontiguousarray(of[part]), np.ascontiguousarray(rows[part]))
    return M


def _compressed(x: Any, bias: float, power: float) -> Any:
    """(x + bias)^power - bias^power, without the difference of two nearly equal numbers."""
    nx = namespace(x)
    if power == 0:
        return nx.log1p(x)
    if bias == 0:
        some = x > 0
        return nx.where(some, nx.where(some, x, 1.0) ** power, 0.0)
    if power == 0.5:
        return x / (nx.sqrt(x + bias) + math.sqrt(bias))
    return bias**power * nx.expm1(power * nx.log1p(x / bias))
