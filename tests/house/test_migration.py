"""The migration page: a row for every name of librosa, a page behind each of ours, and docstrings as its one source."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx.application")

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import migration  # noqa: E402

ROWS = {row.path: row for row in migration.rows()}
PAGE = migration.page()


@pytest.mark.parametrize(("space", "path"), [name[:2] for name in migration.names()], ids=lambda part: part)
def test_every_name_of_librosa_has_one_row(space, path):
    assert sum(line.startswith((f"| `{path}`", f"| {{obj}}`{path} <")) for line in PAGE) == 1
    assert (path in ROWS) == (migration.ours(path) is not None)


@pytest.mark.parametrize("path", ROWS)
def test_a_row_leads_to_the_reference(path):
    assert re.fullmatch(r"\{obj\}`[\w.]+ <spectro\.[\w.]+>`", ROWS[path].link)


def test_what_differs_is_what_the_docstring_says():
    def function():
        """Sum.

        Notes
        -----
        Differs from librosa: ``a | b`` is
        refused.

        It looks at values.
        """

    assert migration.differs(function) == r"`a \| b` is refused"
    assert migration.differs(len) == migration.SAME
    assert ROWS["stft"].differs == "computed in single precision; there is no `out=`"


def test_a_docstring_says_it_in_the_words_that_the_page_finds():
    """And in a paragraph of its own: what stands before or after it would be lost, or told as a difference."""
    for file in (ROOT / "spectro").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert text.count("Differs from librosa") == len(
            re.findall(r"^ +Differs from librosa: ", text, re.MULTILINE)
        ), file


def test_a_function_of_no_subject_stops_the_build():
    with pytest.raises(KeyError, match=r"no subject has the functions of spectro\._floor\.kinds"):
        migration.title_of("core", migration.importlib.import_module("spectro._floor.kinds").use_arrays)
