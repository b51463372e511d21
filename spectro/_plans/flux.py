"""How levels are compared with earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import positive_int
from .._floor.sizes import check_size

DELAY = 16  # bytes for a frame of delay: zeros before a band, which a filter then copies
NEIGHBOR = 1400  # bytes for a neighbor of the running maximum, which is a view in the definition and its derivatives


@dataclass(frozen=True)
class FluxPlan:
    """Half-wave rectified difference of a log spectrogram to its reference `lag` frames before."""

    lag: int = 1
    max_size: int = 1
    mean: bool = False

    @classmethod
    def of(cls, where: str, *, lag: Any, max_size: Any, mean: bool) -> FluxPlan:
        """Validate the lag and the width of the maximum filter."""
        plan = cls(positive_int(where, "lag", lag), positive_int(where, "max_size", max_size), mean)
        plan.check_sizes(where, (1, 1))
        check_size(where, "the running maximum", plan.max_size, itemsize=NEIGHBOR, way_out="lower max_size")
        return plan

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse to delay the bands of levels (..., t, m), or to widen them for the reference, beyond memory."""
        bands = (*shape[:-2], 1 if self.mean else shape[-1])
        if self.lag > shape[-2]:  # otherwise the result is no larger than the levels
            check_size(where, "the result", *bands, self.lag, itemsize=DELAY, way_out="lower lag")
        if reference and self.max_size > 1:
            wide = (*shape[:-1], shape[-1] + self.max_size)
            check_size(where, "the mirrored bands", *wide, way_out="lower max_size")
