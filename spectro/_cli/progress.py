"""One progress bar on standard error, where a person watches, and lines of text that do not break it."""

from __future__ import annotations

import sys
import warnings
from typing import Any

from .outcome import complain, warning_text


class Progress:
    """Counts steps in a bar; without tqdm or without a terminal it only prints.

    Parameters
    ----------
    total : int
        Steps to come; `more` adds to them.
    """

    def __init__(self, total: int) -> None:
        self._bar: Any = None
        self._show_warning = warnings.showwarning
        try:
            from tqdm import tqdm
        except ImportError:
            if sys.stderr.isatty():
                complain("a progress bar needs tqdm: pip install tqdm")
        else:
            self._bar = tqdm(total=total, leave=False, disable=None, unit="step", dynamic_ncols=True)

    def __enter__(self) -> Progress:
        warnings.showwarning = self._warn
        return self

    def __exit__(self, *_: object) -> None:
        warnings.showwarning = self._show_warning
        if self._bar is not None:
            self._bar.close()

    def stage(self, name: str) -> None:
        """Say what is being done."""
        if self._bar is not None:
            self._bar.set_description(name)

    def step(self) -> None:
        """Count one step as done."""
        if self._bar is not None:
            self._bar.update()

    def more(self, steps: int) -> None:
        """Expect more steps (or fewer)."""
        if self._bar is not None:
            self._bar.total += steps
            self._bar.refresh()

    def say(self, text: str) -> None:
        """Print to standard output."""
        self._clear()
        print(text, flush=True)

    def complain(self, text: str) -> None:
        """Print a sentence to standard error."""
        self._clear()
        complain(text)

    def _warn(self, message: Warning | str, *_: Any, **__: Any) -> None:
        self.complain(warning_text(message))

    def _clear(self) -> None:
        if self._bar is not None:
            self._bar.clear()
