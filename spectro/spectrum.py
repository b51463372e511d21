"""Spectra of framed signals: `stft`, `istft`, `magphase`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from ._engine.calls import bind, planned
from ._floor.arrays import as_array, as_audio, as_spectrum, takes_numpy
from ._floor.checks import dtype_of, finite
from ._floor.docs import documented
from ._floor.operation import Open
from ._floor.types import A, Others
from ._front import Framing
from ._host.nola import check_nola
from ._plans import DirectionPlan, IstftPlan, MagnitudePlan
from .windows.spec import WindowSpec, analysis_window

__all__ = ["istft", "magphase", "stft"]


@planned("y", operands=("window",))
@documented
def stft(
    y: A | Others,
    *,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    dtype: Any = None,
    pad_mode: str | Any = "constant",
) -> A:
    r"""Short-time Fourier transform.

    :math:`D[f, t] = \sum_n w[n]\, y[n + t\,hop]\, e^{-2\pi i f n / n_{fft}}`

    Parameters
    ----------
    %(y)s
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    dtype : complex64, optional
        Only complex64 exists in MLX.
    %(pad_mode)s

    Returns
    -------
    array (..., 1 + n_fft // 2, t) complex64
        `t = 1 + n // hop_length` for an even `n_fft` when centered, `1 + (n - n_fft) // hop_length` when not.
        The memory is frames-major, as librosa's is.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex, empty or (NumPy input) non-finite audio.

    Notes
    -----
    Differs from librosa: computed in single precision; there is no `out=`.

    References
    ----------
    .. [1] Allen, J. B., "Short term spectral analysis, synthesis, and modification by discrete Fourier transform",
       IEEE Trans. ASSP 25(3), 1977.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.stft(mx.zeros(22050), n_fft=1024).shape
    (513, 87)
    """
    y = as_audio("stft", "y", y)
    dtype_of("stft", dtype, default=mx.complex64, allowed=(mx.complex64,))
    framing = Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    plan = framing.plan("stft", y)
    plan.check_sizes("stft", y.shape)  # before a window is made
    samples = framing.samples("stft", plan)
    return bind("stft", plan, y, samples, gives_frames_last=True)  # type: ignore[return-value]


@planned("stft_matrix", "mask", operands=("window",))
@documented
def istft(
    stft_matrix: A | Others,
    *,
    hop_length: int | None = None,
    win_length: int | None = None,
    n_fft: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    dtype: Any = None,
    length: int | None = None,
    mask: A | Others | None = None,
) -> A:
    r"""Inverse short-time Fourier transform by weighted overlap-add.

    :math:`y[n] = \sum_t w[n - t\,hop]\, x_t[n - t\,hop] \,/\, \sum_t w^2[n - t\,hop]`, the signal whose STFT is
    nearest to the given one, times its mask if there is one, in the least-squares sense.

    Parameters
    ----------
    stft_matrix : array (..., 1 + n_fft // 2, t)
        Complex spectrogram.
    %(hop_by_default)s
    %(win_length)s
    n_fft : int, optional
        `2 * (bins - 1)` by default; an odd one has to be said.
    window : str, tuple, number, callable or array (win_length,)
        The window that was given to `stft`.
    center : bool
        Whether `stft` centered its frames.
    %(float32)s
    length : int >= 1, optional
        Samples to return: the result is cut, or filled from the tail of the overlap-add and then with zeros.
    mask : array (..., 1 + n_fft // 2, t), optional
        Real or complex factors of the spectrogram: `istft(D, mask=M)` is `istft(D * M)` without the product in memory.
        Leading dimensions broadcast, so that masks (4, f, t) of one mixture (f, t) give four signals; so do the last
        two where they are 1.

    Returns
    -------
    array (..., length) float32
        Without `length`: `n_fft + hop_length * (t - 1)` samples, less `2 * (n_fft // 2)` when centered.
        Zero where the summed squared window is (numerically) zero.

    Raises
    ------
    ParameterError
        For a bad argument, a number of bins that is not that of `n_fft`, or a mask that does not fit.

    Warns
    -----
    UserWarning
        Where the summed squared window vanishes between frames (NOLA does not hold): those samples are lost.
        Not checked for a window given as an MLX array, which would have to be evaluated.

    Notes
    -----
    Differs from librosa: computed in single precision; `mask` is ours; there is no `out=`.

    References
    ----------
    .. [1] Griffin, D. W. and Lim, J. S., "Signal estimation from modified short-time Fourier transform",
       IEEE Trans. ASSP 32(2), 1984.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.random.normal((8000,))
    >>> spectro.istft(spectro.stft(y), length=8000).shape
    (8000,)
    """
    D = as_spectrum("istft", "stft_matrix", stft_matrix)
    dtype_of("istft", dtype, default=mx.float32, allowed=(mx.float32,))
    plan = IstftPlan.of(
        "istft",
        D.shape,
        n_fft=n_fft,
        hop_length=hop_length,
        win_length=win_length,
        center=center,
        length=length,
    )
    samples = analysis_window("istft", window, plan.win_length, plan.n_fft)
    if not isinstance(samples, Open):
        check_nola("istft", plan, D.shape[-1], samples, window)
    factors = None if mask is None else as_array("istft", "mask", mask)
    if factors is not None:
        plan.check_mask("istft", tuple(D.shape), tuple(factors.shape))
    return bind("istft", plan, D, samples, factors, takes_frames_last=True)  # type: ignore[return-value]


@planned("D")
def magphase(D: A | Others, *, power: float = 1) -> tuple[A, A]:
    """Separate a complex spectrogram into magnitude and phase: `D = S * P` for `power=1`.

    Parameters
    ----------
    D : array (...)
        Complex spectrogram.
    power : float
        Exponent of the magnitude: 1 for amplitude, 2 for power.

    Returns
    -------
    S : array (...) float32
        `abs(D) ** power`.
    P : array (...) complex64
        `exp(1j * angle(D))`; 1 where `D` is zero.

    Raises
    ------
    ParameterError
        If `D` is not numbers, or `power` not a finite one.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> S, P = spectro.magphase(mx.array([3 + 4j, 0j]))
    >>> S.tolist()
    [5.0, 0.0]
    """
    D = as_spectrum("magphase", "D", D)
    power = finite("magphase", "power", power)
    size, direction = bind("magnitude", MagnitudePlan(), D), bind("direction", DirectionPlan(), D)

    def call(D: Any) -> tuple[Any, Any]:
        return _raised(size(D), power), direction(D)

    return takes_numpy(call, size, direction)  # type: ignore[return-value]


def _raised(amplitude: Any, power: float) -> Any:
    """Powers of magnitudes, with derivatives that are finite."""
    if power == 1:
        return amplitude
    if isinstance(amplitude, np.ndarray):
        return amplitude**power
    if power >= 1:
        flat, small = amplitude == 0, mx.array(0.0)
    else:  # second derivatives go with |D|**(power - 2), and have to stay finite
        flat, small = amplitude < 2 ** (-120 / (2 - power)), mx.stop_gradient(amplitude**power)
    return mx.where(flat, small, mx.where(flat, 1.0, amplitude) ** power)
