"""The front end of Whisper: `whisper`."""

from __future__ import annotations

import functools

import mlx.core as mx

from .._constants.banks import MelBank
from .._engine.calls import planned
from .._floor.arrays import as_audio, namespace, takes_numpy
from .._floor.checks import one_of
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._plans.padded import PaddedPlan
from ._bands import bands_of, levels_of, logarithm, without_last

SR, N_FFT, HOP, SAMPLES = 16000, 400, 160, 480000
LOG, REF = logarithm(1e-10, scale=0.25, span=8 / 4), 1e-4  # (log10(M) + 4) / 4 = log10(M / 10**-4) / 4


@planned("y")
@documented
def whisper(y: A | Others, *, n_mels: int = 80, pad_or_trim: bool = False) -> A:
    r"""Log-mel spectrogram of Whisper: :math:`(\max(L, \max L - 8) + 4) / 4`.

    Here :math:`L = \log_{10} \max(M, 10^{-10})`, and :math:`M` is the mel spectrogram in Slaney's scale and norm of
    powers of frames of 400 samples every 160, under a periodic Hann window, centered with reflected ends. The last
    frame is left out.

    Parameters
    ----------
    y : array (..., n)
        Signal at 16 kHz, in -1 .. 1; leading dimensions are signals, each with a maximum of its own.
    n_mels : {80, 128}
        Bands: 128 for large-v3 and later models, 80 for those before.
    pad_or_trim : bool
        Cut the signal after 30 s, or fill it with zeros, as the encoder wants it.

    Returns
    -------
    array (..., n_mels, n // 160) float32
        Levels; (..., n_mels, 3000) with `pad_or_trim`.

    Raises
    ------
    ParameterError
        For a bad argument, or a signal of less than 160 samples.

    References
    ----------
    .. [1] Radford, A. et al., "Robust speech recognition via large-scale weak supervision", 2022.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.whisper(mx.zeros(16000)).shape
    (80, 100)
    >>> spectro.presets.whisper(mx.zeros(16000), n_mels=128, pad_or_trim=True).shape
    (128, 3000)
    """
    x: Open = as_audio("whisper", "y", y)
    one_of("whisper", "n_mels", n_mels, (80, 128))
    if pad_or_trim and x.shape[-1] != SAMPLES:
        x.through(takes_numpy(functools.partial(_fitted, SAMPLES)), Kind((*x.shape[:-1], SAMPLES), x.dtype))
    plan = PaddedPlan(N_FFT, HOP, N_FFT, pad_mode="reflect", width=N_FFT // 2)
    plan.check_signal("whisper", x.shape[-1], frames=2)
    bank = MelBank.of("whisper", sr=SR, n_fft=N_FFT, n_mels=n_mels, fmin=0.0, fmax=None, htk=False, norm="slaney")
    bands = without_last("whisper", bands_of("whisper", x, plan, bank, frames_last=False))
    kept = Kind((*x.shape[:-1], plan.frames(x.shape[-1]) - 1, n_mels), mx.float32)
    return levels_of(bands, LOG, kept, REF)  # type: ignore[return-value]


def _fitted(size: int, y: A) -> A:
    """Cut a signal to a length, or fill it with zeros."""
    missing = max(0, size - y.shape[-1])
    return namespace(y).pad(sized("whisper", y)[..., :size], [(0, 0)] * (y.ndim - 1) + [(0, missing)])
