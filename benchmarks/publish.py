"""What the documentation shows of saved runs: their data, tables and pictures, and the numbers in the README."""

from __future__ import annotations

import re
import statistics
from pathlib import Path
from typing import Any

from . import gallery, results
from .environment import heading
from .tables import OURS, Row, behind, digits, fastest, in_words, ratios, shown

ROOT = Path(__file__).parents[1]
GENERATED, IMAGES, README = ROOT / "docs" / "_generated", ROOT / "docs" / "images", ROOT / "README.md"
MARKED = re.compile(r"(?<=<!-- numbers: python -m benchmarks publish -->\n).*?(?=<!-- end -->)", re.DOTALL)
PLACES = {"cpu": "a CPU", "gpu": "an NVIDIA GPU"}
KNOWN = ("librosa", "torchaudio", "torch")  # whom a newcomer compares with


def publish(runs: list[dict[str, Any]]) -> None:
    """Write all; a suite without a new run keeps its numbers."""
    for run in runs:
        for suite in dict.fromkeys(r["suite"] for r in run["rows"]):
            part = {**run, "rows": [r for r in run["rows"] if r["suite"] == suite]}
            results.save(part, str(data(suite)))
    for suite in published():
        picture = str(IMAGES / f"ratios-{suite}.png")
        results.render(results.load(str(data(suite))), str(GENERATED / f"performance-{suite}.md"), picture)
    README.write_text(with_numbers(README.read_text(encoding="utf-8")), encoding="utf-8")


def data(suite: str) -> Path:
    """Where the rows of a suite are kept."""
    return GENERATED / f"performance-{suite}.json"


def published() -> list[str]:
    """The suites that have been measured."""
    return [suite for suite in PLACES if data(suite).exists()]


def with_numbers(text: str) -> str:
    """A text with today's numbers between its marks."""
    lines = [numbers(suite, results.load(str(data(suite)))) for suite in published()]
    if gallery.RESULTS.exists():
        lines.append(of_programs(gallery.load()))
    return MARKED.sub(lambda _: "\n".join(lines) + "\n", text)


def numbers(suite: str, run: dict[str, Any]) -> str:
    """The mel spectrogram of the most samples, beside librosa or else the fastest peer; and where peers are ahead."""
    rows = [r for r in run["rows"] if r["table"] == "mel" and fastest(r)]
    r: Row = max(rows, key=lambda r: r["bytes"])
    best, peers, times = fastest(r)[0], ratios(r), {name: shown(value, "s") for name, value in r["values"].items()}
    name = next((peer for peer in KNOWN if peer in peers), best)
    second = f", with {best}, the fastest other library, {times[best]}" if best != name else ""
    return (
        f"- **{digits(peers[name])} times faster than {name} on {PLACES[suite]}.** A mel spectrogram of "
        f"{in_words(r['case'])}, takes {times[OURS]}, with {name} {times[name]}{second}. "
        f"{behind(run['rows'])} ({heading(run['environment'], suite)})"
    )


def of_programs(found: dict[str, Any]) -> str:
    """The programs of the gallery; what a busy machine gave is not made a headline."""
    ahead = [result["librosa"] / result["spectro"] for result in found["programs"].values()]
    where, middle = heading(found["environment"], "cpu"), digits(statistics.median(ahead))
    programs = f"{len(ahead)} [programs written for librosa](docs/migrate/gallery.md)"
    span = f"{digits(min(ahead))} to {digits(max(ahead))} times faster when their import is replaced"
    if any("disturbed" in result for result in found["programs"].values()):
        return (
            f"- Whole programs: {programs} run {span}, {middle} times in the median. These times are rough, because "
            f"other work kept the machine busy. ({where})"
        )
    return (
        f"- **{middle} times faster in whole programs.** That is the median of {programs}, which run {span}. ({where})"
    )
