"""Magnitudes and directions of complex arrays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MagnitudePlan:
    """The magnitude of each element, of which there is nothing to say."""


@dataclass(frozen=True)
class DirectionPlan:
    """Each element over its magnitude, 1 where that is zero."""
