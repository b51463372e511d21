"""A waveform that shows its envelope from afar and its samples from near: `waveshow`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from .._floor.arrays import numpy_numbers
from .._floor.checks import finite, one_of, positive, positive_int
from .._floor.docs import documented
from .._floor.public import host
from ..errors import ParameterError
from . import coordinates, ticks
from .mesh import current


class AdaptiveWaveplot:
    """The two drawings of a waveform, of which one is seen; `waveshow` makes it.

    Parameters
    ----------
    times : array (n,)
        Times of the samples in seconds.
    y : array (n,)
        Samples of one channel.
    steps : matplotlib.lines.Line2D
        The drawing of samples.
    envelope : matplotlib.collections.PolyCollection
        The drawing of the envelope.
    sr : float > 0
        Sampling rate in Hz.
    max_samples : int >= 1
        Samples that are drawn at most.
    transpose : bool
        Whether time goes upwards.
    label : str, optional
        Name in a legend.
    """

    def __init__(
        self,
        times: np.ndarray,
        y: np.ndarray,
        steps: Line2D,
        envelope: PolyCollection,
        sr: float = 22050,
        max_samples: int = 11025,
        transpose: bool = False,
        label: str | None = None,
    ) -> None:
        self.times, self.samples, self.steps, self.envelope = times, y, steps, envelope
        self.sr, self.max_samples, self.transpose, self.label = sr, max_samples, transpose, label
        self.ax: Axes | None = None
        self.cid: int | None = None

    def __del__(self) -> None:
        """Nobody listens any more."""
        self.disconnect(strict=True)

    def connect(self, ax: Axes, *, signal: str = "xlim_changed") -> None:
        """Switch whenever the limits of some axes change; `signal` is the event to listen to."""
        self.disconnect()
        self.ax, self.cid = ax, ax.callbacks.connect(signal, self.update)

    def disconnect(self, *, strict: bool = False) -> None:
        """Stop switching; with `strict` also let go of the axes."""
        if self.ax is not None and self.cid is not None:
            self.ax.callbacks.disconnect(self.cid)
            self.cid = None
            if strict:
                self.ax = None

    def update(self, ax: Axes) -> None:
        """Show what suits the visible stretch, now."""
        self.choose(ax)
        if ax.figure is not None:
            ax.figure.canvas.draw_idle()

    def choose(self, ax: Axes) -> None:
        """Choose what suits the visible stretch, and bring the samples around its middle into the drawing."""
        low, high = sorted(ax.get_ylim() if self.transpose else ax.get_xlim())
        near = (high - low) * self.sr <= self.max_samples
        self.envelope.set_visible(not near)
        self.steps.set_visible(near)
        if near:
            drawn = np.asarray(self.steps.get_ydata() if self.transpose else self.steps.get_xdata())
            if drawn.size == 0 or low <= drawn[0] or high >= drawn[-1]:
                first = int(np.searchsorted(self.times, (low + high) / 2 - self.max_samples / self.sr / 2))
                part = slice(first, first + self.max_samples)
                times, samples = self.times[part], self.samples[part]
                self.steps.set_data(*((samples, times) if self.transpose else (times, samples)))


@host("y", "mask")
@documented
def waveshow(
    y: Any,
    *,
    sr: float = 22050,
    max_points: int = 11025,
    axis: str | None = "time",
    offset: float = 0.0,
    marker: Any = "",
    where: str = "post",
    label: str | None = None,
    transpose: bool = False,
    mask: Any = None,
    ax: Axes | None = None,
    invert: bool = False,
    invert_color: Any = None,
    **kwargs: Any,
) -> AdaptiveWaveplot:
    """Draw a waveform: its samples where fewer than `max_points` are visible, its envelope otherwise.

    Parameters
    ----------
    y : array (n,) or (2, n)
        Real signal. Of two channels the envelope shows the first above and the second below 0, and samples are those
        of the first.
    %(sr)s
    max_points : int >= 1
        Samples, or points of the envelope, that are drawn at most.
    %(axis_of_time)s
    marker : str
        matplotlib's marker of a sample.
    where : {'pre', 'mid', 'post'}
        Where a step lies between two samples.
    %(where_to_draw)s
    mask : array (n,) of bool, optional
        Where there is an envelope; samples are drawn all.
    %(inverting)s
    **kwargs
        Keywords that both `step` and `fill_between` of matplotlib take, such as `color` and `alpha`.

    Returns
    -------
    AdaptiveWaveplot
        What switches between the drawings; keep it as long as it shall.

    Raises
    ------
    %(wave_raises)s

    Notes
    -----
    Differs from librosa: `x_axis`, a name for `axis` that is deprecated in 0.11, is not taken. librosa 0.11 has no
    `mask`, `invert` and `invert_color`.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> wave = spectro.display.waveshow(np.sin(np.arange(22050) / 20))
    """
    name = "waveshow"
    channels = channels_of(name, y)
    sr, most = positive(name, "sr", sr), positive_int(name, "max_points", max_points)
    one_of(name, "where", where, ("pre", "mid", "post"))
    axis, axes = coordinates.check(name, axis), current(name, ax)
    tops, hop = _envelope(channels, most)
    seen = slice(0, tops.shape[-1] * hop, hop)
    there = None if mask is None else _mask(mask, channels.shape[-1])[seen]
    times = finite(name, "offset", offset) + np.arange(channels.shape[-1]) / sr
    shown = (times[:most], channels[0, :most])
    (steps,) = axes.step(*(shown[::-1] if transpose else shown), marker=marker, where=where, **kwargs)  # type: ignore[arg-type]
    if invert:
        named(axes, label, color := steps.get_color())
        steps.set_color(inverted(axes, color, invert_color))
    kwargs |= {"color": steps.get_color(), "label": None if invert else label}
    fill = axes.fill_betweenx if transpose else axes.fill_between
    envelope = fill(times[seen], -tops[-1], tops[0], there, **{"step": where, **kwargs})
    plot = AdaptiveWaveplot(times, channels[0], steps, envelope, sr, most, transpose, label)
    plot.choose(axes)  # whoever shows the figure draws it: some canvases would do so here, at once
    plot.connect(axes, signal="ylim_changed" if transpose else "xlim_changed")
    ticks.decorate(axes.yaxis if transpose else axes.xaxis, axis)
    return plot


def channels_of(where: str, y: Any) -> np.ndarray:
    """Check a signal that is drawn: (1, n) or (2, n)."""
    y = numpy_numbers(where, "y", y)
    if y.dtype.kind != "f" or y.ndim not in (1, 2) or y.shape[-1] == 0 or (y.ndim == 2 and y.shape[0] > 2):
        raise ParameterError(f"[{where}] y must be one or two real channels of samples, got {y.dtype} {y.shape}")
    return np.atleast_2d(y)


def inverted(axes: Axes, color: Any, ink: Any) -> Any:
    """Color the axes instead of what they show, and give the color for that: `ink`, or what the axes had."""
    before = axes.get_facecolor()
    axes.set_facecolor(color)
    return before if ink is None else ink


def named(axes: Axes, label: str | None, color: Any) -> None:
    """Give legends a name and a color, where what is drawn has another one or is of a kind that they do not know."""
    if label is not None:
        axes.add_artist(Rectangle((0, 0), 0, 0, linewidth=0, facecolor=color, label=label))


def _mask(mask: Any, n: int) -> np.ndarray:
    """Check a mask of samples."""
    mask = numpy_numbers("waveshow", "mask", mask)
    if mask.shape != (n,):
        raise ParameterError(f"[waveshow] mask must have shape {(n,)}, one value for each sample, got {mask.shape}")
    return mask.astype(bool)


def _envelope(channels: np.ndarray, most: int) -> tuple[np.ndarray, int]:
    """Highest magnitudes of equal stretches, (channels, stretches), and their length."""
    hop = max(1, channels.shape[-1] // most)
    count = channels.shape[-1] // hop
    return np.abs(channels[:, : count * hop]).reshape(len(channels), count, hop).max(axis=-1), hop
