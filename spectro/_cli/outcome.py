"""How a command ends: its exit code, and one sentence for every failure."""

from __future__ import annotations

import os
import sys

OK, FAILED, INTERRUPTED = 0, 1, 130


def open_streams() -> None:
    """Let standard streams that were closed (`2>&-`) lead nowhere: a file of ours would get their number otherwise."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - as long as the process


def complain(text: str) -> None:
    """Say on standard error what went wrong."""
    print(f"spectro: {text}", file=sys.stderr)


def sentence(error: BaseException) -> str:
    """Put an error in one line, for a reader who did not call the function it names."""
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if text.startswith("["):
        text = text.partition("] ")[2] or text
    if isinstance(error, (ValueError, OSError, ImportError)) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
