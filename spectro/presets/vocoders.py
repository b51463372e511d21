"""The front ends of speech synthesis: `tacotron2`, `hifigan`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from .._constants.banks import MelBank
from .._engine.calls import bind, planned
from .._floor.arrays import as_audio, namespace, takes_numpy
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.types import A, Others
from .._plans.padded import PaddedPlan
from ._bands import bands_of, levels_of, logarithm

SR, N_FFT, HOP, N_MELS, FLOOR = 22050, 1024, 256, 80, 1e-5
MEL: dict[str, Any] = {"sr": SR, "n_fft": N_FFT, "n_mels": N_MELS, "fmin": 0.0, "htk": False, "norm": "slaney"}
TINY = 1e-9  # that HiFi-GAN adds to powers before their root


@planned("y")
@documented
def tacotron2(y: A | Others) -> A:
    r"""Log-mel spectrogram of Tacotron 2 and WaveGlow: :math:`\ln \max(M, 10^{-5})`.

    :math:`M` is the mel spectrogram of magnitudes, 80 bands up to 8 kHz in Slaney's scale and norm, of frames of 1024
    samples every 256, under a periodic Hann window, centered with reflected ends.

    Parameters
    ----------
    y : array (..., n)
        Signal at 22.05 kHz, in -1 .. 1; leading dimensions are channels.

    Returns
    -------
    array (..., 80, 1 + n // 256) float32
        Levels.

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] Shen, J. et al., "Natural TTS synthesis by conditioning WaveNet on mel spectrogram predictions", 2018.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.tacotron2(mx.zeros(22050)).shape
    (80, 87)
    """
    y = as_audio("tacotron2", "y", y)
    plan = PaddedPlan(N_FFT, HOP, N_FFT, pad_mode="reflect", width=N_FFT // 2)
    bank = MelBank.of("tacotron2", fmax=8000.0, **MEL)
    return bands_of("tacotron2", y, plan, bank, power=1.0, log=logarithm(FLOOR))  # type: ignore[return-value]


@planned("y")
@documented
def hifigan(y: A | Others, *, fmax: float | None = 8000.0) -> A:
    r"""Log-mel spectrogram of HiFi-GAN: :math:`\ln \max(\sum_f B[m, f] \sqrt{P[f, t] + 10^{-9}}, 10^{-5})`.

    :math:`P` are the powers of frames of 1024 samples every 256, under a periodic Hann window, of the signal with 384
    reflected samples on both sides, so that a frame stands for 256 samples; :math:`B` are 80 bands in Slaney's scale
    and norm.

    Parameters
    ----------
    y : array (..., n)
        Signal at 22.05 kHz, in -1 .. 1; leading dimensions are channels.
    fmax : float > 0, optional
        Highest frequency in Hz; 11025 by default of None, as the spectrograms that its training compares have it.

    Returns
    -------
    array (..., 80, n // 256) float32
        Levels.

    Raises
    ------
    ParameterError
        For a bad argument, or a signal of less than 256 samples.

    References
    ----------
    .. [1] Kong, J., Kim, J. and Bae, J., "HiFi-GAN: generative adversarial networks for efficient and high fidelity
       speech synthesis", 2020.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.hifigan(mx.zeros(22050)).shape
    (80, 86)
    """
    x: Open = as_audio("hifigan", "y", y)
    plan = PaddedPlan(N_FFT, HOP, N_FFT, pad_mode="reflect", width=(N_FFT - HOP) // 2)
    bank = MelBank.of("hifigan", fmax=fmax, **MEL)
    powers = bands_of("hifigan", x, plan, None, frames_last=False)
    frames: tuple[int, ...] = (*x.shape[:-1], plan.frames(x.shape[-1]))
    bands = bind("filterbank", bank, Kind((*frames, bank.n_bins), mx.float32))

    def magnitudes(y: Any) -> Any:
        P = powers(y) + TINY
        return bands(namespace(P).sqrt(P))

    call = takes_numpy(magnitudes, powers, bands)
    return levels_of(call, logarithm(FLOOR), Kind((*frames, N_MELS), mx.float32))  # type: ignore[return-value]
