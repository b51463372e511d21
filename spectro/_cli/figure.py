"""The one figure: waveform, log-mel spectrogram and onset curve over a shared time axis."""

from __future__ import annotations

import warnings
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .features import Features

INK, FAINT, WAVE, CURVE, TRUTH = "#22223b", "#9a9ab0", "#4f5d95", "#d1495b", "#0b7a75"
TICKS_HZ = (64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
FLOOR_DB = -80.0  # where the colors end: `power_to_db` keeps no more
COLUMNS = 3000  # more than the picture is wide
STYLE: dict[str, Any] = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "white",
}


def draw(
    file: IO[bytes],
    features: Features,
    title: str,
    *,
    true: np.ndarray | None = None,
    found: np.ndarray | None = None,
    notes: list[tuple[float, float, str]] | None = None,
) -> None:
    """Write the figure of a signal's features as PNG.

    Parameters
    ----------
    file : binary file
        Where the PNG goes.
    features : Features
        What to draw.
    title : str
        Heading of the figure.
    true, found : arrays of seconds, optional
        Onsets to mark on the onset curve.
    notes : list of (seconds, Hz, name), optional
        Notes to name on the spectrogram.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    style: Any = {**matplotlib.rcParamsDefault, **STYLE}  # whatever the user's own matplotlibrc says
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # a file name in letters that the font does not have
        figure = Figure(figsize=(11, 7.6), dpi=150, layout=ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.1))
        FigureCanvasAgg(figure)
        grid = figure.add_gridspec(3, 2, height_ratios=(1, 2.5, 1.25), width_ratios=(1, 0.018))
        top = figure.add_subplot(grid[0, 0])
        middle = figure.add_subplot(grid[1, 0], sharex=top)
        bottom = figure.add_subplot(grid[2, 0], sharex=top)
        _waveform(top, features)
        _spectrogram(middle, figure.add_subplot(grid[1, 1]), features, notes or [])
        _onset_curve(bottom, features, true, found)
        _finish(figure, (top, middle, bottom), features, title)
        figure.savefig(file, format="png")


def _waveform(axes: Axes, features: Features) -> None:
    low, high = outline(features.y)
    edges = np.linspace(0.0, features.duration, len(low))
    axes.fill_between(edges, low, high, color=WAVE, linewidth=0.6)
    reach = 1.05 * float(np.abs(features.y).max()) or 1.0
    axes.set(title="Waveform", ylabel="Amplitude", ylim=(-reach, reach))


def _spectrogram(axes: Axes, bar_axes: Axes, features: Features, notes: list[tuple[float, float, str]]) -> None:
    image, half = shrink(levels(features)), 0.5 * features.hop_length / features.sr
    bands, times = len(image), features.times
    extent = (times[0] - half, times[-1] + half, -0.5, bands - 0.5)
    look: dict[str, Any] = {"cmap": "magma", "vmin": FLOOR_DB, "vmax": 0.0, "interpolation": "nearest"}
    drawn = axes.imshow(image, origin="lower", aspect="auto", extent=extent, **look)
    ticks = _ticks(features)
    axes.set_yticks([_band(features, hz) for hz in ticks], [str(hz) for hz in ticks])
    axes.set(title=f"Log-mel spectrogram, {bands} bands", ylabel="Frequency (Hz)")
    bar = axes.figure.colorbar(drawn, cax=bar_axes, format="%.0f")
    bar.set_label("Level (dB)")
    bar.outline.set_visible(False)
    for seconds, hz, name in notes:
        _name_note(axes, seconds, _band(features, hz), name)


def _ticks(features: Features) -> list[int]:
    """List octaves within the bands, without those too near to the one above to be read."""
    ticks: list[int] = []
    for hz in reversed(TICKS_HZ):
        inside = features.frequencies[0] <= hz <= features.frequencies[-1]
        apart = not ticks or _band(features, ticks[-1]) - _band(features, hz) > 0.06 * len(features.frequencies)
        if inside and apart:
            ticks.append(hz)
    return ticks


def _name_note(axes: Axes, seconds: float, band: float, name: str) -> None:
    from matplotlib.patheffects import withStroke

    outlined: list[Any] = [withStroke(linewidth=2.5, foreground="black")]
    where: dict[str, Any] = {"xytext": (4, 7), "textcoords": "offset points"}
    axes.annotate(name, (seconds, band), **where, color="white", fontsize=11, path_effects=outlined)


def _onset_curve(axes: Axes, features: Features, true: np.ndarray | None, found: np.ndarray | None) -> None:
    times, curve = features.times, features.onset_envelope
    top = 1.15 * float(curve.max()) or 1.0
    axes.fill_between(times, curve, color=CURVE, alpha=0.18, linewidth=0)
    axes.plot(times, curve, color=CURVE, linewidth=1.6)
    if true is not None:
        axes.vlines(true, 0, top, color=TRUTH, linewidth=1.2, linestyle=(0, (4, 3)), label="true onset")
    if found is not None:
        # An onset is dated by the frame before its peak; the dot goes to the peak.
        peaks = np.minimum(np.searchsorted(times, found) + 1, len(times) - 1)
        axes.plot(times[peaks], curve[peaks], "o", color=CURVE, markersize=6, label="peak found")
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 0.98), ncols=2, borderaxespad=0.2)
    axes.set(title="Onset strength", ylabel="Rise (dB)", xlabel="Time (s)", ylim=(0, top))


def _finish(figure: Figure, rows: tuple[Axes, Axes, Axes], features: Features, title: str) -> None:
    for axes in rows[:2]:
        axes.tick_params(labelbottom=False)
    rows[0].set_xlim(0.0, features.duration)
    readable = title.encode("utf-8", "backslashreplace").decode()
    figure.suptitle(readable, x=0.012, ha="left", fontsize=16, fontweight="bold", parse_math=False)
    figure.align_ylabels(rows)


def _band(features: Features, hz: float) -> float:
    """Find where a frequency lies among the bands, as a fractional index."""
    return float(np.interp(hz, features.frequencies, np.arange(len(features.frequencies))))


def levels(features: Features) -> np.ndarray:
    """Decibels below the loudest; silence, all of which is as loud as its loudest, lies at the floor."""
    return features.log_mel if features.log_mel.any() else np.full_like(features.log_mel, FLOOR_DB)


def outline(y: np.ndarray, columns: int = COLUMNS) -> tuple[np.ndarray, np.ndarray]:
    """Keep the lowest and highest sample of equal stretches of a signal, which is what a picture of it can show."""
    if len(y) <= 2 * columns:
        return y, y
    starts = np.arange(columns) * len(y) // columns
    return np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)


def shrink(image: np.ndarray, columns: int = COLUMNS) -> np.ndarray:
    """Keep the loudest frame of equal stretches, so that a click in a long recording stays visible."""
    if image.shape[1] <= columns:
        return image
    starts = np.arange(columns) * image.shape[1] // columns
    return np.maximum.reduceat(image, starts, axis=1)
