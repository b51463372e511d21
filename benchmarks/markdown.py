"""The tables as a page: by operation and narrow, so that a phone shows them without scrolling."""

from __future__ import annotations

from typing import Any

from .environment import heading
from .tables import OURS, PEERS, TITLES, Row, behind, digits, fastest, is_right, peers_of, ratios, shown, speed

EXPLANATION = (
    "A ratio is a peer's time (or memory) divided by spectro's: above 1, spectro is ahead. The error is the largest "
    "difference from an answer computed in float64, as a share of its peak. A library that gives another answer is not "
    "timed. `8x480000 1024/256` means 8 signals of 480,000 samples, in frames of 1024 samples with a hop of 256."
)


def page(results: dict[str, Any], suite: str) -> str:
    """Everything that one suite measured."""
    environment, rows = results["environment"], [r for r in results["rows"] if r["suite"] == suite]
    versions = [f"{name} {number}" for name, number in environment["versions"].items() if number]
    missing = [f"{name} ({reason})" for name, reason in environment["missing"].items()]
    parts = [
        f"## On the {suite.upper()}: {environment['device' if suite == 'gpu' else 'cpu']}",
        f"Measured on {heading(environment, suite)} by `python -m benchmarks {suite}`, Python {environment['python']}; "
        f"{', '.join(versions)}. {suite.upper()} backend: {environment['backends'][suite]}.",
        *([f"Left out: {', '.join(missing)}."] if missing else []),
        EXPLANATION,
        *introductions(rows),
        behind(rows),
        *losses(rows),
        *disturbances(rows),
    ]
    for table in TITLES:
        if found := [r for r in rows if r["table"] == table]:
            parts += [f"### {TITLES[table]}", *section(found)]
    return "\n\n".join(parts) + "\n"


def introductions(rows: list[Row]) -> list[str]:
    """What the peers are that take part."""
    found = dict.fromkeys(name for r in rows for name in [*r["values"], *r["errors"]] if name in PEERS)
    return ["\n".join(f"- **{name}**: {PEERS[name]}" for name in PEERS if name in found)] if found else []


def losses(rows: list[Row]) -> list[str]:
    """Rows in which peers are ahead, said before anything else."""
    cells = []
    for r in rows:
        ahead = sorted((ratio, name) for name, ratio in peers_of(ratios(r)).items() if ratio < 1)
        if ahead:
            cells.append([TITLES[r["table"]], r["case"], ", ".join(f"{name} {ratio:.2f}" for ratio, name in ahead)])
    return [table(["", "", "ratio"], cells)] if cells else []


def disturbances(rows: list[Row]) -> list[str]:
    """Rows that are not to be believed."""
    busy = [f"{TITLES[r['table']]} {r['case']}" for r in rows if "disturbed" in r]
    return [f"Other processes disturbed these rows: {'; '.join(busy)}."] if busy else []


def section(rows: list[Row]) -> list[str]:
    """A table of the rows with their best peer, and one of everything behind a fold."""
    if rows[0]["unit"] == "of the peak" or not any(fastest(r) for r in rows):
        return [everything(rows)]
    cells = []
    for r in rows:
        best, ahead = fastest(r), ratios(r)
        ours = shown(r["values"][OURS], r["unit"]) if is_right(r) else "wrong"
        peer = f"{best[1]:.2f} ({best[0]})" if best else ""
        librosa = digits(ahead["librosa"]) if "librosa" in ahead else ""
        cells.append([r["case"], ours, peer, librosa])
    heads = ["", OURS, "best peer", "librosa"]
    if not any(row[3] for row in cells):
        heads, cells = heads[:3], [row[:3] for row in cells]
    elif all(set(peers_of(ratios(r))) <= {"librosa"} for r in rows):  # the only one is the best
        heads, cells = [*heads[:2], heads[3]], [[*row[:2], row[3]] for row in cells]
    folded = "<details><summary>every library</summary>\n\n" + everything(rows) + "\n\n</details>"
    return [table(heads, cells), folded]


def everything(rows: list[Row]) -> str:
    """Each library in each row: value, ratio, GB/s and error."""
    cells = []
    for r in rows:
        ahead = ratios(r)
        for i, name in enumerate(dict.fromkeys([*r["values"], *r["errors"]])):
            error = f"{r['errors'][name]:.0e}" if name in r["errors"] and r["unit"] != "of the peak" else ""
            value = shown(r["values"][name], r["unit"]) if name in r["values"] else "another answer"
            ratio = digits(ahead[name]) if name in ahead else ""
            rate = speed(r, name).removesuffix(" GB/s") if name in r["values"] else ""
            cells.append([r["case"] if i == 0 else "", name, value, ratio, rate, error])
    return without_empty_columns(
        ["", "", "time" if rows[0]["unit"] == "s" else rows[0]["unit"], "ratio", "GB/s", "error"], cells
    )


def without_empty_columns(heads: list[str], cells: list[list[str]]) -> str:
    """A table of the columns that hold anything."""
    kept = [i for i in range(len(heads)) if any(row[i] for row in cells)]
    return table([heads[i] for i in kept], [[row[i] for i in kept] for row in cells])


def table(heads: list[str], cells: list[list[str]]) -> str:
    """A pipe table, text to the left and numbers to the right."""
    marks = ["---" if i < 1 or not heads[i] else "--:" for i in range(len(heads))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, marks, *cells])
