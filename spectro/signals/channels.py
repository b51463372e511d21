"""Channels mixed into one."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, numpy_numbers, sum_over
from .._floor.docs import documented
from .._floor.public import public
from .._floor.types import A, Others


@public("y")
@documented
def to_mono(y: A | Others) -> A:
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
    y = numpy_numbers("to_mono", "y", y) if isinstance(y, (list, tuple)) else y
    if type(y) is np.ndarray and y.dtype in (np.float32, np.float64) and y.ndim and np.isfinite(y).all():
        checked: Any = y  # good audio stays where it is, in its own precision
    else:
        checked = as_audio("to_mono", "y", y)
    if checked.ndim < 2:
        return checked
    channels = tuple(range(checked.ndim - 1))
    summed = sum_over(checked, channels) if isinstance(checked, mx.array) else checked.sum(channels)
    return summed / math.prod(checked.shape[:-1])
