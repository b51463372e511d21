"""Slower paths taken in this process: each is warned about once and listed by `show_versions`."""

from __future__ import annotations

import threading

from ..errors import FallbackWarning, warn

_taken: dict[str, str] = {}
_lock = threading.Lock()


def note(key: str, message: str) -> None:
    """Record a fallback and warn the first time that `key` is seen."""
    with _lock:
        if key in _taken:
            return
        _taken[key] = message
    warn(message, FallbackWarning)


def taken() -> list[str]:
    """The fallbacks so far, in order."""
    with _lock:
        return list(_taken.values())


def unlock() -> None:
    """Take a new lock, in the child of a fork."""
    global _lock
    _lock = threading.Lock()
