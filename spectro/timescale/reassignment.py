"""Spectrograms whose energy goes where it came from, in time and in frequency."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, as_spectrum, is_half, namespace, to_numpy
from .._floor.checks import dtype_of, non_negative, positive
from .._floor.docs import documented
from .._floor.pieces import Piece, Whole
from .._floor.public import public
from .._floor.reducers import reduce
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._plans import StftPlan
from .._reference.magnitude import polar
from ..errors import ParameterError
from ..spectrum import stft
from ..windows.spec import WindowSpec, analysis_window

WHERE = "reassigned_spectrogram"
SAMPLES = 1 << 18  # whose spectra are kept at a time


@public("y", "S")
@documented
def reassigned_spectrogram(
    y: A | Others,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    reassign_frequencies: bool = True,
    reassign_times: bool = True,
    ref_power: float | Callable[..., Any] = 1e-6,
    fill_nan: bool = False,
    clip: bool = True,
    dtype: Any = None,
    pad_mode: str | Any = "constant",
) -> tuple[A, A, A]:
    r"""Frequency and time at which the energy of each bin of a spectrogram has its center.

    :math:`\hat f = f - \frac{sr}{2 \pi} \mathrm{Im} \frac{S_{h'}}{S_h}`,
    :math:`\hat t = t + \frac{1}{sr} \mathrm{Re} \frac{S_{n h}}{S_h}`, where :math:`S_h` is the STFT with the window,
    :math:`S_{h'}` that with its cyclic derivative, and :math:`S_{n h}` that with the window times the distance of each
    sample from its middle.

    Parameters
    ----------
    %(y)s
    %(sr)s
    S : array (..., f, t), optional
        The STFT of `y`, where it is known.
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    reassign_frequencies, reassign_times : bool
        False to leave the frequencies of bins, or the times of frames, as they are. One must be True.
    ref_power : float >= 0 or callable
        Power below which a bin has no frequency and no time; a function gets the powers (..., f, t).
    fill_nan : bool
        Give such bins the frequency of the bin and the time of the frame instead of NaN.
    clip : bool
        Keep frequencies in 0 .. sr / 2, and times in 0 .. n / sr.
    dtype : complex64, optional
        Only complex64 exists in MLX.
    %(pad_mode)s

    Returns
    -------
    freqs : array (..., 1 + n_fft // 2, t) float32
        Frequencies in Hz.
    times : array (..., 1 + n_fft // 2, t) float32
        Times in seconds; those of frames are those of their middle.
    mags : array (..., 1 + n_fft // 2, t) float32
        Magnitudes of the STFT.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex, empty or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: frequencies and times are in single precision.

    References
    ----------
    .. [1] Auger, F. and Flandrin, P., "Improving the readability of time-frequency and time-scale representations by
       the reassignment method", IEEE Trans. Signal Processing 43(5), 1995.
    .. [2] Fulop, S. A. and Fitz, K., "Algorithms for computing the time-corrected instantaneous frequency (reassigned)
       spectrogram, with applications", J. Acoust. Soc. Am. 119(1), 2006.

    Examples
    --------
    >>> import spectro
    >>> y = spectro.tone(1000.0, sr=8000, length=8000)
    >>> freqs, times, mags = spectro.reassigned_spectrogram(y, sr=8000, n_fft=256, center=False)
    >>> freqs[31:34, 50].round()
    array([1000., 1000., 1000.], dtype=float32)
    """
    if not (reassign_frequencies or reassign_times):
        raise ParameterError(f"[{WHERE}] reassign_frequencies or reassign_times must be True")
    sr = positive(WHERE, "sr", sr)
    dtype_of(WHERE, dtype, default=mx.complex64, allowed=(mx.complex64,))
    if not callable(ref_power):
        ref_power = non_negative(WHERE, "ref_power", ref_power)
    framing: dict[str, Any] = {"n_fft": n_fft, "hop_length": hop_length, "center": center}
    plan = StftPlan.of(WHERE, win_length=win_length, **framing)
    samples: Any = analysis_window(WHERE, window, plan.win_length, plan.n_fft)
    signal: Any = sized(WHERE, y)
    if not is_half(y) and not any(isinstance(x, mx.array) for x in (y, S, window)):
        signal, samples = as_audio(WHERE, "y", y, made=np.asarray), to_numpy(samples)
    n = (np.shape(signal) or (0,))[-1]  # what is no signal is refused by its transform
    given = None if S is None else _given(S, samples, signal, plan)
    framing |= {"hop_length": plan.hop_length, "pad_mode": pad_mode}
    transform: Any = functools.partial(stft, **framing)
    hertz = (np.arange(plan.n_bins) * (sr / plan.n_fft))[:, None]
    middle = 0 if plan.center else plan.n_fft // 2

    def moved(y: Any, first: int = 0) -> tuple[Any, Any, Any]:
        D = transform(y, window=samples) if given is None else given[..., first : first + plan.frames(np.shape(y)[-1])]
        places = _Places(D, ref_power, fill_nan, clip)
        seconds = (np.arange(first, first + D.shape[-1]) * plan.hop_length + middle) / sr
        turn = delay = None
        if reassign_frequencies:
            turn = places.over(transform(y, window=_slope(samples)))[1] * (-sr / (2 * math.pi))
        if reassign_times:
            delay = places.over(transform(y, window=_ramp(samples)))[0] / sr
        return places.moved(hertz, turn, sr / 2), places.moved(seconds, delay, n / sr), places.size

    whole = isinstance(signal, mx.array) or callable(ref_power) or callable(pad_mode)
    cut = [] if whole or isinstance(samples, mx.array) else plan.pieces(signal.shape, samples=SAMPLES)
    return moved(signal) if len(cut) < 2 else _joined(moved, signal, cut)  # type: ignore[return-value]


def _joined(moved: Callable[..., Any], y: np.ndarray, cut: list[Piece]) -> tuple[np.ndarray, ...]:
    """What a long signal gives, piece by piece; frames lie one after the other, as in a spectrum."""
    wholes = [Whole(cut[-1].frames.stop, -2) for _ in range(3)]
    for piece in cut:
        parts = moved(y[..., piece.samples], piece.frames.start - piece.own.start)
        for whole, part in zip(wholes, parts, strict=True):
            whole.put(piece.frames, part.swapaxes(-1, -2), piece.own)
    return tuple(whole.array.swapaxes(-1, -2) for whole in wholes)


class _Places:
    """Where the energy of the bins of a spectrogram goes."""

    def __init__(self, D: Any, ref_power: Any, fill_nan: bool, clip: bool) -> None:
        self.nx, self.fill_nan, self.clip = namespace(D), fill_nan, clip
        self.size, self.x, self.y = _polar(D)
        self.low = _low(self.size, ref_power)  # bins without a place
        self.above = self.nx.where(self.low, 1, self.size)

    def over(self, D: Any) -> tuple[Any, Any]:
        """Real and imaginary part of another transform over this one."""
        real, imag = D.real, D.imag
        return (real * self.x + imag * self.y) / self.above, (imag * self.x - real * self.y) / self.above

    def moved(self, start: np.ndarray, by: Any, most: float) -> Any:
        """Places that were `start`; None moves nothing."""
        nx = self.nx
        begin = nx.array(start.astype(np.float32))
        if by is None:
            return nx.broadcast_to(begin, self.size.shape)
        place = nx.clip(begin + by, 0, most) if self.clip else begin + by
        return nx.where(self.low, begin if self.fill_nan else math.nan, place)


def _given(S: Any, samples: Any, y: Any, plan: StftPlan) -> Any:
    """Check a spectrum that a caller says to be that of a signal."""
    D = as_spectrum(WHERE, "S", S)
    expected = (*np.shape(y)[:-1], plan.n_bins, plan.frames(np.shape(y)[-1]))
    if D.shape != expected:
        raise ParameterError(f"[{WHERE}] S must have the shape {expected} of the STFT of y, got {D.shape}")
    return D if isinstance(samples, mx.array) else np.asarray(D)


def _slope(samples: Any) -> Any:
    """Derivative of a window, whose ends meet."""
    nx = namespace(samples)
    return (nx.roll(samples, -1) - nx.roll(samples, 1)) / 2


def _ramp(samples: Any) -> Any:
    """A window times the distance of each sample from the middle."""
    n = samples.shape[-1]
    distance = np.arange(n) - (n - 1) / 2
    return samples * namespace(samples).array(distance.astype(np.float32))


def _polar(D: Any) -> tuple[Any, Any, Any]:
    """Magnitude and direction; some direction where there is none."""
    if isinstance(D, mx.array):
        size, direction = polar(D)
        return size, direction.real, direction.imag
    size = np.abs(D)
    above = np.where(size > 0, size, 1)
    return size, D.real / above, D.imag / above


def _low(size: Any, ref_power: Any) -> Any:
    """Bins whose power is below the least one, or none at all."""
    least = ref_power
    if callable(ref_power):
        power = size**2
        lazy = isinstance(power, mx.array)
        least = reduce(WHERE, "ref_power", ref_power, power, None, keepdims=False) if lazy else ref_power(power)
    return (size < least**0.5) | (size == 0)
