"""Decibels."""

from __future__ import annotations

import mlx.core as mx

from .._plans import DecibelPlan


def decibels(plan: DecibelPlan, S: mx.array, ref: mx.array) -> mx.array:
    """Scaled log10(S / ref) with a floor: S (...), ref broadcastable to it -> (...)."""
    level = plan.scale * mx.log10(mx.maximum(S, plan.amin)) - plan.scale * mx.log10(mx.maximum(ref, plan.amin))
    return clipped(plan, level)


def clipped(plan: DecibelPlan, level: mx.array) -> mx.array:
    """Levels at least `top_db` below the highest over the axes of the plan."""
    if plan.top_db is None or level.size == 0:
        return level
    return mx.maximum(level, level.max(axis=plan.axes, keepdims=True) - plan.top_db)
