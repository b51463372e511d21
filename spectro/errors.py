"""The exception that every refused input raises, and warnings at the line of the caller."""

from __future__ import annotations

import sys
import warnings


class ParameterError(ValueError):
    """An argument that cannot be used; the message names the function, the value and the way out."""


class FallbackWarning(UserWarning):
    """A slower path was taken than the one this machine could run; the message says why and what to do."""


def warn(message: str) -> None:
    """Warn at the line outside of spectro that led here, through however many of its functions."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "spectro":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
