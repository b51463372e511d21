"""Edges that set lines off from the picture below: `highlight`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_rgba
from matplotlib.patheffects import AbstractPathEffect, withStroke

from .._floor.checks import finite
from .._floor.public import host
from ..errors import ParameterError
from .mesh import current

LUMINANCE = (0.30, 0.59, 0.11)  # of red, green and blue: the Y of YIQ


@host()
def highlight(
    *,
    artist: Any = None,
    ax: Axes | None = None,
    color: Any = None,
    bright_color: Any = "white",
    dark_color: Any = "black",
    luminance_threshold: float = 0.5,
    **kwargs: Any,
) -> list[AbstractPathEffect]:
    """Give a line an edge that stands out: bright over a dark picture, dark over a bright one.

    A picture is as bright as the color of its median; without one, as its axes or their figure.

    Parameters
    ----------
    artist : matplotlib.artist.Artist, optional
        What gets the edge, in place; without it the effect is returned alone, for `path_effects=`.
    ax : matplotlib.axes.Axes, optional
        Where the picture is; the axes of `artist`, or the current ones, by default.
    color : color, optional
        Color of the edge; by default it is chosen.
    bright_color, dark_color : color
        What is chosen from.
    luminance_threshold : float
        Luminance, from 0 to 1, above which a picture is bright.
    **kwargs
        Keywords of `matplotlib.patheffects.withStroke`; `linewidth` is 2 by default.

    Returns
    -------
    list of matplotlib.patheffects.AbstractPathEffect
        The effect.

    Raises
    ------
    ParameterError
        If artist is none of matplotlib's, or a parameter is not as described.

    Notes
    -----
    Differs from librosa: pictures of red, green and blue have no color map, and do not count. librosa 0.11 has no such
    function.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> line = plt.plot([0, 1])[0]
    >>> effects = spectro.display.highlight(artist=line)
    """
    where = "highlight"
    if artist is not None and not isinstance(artist, Artist):
        raise ParameterError(f"[{where}] artist must be one of matplotlib's, got {type(artist).__name__}")
    axes = current(where, getattr(artist, "axes", None) if ax is None else ax)
    if color is None:
        bright = _luminance(axes) > finite(where, "luminance_threshold", luminance_threshold)
        color = dark_color if bright else bright_color
    effects: list[AbstractPathEffect] = [withStroke(**{"linewidth": 2, "alpha": 1.0, "foreground": color, **kwargs})]
    if artist is not None:
        artist.set_path_effects(effects)
    return effects


def _luminance(axes: Axes) -> float:
    """How bright the first picture of some axes is, or what lies below."""
    pictures: list[Any] = [child for child in axes.get_children() if isinstance(child, ScalarMappable)]
    for picture in pictures:
        values = picture.get_array()
        if values is not None and np.ndim(values) <= 2 and np.isfinite(seen := np.ma.compressed(values)).any():
            return float(np.dot(LUMINANCE, picture.to_rgba(np.median(seen[np.isfinite(seen)]))[:3]))
    face, figure = to_rgba(axes.get_facecolor()), axes.figure
    return float(np.dot(LUMINANCE, (face if face[3] > 0 else to_rgba(figure.get_facecolor()))[:3]))
