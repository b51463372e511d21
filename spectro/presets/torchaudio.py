"""torchaudio's mel spectrogram: `torchaudio_mel`."""

from __future__ import annotations

from typing import Any

from .._constants.banks import MelscaleBank
from .._engine.calls import bind, planned
from .._floor.arrays import as_audio
from .._floor.checks import positive, positive_int
from .._floor.docs import documented
from .._floor.types import A, Others
from .._front import Framing
from .._plans import SpectrogramPlan
from ..windows.spec import WindowSpec


@planned("y", operands=("window",))
@documented
def torchaudio_mel(
    y: A | Others,
    *,
    sr: int = 16000,
    n_fft: int = 400,
    win_length: int | None = None,
    hop_length: int | None = None,
    fmin: float = 0.0,
    fmax: float | None = None,
    n_mels: int = 128,
    window: WindowSpec = "hann",
    power: float = 2.0,
    center: bool = True,
    pad_mode: str | Any = "reflect",
    norm: str | None = None,
    mel_scale: str = "htk",
) -> A:
    r"""Mel spectrogram with the defaults of torchaudio: :math:`M[m, t] = \sum_f B[m, f]\, |D[f, t]|^{power}`.

    Parameters
    ----------
    %(y)s
    sr : int > 0
        Sampling rate in Hz.
    %(n_fft)s
    %(win_length)s
    hop_length : int >= 1, optional
        Samples from one frame to the next; `win_length // 2` by default.
    %(fmin)s
    fmax : float > fmin, optional
        Highest frequency in Hz; `sr // 2` by default.
    n_mels : int >= 1
        Number of bands.
    %(window)s
    %(power)s
    %(center)s
    %(pad_mode)s
    norm : {None, 'slaney'}
        Scale each band to an area of 1 (Hz), or not.
    mel_scale : {'htk', 'slaney'}
        The mel scale.

    Returns
    -------
    array (..., n_mels, t) float32
        Bands.

    Raises
    ------
    %(raises_empty_bands)s

    References
    ----------
    .. [1] Yang, Y.-Y. et al., "TorchAudio: building blocks for audio and speech processing", 2022.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.torchaudio_mel(mx.zeros(16000), n_mels=40).shape
    (40, 81)
    """
    where = "torchaudio_mel"
    y, n_fft = as_audio(where, "y", y), positive_int(where, "n_fft", n_fft)
    win_length = n_fft if win_length is None else positive_int(where, "win_length", win_length)
    hop_length = max(1, win_length // 2) if hop_length is None else hop_length
    plan, samples = Framing(n_fft, hop_length, win_length, window, center, pad_mode).of(where, y)
    bank = MelscaleBank.of(
        where,
        n_freqs=plan.n_bins,
        f_min=fmin,
        f_max=positive(where, "sr", sr) // 2 if fmax is None else fmax,
        n_mels=n_mels,
        sample_rate=sr,
        norm=norm,
        mel_scale=mel_scale,
    )
    whole = SpectrogramPlan.of(where, plan, power=power, bank=bank)
    return bind("spectrogram", whole, y, samples, gives_frames_last=True)  # type: ignore[return-value]
