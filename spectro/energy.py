"""The power spectrogram, and bands of it: `spectrogram`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from ._constants.given import GivenBank
from ._engine.calls import bind, planned
from ._floor.arrays import as_audio, as_real, numpy_numbers
from ._floor.docs import documented
from ._floor.operation import Open
from ._floor.tracing import sized
from ._floor.types import A, Others
from ._front import Framing
from ._plans import SpectrogramPlan
from .errors import ParameterError
from .windows.spec import WindowSpec

__all__ = ["spectrogram"]

ArrayLike = Any


@planned("y", operands=("window", "bank"))
@documented
def spectrogram(
    y: A | Others,
    *,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    power: float = 2.0,
    bank: ArrayLike = None,
) -> A:
    r"""Spectrogram, or bands of it: :math:`P[m, t] = \sum_f B[m, f]\, |D[f, t]|^{power}`.

    One pass over the frames: no complex spectrum goes through memory, and with a bank no spectrogram.

    Parameters
    ----------
    %(y)s
    %(n_fft)s
    %(hop_by_default)s
    %(win_length)s
    %(window)s
    %(center)s
    %(pad_mode)s
    %(power)s
    bank : array (bands, 1 + n_fft // 2), optional
        Weights of the bins in each band, such as `spectro.filters.mel` gives. An MLX array may be differentiated, which
        takes the memory of a spectrogram.

    Returns
    -------
    array (..., 1 + n_fft // 2, t) float32
        Powers of magnitudes; (..., bands, t) with a bank.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex, empty or (NumPy input) non-finite audio.

    See Also
    --------
    stft, melspectrogram

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> y = mx.ones(22050)
    >>> spectro.spectrogram(y, n_fft=1024).shape
    (513, 87)
    >>> spectro.spectrogram(y, n_fft=1024, bank=[[1.0] * 513, [0.5] * 513]).shape
    (2, 87)
    """
    y = as_audio("spectrogram", "y", y)
    frames, samples = Framing(n_fft, hop_length, win_length, window, center, pad_mode).of("spectrogram", y)
    weights = None if bank is None else _weights(bank, frames.n_bins)
    is_open = isinstance(weights, Open)
    fused = None if weights is None or is_open else GivenBank.of(weights)
    plan = SpectrogramPlan.of("spectrogram", frames, power=power, bank=fused)
    call = bind("spectrogram", plan, y, samples, gives_frames_last=not is_open)
    return _in_bands(call) if is_open else call  # type: ignore[return-value]


def _weights(bank: Any, bins: int) -> Any:
    """Check a filterbank: numbers, or an open argument."""
    weights = (
        as_real("spectrogram", "bank", bank) if isinstance(bank, Open) else numpy_numbers("spectrogram", "bank", bank)
    )
    if weights.ndim != 2 or weights.shape[0] == 0 or weights.shape[1] != bins:
        raise ParameterError(f"[spectrogram] bank must have shape (bands, {bins}), got {tuple(weights.shape)}")
    if isinstance(weights, np.ndarray) and (weights.dtype.kind == "c" or not np.isfinite(weights).all()):
        raise ParameterError("[spectrogram] bank must be real and finite everywhere")
    return weights


def _in_bands(call: Any) -> Any:
    """Sum bands of spectra (..., t, f) with the weights that come last: (..., bands, t)."""

    def banded(*arrays: mx.array) -> mx.array:
        S, bank = call(*arrays[:-1]), sized("spectrogram", arrays[-1])
        return mx.stack([(S * weights).sum(-1) for weights in bank], axis=-2)

    return banded
