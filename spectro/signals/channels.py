"""Channels mixed into one."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, numpy_numbers
from .._floor.docs import documented
from .._floor.public import public

ArrayLike = Any


@public("y")
@documented
def to_mono(y: ArrayLike) -> mx.array | np.ndarray:
    """Mean of all channels.

    Parameters
    ----------
    %(y)s

    Returns
    -------
    array (n,) float32; of the type of y in NumPy
        Signal of one channel.

    Raises
    ------
    ParameterError
        For integer, complex, empty or (NumPy input) non-finite audio.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.to_mono(mx.array([[1.0, 0.0], [0.0, 0.5]]))
    array([0.5, 0.25], dtype=float32)
    """
    checked = as_audio("to_mono", "y", y)
    if not isinstance(y, mx.array):
        y = numpy_numbers("to_mono", "y", y)
        checked = y if y.dtype in (np.float32, np.float64) else checked
    return checked.mean(tuple(range(checked.ndim - 1))) if checked.ndim > 1 else checked
