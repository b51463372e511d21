"""How a spectrogram is shared out to its harmonic and its percussive part."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from .._floor.checks import finite
from ..errors import ParameterError

STEEPEST = 2.0**100  # finite exponents beyond give the same masks, and are infinite in single precision


@dataclass(frozen=True)
class SeparationPlan:
    """Soft masks `X**power / (X**power + (margin * Y)**power)` of two estimates, or what they let through."""

    power: float = 2.0
    margin_harmonic: float = 1.0
    margin_percussive: float = 1.0
    masks: bool = False

    @classmethod
    def of(cls, where: str, *, power: Any, margins: tuple[Any, Any], masks: bool) -> SeparationPlan:
        """Validate the exponent and the margins."""
        checked = [finite(where, "margin", margin) for margin in margins]
        if min(checked) < 1:
            raise ParameterError(
                f"[{where}] margin must be at least 1, got {min(checked)!r}; a usual value lies between 1 and 10"
            )
        return cls(exponent(where, power), checked[0], checked[1], bool(masks))

    @property
    def splits_zeros(self) -> bool:
        """Whether both parts get half of what is silent in both."""
        return self.margin_harmonic == self.margin_percussive == 1


@dataclass(frozen=True)
class SoftmaskPlan:
    """The share `X**power / (X**power + Y**power)`; half of what is silent in both with `splits_zeros`, else none."""

    power: float = 1.0
    splits_zeros: bool = False


def exponent(where: str, power: Any) -> float:
    """An exponent of masks: positive; infinity stands for hard masks."""
    number = math.inf if power == math.inf else min(finite(where, "power", power), STEEPEST)
    if number <= 0:
        raise ParameterError(f"[{where}] power must be strictly positive, got {power!r}")
    return number
