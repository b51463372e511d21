"""The gallery's programs: one import apart, and with the same results on both libraries."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks import gallery  # noqa: E402

PROGRAMS = {program.name: program for program in gallery.programs()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_changes_in_one_line_and_gives_the_same(name):
    pytest.importorskip("librosa")
    program = PROGRAMS[name]
    before, after = (program.computing(library).splitlines() for library in ("librosa", "spectro"))
    changed = [(a, b) for a, b in zip(before, after) if a != b]
    assert changed == [("import librosa as librosa", "import spectro as librosa")]
    assert sum("librosa" in line and "import" in line for line in before) == 1
    with gallery.among_sounds():
        (ours, printed), (theirs, same) = gallery.run(program, "spectro"), gallery.run(program, "librosa")
    error, variable = gallery.difference(ours, theirs)
    assert gallery.is_right(name, error), variable
    assert printed == same


def test_every_program_was_measured_and_was_right():
    found = gallery.load()["programs"]
    assert set(found) == set(PROGRAMS)
    for name, result in found.items():
        assert gallery.is_right(name, result["error"])
        assert (gallery.PICTURES / f"{name}.png").exists() == bool(PROGRAMS[name].picture)


def test_results_that_differ_are_told():
    y = np.array([1.0, 2.0])
    assert gallery.difference({"y": y, "n": 3}, {"y": y, "n": 3})[0] == 0
    assert gallery.difference({"y": y + 0.2}, {"y": y}) == (pytest.approx(0.1), "y")
    assert gallery.apart([y, 3], [y, 4]) == np.inf
    assert gallery.apart(y[:1], y) == np.inf
    assert gallery.apart({"a": "C"}, {"a": "D"}) == np.inf
