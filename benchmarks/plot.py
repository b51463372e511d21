"""A bar chart of the ratios, on no background of its own: its gray reads on white and on black."""

from __future__ import annotations

from typing import Any

from .environment import heading
from .tables import TITLES, Row, digits, in_words, peers_of, ratios

INK = "#7d828a"  # 3.9:1 on white, 5.4:1 on black
COLORS = {  # one for each peer, the same in every picture
    "librosa": "#4c8dd6",
    "torch": "#d9772b",
    "torchaudio": "#c9952b",
    "auvux": "#3f9e5f",
    "scipy": "#9673c9",
    "mx.fft": "#c95f86",
    "mlx-stft": "#4aa3a8",
    "mlx-spectro": "#b5564d",
    "audioflux": "#8a8f3c",
}
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
SHOWN = ("stft", "istft", "mel", "mel_db", "onset", "round_trip", "script", "separation", "first_call")


def largest(rows: list[Row]) -> list[Row]:
    """Of each table the row that moves most bytes (the last one where none are counted), if it has peers."""
    result = []
    for table in SHOWN:
        found = [r for r in rows if r["table"] == table and peers_of(ratios(r))]
        if found:
            result.append(max(reversed(found), key=lambda r: r.get("bytes", 0)))
    return result


def draw(results: dict[str, Any], suite: str, path: str) -> None:
    """Write a PNG: for each operation, every peer's time over ours."""
    from matplotlib import pyplot

    rows = largest([r for r in results["rows"] if r["suite"] == suite])
    bars = [(r, *pair) for r in rows for pair in sorted(peers_of(ratios(r)).items(), key=lambda item: item[1])]
    color = {"text.color": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.labelcolor": INK}
    with pyplot.rc_context({**color, "font.size": 9}):
        figure, axes = pyplot.subplots(figsize=(7.2, 0.9 + 0.19 * len(bars) + 0.33 * len(rows)), layout="constrained")
        place_bars(axes, bars)
        where = heading(results["environment"], suite)
        title = "How many times as long as spectro each library takes. A bar to the left: that library is faster"
        axes.set_title(f"{title}\n{where}", fontsize=9)
        figure.savefig(path, dpi=160, transparent=True)
        pyplot.close(figure)


def place_bars(axes: Any, bars: list[tuple[Row, str, float]]) -> None:
    """Groups from top to bottom, a heading above each and a mark at spectro's time."""
    y, table = 0.0, None
    for r, name, ratio in bars:
        if r["table"] != table:
            table = r["table"]
            y += 1.6
            axes.text(
                0.0, y, f"{TITLES[table]}: {in_words(r['case'])}", transform=axes.get_yaxis_transform(), weight="bold"
            )
            y += 0.9
        axes.barh(y, ratio - 1, height=0.8, color=COLORS[name], left=1)
        axes.vlines(1, y - 0.6, y + 0.6, color=INK, linewidth=1)
        axes.text(max(ratio, 1) * 1.05, y, f"{digits(ratio)}×", va="center", fontsize=8)
        axes.text(-0.01, y, name, transform=axes.get_yaxis_transform(), va="center", ha="right", fontsize=8)
        y += 1
    axes.set_xscale("log")
    every = [1.0, *(ratio for *_, ratio in bars)]
    axes.set_xlim(min(every) * 0.8, max(every) * 1.6)
    axes.set_ylim(y, 0.4)
    axes.set_yticks([])
    axes.set_xticks([t for t in TICKS if min(every) * 0.8 <= t <= max(every) * 1.6])
    axes.xaxis.set_major_formatter(lambda x, _: f"{x:g}")
    axes.minorticks_off()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
