"""What an index page shows of a release: links that lead somewhere, and addresses."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def given(monkeypatch):
    """What the provider gives with and without a repository's address."""
    monkeypatch.syspath_prepend(str(ROOT / "metadata"))
    monkeypatch.chdir(ROOT)
    pages = __import__("pages")
    yield lambda: pages.Pages().dynamic_metadata({}, {"version": "1.2.3"})
    del sys.modules["pages"]


def test_links_of_an_index_page_lead_into_the_repository(given, monkeypatch):
    monkeypatch.setenv("SPECTRO_REPOSITORY", "https://example.org/us/spectro/")
    fields = given()
    text = fields["readme"]["text"]
    assert "](https://example.org/us/spectro/raw/v1.2.3/docs/images/demo.png)" in text
    assert "](https://example.org/us/spectro/blob/v1.2.3/docs/performance.md)" in text
    assert not re.findall(r"\]\((?!https?://|#)[^)]*\)", text)
    assert fields["urls"]["Issues"] == "https://example.org/us/spectro/issues"
    linked = re.findall(r"example\.org/us/spectro/(?:raw|blob)/v1\.2\.3/([^)#]+)", text + str(fields["urls"].values()))
    assert all((ROOT / path.rstrip("']")).exists() for path in linked)


def test_without_an_address_there_is_none_and_links_stay(given, monkeypatch):
    monkeypatch.delenv("SPECTRO_REPOSITORY", raising=False)
    assert given() == {
        "readme": {"text": (ROOT / "README.md").read_text(encoding="utf-8"), "content-type": "text/markdown"},
        "urls": {},
    }
