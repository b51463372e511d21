"""What the kernels that end in decibels share."""

from __future__ import annotations

import math

from ..._plans import DecibelPlan
from ..launch.build import Defines

HEADERS = ("larger.h", "level.h")


def defines(plan: DecibelPlan) -> Defines:
    """Give the numbers of a level."""
    return {
        "SCALE": f"{plan.scale!r}f",
        "AMIN": f"{plan.amin!r}f",
        "LOG_OF_ONE": f"{math.log10(max(1.0, plan.amin))!r}f",
    }
