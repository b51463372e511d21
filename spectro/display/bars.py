"""A waveform as a row of bars: `wavebars`."""

from __future__ import annotations

from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cbook import normalize_kwargs
from matplotlib.collections import PatchCollection
from matplotlib.patches import BoxStyle, FancyBboxPatch

from .._floor.checks import finite, positive, positive_int, shown
from .._floor.docs import documented
from .._floor.public import host
from ..errors import ParameterError
from . import coordinates, ticks
from .mesh import current
from .waveform import channels_of, inverted, named

FLATTEST = 8  # times that a round corner goes into the largest sample at least


@host("y")
@documented
def wavebars(
    y: Any,
    *,
    sr: float = 22050,
    n_bars: int = 100,
    gap_ratio: float = 0.4,
    rounding_ratio: float = 0.5,
    axis: str | None = "time",
    offset: float = 0.0,
    invert: bool = False,
    invert_color: Any = None,
    transpose: bool = False,
    label: str | None = None,
    ax: Axes | None = None,
    **patch_kwargs: Any,
) -> PatchCollection:
    """Draw a waveform as a row of bars, which are as high as the largest sample of each part: a sketch of it.

    Parameters
    ----------
    y : array (n,) or (2, n)
        Real signal. Of two channels bars show the first above and the second below 0.
    %(sr)s
    n_bars : int >= 1
        Number of parts; no more than samples.
    gap_ratio : float in [0, 1]
        Gap between two bars, as a share of a part.
    rounding_ratio : float in [0, 1]
        Radius of the corners, as a share of the width of a bar; 0 for rectangles.
    %(axis_of_time)s
    %(inverting)s
    %(where_to_draw)s
    **patch_kwargs
        Keywords of `matplotlib.collections.PatchCollection`, such as `color` and `alpha`.

    Returns
    -------
    matplotlib.collections.PatchCollection
        The bars.

    Raises
    ------
    %(wave_raises)s

    Notes
    -----
    A bar is not lower than its corners.

    Differs from librosa: corners are not higher than an eighth of the largest sample, so that a long signal, whose bars
    are wide, does not become a row of bars that are all alike. librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> bars = spectro.display.wavebars(np.sin(np.arange(22050) / 20), n_bars=50)
    >>> len(bars.get_paths())
    50
    """
    where = "wavebars"
    channels, axes = channels_of(where, y), current(where, ax)
    part = max(1, channels.shape[-1] // positive_int(where, "n_bars", n_bars))
    tops = np.abs(channels[:, : channels.shape[-1] // part * part]).reshape(len(channels), -1, part).max(axis=-1)
    step, gap = part / positive(where, "sr", sr), _share(where, "gap_ratio", gap_ratio)
    width = step * (1 - gap)
    radius = width * _share(where, "rounding_ratio", rounding_ratio)
    axis, starts = coordinates.check(where, axis), finite(where, "offset", offset) + step * np.arange(tops.shape[-1])
    bars = PatchCollection(_boxes(starts, width, tops, radius, transpose), linewidth=0)
    look = normalize_kwargs(patch_kwargs, PatchCollection)
    color = look.pop("color", None)
    bars.set(facecolor=matplotlib.rcParams["patch.facecolor"] if color is None else color)
    bars.set(edgecolor="none" if color is None else color)
    bars.set(**look)
    axes.add_collection(bars)
    faces: Any = bars.get_facecolor()
    face = tuple(faces[0]) if len(faces) else "none"
    named(axes, label, face)
    if invert:
        bars.set_facecolor(inverted(axes, face, invert_color))
    axes.autoscale_view()
    ticks.decorate(axes.yaxis if transpose else axes.xaxis, axis)
    return bars


def _share(where: str, name: str, value: Any) -> float:
    """Check a number from 0 to 1."""
    if not 0 <= (share := finite(where, name, value)) <= 1:
        raise ParameterError(f"[{where}] {name} must be in [0, 1], got {shown(value)}")
    return share


def _boxes(starts: np.ndarray, width: float, tops: np.ndarray, radius: float, transpose: bool) -> list[FancyBboxPatch]:
    """Bars from -tops[-1] to tops[0], none lower than its corners."""
    peak = float(np.nanmax(tops)) if np.isfinite(tops).any() else 0.0
    height = min(radius, peak / FLATTEST) if peak > 0 else radius
    above, below = (np.maximum(side, height) for side in (tops[0], tops[-1]))
    boxes = []
    for start, low, high in zip(starts, -below, above):
        place, sizes = (start, low), (width, high - low)
        if transpose:
            place, sizes = place[::-1], sizes[::-1]
        sides = (height, radius) if transpose else (radius, height)  # of a corner
        style = BoxStyle("round", pad=0, rounding_size=sides[0])
        aspect = sides[1] / sides[0] if sides[0] > 0 else 1.0
        boxes.append(FancyBboxPatch(place, *sizes, boxstyle=style, mutation_aspect=aspect))
    return boxes
