"""The list of lines that only a Mac runs: found in the sources, with the blocks that they open."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("on_a_mac", ROOT / "docs" / "_ext" / "on_a_mac.py")
on_a_mac = importlib.util.module_from_spec(spec)
spec.loader.exec_module(on_a_mac)


@pytest.mark.parametrize("group", on_a_mac.GROUPS, ids=lambda group: group.title)
def test_every_group_names_lines_that_stand_there(group):
    places = list(on_a_mac.found(group))
    assert places
    for file, first, last, text in places:
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
        assert lines[first - 1].strip() == text and first <= last <= len(lines)


def test_what_must_be_on_the_list_is():
    places = [place for group in on_a_mac.GROUPS for place in on_a_mac.found(group)]
    for file, part in (
        ("spectro/_gpu/launch/build.py", "mx.metal.is_available"),
        ("spectro/_gpu/launch/build.py", "max_total_threads_per_threadgroup"),
        ("spectro/_gpu/launch/kinds.py", "mx.metal.is_available"),
        ("spectro/_gpu/launch/tuning.py", "mac_ver"),
        ("spectro/_gpu/launch/mapping.cpp", "eval_gpu"),
        ("spectro/_cpu/CMakeLists.txt", "if(APPLE)"),
        ("spectro/_cpu/runtime/cores.cpp", "__APPLE__"),
        ("spectro/_floor/folders.py", "darwin"),
        ("pyproject.toml", "delocate-wheel"),
    ):
        assert any(place[0] == file and part in place[3] for place in places), f"{file}: {part}"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("#if defined(__APPLE__)\n  a;\n  b;\n#endif\n", 3),
        ("if(APPLE)\n  set(a)\nelse()\n", 2),
        ("if mac:\n    a\n\n    b\nc\n", 4),
        ("plain\nmore\n", 1),
    ],
    ids=["preprocessor", "CMake", "Python", "a line"],
)
def test_a_block_ends_where_its_branch_ends(text, last):
    assert on_a_mac.last_of(text.splitlines(), 1) == last
