"""The README's numbers: those of the published runs, and none typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks import markdown, publish, results, tables  # noqa: E402

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_the_numbers_of_the_published_runs():
    """`python -m benchmarks publish` writes them."""
    assert len(publish.MARKED.findall(README)) == 1
    assert publish.with_numbers(README) == README
    emptied = publish.MARKED.sub("", README)
    assert publish.with_numbers(emptied) == README
    lines = publish.MARKED.search(README)[0].splitlines()
    assert [line[:2] for line in lines] == ["- "] * (len(publish.published()) + 1)


@pytest.mark.parametrize("suite", publish.published())
def test_the_pages_are_those_of_the_published_runs(suite):
    page = (publish.GENERATED / f"performance-{suite}.md").read_text(encoding="utf-8")
    assert markdown.page(results.load(str(publish.data(suite))), suite) == page


def test_a_summary_says_in_how_many_rows_which_peer_is_ahead_and_by_how_much():
    def row(**values: float):
        return tables.row("stft", "x", {"spectro": 1.0, **values}, {})

    assert tables.behind([row(librosa=2.0), row()]) == "No peer was ahead in any of the 1 rows that have one."
    said = tables.behind([row(torch=0.5, librosa=2.0), row(torch=0.8, auvux=0.9), row(librosa=3.0)])
    assert said == (
        "Peers are ahead in 2 of the 3 rows that have one: torch in 2, by 2.00 times at most (stft); "
        "auvux in 1, by 1.11 times at most (stft)."
    )


def test_a_shape_is_said_in_words():
    assert tables.in_words("8x480000 1024/256") == "8 signals of 480,000 samples, n_fft 1024, hop 256"
    assert tables.in_words("stft 1x16000 512/128") == "stft 1 signal of 16,000 samples, n_fft 512, hop 128"
    assert tables.in_words("10 min in 20 files") == "10 min in 20 files"


def test_a_table_with_librosa_alone_has_one_column_for_it():
    rows = [tables.row("features", "rms", {"spectro": 1e-3, "librosa": 2e-3}, {})]
    assert markdown.section(rows)[0].splitlines()[0] == "|  | spectro | librosa |"
    rows = [tables.row("features", "rms", {"spectro": 1e-3, "librosa": 2e-3, "torch": 1e-3}, {})]
    assert markdown.section(rows)[0].splitlines()[0] == "|  | spectro | best peer | librosa |"
