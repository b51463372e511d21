"""How far a run is: files, files a second, and audio a second, where a person watches."""

from __future__ import annotations

import time
from typing import Any

from .stages import Outcome


def length(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


class Progress:
    """A bar on standard error; nothing without tqdm or without a terminal.

    Parameters
    ----------
    files : int
        How many there are to do.
    shown : bool
        Whether to draw it, on a terminal.
    """

    def __init__(self, files: int, shown: bool) -> None:
        self._bar: Any = None
        self._began, self._seconds = time.perf_counter(), 0.0
        if shown:
            try:
                from tqdm import tqdm
            except ImportError:
                return
            self._bar = tqdm(total=files, leave=False, disable=None, unit="file", dynamic_ncols=True, smoothing=0.1)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def step(self, outcome: Outcome) -> None:
        """Count a chunk of files."""
        self._seconds += outcome.seconds
        if self._bar is not None:
            rate = self._seconds / (time.perf_counter() - self._began)
            self._bar.set_postfix_str(f"{length(rate)} of audio/s", refresh=False)
            self._bar.update(len(outcome.done) + len(outcome.same) + len(outcome.failed))
