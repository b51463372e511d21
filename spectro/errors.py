"""The exception that every refused input raises, and the warning that every fallback gives."""

from __future__ import annotations


class ParameterError(ValueError):
    """An argument that cannot be used; the message names the function, the value and the way out."""


class FallbackWarning(UserWarning):
    """A slower path was taken than the one this machine could run; the message says why and what to do."""
