"""Arrays without values, which are all that a plan sees, and how a backend says which calls it takes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import mlx.core as mx


class Kind(NamedTuple):
    """The shape and the type of an array."""

    shape: tuple[int, ...]
    dtype: mx.Dtype

    @classmethod
    def of(cls, array: Any) -> Kind:
        """The kind of anything that has one."""
        return cls(tuple(array.shape), array.dtype)

    @classmethod
    def taken(cls, array: Any) -> Kind:
        """The kind that an array of float32 or complex64 of NumPy's has in MLX."""
        return cls(tuple(array.shape), mx.complex64 if array.dtype.kind == "c" else mx.float32)

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    def astype(self, dtype: mx.Dtype) -> Kind:
        """The kind of a converted array."""
        return Kind(self.shape, dtype)

    def swapped(self) -> Kind:
        """The kind of an array whose last two dimensions change places."""
        return Kind((*self.shape[:-2], self.shape[-1], self.shape[-2]), self.dtype)


class Open:
    """An argument that holds an array, as a plan sees it: of a known kind, its values left open.

    The plan says what becomes of the array before an operation gets it: steps, each a function of an array.
    """

    def __init__(self, value: Any, taken: list[Open]) -> None:
        self._value, self._taken = value, taken
        self.steps: list[Callable[..., mx.array]] = []

    @property
    def is_mlx(self) -> bool:
        """Whether the caller gave an `mx.array`."""
        return isinstance(self._value, mx.array)

    @property
    def kind(self) -> Kind:
        """The kind of the array after the steps so far."""
        return Kind.of(self._value)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape after the steps so far."""
        return self.kind.shape

    @property
    def dtype(self) -> mx.Dtype:
        """The type after the steps so far."""
        return self.kind.dtype

    @property
    def ndim(self) -> int:
        """Number of dimensions after the steps so far."""
        return self.kind.ndim

    def through(self, step: Callable[..., Any], kind: Kind | None = None) -> Open:
        """Add a step; `kind` is what it makes, where it cannot be asked for a `Kind` instead of an array.

        What is no MLX array has its values here and now, and is checked and converted by its first step at once.
        """
        if self not in self._taken:
            self._taken.append(self)
        if isinstance(self._value, (mx.array, Kind)):
            before = self.kind
            self._value = kind or step(before)
            changed = kind is not None or self._value != before
        else:
            either = getattr(getattr(step, "func", None), "makes_either", False)  # needs no copy to know the kind
            self._value = step(self._value, made=Kind.taken) if either else Kind.of(step(self._value))
            changed = True
        if changed:
            self.steps.append(step)
        return self

    def prepared(self, array: Any) -> mx.array:
        """An argument after all steps."""
        for step in self.steps:
            array = step(array)
        return array


def supported_if(check: Callable[..., bool]) -> Callable[[Callable[..., mx.array]], Any]:
    """Mark a backend's function `(plan, *arrays)` with `supports(plan, *kinds)`; the reference does the rest."""

    def mark(fn: Callable[..., mx.array]) -> Any:
        fn.supports = check  # type: ignore[attr-defined]
        return fn

    return mark
