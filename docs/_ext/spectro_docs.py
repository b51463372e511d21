"""What this site adds to Sphinx: generated tables, the settings table, and formulas as MathML without a script."""

from __future__ import annotations

import re
from pathlib import Path

import gpu_defaults
import on_a_mac
import reference
from docutils import nodes
from docutils.statemachine import StringList
from latex2mathml.converter import convert
from sphinx.ext import autosummary
from sphinx.util.docutils import SphinxDirective

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


class Picture(SphinxDirective):
    """The picture of a function (`docs/pictures/draw.py`), in the page itself, whose colors it takes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Read the file."""
        name = self.arguments[0]
        path = Path(self.env.srcdir) / "images" / "api" / f"{name}.svg"
        self.env.note_dependency(str(path))
        svg = path.read_text(encoding="utf-8").replace(
            "<svg ", f'<svg role="img" aria-label="{name}, drawn" ', 1
        )
        return [nodes.raw("", f'<div class="picture">{svg}</div>', format="html")]


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
    app.add_directive("on-a-mac", OnAMac)
    app.add_directive("gpu-defaults", GpuDefaults)
    app.add_directive("picture", Picture)
    app.connect(
        "autodoc-process-docstring", reference.see_also, priority=400
    )  # before numpydoc
    app.connect("autodoc-process-docstring", reference.top, priority=600)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
