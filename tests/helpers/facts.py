"""What each function is, for the line at the top of its page: python tests/helpers/facts.py writes it for the site.

The kind, and the arrays that have a gradient, are those of the table of cases; the operations are those that its rows
run.
"""

from __future__ import annotations

import inspect
import json
import re
import warnings
from pathlib import Path
from typing import Any

from case import Case, found
from cases import CASES

import spectro
from spectro._engine import calls, dispatch

DOCS = Path(__file__).parents[2] / "docs"
STORED = DOCS / "_generated" / "functions.json"
TABLE = re.compile(r"^   :nosignatures:\n\n((?:   [\w.]+\n)+)", re.MULTILINE)
# what a function's decorator does not say, and no row does
KINDS = {
    **dict.fromkeys(("load", "stream", "get_duration", "get_samplerate", "extract"), "host"),
    **dict.fromkeys(("make_window", "melscale_fbanks"), "constant"),
    "transforms.amplitude_to_db": "lazy",
}
# lazy functions without a row, and the arrays by which other tests differentiate them
WITHOUT_A_ROW = {"resample": ["y"], "effects.pitch_shift": ["y"], "transforms.amplitude_to_db": ["x"]}


def names() -> list[str]:
    """Every name that has a page of its own."""
    pages = [page.read_text(encoding="utf-8") for page in (DOCS / "api").glob("*.rst")]
    listed = {name for page in pages for table in TABLE.findall(page) for name in table.split()}
    return sorted(listed)


def facts() -> dict[str, dict[str, Any]]:
    """The facts of every function that has a page, and takes or makes arrays."""
    rows: dict[str, list[Case]] = {}
    for row in CASES.values():
        rows.setdefault(row.function, []).append(row)
    functions = [name for name in names() if inspect.isfunction(found(spectro, name))]
    every = {name: facts_of(name, rows.get(name, [])) for name in functions}
    return {name: fact for name, fact in every.items() if fact["kind"] is not None}


def facts_of(name: str, rows: list[Case]) -> dict[str, Any]:
    """The facts of one function and its rows."""
    kind = rows[0].kind if rows else KINDS.get(name) or getattr(found(spectro, name), "__kind__", None)
    by = {array for row in rows for array in row.by} if kind == "lazy" else ()
    return {
        "kind": kind,
        "by": sorted(by) or WITHOUT_A_ROW.get(name, []),
        "operations": sorted(operations(rows)),
    }


def operations(rows: list[Case]) -> set[str]:
    """The operations that calls run."""
    seen, choose = set(), dispatch.choose

    def noted(op: str, *args: Any) -> Any:
        seen.add(op)
        return choose(op, *args)

    dispatch.choose = noted
    try:
        for row in rows:
            calls._memory.calls.clear()  # a call that is remembered chooses nobody
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                row.call(**(row.mlx() if row.kind == "lazy" else {}))
    finally:
        dispatch.choose = choose
    return seen


def written(facts: dict[str, dict[str, Any]]) -> str:
    """The facts as text, a function a line."""
    lines = (f"{json.dumps(name)}: {json.dumps(fact)}" for name, fact in facts.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    STORED.write_text(written(facts()), encoding="utf-8")
