"""Phases of spectrograms that have none: `griffinlim`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from ._cpu import compiled
from ._engine.calls import bind, planned
from ._floor.arrays import as_finite, namespace, takes_numpy
from ._floor.checks import dtype_of, non_negative, non_negative_int, shown
from ._floor.docs import documented
from ._floor.operation import Kind
from ._floor.types import A, Others
from ._plans import IstftPlan, RephasePlan, StftPlan
from .errors import ParameterError, warn
from .windows.spec import WindowSpec, analysis_window

__all__ = ["griffinlim"]


@planned("S", operands=("window",))
@documented
def griffinlim(
    S: A | Others,
    *,
    n_iter: int = 32,
    hop_length: int | None = None,
    win_length: int | None = None,
    n_fft: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    dtype: Any = None,
    length: int | None = None,
    pad_mode: str = "constant",
    momentum: float = 0.99,
    init: str | None = "random",
    rng: Any = None,
    random_state: Any = None,
) -> A:
    r"""Signal of a magnitude spectrogram by the fast Griffin-Lim algorithm.

    Each step takes the spectrogram to a signal and back, :math:`C_n = \mathrm{stft}(\mathrm{istft}(D_n))`, and gives
    its phases to the magnitude: :math:`D_{n+1} = S\, x / |x|` with
    :math:`x = C_n - \frac{\alpha}{1 + \alpha} C_{n-1}`.

    Parameters
    ----------
    S : array (..., 1 + n_fft // 2, t)
        Magnitudes. A complex one brings phases with `init=None`.
    n_iter : int >= 0
        Number of steps.
    %(hop_by_default)s
    %(win_length)s
    n_fft : int, optional
        `2 * (bins - 1)` by default; an odd one has to be said.
    %(window)s
    %(center)s
    %(float32)s
    length : int >= 1, optional
        Samples to return; they must make as many frames as `S` has.
    pad_mode : {'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp', 'empty'}
        As in `numpy.pad`.
    momentum : float >= 0
        :math:`\alpha`; 0 for the original algorithm.
    init : {'random', None}
        Where the phases start: at random, or with those of `S`.
    %(rng)s

    Returns
    -------
    array (..., n) float32
        Signal of `length` samples, or as many as `istft` makes.

    Raises
    ------
    ParameterError
        For a bad argument.

    Warns
    -----
    UserWarning
        If momentum is above 1, where the steps may grow.

    Notes
    -----
    Differs from librosa: random phases are drawn when the function is called, by NumPy, and `mx.compile` keeps those
    that it has traced with.

    librosa 0.11 has no `rng`, and draws from `RandomState(seed)` where `random_state` is an int.

    References
    ----------
    .. [1] Griffin, D. W. and Lim, J. S., "Signal estimation from modified short-time Fourier transform",
       IEEE Trans. ASSP 32(2), 1984.
    .. [2] Perraudin, N., Balazs, P. and Søndergaard, P. L., "A fast Griffin-Lim algorithm", WASPAA, 2013.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> S = mx.abs(spectro.stft(mx.random.normal((8000,)), n_fft=512))
    >>> spectro.griffinlim(S, n_iter=4, length=8000).shape
    (8000,)
    """
    S = as_finite("griffinlim", "S", S)
    dtype_of("griffinlim", dtype, default=mx.float32, allowed=(mx.float32,))
    steps = non_negative_int("griffinlim", "n_iter", n_iter)
    draw = _start("griffinlim", init, random_state, rng)
    momentum = non_negative("griffinlim", "momentum", momentum)
    if momentum > 1:
        warn(f"[griffinlim] momentum={momentum:g} is above 1, where Griffin-Lim may not converge")
    framing: dict[str, Any] = {"n_fft": n_fft, "hop_length": hop_length, "win_length": win_length, "center": center}
    inverse = IstftPlan.of("griffinlim", S.shape, length=length, **framing)
    forward = StftPlan.of("griffinlim", pad_mode=pad_mode, **{**framing, "n_fft": inverse.n_fft})
    _check_frames(inverse, forward, S.shape[-1])
    samples = analysis_window("griffinlim", window, inverse.win_length, inverse.n_fft)
    return _descent(S.kind, steps, inverse, forward, samples, momentum, draw)  # type: ignore[return-value]


def _descent(
    S: Kind,
    steps: int,
    inverse: IstftPlan,
    forward: StftPlan,
    window: Any,
    momentum: float,
    draw: Callable[[tuple[int, ...], Any], Any] | None,
) -> Callable[..., mx.array]:
    """The loop as a function of the magnitudes (..., f, t), and of the window where it is open."""
    spectrum = Kind((*S.shape[:-2], S.shape[-1], S.shape[-2]), mx.complex64)
    size = spectrum.astype(S.dtype)
    signal = Kind((*S.shape[:-2], inverse.length), mx.float32)
    back, forth = bind("istft", inverse, spectrum, window), bind("stft", forward, signal, window)
    begin = bind("rephase", RephasePlan(), spectrum, None, size)
    turn = bind("rephase", RephasePlan(momentum / (1 + momentum)), spectrum, spectrum, size)

    def call(S: Any, *window: mx.array) -> Any:
        nx, shape, contiguous = namespace(S), S.shape, np.ascontiguousarray
        S = (mx.contiguous if nx is mx else contiguous)(S.swapaxes(-1, -2))
        D = S.astype(nx.complex64) if draw is None else begin(draw(shape, nx), S)
        earlier = None
        for _ in range(steps):
            C = forth(back(D, *window), *window)
            D = begin(C, S) if earlier is None else turn(C, earlier, S)
            earlier = C
        return back(D, *window)

    return takes_numpy(call, back, forth, begin, turn)


def _check_frames(inverse: IstftPlan, forward: StftPlan, frames: int) -> None:
    """A signal that does not have the frames of the spectrogram cannot go back to it."""
    if inverse.length + 2 * forward.padding >= forward.n_fft and forward.frames(inverse.length) == frames:
        return
    least = forward.n_fft - 2 * forward.padding + (frames - 1) * forward.hop_length
    raise ParameterError(
        f"[griffinlim] length must be that of {frames} frames, {max(least, 1)} to {least + forward.hop_length - 1}, "
        f"got {inverse.length}"
    )


def _start(where: str, init: Any, random_state: Any, rng: Any) -> Callable[[tuple[int, ...], Any], Any] | None:
    """What draws the first phases, as unit complex numbers of a shape; None where they come with the spectrogram."""
    if init is None:
        return None
    if init != "random":
        raise ParameterError(f"[{where}] init must be 'random' or None, got {init!r}")
    if rng is not None and random_state is not None:
        raise ParameterError(f"[{where}] rng and random_state are one: give rng={shown(rng)} alone")
    given = random_state if rng is None else rng
    if isinstance(given, (np.random.RandomState, np.random.Generator)):
        return lambda shape, nx: _phasors(given, shape, nx)
    try:
        np.random.default_rng(given)
    except (TypeError, ValueError) as error:
        kind = type(given).__name__
        raise ParameterError(
            f"[{where}] rng must be None, a seed or a generator of NumPy's, got {kind}: {error}"
        ) from error
    return lambda shape, nx: _phasors(np.random.default_rng(given), shape, nx)  # each call starts anew


def _phasors(rng: Any, shape: tuple[int, ...], nx: Any) -> Any:
    """Unit complex numbers of random phases for (..., f, t): (..., t, f), of MLX's or of NumPy's."""
    turns, (*channels, f, t) = np.asarray(rng.random(size=shape)), shape
    native = None if nx is mx else compiled()
    if native is not None:
        out = np.empty((*channels, t, f), np.complex64)
        native.phasors(turns.reshape(-1, f, t), out.reshape(-1, t, f))
        return out
    angle = np.ascontiguousarray((2 * np.pi * turns).swapaxes(-1, -2))
    if nx is mx:
        single = mx.array(angle.astype(np.float32))
        return mx.stack([mx.cos(single), mx.sin(single)], axis=-1).view(mx.complex64)[..., 0]
    out = np.empty(angle.shape, np.complex64)
    out.real, out.imag = np.cos(angle), np.sin(angle)
    return out
