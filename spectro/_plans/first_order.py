"""A recursive filter of first order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FirstOrderPlan:
    """The coefficients of y[n] = gain * x[n] + zero * x[n - 1] + pole * y[n - 1]."""

    gain: float = 1.0
    zero: float = 0.0
    pole: float = 0.0
