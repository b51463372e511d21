"""Several waveforms or spectrograms beside each other: `multiplot`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .._floor.arrays import evaluated, numpy_numbers
from .._floor.checks import one_of
from .._floor.public import host
from ..errors import ParameterError
from .bars import wavebars
from .mesh import specshow
from .waveform import waveshow

DRAWS: dict[str, tuple[Any, int]] = {"waveshow": (waveshow, 1), "wavebars": (wavebars, 1), "specshow": (specshow, 2)}


@host()
def multiplot(
    func: str,
    *data: Any,
    axes: Any = None,
    fig: Any = None,
    orient: str = "v",
    share_properties: Any = None,
    fig_kw: dict[str, Any] | None = None,
    sharex: bool = True,
    sharey: bool = True,
    label_outer: bool = True,
    labels: Sequence[str | None] | None = None,
    titles: Sequence[str | None] | None = None,
    prop_cycle: Any = None,
    **kwargs: Any,
) -> np.ndarray:
    """Draw several waveforms or spectrograms, each in axes of its own.

    Parameters
    ----------
    func : {'waveshow', 'wavebars', 'specshow'}
        The function of `spectro.display` that draws each.
    *data : array (..., n), or (..., d, n) for 'specshow'
        One array whose channels are drawn, (k, ...) in a row or column, (r, c, ...) in a grid; or several signals, each
        of which is drawn as the function does.
    axes : matplotlib.axes.Axes or array of them, optional
        Where to draw, (k,), (k, 1), (1, k) or (r, c); new axes by default.
    fig : matplotlib.figure.Figure, optional
        The figure of new axes; a new one by default.
    orient : {'v', 'h'}
        Draw k signals below or beside each other.
    share_properties : bool, {'row', 'col'} or array, optional
        What has one color: nothing, with None or False; all, with True; what is in a row or column; or what has the
        same value in an array of the shape of the axes.
    fig_kw : dict, optional
        Keywords of `matplotlib.pyplot.subplots`, for a new figure.
    sharex, sharey : bool
        Give new axes the same limits.
    label_outer : bool
        Label the outer axes alone.
    labels, titles : sequence of str, optional
        Names in a legend, which 'specshow' has not, and titles: one for each of the axes.
    prop_cycle : cycler.Cycler, optional
        Colors and other properties of waveforms; those of matplotlib's settings by default.
    **kwargs
        Keywords of the function that draws.

    Returns
    -------
    numpy.ndarray of object
        What the function that draws gives, in the shape of the channels, or of `axes`.

    Raises
    ------
    ParameterError
        If there is nothing to draw, or something does not fit the shape of the data.

    Notes
    -----
    Differs from librosa: keywords such as `color` and `label` may be given, and win. librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = np.random.default_rng(0).standard_normal((2, 22050))
    >>> spectro.display.multiplot("wavebars", y, labels=["left", "right"]).shape
    (2,)
    """
    where = "multiplot"
    draw, core = DRAWS[one_of(where, "func", func, tuple(DRAWS))]
    parts, shape = _parts(where, data, core)
    grid = (*shape, 1) if len(shape) == 1 else shape
    if one_of(where, "orient", orient, ("v", "h")) == "h" and len(shape) == 1:
        grid = grid[::-1]
    if axes is None:
        look: dict[str, Any] = {
            "nrows": grid[0],
            "ncols": grid[1],
            "sharex": sharex,
            "sharey": sharey,
            "squeeze": False,
        }
        places = fig.subplots(**look) if fig is not None else plt.subplots(**look, **(fig_kw or {}))[1]
    else:
        places, shape = _given(where, axes, shape), np.shape(axes)
    looks = _looks(where, share_properties, places.shape, prop_cycle) if core == 1 else [{}] * len(parts)
    if core == 1:
        looks = [{**look, "label": label} for look, label in zip(looks, _each(where, "labels", labels, len(parts)))]
    drawn = np.empty(len(parts), dtype=object)
    texts = _each(where, "titles", titles, len(parts))
    for k, (part, place, title) in enumerate(zip(parts, places.flat, texts)):
        drawn[k] = draw(part, ax=place, **{**looks[k], **kwargs})
        if title is not None:
            place.set_title(title)
    for place in places.flat if label_outer else ():
        place.label_outer()
    return drawn.reshape(shape)


def _parts(where: str, data: tuple[Any, ...], core: int) -> tuple[list[np.ndarray], tuple[int, ...]]:
    """What is drawn in each of the axes, and how they lie: (k,) or (r, c)."""
    arrays = [numpy_numbers(where, "data", evaluated(where, "data", x)) for x in data]
    if len(arrays) != 1:
        if not arrays:
            raise ParameterError(f"[{where}] data must be one array at least, got none")
        return arrays, (len(arrays),)
    (array,) = arrays
    shape = array.shape[:-core] if array.ndim > core else (1,)
    if len(shape) > 2 or 0 in shape:
        raise ParameterError(f"[{where}] data must have one or two axes of channels, got shape {array.shape}")
    return list(array.reshape(-1, *array.shape[-core:]) if array.ndim > core else array[None]), shape


def _given(where: str, axes: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Check axes of the caller's for data of this shape."""
    places = np.asarray(axes, dtype=object)
    fits = places.shape == shape if len(shape) == 2 else places.size == shape[0] == max(places.shape, default=1)
    if not fits or not all(isinstance(place, Axes) for place in places.flat):
        raise ParameterError(f"[{where}] axes must be matplotlib's in the shape {shape}, got shape {places.shape}")
    return np.atleast_1d(places)


def _looks(where: str, share: Any, grid: tuple[int, ...], cycle: Any) -> list[dict[str, Any]]:
    """Properties of what is drawn in each of the axes, which those of a group have in common."""
    rows, columns = np.indices(grid if len(grid) == 2 else (*grid, 1))
    if share is None or isinstance(share, bool):
        groups = np.zeros(rows.size) if share else np.arange(rows.size)
    elif isinstance(share, str):
        groups = (rows if one_of(where, "share_properties", share, ("row", "col")) == "row" else columns).ravel()
    else:
        groups = np.ravel(share)
        if groups.size != rows.size:
            raise ParameterError(f"[{where}] share_properties must have a value for each of {rows.size} axes")
    looks = list(matplotlib.rcParams["axes.prop_cycle"] if cycle is None else cycle)
    order = list(dict.fromkeys(groups.tolist()))
    return [dict(looks[order.index(group) % len(looks)]) for group in groups.tolist()]


def _each(where: str, name: str, texts: Any, count: int) -> list[Any]:
    """Check texts, one for each of the axes."""
    if texts is None:
        return [None] * count
    every = np.array(texts, dtype=object).ravel().tolist()
    if len(every) != count:
        raise ParameterError(f"[{where}] {name} must have {count} texts, one for each of the axes, got {len(every)}")
    return every
