"""The migration page's tables: every name of librosa, and what differs in ours, as each docstring says it."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from spectro._floor.absent import ON_PURPOSE, names_of_librosa, state

DOCS = Path(__file__).parents[1]
DIFFERS = re.compile(r"Differs from librosa: (.*?)(?=\n\n|\Z)", re.DOTALL)
SAME = "same"

# The top level by the modules that functions live in.
SUBJECTS = {
    "Audio and signals": ("audio", "signals", "util"),
    "Spectra": ("spectrum", "phase", "timescale"),
    "Pitch": ("pitch",),
    "Constant-Q": ("constantq",),
    "Levels": ("decibel", "loudness", "convert.weighting"),
    "Time": ("convert.time", "convert.blocks", "convert.like"),
    "Frequencies": ("convert.frequency", "convert.octaves", "convert.pitch"),
    "Intervals, keys and scales": ("notation",),
    "Versions and errors": ("errors", "_cli"),
}
NAMESPACES = {
    "feature": "Features",
    "feature.inverse": "Back from features",
    "onset": "Onsets",
    "beat": "Beats and tempo",
    "effects": "Effects",
    "decompose": "Decomposition",
    "segment": "Structure",
    "sequence": "Sequences",
    "filters": "Filters",
    "display": "Pictures",
    "util": "Arrays and matching",
}


class Row(NamedTuple):
    """A name of librosa's that spectro has."""

    title: str
    path: str  # as after `librosa.`
    releases: tuple[str, ...]
    link: str  # to the page of ours
    differs: str


def rows() -> list[Row]:
    """Every name of librosa's that spectro has, subject by subject."""
    links = documented()
    found = [
        Row(
            title_of(space, value),
            path,
            releases,
            link_of(path, value, links),
            differs(value),
        )
        for space, path, releases in names()
        if (value := ours(path)) is not None
    ]
    order = [*SUBJECTS, *NAMESPACES.values()]
    return sorted(found, key=lambda row: order.index(row.title))


def names() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Librosa's names: namespace, path, releases. What `util.exceptions` holds is at the top as well."""
    for space, listed in names_of_librosa().items():
        for name, releases in listed.items():
            if space != "util.exceptions":
                path = name if space == "core" else f"{space}.{name}"
                yield space, path, releases


def ours(path: str) -> Any:
    """What spectro has of that name, None where it has nothing."""
    space, _, name = path.rpartition(".")
    if state(space, name) != "there":
        return None
    return getattr(importlib.import_module(f"spectro.{space}".rstrip(".")), name)


def title_of(space: str, value: Any) -> str:
    """The subject of a name, by its namespace or, at the top, by its module."""
    if space != "core":
        return NAMESPACES[space]
    home = value.__module__.removeprefix("spectro.") + "."
    for title, modules in SUBJECTS.items():
        if home.startswith(tuple(f"{module}." for module in modules)):
            return title
    raise KeyError(f"no subject has the functions of spectro.{home.rstrip('.')}")


def differs(value: Any) -> str:
    """What a docstring says after "Differs from librosa:"."""
    found = DIFFERS.search(inspect.getdoc(value) or "")
    if found is None:
        return SAME
    text = " ".join(found[1].split()).removesuffix(".")
    return re.sub(r"``(.+?)``", r"`\1`", text).replace("|", r"\|")


def documented() -> dict[int, str]:
    """The names that the API reference lists, by what they are."""
    found = {}
    for page in sorted((DOCS / "api").glob("*.rst")):
        text = page.read_text(encoding="utf-8")
        for path in re.findall(r"^   ([A-Za-z]\w*(?:\.\w+)*)$", text, re.MULTILINE):
            space, _, name = path.removeprefix("spectro.").rpartition(".")
            try:
                module = importlib.import_module(f"spectro.{space}".rstrip("."))
                found.setdefault(id(getattr(module, name)), path)
            except (ImportError, AttributeError):  # a word of prose
                continue
    return found


def link_of(path: str, value: Any, links: dict[int, str]) -> str:
    """A reference to the page of a name, the plain name where the reference has none."""
    listed = links.get(id(value))
    if listed is None:
        return f"`{path}`"
    return f"{{obj}}`{path} <spectro.{listed.removeprefix('spectro.')}>`"


def page() -> list[str]:
    """The lines of Markdown: a sentence that counts, the tables, and what is not there."""
    there = rows()
    different = sum(row.differs != SAME for row in there)
    absent = [name for name in names() if ours(name[1]) is None]
    lines = [
        f"spectro has {len(there)} of librosa's {len(there) + len(absent)} public names, each under "
        f"the same name in the same place. {different} of them differ in something, which the last "
        'column says. "Same" means that nothing differs but what [holds for all](#numbers).',
        "",
    ]
    title = ""
    for row in there:
        if row.title != title:
            title = row.title
            lines += ["", f"**{title}**", "", *HEAD]
        lines.append(f"| {row.link}{released(row.releases)} | {row.differs} |")
    lines += ["", "**Not there**", "", "| librosa | why, and what to do |", "|---|---|"]
    lines += [
        f"| `{path}`{released(releases)} | {reason(path)} |"
        for _, path, releases in absent
    ]
    return lines


HEAD = ("| in librosa and spectro | what differs |", "|---|---|")


def released(releases: tuple[str, ...]) -> str:
    """Which release has a name, if not both do."""
    return f" ({releases[0]} only)" if len(releases) == 1 else ""


def reason(path: str) -> str:
    """Why a name is not there."""
    purpose = ON_PURPOSE.get(path.rpartition(".")[2])
    if purpose is not None:
        return f"on purpose: {purpose}"
    return "not yet: librosa's takes `np.asarray(...)` of what spectro gives"


class MigrationTable(SphinxDirective):
    """Librosa's names beside ours."""

    def run(self) -> list[nodes.Node]:
        """Make the tables; the page is read anew at every build, because docstrings are no files of the site."""
        self.env.note_reread()
        self.content = StringList(page(), source="docs/_ext/migration.py")
        return self.parse_content_to_nodes()


def setup(app) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("migration-table", MigrationTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
