"""The color map that suits the values: `cmap`."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import Colormap

from .._floor.arrays import numpy_numbers
from .._floor.public import host
from ..errors import ParameterError


@host("data")
def cmap(
    data: Any,
    *,
    robust: bool = True,
    cmap_seq: str = "magma",
    cmap_bool: str = "gray_r",
    cmap_div: str = "coolwarm",
) -> Colormap:
    """Color map for some data: black and white for booleans, diverging for data on both sides of 0, else sequential.

    Parameters
    ----------
    data : array (...)
        Values to show; those that are not finite do not count.
    robust : bool
        Leave out the highest and the lowest 2 % of the values.
    cmap_seq, cmap_bool, cmap_div : str
        Names of the three color maps.

    Returns
    -------
    matplotlib.colors.Colormap
        The color map.

    Raises
    ------
    ParameterError
        If no value is finite.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.display.cmap(np.array([-1.0, 2.0])).name
    'coolwarm'
    """
    values = numpy_numbers("cmap", "data", data)
    if values.dtype == bool:
        return matplotlib.colormaps[cmap_bool]
    values = values[np.isfinite(values)]
    if values.size == 0:
        raise ParameterError("[cmap] data must have a finite value, got none; give cmap= to choose the colors")
    low, high = np.percentile(values, (2, 98) if robust else (0, 100))
    return matplotlib.colormaps[cmap_seq if low >= 0 or high <= 0 else cmap_div]
