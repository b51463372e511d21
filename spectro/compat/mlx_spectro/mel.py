"""`MelSpectrogramTransform`: torchaudio's mel spectrogram, and its decibels."""

from __future__ import annotations

from typing import Any, Literal

import mlx.core as mx

from ..._constants.banks import MelscaleBank
from ..._engine.dispatch import run
from ..._floor.arrays import as_real
from ..._floor.checks import finite, non_negative, one_of, positive
from ..._plans import DecibelPlan, SpectrogramPlan
from ...errors import ParameterError
from .params import WindowLike
from .spectral import SpectralTransform

MelScale = Literal["htk", "slaney"]
MelNorm = Literal["slaney"]
MelMode = Literal["mlx_native", "torchaudio_compat", "default"]

MODES = ("mlx_native", "torchaudio_compat", "default")
CLIPPING = ("torchaudio_compat", "per_example")


class MelSpectrogramTransform:
    """Mel spectrogram of one configuration, with torchaudio's filterbank and decibels.

    Parameters
    ----------
    sample_rate : int > 0
        Hz.
    n_fft, hop_length : int > 0
        Samples of a frame, and between frames.
    win_length : int in 1 .. n_fft, optional
        Samples of the window; `n_fft` by default.
    n_mels : int > 0
        Bands.
    f_min, f_max : float
        Hz; `f_max` is `sample_rate // 2` by default.
    power : float > 0
        Exponent of the magnitude.
    norm : {'slaney', None}
        Bands of unit area, or of unit height.
    mel_scale : {'htk', 'slaney'}
        Formula of the mel scale.
    top_db : float >= 0, optional
        Range below the maximum that decibels keep.
    mode : {'mlx_native', 'torchaudio_compat', 'default'}
        The maximum of `top_db` is each example's ('mlx_native', 'default') or the whole batch's, as in torchaudio.
    window_fn : {'hann', 'hamming', 'rect', 'ones', 'boxcar'}
        Name of the window.
    window : array (win_length,) or (n_fft,), optional
        Samples of the window, instead of a name.
    periodic, center, normalized : bool
        As for `SpectralTransform`.

    Raises
    ------
    ParameterError
        (a `ValueError`) for a bad parameter.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> mel = spectro.MelSpectrogramTransform(sample_rate=16000, n_fft=1024, hop_length=256, n_mels=80)
    >>> mel(mx.random.normal((2, 16000))).shape
    (2, 80, 63)
    """

    def __init__(
        self,
        sample_rate: int = 24000,
        n_fft: int = 2048,
        hop_length: int = 240,
        win_length: int | None = None,
        n_mels: int = 128,
        f_min: float = 0.0,
        f_max: float | None = None,
        power: float = 2.0,
        norm: MelNorm | None = None,
        mel_scale: MelScale = "htk",
        top_db: float | None = 80.0,
        mode: MelMode = "mlx_native",
        *,
        window_fn: str = "hann",
        window: WindowLike = None,
        periodic: bool = True,
        center: bool = True,
        normalized: bool = False,
    ) -> None:
        where = "MelSpectrogramTransform"
        self.mode = one_of(where, "mode", mode, MODES)
        self.top_db = None if top_db is None else non_negative(where, "top_db", top_db)
        positive(where, "sample_rate", sample_rate)
        self.transform = SpectralTransform(
            n_fft, hop_length, win_length, window_fn, window, periodic, center, normalized
        )
        plan = self.transform.plan
        self.f_min, self.f_max, self.mel_scale, self.norm = f_min, f_max, mel_scale, norm
        self.n_fft, self.hop_length, self.win_length = plan.n_fft, plan.hop_length, plan.win_length
        self.sample_rate, self.n_mels, self.power = sample_rate, n_mels, power
        self.bank = MelscaleBank.of(
            where,
            n_freqs=plan.n_bins,
            f_min=f_min,
            f_max=sample_rate // 2 if f_max is None else f_max,
            n_mels=n_mels,
            sample_rate=sample_rate,
            norm=norm,
            mel_scale=mel_scale,
        )
        self._spectrogram = SpectrogramPlan.of(where, plan, power=power)
        self._mel = SpectrogramPlan.of(where, plan, power=power, bank=self.bank)
        axes = (-3, -2, -1) if mode == "torchaudio_compat" else (-2, -1)
        decibels = DecibelPlan.of(where, 3, scale=10.0, amin=1e-10, top_db=self.top_db, axes=axes)
        self._log_mel = SpectrogramPlan.of(where, plan, power=power, bank=self.bank, decibels=decibels)
        self._sized: Any = None  # what was found to fit last

    def spectrogram(self, x: mx.array) -> mx.array:
        """``|STFT|**power`` of a signal.

        Parameters
        ----------
        x : mx.array (T,) or (B, T)
            Real signal.

        Returns
        -------
        mx.array (B, F, N) float32
            Spectrogram.

        Raises
        ------
        ParameterError
            As for `SpectralTransform.stft`.
        """
        return self._run(self._spectrogram, x)

    def mel_spectrogram(self, x: mx.array, to_db: bool = True) -> mx.array:
        """Mel spectrogram of a signal.

        Parameters
        ----------
        x : mx.array (T,) or (B, T)
            Real signal.
        to_db : bool
            In decibels.

        Returns
        -------
        mx.array (B, n_mels, N) float32
            Mel spectrogram.

        Raises
        ------
        ParameterError
            As for `SpectralTransform.stft`.
        """
        return self._run(self._log_mel if to_db else self._mel, x)

    def __call__(self, x: mx.array, to_db: bool = True) -> mx.array:
        """As `mel_spectrogram`."""
        return self.mel_spectrogram(x, to_db=to_db)

    def _run(self, plan: SpectrogramPlan, x: Any) -> mx.array:
        x, weights = self.transform._prepare("MelSpectrogramTransform", x)
        if (plan, x.shape) != self._sized:
            plan.check_sizes("MelSpectrogramTransform", x.shape)
            self._sized = plan, x.shape
        return mx.swapaxes(run("spectrogram", plan, x, weights), 1, 2)


