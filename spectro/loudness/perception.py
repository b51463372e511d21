"""Decibels weighted as the ear weights frequencies."""

from __future__ import annotations

from typing import Any

from .._floor.arrays import as_array, as_real
from .._floor.public import public
from .._floor.types import A, Others
from ..convert import frequency_weighting
from ..decibel import power_to_db
from ..errors import ParameterError

ArrayLike = Any


@public("S", "frequencies", keywords=power_to_db)
def perceptual_weighting(S: A | Others, frequencies: ArrayLike, *, kind: str | None = "A", **kwargs: Any) -> A:
    """Power in decibels plus the weight of each frequency: ``power_to_db(S)[f, t] + weighting(frequencies[f])``.

    Parameters
    ----------
    S : array (..., f, t)
        Power spectrogram.
    frequencies : array (f,)
        Frequency of each bin in Hz.
    kind : {'A', 'B', 'C', 'D', 'Z', None}
        The curve of `frequency_weighting`.
    **kwargs
        Keywords of `power_to_db`.

    Returns
    -------
    array (..., f, t) float32
        Decibels.

    Raises
    ------
    ParameterError
        For a bad argument, or when there is not one frequency for each bin.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.perceptual_weighting(mx.ones((2, 1)), mx.array([50.0, 1000.0]), kind="Z").tolist()
    [[0.0], [0.0]]
    """
    where = "perceptual_weighting"
    S = as_array(where, "S", S)
    weights = frequency_weighting(as_real(where, "frequencies", frequencies), kind=kind)
    if S.ndim < 2 or weights.ndim != 1 or weights.shape[0] != S.shape[-2]:
        shapes = f"S of shape {tuple(S.shape)} and frequencies of shape {tuple(weights.shape)}"
        raise ParameterError(f"[{where}] S must have shape (..., f, t) and frequencies (f,), got {shapes}")
    return power_to_db(S, **kwargs) + weights[:, None]
