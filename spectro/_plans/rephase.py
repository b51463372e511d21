"""How a magnitude gets the phase of an estimate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RephasePlan:
    """How much of an earlier estimate is taken from a later one before its phase is kept."""

    momentum: float = 0.0
