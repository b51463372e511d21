"""What the kernels that end in decibels share."""

from __future__ import annotations

import math

from ..._plans import DecibelPlan
from ..launch.build import Numbers

HEADERS = ("larger.h", "level.h")


def numbers(plan: DecibelPlan) -> Numbers:
    """Give the numbers of a level."""
    return {
        "scale": float(plan.scale),
        "amin": float(plan.amin),
        "log_of_one": math.log10(max(1.0, plan.amin)),
    }
