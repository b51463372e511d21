"""How a backend says, beside an operation, which calls of it it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx


class Kind(NamedTuple):
    """An array without its values: all that a plan, or a backend asked for its support, may look at."""

    shape: tuple[int, ...]
    dtype: mx.Dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        count = 1
        for length in self.shape:
            count *= length
        return count


def supported_if(check: Callable[..., bool]) -> Callable[[Callable[..., mx.array]], Any]:
    """Mark a backend's function `(plan, *arrays)` with `supports(plan, *kinds)`; the reference does the rest."""

    def mark(fn: Callable[..., mx.array]) -> Any:
        fn.supports = check  # type: ignore[attr-defined]
        return fn

    return mark
