"""The running median of a spectrogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._floor.checks import positive_int
from .._floor.sizes import check_size

WINDOWS = 24  # bytes for a value of a window while the definition sorts it and remembers where it stood


@dataclass(frozen=True)
class MedianPlan:
    """The value of rank `size // 2` among the `size` neighbors of each value along one of the last two axes."""

    size: int
    axis: int = -1

    @classmethod
    def of(cls, where: str, *, size: Any, axis: int, name: str = "size") -> MedianPlan:
        """Validate the number of neighbors; `name` is what the caller calls it."""
        return cls(positive_int(where, name, size), axis)

    @property
    def rank(self) -> int:
        """Which of the sorted neighbors it is; the upper of the two in the middle of an even number."""
        return self.size // 2

    def check_sizes(self, where: str, shape: tuple[int, ...], *, reference: bool = False) -> None:
        """Refuse windows of an array of this shape that the reference cannot hold."""
        if reference:
            check_size(where, "the windows", *shape, self.size, itemsize=WINDOWS, way_out="lower kernel_size")
