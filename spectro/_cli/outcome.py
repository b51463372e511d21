"""How a command ends: its exit code, and where sentences of failures go."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

OK, FAILED, INTERRUPTED = 0, 1, 130


def open_streams() -> None:
    """Let standard streams that were closed (`2>&-`) lead nowhere: a file of ours would get their number otherwise."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - as long as the process


def warned(message: Warning | str, *_: Any, **__: Any) -> None:
    """Say a warning as a sentence; it takes the place of `warnings.showwarning`."""
    complain(warning_text(message))


def warning_text(message: Warning | str) -> str:
    """A warning in one line, for a reader who did not call the function it names."""
    text = " ".join(str(message).split())
    return f"warning: {text.partition('] ')[2] or text}" if text.startswith("[") else f"warning: {text}"


def complain(text: str) -> None:
    """Say on standard error what went wrong."""
    print(f"spectro: {text}", file=sys.stderr)


def ended(*_: object) -> None:
    """End at Ctrl-C while modules load: there is nothing to tidy, and those of C may lose an exception."""
    complain("interrupted")
    os._exit(INTERRUPTED)


def begin() -> None:
    """Let Ctrl-C raise from now on, which tidies."""
    if signal.getsignal(signal.SIGINT) is ended:
        signal.signal(signal.SIGINT, signal.default_int_handler)
