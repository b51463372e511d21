"""A run as a file: the environment and every row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import environment, markdown, plot
from .compare import key
from .tables import Row


def make(rows: list[Row]) -> dict[str, Any]:
    """The rows with where they come from."""
    return {"environment": environment.describe(), "rows": rows}


def save(results: dict[str, Any], path: str) -> None:
    """Write JSON."""
    Path(path).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def load(path: str) -> dict[str, Any]:
    """Read what `save` wrote."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Runs of one machine as one; a row measured twice counts as measured last."""
    machines = {(part["environment"]["cpu"], part["environment"]["device"]) for part in parts}
    if len(machines) > 1:
        raise ValueError(f"runs of different machines do not belong together: {sorted(machines)}")
    rows = {key(r): r for part in parts for r in part["rows"]}
    return {"environment": parts[-1]["environment"], "rows": list(rows.values())}


def render(results: dict[str, Any], page: str | None, picture: str | None) -> None:
    """Write what is asked for; with two suites a file for each, its name ending in the suite's."""
    suites = list(dict.fromkeys(r["suite"] for r in results["rows"]))
    for suite in suites:
        if page:
            named(page, suite, suites).write_text(markdown.page(results, suite), encoding="utf-8")
        if picture:
            plot.draw(results, suite, str(named(picture, suite, suites)))


def named(path: str, suite: str, suites: list[str]) -> Path:
    """`page.md`, or `page-gpu.md` when there is more than one suite."""
    whole = Path(path)
    return whole if len(suites) == 1 else whole.with_stem(f"{whole.stem}-{suite}")
