"""One table of a benchmark, as `python -m benchmarks publish` stored it, with the command that prints it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from benchmarks import environment, markdown  # noqa: E402


def stored(suite: str) -> Path:
    """Where the results of a suite lie."""
    return ROOT / "docs" / "_generated" / f"performance-{suite}.json"


def page(suite: str, table: str) -> list[str]:
    """The lines of Markdown: command, machine, rows."""
    found = json.loads(stored(suite).read_text(encoding="utf-8"))
    rows = [row for row in found["rows"] if row["table"] == table]
    if not rows:
        raise ValueError(f"no row of {table} is stored: python -m benchmarks publish")
    busy = "; ".join(row["disturbed"] for row in rows if "disturbed" in row)
    machine = environment.heading(found["environment"], suite)
    command = f"python -m benchmarks {suite} --only {table}"
    return [
        *("```sh", command, "```", ""),
        *(f"On {machine}; {busy or 'no other load was seen'}:", ""),
        *markdown.everything(rows).split("\n"),
        "",
        "A ratio says how many times as long as spectro; an error is a share of the peak.",
    ]


class Measured(SphinxDirective):
    """The rows of a table of a suite."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        suite, table = self.arguments
        self.env.note_dependency(str(stored(suite)))
        self.content = StringList(page(suite, table), source="docs/_ext/measured.py")
        return self.parse_content_to_nodes()


def setup(app) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("measured", Measured)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
