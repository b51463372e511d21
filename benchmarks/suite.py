"""A suite is a list of steps; each measures something and gives rows."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .tables import Row, line
from .timing import Disturbed


class Step(NamedTuple):
    """One thing to measure, named by its table and case for `--only` and the progress bar."""

    name: str
    measure: Callable[[], list[Row]]


def chosen(steps: Iterable[Step], only: list[str] | None) -> list[Step]:
    """The steps whose name begins with one of the words; all of them without words."""
    return [step for step in steps if not only or step.name.startswith(tuple(only))]


def run(steps: list[Step], suite: str) -> list[Row]:
    """Measure everything, printing each row as it comes above one progress bar."""
    rows: list[Row] = []
    with bar(len(steps)) as progress:
        for step in steps:
            progress.set_description(f"{suite}: {step.name}")
            for row in watched(step):
                rows.append({"suite": suite, **row})
                progress.write(line(row), file=sys.stdout)
                sys.stdout.flush()
            progress.update()
    return rows


def watched(step: Step) -> list[Row]:
    """Measure a step; its rows say so when other processes disturbed it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", Disturbed)
        rows = step.measure()
    notes = [str(warning.message) for warning in caught if issubclass(warning.category, Disturbed)]
    return [{**row, "disturbed": notes[-1]} for row in rows] if notes else rows


class Silent:
    """Stands in for tqdm where it is not installed."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def set_description(self, _: str) -> None:
        pass

    def update(self) -> None:
        pass

    def write(self, text: str, file: object) -> None:
        print(text, file=file)


def bar(total: int) -> Any:
    """A progress bar on standard error, shown only to a terminal."""
    try:
        from tqdm import tqdm
    except ImportError:
        return Silent()
    return tqdm(total=total, leave=False, disable=None, unit="table", dynamic_ncols=True)
