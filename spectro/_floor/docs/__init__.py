"""What docstrings say in many places, said once: `documented` puts it where a line names it.

A line ``%(sr)s`` of a docstring stands for the text of that name below, indented as the line is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from . import constantq, display, general, notation, pitch, presets, rhythm, spectra, structure, units

F = TypeVar("F", bound=Callable[..., Any])

MARK = re.compile(r"^( *)%\((\w+)\)s$", re.MULTILINE)


def documented(fn: F) -> F:
    """Fill the marked lines of a function's docstring; `python -OO` leaves none."""
    if fn.__doc__ is not None:
        fn.__doc__ = filled(fn.__doc__)
    return fn


def filled(doc: str) -> str:
    """Put the texts where the lines ``%(name)s`` stand, each line as far in as its mark."""

    def text(mark: re.Match[str]) -> str:
        indent, name = mark.groups()
        return "\n".join(indent + line if line else line for line in filled(FRAGMENTS[name]).splitlines())

    return MARK.sub(text, doc)


SUBJECTS = (general, spectra, rhythm, pitch, constantq, structure, units, notation, presets, display)
FRAGMENTS = {name: text for subject in SUBJECTS for name, text in subject.TEXTS.items()}  # a text may name others
