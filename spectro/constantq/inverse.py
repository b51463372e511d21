"""`icqt` and `griffinlim_cqt`: signals of coefficients, and of their magnitudes."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._engine.calls import Call, bind, planned
from .._floor.arrays import as_array, as_spectrum, namespace, takes_numpy
from .._floor.checks import dtype_of, non_negative, non_negative_int, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._plans import RephasePlan
from ..errors import ParameterError, warn
from ..phase import _start
from ..windows.spec import WindowSpec
from .bins import Bins, Wavelets
from .rates import soxr_quality
from .synthesis import synthesis
from .transforms import frequencies, of_kind


@planned("C")
@documented
def icqt(
    C: A | Others,
    *,
    sr: float = 22050,
    hop_length: int = 512,
    fmin: float | None = None,
    bins_per_octave: int = 12,
    tuning: float = 0.0,
    filter_scale: float = 1,
    norm: float | None = 1,
    sparsity: float = 0.01,
    window: WindowSpec = "hann",
    scale: bool = True,
    length: int | None = None,
    res_type: str | None = None,
    dtype: Any = None,
) -> A:
    r"""Signal of constant-Q coefficients: the sum over octaves of frames with the spectra :math:`B^H (C / |B|^2)`.

    ``B`` are the spectra of an octave's wavelets. An octave is made at the rate that `cqt` has it at, and added to the
    one above at twice that rate. It is close to the signal where the wavelets cover its frequencies.

    Parameters
    ----------
    C : array (..., n_bins, t)
        Coefficients, as `cqt` with the same parameters gives them.
    %(sr)s
    %(hop_length)s
    fmin : float > 0, optional
        Frequency of the lowest bin in Hz, C1 by default.
    %(bins_per_octave)s
    tuning : float
        Deviation of the bins, in bins.
    %(wavelets)s
    scale : bool
        Whether `C` was divided by the square roots of the wavelets' lengths.
    length : int >= 1, optional
        Samples to return; missing ones are 0.
    %(constantq_res_type)s
    %(float32)s

    Returns
    -------
    array (..., n) float32
        Signal of `length` samples, or of ``hop_length (t - 1)``.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: there `res_type` is 'soxr_hq' by default, and the result may be float64. Our own filter gives
    the same to 1e-5 of the peak, but for some thousand samples at either end, where it may be 4 % of the peak away.

    References
    ----------
    .. [1] Schörkhuber, C. and Klapuri, A., "Constant-Q transform toolbox for music processing", SMC, 2010.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.sin(2 * mx.pi * 440 / 22050 * mx.arange(22050))
    >>> C = spectro.cqt(y, sr=22050, hop_length=128)
    >>> back = spectro.icqt(C, sr=22050, hop_length=128, length=22050)
    >>> mx.abs(back - y)[4096:-4096].max().item() < 0.1
    True
    """
    where = "icqt"
    C = as_spectrum(where, "C", C)
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    wavelets = Wavelets.of(where, filter_scale=filter_scale, norm=norm, sparsity=sparsity, window=window)
    inverse = inverse_of(
        where,
        C.kind,
        wavelets,
        sr=sr,
        hop_length=hop_length,
        fmin=fmin,
        bins_per_octave=bins_per_octave,
        tuning=tuning,
        scale=scale,
        length=length,
        res_type=res_type,
    )
    return takes_numpy(lambda C: inverse(sized(where, C).swapaxes(-1, -2)), inverse)  # type: ignore[return-value]


def inverse_of(
    where: str,
    C: Kind,
    wavelets: Wavelets,
    *,
    sr: Any,
    hop_length: Any,
    fmin: Any,
    bins_per_octave: Any,
    tuning: Any,
    scale: bool,
    length: Any,
    res_type: Any,
) -> Call:
    """A signal as a function of coefficients (..., t, bins), of which `C` is the kind with bins before frames."""
    if C.ndim < 2 or 0 in C.shape[-2:]:
        raise ParameterError(f"[{where}] C must have shape (..., n_bins, t), both at least 1, got {tuple(C.shape)}")
    sr, hop = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
    per_octave = positive_int(where, "bins_per_octave", bins_per_octave)
    freqs = frequencies(where, C.shape[-2], fmin, "equal", per_octave, tuning)
    return synthesis(
        where,
        Bins.of(freqs, per_octave, wavelets),
        C.swapped(),
        sr=sr,
        hop_length=hop,
        bins_per_octave=per_octave,
        scale=bool(scale),
        length=None if length is None else positive_int(where, "length", length),
        quality=soxr_quality(where, res_type),
    )


@planned("C")
@documented
def griffinlim_cqt(
    C: A | Others,
    *,
    n_iter: int = 32,
    sr: float = 22050,
    hop_length: int = 512,
    fmin: float | None = None,
    bins_per_octave: int = 12,
    tuning: float = 0.0,
    filter_scale: float = 1,
    norm: float | None = 1,
    sparsity: float = 0.01,
    window: WindowSpec = "hann",
    scale: bool = True,
    pad_mode: str = "constant",
    res_type: str | None = None,
    dtype: Any = None,
    length: int | None = None,
    momentum: float = 0.99,
    init: str | None = "random",
    rng: Any = None,
    random_state: Any = None,
) -> A:
    r"""Signal of constant-Q magnitudes by the fast Griffin-Lim algorithm.

    Each step takes the coefficients to a signal and back, :math:`R_n = \mathrm{cqt}(\mathrm{icqt}(D_n))`, and gives
    their phases to the magnitudes: :math:`D_{n+1} = C\, x / |x|` with
    :math:`x = R_n - \frac{\alpha}{1 + \alpha} R_{n-1}`.

    Parameters
    ----------
    C : array (..., n_bins, t)
        Magnitudes.
    n_iter : int >= 0
        Number of steps.
    %(sr)s
    %(hop_length)s
    fmin : float > 0, optional
        Frequency of the lowest bin in Hz, C1 by default.
    %(bins_per_octave)s
    tuning : float
        Deviation of the bins, in bins.
    %(wavelets)s
    scale : bool
        Whether `C` was divided by the square roots of the wavelets' lengths.
    pad_mode : {'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp', 'empty'}
        As in `numpy.pad`.
    %(constantq_res_type)s
    %(float32)s
    length : int >= 1, optional
        Samples to return; they must make as many frames as `C` has, unless n_iter is 0.
    momentum : float >= 0
        :math:`\alpha`; 0 for the original algorithm.
    init : {'random', None}
        Where the phases start: at random, or at 0.
    %(rng)s

    Returns
    -------
    array (..., n) float32
        Signal of `length` samples, or of ``hop_length (t - 1)``.

    Raises
    ------
    %(raises_constantq)s

    Warns
    -----
    UserWarning
        If momentum is above 1, where the steps may grow.

    Notes
    -----
    Random phases are drawn when the function is called, by NumPy: `mx.compile` keeps those that it has traced with.

    Differs from librosa: there `res_type` is 'soxr_hq' by default; the ends may be 7 % of the peak away from it.

    References
    ----------
    .. [1] Griffin, D. W. and Lim, J. S., "Signal estimation from modified short-time Fourier transform",
       IEEE Trans. ASSP 32(2), 1984.
    .. [2] Perraudin, N., Balazs, P. and Søndergaard, P. L., "A fast Griffin-Lim algorithm", WASPAA, 2013.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> C = mx.abs(spectro.cqt(mx.random.normal((22050,)), sr=22050))
    >>> spectro.griffinlim_cqt(C, sr=22050, n_iter=2, length=22050).shape
    (22050,)
    """
    where = "griffinlim_cqt"
    C: Any = as_array(where, "C", C)
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    steps, draw = non_negative_int(where, "n_iter", n_iter), _start(where, init, random_state, rng)
    momentum = non_negative(where, "momentum", momentum)
    if momentum > 1:
        warn(f"[{where}] momentum={momentum:g} is above 1, where Griffin-Lim may not converge")
    same: dict[str, Any] = {
        "sr": sr,
        "hop_length": hop_length,
        "fmin": fmin,
        "tuning": tuning,
        "scale": scale,
        "res_type": res_type,
    }
    like: dict[str, Any] = {"filter_scale": filter_scale, "norm": norm, "sparsity": sparsity, "window": window}
    per_octave, wavelets = positive_int(where, "bins_per_octave", bins_per_octave), Wavelets.of(where, **like)
    inverse = inverse_of(where, C.kind, wavelets, bins_per_octave=per_octave, length=length, **same)
    forth = inverse
    if steps:
        n = length or positive_int(where, "hop_length", hop_length) * (C.shape[-1] - 1)
        signal = Kind((*C.shape[:-2], n), mx.float32)
        forth, frames, *_ = of_kind(
            where, signal, n_bins=C.shape[-2], bins_per_octave=per_octave, pad_mode=pad_mode, **same, **like
        )
        if frames != C.shape[-1]:
            raise ParameterError(
                f"[{where}] length must be that of the {C.shape[-1]} frames of C, got {n}, which has {frames}"
            )
    return _descent(C.kind, steps, inverse, forth, momentum, draw)  # type: ignore[return-value]


def _descent(C: Kind, steps: int, back: Call, forth: Call, momentum: float, draw: Any) -> Call:
    """The loop as a function of the magnitudes (..., bins, t)."""
    coefficients = C.swapped().astype(mx.complex64)
    size = C.swapped()
    begin = bind("rephase", RephasePlan(), coefficients, None, size)
    turn = bind("rephase", RephasePlan(momentum / (1 + momentum)), coefficients, coefficients, size)

    def call(C: Any) -> Any:
        nx, shape = namespace(C), sized("griffinlim_cqt", C).shape
        C = (mx.contiguous if nx is mx else np.ascontiguousarray)(C.swapaxes(-1, -2))
        D = C.astype(nx.complex64) if draw is None else begin(draw(shape, nx), C)
        earlier = None
        for _ in range(steps):
            R = forth(back(D))
            D = begin(R, C) if earlier is None else turn(R, earlier, C)
            earlier = R
        return back(D)

    return takes_numpy(call, back, forth, begin, turn)
