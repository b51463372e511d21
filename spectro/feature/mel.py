"""Features of spectrograms: `melspectrogram`, `mfcc`."""

from __future__ import annotations

import inspect
from typing import Any

import mlx.core as mx

from .._constants.banks import DctBank, MelBank
from .._engine.dispatch import run
from .._floor.arrays import as_audio, as_real
from .._floor.checks import dtype_of, non_negative, positive_int
from .._floor.public import public
from .._plans import DecibelPlan, SpectrogramPlan
from ..decibel import POWER_DB
from ..errors import ParameterError
from ..spectrum import plan_frames
from ..windows.spec import WindowSpec, analysis_window

ArrayLike = Any


@public("y", "S", repeats=True)
def melspectrogram(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    S: ArrayLike = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    power: float = 2.0,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
    norm: str | float | None = "slaney",
    dtype: Any = None,
) -> mx.array:
    r"""Mel spectrogram: :math:`M[m, t] = \sum_f B[m, f]\, |D[f, t]|^{power}`.

    Parameters
    ----------
    y : array (..., n), optional
        Real signal. Either `y` or `S` must be given; `S` wins.
    sr : float > 0
        Sampling rate in Hz.
    S : array (..., f, t), optional
        Spectrogram to sum into bands as it is; `n_fft` then follows from its number of bins.
    n_fft, hop_length : int >= 1
        Samples of a frame, and from one frame to the next.
    win_length : int in 1 .. n_fft, optional
        Samples of the window, which is centred in the frame; `n_fft` by default.
    window : str, tuple, number, callable or array (win_length,)
        See `spectro.get_window`. An MLX array may be differentiated.
    center : bool
        Centre frame `t` on sample `t * hop_length`.
    pad_mode : str or callable
        How a centred signal is continued at its ends, as for `stft`.
    power : float > 0
        Exponent of the magnitude.
    n_mels : int >= 1
        Number of bands.
    fmin : float >= 0
        Lowest frequency in Hz.
    fmax : float > fmin, optional
        Highest frequency in Hz; `sr / 2` by default.
    htk : bool
        Use HTK's mel scale, see `spectro.hz_to_mel`.
    norm : 'slaney', float or None
        Scaling of the bands, as for `spectro.filters.mel`.
    dtype : float32, optional
        Only float32 is computed.

    Returns
    -------
    array (..., n_mels, t) float32
        Summed bands.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `S` is given.

    References
    ----------
    S. S. Stevens, J. Volkmann and E. B. Newman, "A scale for the measurement of the psychological magnitude
    pitch", JASA 8(3), 1937; the scale's formula is that of Slaney's Auditory Toolbox (1998), or HTK's.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.melspectrogram(y=mx.zeros(22050), sr=22050, n_mels=40).shape
    (40, 44)
    """
    where = "melspectrogram"
    mel: dict[str, Any] = {"sr": sr, "n_mels": n_mels, "fmin": fmin, "fmax": fmax, "htk": htk, "norm": norm}
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    if S is not None:
        S = as_spectrogram(where, S)
        n_fft = n_fft if n_fft is not None and n_fft // 2 + 1 == S.shape[-2] else 2 * (S.shape[-2] - 1)
        bank = MelBank.of(where, n_fft=n_fft, **mel)
        return mx.swapaxes(run("filterbank", bank, mx.swapaxes(S, -1, -2)), -1, -2)
    return _mel_of_signal(
        where,
        as_audio(where, y),
        None,
        n_fft=n_fft,
        hop_length=hop_length,
        win_length=win_length,
        window=window,
        center=center,
        pad_mode=pad_mode,
        power=power,
        **mel,
    )


DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(melspectrogram).parameters.items()
    if name not in ("y", "S", "dtype")
}


