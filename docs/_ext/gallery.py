"""The gallery's page: the programs of `docs/gallery`, and the results of `python -m benchmarks gallery`."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from benchmarks import environment, gallery  # noqa: E402
from benchmarks.tables import digits, shown  # noqa: E402
from spectro._host import sounds  # noqa: E402

SWAP = ["```diff", "-import librosa", "+import spectro as librosa", "```"]


def page() -> list[str]:
    """The lines of Markdown: a section for each program."""
    found, measured = what_was_measured()
    return [
        line
        for program in measured
        for line in section(
            program,
            found["programs"][program.name],
            environment.heading(found["environment"], "cpu"),
        )
    ]


def what_was_measured() -> tuple[dict[str, Any], list[gallery.Program]]:
    """The results, and the programs that have one."""
    found = gallery.load()
    return found, [p for p in gallery.programs() if p.name in found["programs"]]


def summary() -> list[str]:
    """What was measured where, in a few sentences and one table."""
    found, measured = what_was_measured()
    results = found["programs"]
    ahead = [results[p.name]["librosa"] / results[p.name]["spectro"] for p in measured]
    versions = found["environment"]["versions"]
    lines = [
        f"Each program runs in librosa {versions['librosa']} and in spectro {versions['spectro']} "
        f"on {environment.heading(found['environment'], 'cpu')}. "
        f"spectro is {digits(min(ahead))} to {digits(max(ahead))} times faster, "
        f"{digits(statistics.median(ahead))} times in the median. "
        "A time is the shortest of several runs, from reading the file to the last result; "
        "imports and drawing do not count. The error is the largest difference of all variables "
        "of a program, as a share of the peak. Integers and texts are exactly the same.",
        "",
    ]
    if any("disturbed" in results[p.name] for p in measured):
        lines += [
            "Other programs ran on the machine meanwhile, so these times are longer than they "
            "have to be, and the ratios rough.",
            "",
        ]
    lines += ["| program | librosa | spectro | times faster | error |"]
    lines += ["|---|--:|--:|--:|--:|"]
    for program, ratio in zip(measured, ahead):
        row = results[program.name]
        lines.append(
            f"| [{program.title}](#{anchor(program)}) | {shown(row['librosa'], 's')} "
            f"| {shown(row['spectro'], 's')} | {digits(ratio)} | {row['error']:.0e} |"
        )
    return [*lines, ""]


def sources() -> list[str]:
    """Which sound each file is, as a table."""
    lines = ["| file | example | what is heard | seconds |", "|---|---|---|--:|"]
    for file, (key, seconds) in gallery.SOUNDS.items():
        sound = sounds.SOUNDS[key]
        lines.append(
            f"| `{file}` | `{key}` | {sound.title} | {min(seconds, sound.seconds):g} |"
        )
    return [*lines, ""]


def section(program: gallery.Program, row: dict[str, Any], machine: str) -> list[str]:
    """A program, what it prints or draws, and its times."""
    before, _, after = program.code.partition("import librosa\n")
    lines = [f"({anchor(program)})=", f"### {program.title}", "", program.text, ""]
    lines += [
        *SWAP,
        "```{code-block} python",
        *(before + after).strip("\n").split("\n"),
    ]
    lines += ["```", ""]
    if program.picture:
        picture = f"/_generated/gallery/{program.name}.png"
        lines += [f"![What the program draws: {program.title}]({picture})", ""]
    if row["prints"]:
        lines += ["```text", *row["prints"].rstrip("\n").split("\n"), "```", ""]
    ratio = digits(row["librosa"] / row["spectro"])
    text = (
        f"librosa {shown(row['librosa'], 's')}, spectro {shown(row['spectro'], 's')}: "
        f"**{ratio} times faster** ({machine}; {row.get('disturbed', 'no other load was seen')}). "
    )
    text += f"The results differ by {row['error']:.0e} of the peak at most"
    reason = gallery.LOOSER.get(program.name, ("", ""))[1]
    return [*lines, f"{text}: {reason}." if reason else f"{text}.", ""]


def anchor(program: gallery.Program) -> str:
    """The place of a program in the page."""
    return f"gallery-{program.name}"


class Gallery(SphinxDirective):
    """All programs."""

    def run(self) -> list[nodes.Node]:
        """Make the sections."""
        for path in (gallery.RESULTS, *gallery.PROGRAMS.glob("*.py")):
            self.env.note_dependency(str(path))
        self.content = StringList(page(), source="docs/_ext/gallery.py")
        return self.parse_content_to_nodes(allow_section_headings=True)


class GallerySounds(SphinxDirective):
    """The files that the programs read."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        self.content = StringList(sources(), source="docs/_ext/gallery.py")
        return self.parse_content_to_nodes()


class GalleryTable(SphinxDirective):
    """The programs and their times."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        self.content = StringList(summary(), source="docs/_ext/gallery.py")
        return self.parse_content_to_nodes()


def setup(app) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("gallery", Gallery)
    app.add_directive("gallery-sounds", GallerySounds)
    app.add_directive("gallery-table", GalleryTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
