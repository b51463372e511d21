"""Choices that hold inside a `with` block, in one thread (or task)."""

from __future__ import annotations

import contextvars
import io
from collections.abc import Callable
from typing import ClassVar, TypeVar

S = TypeVar("S", bound="Scope")


class Scope:
    """A choice, by its name. Each kind of choice is a class with an `innermost` of its own."""

    # A signal's handler may raise between any two lines of Python, and then what they undo is never undone. So the end
    # of a block is marked by C alone: `__exit__` is that of a file in memory, which closes it.
    # A `with` statement asks for it before it enters.
    innermost: ClassVar[contextvars.ContextVar]

    def __init__(self, name: str) -> None:
        self.name = name
        self._block = io.BytesIO()
        self._outer: Scope | None = None

    @property
    def __exit__(self) -> Callable[..., None]:
        if self._block.closed:
            self._block = io.BytesIO()
        return self._block.__exit__

    def __enter__(self) -> None:
        try:
            self._begin()
        except BaseException:
            self._block.close()
            raise

    def _begin(self) -> None:
        self._outer = self.now()  # leaves nothing that has ended in the chain
        self.innermost.set(self)

    @classmethod
    def now(cls: type[S]) -> S | None:
        """The innermost choice that holds."""
        entered = cls.innermost.get()
        if entered is not None and entered._block.closed:
            cls.innermost.set(entered := entered._outer_now())
        return entered

    def _outer_now(self) -> Scope | None:
        """The nearest block around this one that was not left."""
        outer = self._outer
        while outer is not None and outer._block.closed:
            outer = outer._outer
        return outer
