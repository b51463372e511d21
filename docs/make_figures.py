"""Draw the pictures of the site, each for light and for dark pages: python docs/make_figures.py."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import matplotlib
import mlx.core as mx
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import spectro

IMAGES = Path(__file__).parent / "images"
N, N_FFT, HOP = 2400, 1024, 512
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp")


class Theme(NamedTuple):
    """Colors of one kind of page; the background stays transparent."""

    name: str
    ink: str
    faint: str
    pad: str
    wave: str
    frames: tuple[str, str]


THEMES = (
    Theme("light", "#22223b", "#8b8ba7", "#e4e4ee", "#4f5d95", ("#d1495b", "#0b7a75")),
    Theme("dark", "#e8e8f2", "#9a9ab0", "#33334a", "#9fb0ff", ("#ff8fa0", "#5fd6cc")),
)


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    for theme in THEMES:
        with matplotlib.rc_context(_style(theme)):
            for name, draw in (
                ("frames", frames),
                ("padding", padding),
                ("decibels", decibels),
            ):
                figure = draw(theme)
                path = IMAGES / f"{name}-{theme.name}.svg"
                figure.savefig(
                    path, transparent=True, bbox_inches="tight", metadata={"Date": None}
                )
                print(path.relative_to(IMAGES.parent))


def frames(theme: Theme) -> Figure:
    """Where the frames of a signal stand, centered and not."""
    figure = Figure(figsize=(8, 6.6), layout="constrained")
    for axes, center in zip(figure.subplots(2, 1, sharex=True), (True, False)):
        _frames_panel(axes, theme, center)
    return figure


def _frames_panel(axes, theme: Theme, center: bool) -> None:
    count = spectro.stft(mx.zeros(N), n_fft=N_FFT, hop_length=HOP, center=center).shape[
        -1
    ]
    first = -N_FFT // 2 if center else 0
    n = np.arange(0, N, 8)
    axes.plot(
        n,
        0.8 * np.sin(2 * np.pi * (n / 260 + (n / 1500) ** 2)),
        color=theme.wave,
        linewidth=1.1,
    )
    if center:
        for left in (first, N):
            axes.add_patch(
                Rectangle((left, -1.1), N_FFT // 2, 2.2, color=theme.pad, linewidth=0)
            )
            axes.text(
                left + N_FFT // 4,
                0,
                "padding",
                ha="center",
                va="center",
                color=theme.faint,
            )
    shown = np.arange(0, N_FFT + 1, 32)
    window = np.append(np.array(spectro.get_window("hann", N_FFT)), 0.0)[shown]
    for t in range(count):
        base, color = 1.6 + 0.85 * t, theme.frames[t % 2]
        position = shown + first + t * HOP
        axes.fill_between(
            position, base, base + 0.7 * window, color=color, alpha=0.35, linewidth=0
        )
        axes.plot(position, base + 0.7 * window, color=color, linewidth=1.2)
        middle = first + t * HOP + N_FFT // 2
        axes.plot(
            [middle, middle],
            [-1.1, base],
            color=color,
            linewidth=0.8,
            linestyle=(0, (2, 3)),
        )
        axes.text(first + t * HOP + N_FFT + 20, base + 0.05, f"t = {t}", color=color)
    rule = "1 + n // hop" if center else "1 + (n - n_fft) // hop"
    axes.set_title(f"center={center}: {rule} = {count} frames")
    axes.set_yticks([])
    axes.set_xlim(-N_FFT // 2 - 60, N + N_FFT // 2 + 200)
    axes.set_xticks(np.arange(-HOP, N + 2 * HOP, HOP))
    axes.tick_params(labelbottom=True)
    axes.set_xlabel("sample")


def padding(theme: Theme) -> Figure:
    """What each pad mode puts on both sides of a short signal."""
    figure = Figure(figsize=(8, 6.2), layout="constrained")
    y, width = np.array([0.2, 0.9, 0.5, 0.75, 0.3, 1.0]), 4
    for axes, mode in zip(figure.subplots(len(PAD_MODES), 1, sharex=True), PAD_MODES):
        padded = np.pad(y, width, mode=mode)
        position = np.arange(len(padded)) - width
        inside = (position >= 0) & (position < len(y))
        for mask, color in ((inside, theme.wave), (~inside, theme.frames[0])):
            axes.vlines(position[mask], 0, padded[mask], color=color, linewidth=2)
            axes.plot(position[mask], padded[mask], "o", color=color, markersize=6)
        axes.axhline(0, color=theme.faint, linewidth=0.8)
        axes.set_title(mode)
        axes.set(yticks=[], ylim=(-0.1, 1.15))
    axes.set_xticks(position)
    axes.set_xlabel("sample")
    return figure


def decibels(theme: Theme) -> Figure:
    """A loud and a quiet clip in one batch, in decibels for the whole batch and for each spectrogram."""
    levels = decibel_example()
    figure = Figure(figsize=(8, 5.4), layout="constrained")
    grid = figure.subplots(2, 2, sharex=True, sharey=True)
    for column, (title, batch) in zip(grid.T, levels.items()):
        for axes, row, name in zip(
            column, batch, ("loud clip", "the same, 40 dB quieter")
        ):
            image = axes.imshow(
                row, origin="lower", aspect="auto", cmap="magma", vmin=-80, vmax=0
            )
            axes.set_title(f"{title}\n{name}", fontsize=11)
    for axes in grid[1]:
        axes.set_xlabel("frame")
    for axes in grid[:, 0]:
        axes.set_ylabel("mel band")
    figure.colorbar(image, ax=grid, label="dB", shrink=0.8)
    return figure


def decibel_example() -> dict[str, np.ndarray]:
    """The batch of the decibel page: `(2, n_mels, t)` under each rule."""
    sr = 22050
    t = np.arange(sr) / sr
    chirp = np.sin(2 * np.pi * (200 * t + 2400 * t**2)) * np.exp(-2 * t)
    S = spectro.melspectrogram(y=np.stack([chirp, 0.01 * chirp]), sr=sr, n_mels=48)
    return {
        "axes=None": spectro.power_to_db(S, ref=np.max, axes=None),
        'axes="auto"': spectro.power_to_db(S, ref=np.max),
    }


def _style(theme: Theme) -> dict[str, object]:
    ink = dict.fromkeys(
        (
            "axes.labelcolor",
            "axes.titlecolor",
            "text.color",
            "xtick.color",
            "ytick.color",
        ),
        theme.ink,
    )
    return {
        **ink,
        "axes.edgecolor": theme.faint,
        "axes.spines.left": False,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "font.size": 12,
        "svg.hashsalt": "spectro",
    }


if __name__ == "__main__":
    main()
