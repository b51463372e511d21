"""What stands beside pictures: `colorbar_db`, `colorbar_phase`, `legend_for_axes`."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.legend import Legend
from matplotlib.ticker import FuncFormatter, LinearLocator

from .._floor.checks import positive_int
from .._floor.public import host
from ..errors import ParameterError

FINEST = 16  # parts of pi that a label is told in


@host()
def colorbar_db(im: Any, *, ax: Any = None, fig: Any = None, format: Any = "% -3.f", **kwargs: Any) -> Colorbar:
    """Draw the colors of a picture of decibels, with their values.

    Parameters
    ----------
    im : matplotlib.cm.ScalarMappable
        The picture, as `spectro.display.specshow` gives it.
    ax : matplotlib.axes.Axes or several, optional
        Axes that give room; those of the picture by default.
    fig : matplotlib.figure.Figure, optional
        The figure; that of the picture by default.
    format : str or matplotlib.ticker.Formatter
        How values are written.
    **kwargs
        Keywords of `matplotlib.figure.Figure.colorbar`; `label` is 'dB' by default.

    Returns
    -------
    matplotlib.colorbar.Colorbar
        The bar.

    Raises
    ------
    ParameterError
        If im is in no figure.

    Notes
    -----
    librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> mesh = spectro.display.specshow(np.array([[-80.0, 0.0]]))
    >>> spectro.display.colorbar_db(mesh).ax.get_ylabel()
    'dB'
    """
    return _bar("colorbar_db", im, ax, fig, {"label": "dB", "format": format, **kwargs})


@host()
def colorbar_phase(im: Any, *, numticks: int = 9, ax: Any = None, fig: Any = None, **kwargs: Any) -> Colorbar:
    """Draw the colors of a picture of phases, in parts of pi.

    Parameters
    ----------
    im : matplotlib.cm.ScalarMappable
        The picture, as `spectro.display.specshow` gives it.
    numticks : int >= 1
        Number of ticks; 9 are multiples of a quarter of pi, where the picture shows -pi to pi.
    ax : matplotlib.axes.Axes or several, optional
        Axes that give room; those of the picture by default.
    fig : matplotlib.figure.Figure, optional
        The figure; that of the picture by default.
    **kwargs
        Keywords of `matplotlib.figure.Figure.colorbar`; `label` is 'radians' by default.

    Returns
    -------
    matplotlib.colorbar.Colorbar
        The bar.

    Raises
    ------
    ParameterError
        If im is in no figure, or numticks is no positive integer.

    Notes
    -----
    librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> mesh = spectro.display.specshow(np.array([[-np.pi, np.pi]]))
    >>> spectro.display.colorbar_phase(mesh).formatter(np.pi / 2)
    ' π/2'
    """
    ticks = LinearLocator(numticks=positive_int("colorbar_phase", "numticks", numticks))
    look = {"label": "radians", "ticks": ticks, "format": FuncFormatter(_parts_of_pi)}
    return _bar("colorbar_phase", im, ax, fig, {**look, **kwargs})


def _bar(where: str, im: Any, ax: Any, fig: Any, look: dict[str, Any]) -> Colorbar:
    """Draw a bar beside the axes of a picture."""
    fig = getattr(im, "figure", None) if fig is None else fig
    ax = getattr(im, "axes", None) if ax is None else ax
    if fig is None or ax is None:
        raise ParameterError(f"[{where}] im must be in a figure, got {type(im).__name__}; give ax= and fig=")
    return fig.colorbar(im, ax=ax, **look)


def _parts_of_pi(x: float, pos: Any = None) -> str:
    """A phase as a fraction of pi."""
    part = Fraction(x / np.pi).limit_denominator(FINEST)
    count, parts = abs(part.numerator), part.denominator
    size = "0" if count == 0 else f"{count if count > 1 else ''}π{f'/{parts}' if parts > 1 else ''}"
    return f"{'-' if part < 0 else ' '}{size}"


@host()
def legend_for_axes(axes: Any = None, *, fig: Any = None, **kwargs: Any) -> Legend:
    """Give a figure one legend for several axes.

    Parameters
    ----------
    axes : matplotlib.axes.Axes, or array or list of them, optional
        Axes whose labels are listed; all of the figure by default.
    fig : matplotlib.figure.Figure, optional
        The figure; that of the axes, or the current one, by default.
    **kwargs
        Keywords of `matplotlib.figure.Figure.legend`, such as `loc`.

    Returns
    -------
    matplotlib.legend.Legend
        The legend.

    Raises
    ------
    ParameterError
        If there are no axes, or axes of several figures.

    Notes
    -----
    librosa 0.11 has no such function.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> figure, axes = plt.subplots(2)
    >>> lines = [one.plot([1, 2], label=name) for one, name in zip(axes, "ab")]
    >>> [text.get_text() for text in spectro.display.legend_for_axes(axes).get_texts()]
    ['a', 'b']
    """
    where = "legend_for_axes"
    if axes is None:
        found = list((plt.gcf() if fig is None else fig).axes)
    else:
        given: Iterable[Any] = np.ravel(np.asarray(axes, dtype=object))
        found = list(given)
    if not found or not all(isinstance(one, Axes) for one in found):
        raise ParameterError(f"[{where}] axes must be some of matplotlib's, got {type(axes).__name__} of {len(found)}")
    fig = found[0].figure if fig is None else fig
    if any(one.figure.figure is not fig.figure for one in found):  # that of a subfigure is the whole figure
        raise ParameterError(f"[{where}] axes must be of one figure")
    both = [one.get_legend_handles_labels() for one in found]
    handles, labels = ([item for pair in both for item in pair[side]] for side in (0, 1))
    return fig.legend(handles, labels, **kwargs)
