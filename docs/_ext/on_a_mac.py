"""The lines that only a Mac runs, found in the sources, beside the commands that run them (`make on-a-mac`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Group(NamedTuple):
    """Lines of one kind."""

    title: str
    command: str
    files: tuple[str, ...]
    pattern: str  # of a line, or of one that opens a block


GROUPS = (
    Group(
        "Metal's kernels and their launches",
        "SPECTRO_REQUIRE_GPU=1 python -m pytest",
        (
            "spectro/**/*.py",
            "spectro/_gpu/launch/*.cpp",
            "spectro/_gpu/kernels/dialect_metal.h",
        ),
        r"^(?!.*\"\"\").*(mx\.metal|mac_ver|max_total|metal_kernel|dialect\(.metal|\beval_gpu\b|^#define)",
    ),
    Group(
        "The CPU backend as a Mac builds and runs it",
        "pip install -e '.[audio,plot,dev]' && PYTHONPATH=tests/helpers/on_the_cpu python -m pytest",
        (
            "spectro/_cpu/CMakeLists.txt",
            "spectro/_cpu/**/*.cpp",
            "spectro/_cpu/**/*.h",
            "spectro/_floor/*.h",
        ),
        r"\b(__APPLE__|APPLE|CMAKE_OSX_\w+)\b",
    ),
    Group(
        "The user's folders, and what `spectro build` puts there",
        "python -m pytest tests/cli/test_build.py && CXX=/bin/false pip install . && python -m spectro build",
        ("spectro/**/*.py",),
        r"\bdarwin\b",
    ),
    Group(
        "Wheels",
        "pipx run cibuildwheel==4.3.5 --platform macos",
        ("pyproject.toml", ".github/workflows/*.yml"),
        r"cibuildwheel\.macos|MACOSX_|delocate-|macos-\d+",
    ),
)
MOST = 90  # characters shown of a line


def found(group: Group) -> Iterator[tuple[str, int, int, str]]:
    """Each place of a group: file, first line, last line, text of the first."""
    for file in sorted({path for glob in group.files for path in ROOT.glob(glob)}):
        lines = file.read_text(encoding="utf-8").splitlines()
        covered = 0
        for number, line in enumerate(lines, start=1):
            if number > covered and re.search(group.pattern, line):
                covered = last_of(lines, number)
                yield str(file.relative_to(ROOT)), number, covered, line.strip()


def last_of(lines: list[str], number: int) -> int:
    """Find the last line of what a line opens: a branch of the preprocessor, of CMake or of Python; else it itself."""
    line = lines[number - 1]
    if re.match(r"\s*#\s*(if|elif)", line):
        ends = r"\s*#\s*(el|endif)"
    elif re.match(r"\s*if\(", line):
        ends = r"\s*(else|elseif|endif)\("
    elif re.match(r"\s*(if|elif) .*:$", line):
        indent = len(line) - len(line.lstrip())
        ends = rf"\s{{0,{indent}}}\S"
    else:
        return number
    inner = (
        at for at in range(number + 1, len(lines) + 1) if re.match(ends, lines[at - 1])
    )
    return max(number, next(inner, number + 1) - 1)


def page() -> list[str]:
    """Write the lines of Markdown; the places of a group are folded away."""
    out = []
    for group in GROUPS:
        places = list(found(group))
        title = f"{len(places)} place{'s' * (len(places) != 1)} in the sources"
        out += [f"### {group.title}", "", "```sh", group.command, "```", ""]
        out += ["<details>", f"<summary>{title}</summary>", ""]
        for file, first, last, text in places:
            where = f"{file}:{first}" + (f"-{last}" if last > first else "")
            out.append(f"- `{where}`: ``{text[:MOST]}``")
        out += ["", "</details>", ""]
    return out


if __name__ == "__main__":
    print("\n".join(page()))
