"""Spectrograms at another speed."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from .._engine.calls import bind, planned
from .._floor.arrays import as_array, as_spectrum, takes_numpy
from .._floor.checks import positive_int
from .._floor.docs import documented
from .._floor.types import A, Others
from .._plans import VocoderPlan
from ..errors import ParameterError

ArrayLike = Any


@planned("D")
@documented
def phase_vocoder(
    D: A | Others,
    *,
    rate: float | None = None,
    t_out: ArrayLike = None,
    kind: str = "linear",
    hop_length: int | None = None,
    n_fft: int | None = None,
) -> A:
    r"""Spectrogram at another speed, by the phase vocoder.

    At the place :math:`p_k = k \cdot rate`, between the frames :math:`i_k = \lfloor p_k \rfloor` and
    :math:`i_k + 1`, the magnitude is interpolated; the phase goes on by the angle between those frames:
    :math:`\varphi_{k+1} = \varphi_k + \angle D[i_k + 1] - \angle D[i_k]`, :math:`\varphi_0 = \angle D[i_0]`.

    Parameters
    ----------
    D : array (..., f, t)
        Complex spectrogram, or a real one.
    rate : float > 0, optional
        Speed: above 1 faster, below 1 slower. Either `rate` or `t_out` must be given.
    t_out : array (m,), optional
        Place of each frame of the result in frames of `D`, from 0 to below `t`, in any order, instead of those of a
        constant rate. An array of MLX's is evaluated.
    kind : {'linear', 'slinear', 'nearest', 'nearest-up', 'zero', 'previous', 'next'}
        How magnitudes are interpolated, as by `scipy.interpolate.interp1d`.
    hop_length, n_fft : int >= 1, optional
        Not needed: angles between frames are the same for any, up to whole turns.

    Returns
    -------
    array (..., f, ceil(t / rate)) complex64
        Spectrogram; its memory is frames-major. Of a real one the real part, float32.

    Raises
    ------
    ParameterError
        For a bad argument, or if both or neither of `rate` and `t_out` are given.

    Notes
    -----
    At places above `t - 1` the line through the last two magnitudes goes on, below zero, too, and the phase stays.
    Other kinds hold the last magnitude.

    Differs from librosa: kinds with splines are not known, 'next' holds the last magnitude where librosa gives NaN,
    and a spectrogram of one frame is held. In librosa 0.11 silence follows the last frame, and `t_out` and `kind` are
    not known; librosa 1.0 warns that `hop_length` and `n_fft` are deprecated.

    References
    ----------
    .. [1] Flanagan, J. L. and Golden, R. M., "Phase vocoder", Bell System Technical Journal 45(9), 1966.
    .. [2] Ellis, D. P. W., "A phase vocoder in Matlab", Columbia University, 2002.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> D = spectro.stft(mx.random.normal((22050,)), hop_length=512)
    >>> D.shape, spectro.phase_vocoder(D, rate=2.0).shape
    ((1025, 44), (1025, 22))
    """
    where = "phase_vocoder"
    D = as_array(where, "D", D)
    real = D.dtype == mx.float32
    D = as_spectrum(where, "D", D)
    plan = VocoderPlan.of(where, D.shape, rate=rate, t_out=t_out, kind=kind)
    if hop_length is not None:
        positive_int(where, "hop_length", hop_length)
    if n_fft is not None and positive_int(where, "n_fft", n_fft) // 2 + 1 != D.shape[-2]:
        raise ParameterError(f"[{where}] n_fft must be that of {D.shape[-2]} frequency bins, got {n_fft}")
    call = bind("vocoder", plan, D, takes_frames_last=True, gives_frames_last=True)
    return takes_numpy(lambda D: call(D).real, call) if real else call  # type: ignore[return-value]
