"""Complex arrays as magnitudes and directions."""

from __future__ import annotations

import mlx.core as mx

from .._plans import DirectionPlan, MagnitudePlan
from .magnitude import polar


def magnitude(plan: MagnitudePlan, D: mx.array) -> mx.array:
    """|D|: (...) -> (...)."""
    return polar(D)[0]


def direction(plan: DirectionPlan, D: mx.array) -> mx.array:
    """D / |D|, and 1 where D is zero: (...) -> (...)."""
    return polar(D)[1]
