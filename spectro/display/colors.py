"""The color map that suits the values: `infer_cmap`, or `cmap`."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.colors import Colormap

from .._floor.arrays import numpy_numbers
from .._floor.checks import finite
from .._floor.public import host
from ..errors import ParameterError


@host("data")
def infer_cmap(
    data: Any,
    *,
    robust: bool = True,
    cmap_seq: str | Colormap = "magma",
    cmap_bool: str | Colormap = "gray_r",
    cmap_div: str | Colormap = "coolwarm",
    div_thresh: float = 0.0,
) -> Colormap:
    """Color map for some data: black and white for booleans, diverging for data on both sides of 0, else sequential.

    Parameters
    ----------
    data : array (...)
        Values to show; those that are not finite do not count.
    robust : bool
        Leave out the highest and the lowest 2 % of the values.
    cmap_seq, cmap_bool, cmap_div : str or matplotlib.colors.Colormap
        The three color maps, or their names.
    div_thresh : float
        What data may be on both sides of, instead of 0.

    Returns
    -------
    matplotlib.colors.Colormap
        The color map.

    Raises
    ------
    ParameterError
        If no value is finite.

    Notes
    -----
    In librosa 0.11 its name is `cmap`, and there is no `div_thresh`.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.display.infer_cmap(np.array([-1.0, 2.0])).name
    'coolwarm'
    """
    maps = {"bool": cmap_bool, "sequential": cmap_seq, "diverging": cmap_div}
    return matplotlib.colormaps.get_cmap(maps[kind_of(data, robust, div_thresh)])


def kind_of(data: Any, robust: bool, div_thresh: float) -> str:
    """Tell which sort of color map suits some data."""
    where = "infer_cmap"
    values, middle = numpy_numbers(where, "data", data), finite(where, "div_thresh", div_thresh)
    if np.iscomplexobj(values):
        raise ParameterError(f"[{where}] data must be real, got complex values; take abs(data) first")
    if values.dtype == bool:
        return "bool"
    values = values[np.isfinite(values)]
    if values.size == 0:
        raise ParameterError(f"[{where}] data must have a finite value, got none; give cmap= to choose the colors")
    low, high = np.percentile(values, (2, 98) if robust else (0, 100))
    return "sequential" if low >= middle or high <= middle else "diverging"


@host("data")
def cmap(
    data: Any,
    *,
    robust: bool = True,
    cmap_seq: str | Colormap = "magma",
    cmap_bool: str | Colormap = "gray_r",
    cmap_div: str | Colormap = "coolwarm",
    div_thresh: float = 0.0,
) -> Colormap:
    """Color map for some data: the name that `infer_cmap` has in librosa 0.11.

    Parameters
    ----------
    data : array (...)
        Values to show.
    robust : bool
        Leave out the highest and the lowest 2 % of the values.
    cmap_seq, cmap_bool, cmap_div : str or matplotlib.colors.Colormap
        The three color maps, or their names.
    div_thresh : float
        What data may be on both sides of, instead of 0.

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
    maps: dict[str, Any] = {"cmap_seq": cmap_seq, "cmap_bool": cmap_bool, "cmap_div": cmap_div}
    return infer_cmap(data, robust=robust, div_thresh=div_thresh, **maps)
