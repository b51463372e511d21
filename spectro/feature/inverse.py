"""Back from features: `mel_to_stft`, `mel_to_audio`, `mfcc_to_mel`, `mfcc_to_audio`."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.banks import DctBank
from .._constants.held import held
from .._engine.calls import bind, planned
from .._floor.absent import absent
from .._floor.arrays import as_real, constant, takes_numpy
from .._floor.checks import finite, non_negative, one_of, positive, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.public import public
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._host.nnls import nnls
from ..decibel import ten_to
from ..errors import ParameterError, warn
from ..filters import mel
from ..phase import griffinlim
from ..windows.spec import WindowSpec

__getattr__ = absent(__name__)

__all__ = ["mel_to_audio", "mel_to_stft", "mfcc_to_audio", "mfcc_to_mel"]

INVERSES = {1: 1, 2: 3, 3: 2, 4: 4}  # types of the discrete cosine transform
SCALES = {"ortho": "ortho", None: "forward", "backward": "forward", "forward": "backward"}


@public("M", keywords=mel)
@documented
def mel_to_stft(M: A | Others, *, sr: float = 22050, n_fft: int = 2048, power: float = 2.0, **kwargs: Any) -> A:
    r"""Magnitudes whose mel spectrogram is near the given one: :math:`S \ge 0` with a small :math:`|B S^{power} - M|`.

    Parameters
    ----------
    M : array (..., n_mels, t)
        Mel spectrogram, not negative. The values of an MLX array are looked at.
    %(sr)s
    %(n_fft)s
    %(power)s
    **kwargs
        Further keywords of `filters.mel`.

    Returns
    -------
    array (..., 1 + n_fft // 2, t) float32
        Magnitudes.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: alternating projections solve it, and not L-BFGS. Many solutions are as good, and this is
    another of them; its residual is as small.

    References
    ----------
    .. [1] Nesterov, Y., "A method of solving a convex programming problem with convergence rate O(1/k^2)", 1983.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> M = spectro.melspectrogram(y=mx.random.normal((8000,)), n_mels=40)
    >>> spectro.feature.inverse.mel_to_stft(M).shape
    (1025, 16)
    """
    given = as_real("mel_to_stft", "M", M)
    power = positive("mel_to_stft", "power", power)
    if given.ndim < 2 or 0 in given.shape[-2:]:
        raise ParameterError(f"[mel_to_stft] M must have shape (..., n_mels, t), got {tuple(given.shape)}")
    bank = np.asarray(mel(sr=sr, n_fft=n_fft, n_mels=given.shape[-2], **kwargs))
    levels = constant("mel_to_stft", "M", given)
    if not np.isfinite(levels).all():
        raise ParameterError("[mel_to_stft] M must be finite everywhere, got NaN or infinity")
    columns = np.moveaxis(levels, -2, 0)  # (n_mels, ..., t)
    solved = nnls(bank, columns.reshape(len(columns), math.prod(columns.shape[1:]))).reshape(
        bank.shape[1], *columns.shape[1:]
    )
    S = np.moveaxis(solved, 0, -2)
    S = np.sqrt(S) if power == 2 else S ** np.float32(1 / power)
    return mx.array(S) if isinstance(M, mx.array) else S  # type: ignore[return-value]


@public("M", keywords=mel)
@documented
def mel_to_audio(
    M: A | Others,
    *,
    sr: float = 22050,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str = "constant",
    power: float = 2.0,
    n_iter: int = 32,
    length: int | None = None,
    dtype: Any = np.float32,
    **kwargs: Any,
) -> A:
    """Signal of a mel spectrogram: ``griffinlim(mel_to_stft(M))``.

    Parameters
    ----------
    M : array (..., n_mels, t)
        Mel spectrogram, not negative.
    %(sr)s
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    pad_mode : {'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp', 'empty'}
        As in `numpy.pad`.
    %(power)s
    n_iter : int >= 0
        Steps of `griffinlim`.
    length : int >= 1, optional
        Samples to return.
    %(float32)s
    **kwargs
        Further keywords of `filters.mel`.

    Returns
    -------
    array (..., n) float32
        Signal.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: the solver is that of `mel_to_stft`, not L-BFGS.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> M = spectro.melspectrogram(y=mx.random.normal((8000,)), n_mels=40)
    >>> spectro.feature.inverse.mel_to_audio(M, n_iter=2).shape
    (7680,)
    """
    S = mel_to_stft(M, sr=sr, n_fft=n_fft, power=power, **kwargs)
    return griffinlim(
        S,
        n_iter=n_iter,
        hop_length=hop_length,
        win_length=win_length,
        n_fft=n_fft,
        window=window,
        center=center,
        dtype=dtype,
        length=length,
        pad_mode=pad_mode,
    )


@planned("mfcc")
@documented
def mfcc_to_mel(
    mfcc: A | Others,
    *,
    n_mels: int = 128,
    dct_type: int = 2,
    norm: str | None = "ortho",
    ref: float = 1.0,
    lifter: float = 0,
) -> A:
    r"""Mel spectrogram of cepstral coefficients: :math:`ref \cdot 10^{\mathrm{idct}(C) / 10}`.

    Parameters
    ----------
    mfcc : array (..., n_mfcc, t)
        Cepstral coefficients.
    n_mels : int >= 1
        Number of bands.
    %(dct_type)s
    norm : {'ortho', 'backward', 'forward', None}
        Scaling of the transform that made them, as in SciPy.
    ref : float
        Power of 0 dB.
    lifter : float >= 0
        Length of the liftering sine that is taken off; 0 for none.

    Returns
    -------
    array (..., n_mels, t) float32
        Mel spectrogram.

    Raises
    ------
    %(raises)s

    Warns
    -----
    UserWarning
        If the lifter made a coefficient (nearly) zero: it cannot come back.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.inverse.mfcc_to_mel(mx.zeros((13, 2)), n_mels=40).shape
    (40, 2)
    """
    where = "mfcc_to_mel"
    lifter, ref = non_negative(where, "lifter", lifter), finite(where, "ref", ref)
    count = positive_int(where, "n_mels", n_mels)
    C: Any = as_real(where, "mfcc", mfcc)
    if C.ndim < 2 or C.shape[-2] == 0:
        raise ParameterError(f"[{where}] mfcc must have shape (..., n_mfcc, t), got {tuple(C.shape)}")
    kept = min(C.shape[-2], count)
    lift = None if lifter == 0 else _lift(where, lifter, kept)

    def fitted(x: Any) -> Any:
        x = sized(where, x)[..., :kept, :]
        if lift is None:
            return x
        with np.errstate(divide="ignore", invalid="ignore"):  # which has been warned of
            return x / (lift if isinstance(x, mx.array) else np.asarray(lift))

    C.through(takes_numpy(fitted), Kind((*C.shape[:-2], kept, C.shape[-1]), mx.float32))
    one_of(where, "dct_type", dct_type, tuple(INVERSES))
    one_of(where, "norm", norm, tuple(SCALES))
    inverse = {"dct_type": INVERSES[dct_type], "norm": SCALES[norm]}
    bank = DctBank.of(where, n_filters=count, n_input=count, n_given=kept, **inverse)
    levels = bind("filterbank", bank, C, takes_frames_last=True, gives_frames_last=True)
    return takes_numpy(lambda values: ref * ten_to(levels(values), 0.1), levels)  # type: ignore[return-value]


@public("mfcc", keywords=mel_to_audio)
@documented
def mfcc_to_audio(
    mfcc: A | Others,
    *,
    n_mels: int = 128,
    dct_type: int = 2,
    norm: str | None = "ortho",
    ref: float = 1.0,
    lifter: float = 0,
    **kwargs: Any,
) -> A:
    """Signal of cepstral coefficients: ``mel_to_audio(mfcc_to_mel(mfcc))``.

    Parameters
    ----------
    mfcc : array (..., n_mfcc, t)
        Cepstral coefficients.
    n_mels : int >= 1
        Number of bands.
    %(dct_type)s
    norm : {'ortho', 'backward', 'forward', None}
        Scaling of the transform that made them, as in SciPy.
    ref : float
        Power of 0 dB.
    lifter : float >= 0
        Length of the liftering sine that is taken off; 0 for none.
    **kwargs
        Keywords of `mel_to_audio`.

    Returns
    -------
    array (..., n) float32
        Signal.

    Raises
    ------
    %(raises)s

    Notes
    -----
    Differs from librosa: the solver is that of `mel_to_stft`, not L-BFGS.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.inverse.mfcc_to_audio(mx.zeros((13, 4)), n_mels=40, n_iter=2).shape
    (1536,)
    """
    M = mfcc_to_mel(mfcc, n_mels=n_mels, dct_type=dct_type, norm=norm, ref=ref, lifter=lifter)
    return mel_to_audio(M, **kwargs)


def _lift(where: str, lifter: float, count: int) -> mx.array:
    """What the lifter multiplied each coefficient with: (count, 1)."""
    lift = 1 + lifter / 2 * np.sin(np.pi * np.arange(1, 1 + count) / lifter)
    if (np.abs(lift) < np.finfo(np.float32).eps).any():
        warn(
            f"[{where}] lifter={lifter:g} includes critical values that may invoke underflow: it made coefficients zero"
        )
    return held(mx.array(lift.astype(np.float32))[:, None])
