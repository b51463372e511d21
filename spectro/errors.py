"""The exception that every refused input raises, and warnings at the line of the caller."""

from __future__ import annotations

import contextlib
import contextvars
import re
import sys
import warnings
from collections.abc import Iterator

_speaker: contextvars.ContextVar[str | None] = contextvars.ContextVar("spectro_speaker", default=None)


class ParameterError(ValueError):
    """An argument that cannot be used; the message names the function, the value and the way out."""


class FallbackWarning(UserWarning):
    """A slower path was taken than the one this machine could run; the message says why and what to do."""


@contextlib.contextmanager
def speaking_as(name: str) -> Iterator[None]:
    """Let what inner functions say carry the name of the function that the caller knows."""
    outermost = _speaker.get() or name
    token = _speaker.set(outermost)
    try:
        yield
    except ParameterError as error:
        error.args = (_renamed(str(error), outermost),)
        raise
    finally:
        _speaker.reset(token)


def _renamed(message: str, name: str) -> str:
    return re.sub(r"^\[\w+\]", f"[{name}]", message)


def warn(message: str) -> None:
    """Warn at the line outside of spectro that led here, through however many of its functions."""
    message = _renamed(message, _speaker.get()) if _speaker.get() else message
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "spectro":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, stacklevel=level)
