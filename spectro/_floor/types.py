"""Types of public functions: what kind of array comes out where one goes in.

Lists give NumPy arrays to a type checker, by the default of the variables. At run time they are the standard
library's, which have no defaults before Python 3.13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import mlx.core as mx
import numpy as np

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    A = TypeVar("A", np.ndarray, mx.array, default=np.ndarray)  # an array
    N = TypeVar("N", float, np.ndarray, mx.array, default=np.ndarray)  # a number or an array
else:
    from typing import TypeVar

    A = TypeVar("A", np.ndarray, mx.array)
    N = TypeVar("N", float, np.ndarray, mx.array)


class Tensor(Protocol):
    """A tensor of PyTorch."""

    def numpy(self, *, force: bool = False) -> np.ndarray:
        """Its values."""
        ...


class Series(Protocol):
    """A column or a table of pandas."""

    def to_numpy(self) -> np.ndarray:
        """Its values."""
        ...


Others: TypeAlias = Sequence[Any] | Tensor | Series  # which go in, and come out as NumPy's arrays
