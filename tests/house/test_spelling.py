"""American spelling in all that people read: pages, docstrings, messages, comments, notebooks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = (
    r"(?:un)?cent(?:re[ds]?|ring)",
    r"\w*(?:behavi|col|fav|hon|lab|neighb|rum|vap|vig|flav|harb)our(?!ed of)\w*",
    r"(?:re)?(?:analy|paraly|cataly)s(?:ed?|ers?|ing)",
    r"(?:synthes|emphas|hypothes|de-emphas)is(?:e[drs]?|ers|ing)",
    r"\w*(?:synchron|vector|recogn|normal|optim|initial|quant|general|serial|organ|minim|maxim|equal|summar|visual|util"
    r"|special|custom|character|stabil|parameter|random|token|discret|linear|factor|categor|local|sanit|harmon|symbol"
    r"|real|penal|standard|regular|apolog|critic|author|final|capital|memor|modern|polar|prior|binar|digit)"
    r"is(?:e[drs]?|ers|ing|ations?)",
    r"\w*(?:model|label|cancel|travel|signal|channel|level|total|equal|fuel|dial|marvel|jewel)l(?:ed|er|ers|ing)",
    r"grey\w*|whilst|amongst|licen[c]es?|catalogues?|artefacts?|programmes?|fulfil|fibres?|metres?|litres?|theatres?"
    r"|judgement|practis\w+|defence|offence|learnt|spelt|dreamt|sceptic\w*|mould\w*|ageing|cheques?|acknowledgement",
)
BRITISH = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(WORDS)})(?![A-Za-z])", re.IGNORECASE)
FOLDERS = ("docs", "spectro", "benchmarks", "tests")
READ = (
    *("*.md", "docs/**/*.md", "docs/**/*.rst", "docs/**/*.in", "notebooks/*.ipynb"),
    *(f"{folder}/**/*.{ending}" for folder in FOLDERS for ending in ("py", "pyi", "md")),
)
FILES = sorted(
    {
        path.relative_to(ROOT)
        for glob in READ
        for path in ROOT.glob(glob)
        if "_build" not in path.parts and path != Path(__file__)
    }
)


def text(path: Path) -> str:
    """What stands in a file: of a notebook its cells, without what they gave."""
    said = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return said
    return "\n".join("".join(cell["source"]) for cell in json.loads(said)["cells"])


def test_nothing_is_spelled_as_in_britain():
    assert len(FILES) > 300
    found = {str(path): sorted({*BRITISH.findall(text(ROOT / path))}) for path in FILES}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("word", ["centred", "Colours", "normalised", "analyse", "modelling", "neighbouring", "x_grey"])
def test_a_british_word_is_found(word):
    assert BRITISH.search(f"a {word}, here")


@pytest.mark.parametrize("word", ["analyses", "synthesis", "precise", "noise", "hours", "parameters", "controlled"])
def test_other_words_are_not(word):
    assert not BRITISH.search(f"a {word}, here")
