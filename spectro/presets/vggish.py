"""The front end of VGGish: `vggish`."""

from __future__ import annotations

from .._engine.calls import planned
from .._floor.arrays import as_audio
from .._floor.docs import documented
from .._floor.types import A, Others
from .._plans.padded import PaddedPlan
from ._bands import bands_of, log_above
from ._triangles import mel_bank

SR, N_FFT, WINDOW, HOP = 16000, 512, 400, 160
BANDS, LOW, HIGH = 64, 125.0, 7500.0
BESIDE = (N_FFT - WINDOW) // 2  # zeros on both sides of the window, which lies in the middle of its frame


@planned("y")
@documented
def vggish(y: A | Others) -> A:
    r"""Log-mel spectrogram of VGGish: :math:`\ln(M + 0.01)`.

    :math:`M` is the mel spectrogram of magnitudes, 64 bands in 125 .. 7500 Hz that are triangles on HTK's mel axis, of
    frames of 400 samples every 160, under a periodic Hann window, in an FFT of 512. Nothing is padded.

    Parameters
    ----------
    y : array (..., n)
        Signal at 16 kHz, in -1 .. 1; leading dimensions are channels.

    Returns
    -------
    array (..., 64, 1 + (n - 400) // 160) float32
        Levels. The model takes examples of 96 frames, 0.96 s.

    Raises
    ------
    ParameterError
        For a bad argument, or a signal of less than 400 samples.

    References
    ----------
    .. [1] Hershey, S. et al., "CNN architectures for large-scale audio classification", 2017.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.presets.vggish(mx.zeros(16000)).shape
    (64, 98)
    """
    y = as_audio("vggish", "y", y)
    plan = PaddedPlan(N_FFT, HOP, WINDOW, width=BESIDE)
    return log_above(bands_of("vggish", y, plan, mel_bank(SR, N_FFT, BANDS, LOW, HIGH), power=1.0), 0.01)  # type: ignore[return-value]