def amplitude_to_db(
    x: mx.array,
    *,
    stype: Literal["power", "magnitude"] = "power",
    top_db: float | None = 80.0,
    amin: float = 1e-10,
    ref_value: float = 1.0,
    mode: Literal["torchaudio_compat", "per_example"] = "torchaudio_compat",
) -> mx.array:
    r"""Convert to decibels as torchaudio does: :math:`m \log_{10}(\max(x, amin) / \max(ref, amin))`.

    Parameters
    ----------
    x : mx.array (..., F, N)
        Power or magnitude.
    stype : {'power', 'magnitude'}
        :math:`m` is 10 or 20.
    top_db : float >= 0, optional
        Range below the maximum.
    amin : float > 0
        Floor of `x`.
    ref_value : float
        Value of 0 dB.
    mode : {'torchaudio_compat', 'per_example'}
        The maximum is taken over the last three axes, as torchaudio does, or over the last two.

    Returns
    -------
    mx.array (..., F, N) float32
        Decibels.

    Raises
    ------
    ParameterError
        For a bad option.

    References
    ----------
    `torchaudio.functional.amplitude_to_DB`

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.transforms.amplitude_to_db(mx.array([[1.0, 10.0, 100.0]]))
    array([[0, 10, 20]], dtype=float32)
    """
    where = "transforms.amplitude_to_db"
    one_of(where, "stype", stype, ("power", "magnitude"))
    one_of(where, "mode", mode, CLIPPING)
    x = as_real(where, "x", x)
    if x.ndim == 0:
        raise ParameterError(f"[{where}] x must have at least one dimension, got a 0-d array")
    axes = tuple(range(-min(x.ndim, 3 if mode == "torchaudio_compat" else 2), 0))
    scale = 10.0 if stype == "power" else 20.0
    plan = DecibelPlan.of(where, x.ndim, scale=scale, amin=amin, top_db=top_db, axes=axes)
    return run("decibels", plan, x, mx.array(finite(where, "ref_value", ref_value)))
