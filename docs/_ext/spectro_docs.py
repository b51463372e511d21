"""What this site adds to Sphinx: generated tables, the settings table, and formulas as MathML without a script."""

from __future__ import annotations

import re
from pathlib import Path

import gpu_defaults
import on_a_mac
from docutils import nodes
from docutils.statemachine import StringList
from latex2mathml.converter import convert
from sphinx.ext import autosummary
from sphinx.util.docutils import SphinxDirective

from spectro._floor.absent import ON_PURPOSE, names_of_librosa, state
from spectro._floor.settings import SETTINGS


class Generated(SphinxDirective):
    """Include every file of `docs/_generated` that matches a pattern; the content stands in when there is none."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Parse the files, or the content, as part of the page."""
        folder = Path(self.env.srcdir) / "_generated"
        files = sorted(folder.glob(self.arguments[0]))
        self.env.note_dependency(str(folder))
        for path in files:
            self.env.note_dependency(str(path))
        if files:
            text = "\n\n".join(path.read_text(encoding="utf-8") for path in files)
            self.content = StringList(text.splitlines(), source=str(files[0]))
        return self.parse_content_to_nodes(allow_section_headings=True)


class SettingsTable(SphinxDirective):
    """The environment variables, from the table that the package itself reads."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        rows = [("variable", "default", "accepts", "what it sets")]
        for name, setting in SETTINGS.items():
            rows.append(
                (f"`{name}`", _shown(setting.default), setting.accepts, setting.meaning)
            )
        rows.insert(1, ("---",) * 4)
        self.content = StringList(
            ["| " + " | ".join(row) + " |" for row in rows],
            source="spectro._floor.settings",
        )
        return self.parse_content_to_nodes()


class OnAMac(SphinxDirective):
    """The lines that only a Mac runs, from the sources."""

    def run(self) -> list[nodes.Node]:
        """Make the lists."""
        self.content = StringList(on_a_mac.page(), source="on_a_mac.py")
        return self.parse_content_to_nodes(allow_section_headings=True)


class GpuDefaults(SphinxDirective):
    """The launches that each kind of GPU begins with."""

    def run(self) -> list[nodes.Node]:
        """Make the table."""
        self.content = StringList(gpu_defaults.page(), source="gpu_defaults.py")
        return self.parse_content_to_nodes()


class NamesTable(SphinxDirective):
    """Every public name of librosa, and whether spectro has it, from the list that its error messages come from."""

    def run(self) -> list[nodes.Node]:
        """Make a list for each namespace."""
        self.content = StringList(names_page(), source="spectro._floor.absent")
        return self.parse_content_to_nodes()


def names_page() -> list[str]:
    """Write the lines: the namespace, what is there, what is not yet, what stays out and why."""
    lines = []
    for space, names in names_of_librosa().items():
        states = {name: state("" if space == "core" else space, name) for name in names}
        lines += [f"**{space}**", ""]
        for title in ("there", "not yet"):
            found = [
                _released(name, names[name]) for name in names if states[name] == title
            ]
            if found:
                lines += [f"- {title}: {', '.join(found)}"]
        lines += [
            f"- on purpose not: {_released(name, names[name])}: {ON_PURPOSE[name]}"
            for name in names
            if states[name] == "on purpose"
        ]
        lines.append("")
    return lines


def _released(name: str, releases: tuple[str, ...]) -> str:
    """A name, and which release has it if not both do."""
    only = f" ({releases[0]} alone)" if len(releases) == 1 else ""
    return f"`{name}`{only}"


def _shown(default: object) -> str:
    """A default as a person would write it into the environment."""
    if default is None:
        return "unset"
    return f"`{default:d}`" if isinstance(default, bool) else f"`{default}`"


def _mathml(latex: str, display: str = "inline") -> str:
    """MathML of a formula; a word of three letters or more is one name, which LaTeX would set letter by letter."""
    pattern = (
        r"\\(?:mathrm|operatorname)\{(?P<name>\w+)\}|\\[A-Za-z]+|(?P<word>[A-Za-z]{3,})"
    )

    def whole(found: re.Match[str]) -> str:
        word = found["name"] or found["word"]
        return rf"\operatorname{{{word}}}" if word else found[0]

    # a name is an identifier: as the operator that it comes out as, it would stand apart from its brackets
    return re.sub(
        r"<mo>([A-Za-z]{2,})</mo>",
        r"<mi>\1</mi>",
        convert(re.sub(pattern, whole, latex), display=display),
    )


def _inline(translator, node) -> None:
    translator.body.append(f'<span class="math">{_mathml(node.astext())}</span>')
    raise nodes.SkipNode


def _block(translator, node) -> None:
    translator.body.append(f'<div class="math">{_mathml(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def setup(app) -> dict[str, bool]:
    """Register the directives and the renderer."""
    autosummary.periods_re = re.compile(
        r"(?<!\.)\.\s+"
    )  # "0 .. n" does not end a sentence
    app.add_directive("generated", Generated)
    app.add_directive("settings-table", SettingsTable)
    app.add_directive("names-table", NamesTable)
    app.add_directive("on-a-mac", OnAMac)
    app.add_directive("gpu-defaults", GpuDefaults)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
