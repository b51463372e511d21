"""The exception that every refused input raises, and warnings at the line of the caller."""

from __future__ import annotations

import contextvars
import re
import sys
import warnings

_speaker: contextvars.ContextVar[str | None] = contextvars.ContextVar("spectro_speaker", default=None)


class ParameterError(ValueError):
    """An argument that cannot be used; the message names the function, the value and the way out."""


class FallbackWarning(UserWarning):
    """A slower path was taken than the one this machine could run; the message says why and what to do."""


class speaking_as:  # noqa: N801 - used as `with speaking_as(name)`; a class, for it stands in every call
    """Let what inner functions say carry the name of the function that the caller knows."""

    __slots__ = ("_name", "_token")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._token = _speaker.set(_speaker.get() or self._name)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, ParameterError):
            error.args = (_renamed(str(error), _speaker.get() or self._name),)
        _speaker.reset(self._token)


def _renamed(message: str, name: str) -> str:
    return re.sub(r"^\[\w+\]", f"[{name}]", message)


_warned = 0


def warned() -> int:
    """Count the warnings of this process so far, shown or not."""
    return _warned


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside of spectro that led here, through however many of its functions."""
    global _warned
    _warned += 1
    speaker = _speaker.get()
    message = _renamed(message, speaker) if speaker else message
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "spectro":
        level, frame = level + 1, frame.f_back
    warnings.warn(message, category, stacklevel=level)
