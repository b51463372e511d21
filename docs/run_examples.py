"""Run the Python blocks of the pages, each page in one namespace: python docs/run_examples.py [page.md ...].

A page that imports librosa or PyTorch is left out, and said to be, where that is not installed.
A `text` block that follows one at once is what it must print. Blocks written as `{code-block} python` are not run.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import sys
import traceback
from pathlib import Path

import spectro

DOCS = Path(__file__).parent
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", re.MULTILINE | re.DOTALL
)
PEERS = ("librosa", "torch")


def main(names: list[str]) -> int:
    """Run the pages and count those that fail."""
    pages = [Path(name) for name in names] or sorted(
        [*DOCS.glob("*.md"), *DOCS.glob("migrate/*.md")]
    )
    failures = sum(not run(page) for page in pages)
    return failures if names else failures + (not complete())


def run(page: Path) -> bool:
    """Run one page and say how it went."""
    text = page.read_text(encoding="utf-8")
    found = list(BLOCK.finditer(text))
    imported = [
        name
        for name in PEERS
        if any(re.search(rf"^import {name}$", b[1], re.MULTILINE) for b in found)
    ]
    missing = [name for name in imported if importlib.util.find_spec(name) is None]
    if not found or missing:
        if missing:
            print(f"{page.name}: not run, needs {', '.join(missing)}")
        return True
    namespace: dict[str, object] = {"__name__": page.stem}
    for block in found:
        line = text.count("\n", 0, block.start(1))
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile("\n" * line + block[1], str(page), "exec"), namespace)
            if block[2] is not None and printed.getvalue() != block[2]:
                raise AssertionError(
                    f"line {line}: printed\n{printed.getvalue()}\nthe page says\n{block[2]}"
                )
        except Exception:
            print(f"{page.name}: failed\n{traceback.format_exc()}")
            return False
    print(f"{page.name}: {len(found)} blocks")
    return True


def complete() -> bool:
    """Whether the API reference names all exports."""
    ours = [name for name in spectro.__all__ if name != "__version__"]
    return lists("api/*.rst", r"\w+", ours)


def lists(pages: str, pattern: str, names: list[str]) -> bool:
    """Whether pages name all of these; print those that they lack."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob(pages))
    listed = set(re.findall(pattern, text, re.MULTILINE))
    missing = [name for name in names if name not in listed]
    if missing:
        print(f"{pages}: lacks {', '.join(missing)}")
    return not missing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
