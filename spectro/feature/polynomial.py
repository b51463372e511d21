"""Polynomials through spectra: `poly_features`."""

from __future__ import annotations

import functools
from typing import Any

import mlx.core as mx
import numpy as np

from .._constants.given import GivenBank
from .._engine.calls import planned
from .._floor.arrays import evaluated
from .._floor.checks import positive
from .._floor.docs import documented
from .._floor.types import A, Others
from .._front import Framing, spectrogram_of
from .._plans.reductions import Frequencies
from ..errors import ParameterError
from ..windows.spec import WindowSpec
from ._frames import fixed_frequencies, magnitudes_of, moves

ArrayLike = Any


@planned("y", "S", operands=("window",))
@documented
def poly_features(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    order: int = 1,
    freq: ArrayLike = None,
) -> A:
    r"""Coefficients of the polynomial that is nearest to each spectrum: :math:`\sum_k a_k freq[f]^k \approx S[f, t]`.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Magnitudes, instead of `y`.
    %(framing)s
    order : int >= 0
        Degree of the polynomial.
    %(freq)s

    Returns
    -------
    array (..., order + 1, t) float32
        Coefficients, that of the highest power first.

    Raises
    ------
    ParameterError
        For a bad argument, or when neither `y` nor `S` is given.

    Notes
    -----
    Differs from librosa: no gradient goes to `freq`, whose values are looked at.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.poly_features(y=mx.ones(22050), sr=22050, order=2).shape
    (3, 44)
    """
    where, framing = "poly_features", Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    order, sr = degree(where, order), positive(where, "sr", sr)
    freq = evaluated(where, "freq", freq)
    if moves(where, freq):
        return _fitted_frame_by_frame(where, y, S, framing, order, np.asarray(freq))

    def bank_of(n_fft: int) -> GivenBank:
        given = fixed_frequencies(where, freq, n_fft // 2 + 1)
        return fit(order, Frequencies.of(np.arange(n_fft // 2 + 1) * (sr / max(n_fft, 1)) if given is None else given))

    return spectrogram_of(where, y, S, framing, bank_of, power=1, frames_last=True).call  # type: ignore[return-value]


@functools.lru_cache(maxsize=32)
def fit(order: int, frequencies: Frequencies) -> GivenBank:
    """The matrix (order + 1, f) that takes values at frequencies to coefficients, as `numpy.polyfit` has them."""
    return GivenBank.of(_fit(order, frequencies.hertz))


def _fit(order: int, hertz: np.ndarray) -> np.ndarray:
    """Frequencies (..., f) -> (..., order + 1, f), in float64."""
    powers = hertz[..., None] ** np.arange(order, -1, -1)  # (..., f, order + 1)
    length = np.sqrt(np.square(powers).sum(-2, keepdims=True))
    length = np.where(length == 0, 1.0, length)
    solution = np.linalg.pinv(powers / length, rcond=hertz.shape[-1] * np.finfo(np.float64).eps)
    return solution / np.swapaxes(length, -1, -2)


def _fitted_frame_by_frame(where: str, y: Any, S: Any, framing: Framing, order: int, freq: np.ndarray) -> Any:
    """Plan polynomials of frequencies (..., f, t) that are different for each frame."""
    spectra, _ = magnitudes_of(where, y, S, framing, signed=True)
    frames, bins = spectra.kind.shape[-2:]
    if freq.shape[-2:] != (bins, frames):
        raise ParameterError(f"[{where}] freq must have shape (f,) or (..., {bins}, {frames}), got {freq.shape}")
    weights = mx.array(_fit(order, np.swapaxes(freq, -1, -2).astype(np.float64)).astype(np.float32))
    return lambda *arrays: mx.stack(  # (..., order + 1, t)
        [(spectra.call(*arrays) * weights[..., k, :]).sum(-1) for k in range(order + 1)], axis=-2
    )


def degree(where: str, order: Any) -> int:
    """A non-negative integer."""
    if isinstance(order, bool) or not isinstance(order, (int, np.integer)) or order < 0:
        raise ParameterError(f"[{where}] order must be a non-negative integer, got {order!r}")
    return int(order)
