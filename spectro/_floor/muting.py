"""Standard error without what libraries of C print there by themselves, in processes that are ours alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ERRORS = 2  # the descriptor


@contextmanager
def muted() -> Iterator[None]:
    """Let the descriptor of standard error lead nowhere: libmpg123 reports each damaged frame of an MP3 there.

    It is the whole process's, so this is for commands and workers, and for the time of a call into such a library.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(ERRORS), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, ERRORS)
        yield
    finally:
        os.dup2(kept, ERRORS)
        os.close(kept)
        os.close(nowhere)