def log_mel(where: str, y: mx.array, *, dtype: Any = None, **keywords: Any) -> mx.array:
    """`power_to_db(melspectrogram(y, **keywords))` as one operation: y (..., n) -> (..., n_mels, t)."""
    dtype_of(where, dtype, default=mx.float32, allowed=(mx.float32,))
    return _mel_of_signal(where, y, POWER_DB, **{**DEFAULTS, **keywords})


def _mel_of_signal(
    where: str,
    y: mx.array,
    decibels: DecibelPlan | None,
    *,
    n_fft: Any,
    hop_length: Any,
    win_length: Any,
    window: WindowSpec,
    center: bool,
    pad_mode: Any,
    power: Any,
    **mel: Any,
) -> mx.array:
    plan, y = plan_frames(where, y, n_fft, hop_length, win_length, center, pad_mode)
    bank = MelBank.of(where, n_fft=plan.n_fft, **mel)
    weights = analysis_window(where, window, plan.win_length, plan.n_fft)
    whole = SpectrogramPlan.of(where, plan, power=power, bank=bank, decibels=decibels)
    return mx.swapaxes(run("spectrogram", whole, y, weights), -1, -2)


@public("y", "S", keywords=melspectrogram, repeats=True)
def mfcc(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    S: ArrayLike = None,
    n_mfcc: int = 20,
    dct_type: int = 2,
    norm: str | None = "ortho",
    lifter: float = 0,
    mel_norm: str | float | None = "slaney",
    **kwargs: Any,
) -> mx.array:
    r"""Mel-frequency cepstral coefficients: the DCT of the mel spectrogram in decibels.

    With a lifter, coefficient :math:`k` is scaled by :math:`1 + \frac{L}{2} \sin(\pi (k + 1) / L)`.

    Parameters
    ----------
    y : array (..., n), optional
        Real signal. Either `y` or `S` must be given; `S` wins.
    sr : float > 0
        Sampling rate in Hz.
    S : array (..., n_mels, t), optional
        Mel spectrogram in decibels.
    n_mfcc : int >= 1
        Coefficients to return, at most the number of bands.
    dct_type : {1, 2, 3, 4}
        Type of the discrete cosine transform.
    norm : {'ortho', 'backward', 'forward', None}
        Scaling of the transform, as in SciPy.
    lifter : float >= 0
        Length of the liftering sine; 0 for none.
    mel_norm : 'slaney', float or None
        `norm` of the mel filterbank.
    **kwargs
        Further keywords of `melspectrogram`.

    Returns
    -------
    array (..., n_mfcc, t) float32
        Coefficients.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `S` is given.

    References
    ----------
    S. B. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition
    in continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.mfcc(y=mx.ones(22050), sr=22050, n_mfcc=13).shape
    (13, 44)
    """
    n_mfcc = positive_int("mfcc", "n_mfcc", n_mfcc)
    lifter = non_negative("mfcc", "lifter", lifter)
    if S is None:
        S = log_mel("mfcc", as_audio("mfcc", y), sr=sr, norm=mel_norm, **kwargs)
    S = as_spectrogram("mfcc", S)
    n_mels = S.shape[-2]
    bank = DctBank.of("mfcc", n_filters=min(n_mfcc, n_mels), n_input=n_mels, dct_type=dct_type, norm=norm)
    M = run("filterbank", bank, mx.swapaxes(S, -1, -2))  # (..., t, n_mfcc)
    if lifter > 0:
        M = M * (1 + lifter / 2 * mx.sin(mx.arange(1, 1 + M.shape[-1]) * (mx.pi / lifter)))
    return mx.swapaxes(M, -1, -2)


def as_spectrogram(where: str, S: Any) -> mx.array:
    """Check a real spectrogram (..., f, t)."""
    S = as_real(where, "S", S)
    if S.ndim < 2 or 0 in S.shape[-2:]:
        raise ParameterError(f"[{where}] S must have shape (..., f, t) with f and t at least 1, got {tuple(S.shape)}")
    return S
