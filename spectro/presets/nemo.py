"""The front end of NeMo's speech models: `nemo`."""

from __future__ import annotations

from typing import Any

from .._constants.banks import MelBank
from .._engine.calls import bind, planned
from .._floor.arrays import as_audio, takes_numpy
from .._floor.checks import finite, one_of, positive_int
from .._floor.docs import documented
from .._floor.operation import Kind, Open
from .._floor.types import A, Others
from .._plans import FirstOrderPlan
from .._plans.padded import PaddedPlan
from ._bands import bands_of, log_above, standardized, without_last

SR, N_FFT, WINDOW, HOP = 16000, 512, 400, 160
OFFSET = 2.0**-24
EPSILON = 1e-5  # beside a deviation


@planned("y")
@documented
def nemo(y: A | Others, *, n_mels: int = 80, preemphasis: float = 0.97, normalize: str | None = "per_feature") -> A:
    r"""Log-mel spectrogram of NeMo's speech models: :math:`\ln(M + 2^{-24})`, each band standardized over time.

    :math:`M` is the mel spectrogram in Slaney's scale and norm of powers of frames of 400 samples every 160, under a
    symmetric Hann window, in an FFT of 512, centered between zeros, of :math:`y[n] - 0.97\, y[n - 1]`. Each band then
    gets the mean 0 and the deviation 1: :math:`(x - \mu) / (\sigma + 10^{-5})`, with n - 1 degrees of freedom.

    Parameters
    ----------
    y : array (..., n)
        Signal at 16 kHz, in -1 .. 1; leading dimensions are signals, each standardized by itself.
    n_mels : int >= 1
        Bands: 80 in most models, 64 and 128 in others.
    preemphasis : float
        Share of the sample before that is taken away; 0 for none.
    normalize : {'per_feature', None}
        Standardize each band, or leave the logarithms.

    Returns
    -------
    array (..., n_mels, n // 160) float32
        Levels: the frames that NeMo counts as valid. It adds zeros behind them, up to a multiple of 16 frames, which
        are not made here; nor is its dither, which is for training.

    Raises
    ------
    ParameterError
        For a bad argument, or a signal of less than 160 samples.

    References
    ----------
    .. [1] Kuchaiev, O. et al., "NeMo: a toolkit for building AI applications using neural modules", 2019.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.nemo(mx.zeros(16000)).shape
    (80, 100)
    """
    x: Open = as_audio("nemo", "y", y)
    n_mels = positive_int("nemo", "n_mels", n_mels)
    preemphasis = finite("nemo", "preemphasis", preemphasis)
    one_of("nemo", "normalize", normalize, ("per_feature", None))
    plan = PaddedPlan(N_FFT, HOP, WINDOW, width=N_FFT // 2)
    plan.check_signal("nemo", x.shape[-1], frames=2)
    bank = MelBank.of("nemo", sr=SR, n_fft=N_FFT, n_mels=n_mels, fmin=0.0, fmax=None, htk=False, norm="slaney")
    powers = without_last("nemo", bands_of("nemo", x, plan, bank, window="hann_symmetric", frames_last=False))
    call = log_above(emphasized(powers, x.kind, preemphasis), OFFSET)
    call = standardized(call, EPSILON) if normalize else call
    return takes_numpy(lambda y: call(y).swapaxes(-1, -2), call)  # type: ignore[return-value]


def emphasized(call: Any, y: Kind, coefficient: float) -> Any:
    """Plan what a call makes of y[n] - coefficient * y[n - 1]; the first sample stays."""
    if coefficient == 0:
        return call
    filtered = bind("first_order", FirstOrderPlan(zero=-coefficient), y, None)
    return takes_numpy(lambda y: call(filtered(y)), call, filtered)
