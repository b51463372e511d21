"""What all streams share: keywords of a function, a state that each push replaces, and pieces of a signal."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import evaluated, in_mlx, namespace
from .._floor.public import known_keywords, refuse_keyword
from .._floor.types import A, Others
from ..errors import ParameterError

WHOLE = ("y", "S", "stft_matrix")  # the arrays of a function, which arrive by `push`
TOP_DB = "top_db looks for the loudest value of the whole signal, which no stream knows; leave it out or give None"
REF = "ref must be no function, which would look at the whole signal; subtract a level that is known from the decibels"


class Stream:
    """A function of a whole signal, computed while the signal arrives."""

    _known: frozenset[str]

    def __init_subclass__(
        cls, of: Callable[..., Any] | None = None, also: Callable[..., Any] | None = None, **more: Any
    ) -> None:
        """Take the keywords of the public function `of`, and those of `also`, which it hands on."""
        super().__init_subclass__(**more)
        if of is None:
            return
        signature = inspect.signature(of)
        kept = [parameter for name, parameter in signature.parameters.items() if name not in WHOLE]
        cls.__signature__ = signature.replace(parameters=kept, return_annotation=signature.empty)  # type: ignore[attr-defined]
        known = known_keywords(of) | (frozenset() if also is None else known_keywords(also))
        cls._known = known.difference(WHOLE, ("kwargs",))

    def __init__(self, **keywords: Any) -> None:
        if keywords.get("top_db") is not None:
            raise ParameterError(f"[{self._name}] {TOP_DB}")
        if callable(keywords.get("ref")):
            raise ParameterError(f"[{self._name}] {REF}")
        if not self._known.issuperset(keywords):
            refuse_keyword(self._name, keywords.keys() - self._known, self._known)
        self._state: Any = None  # of a signal of which nothing has come
        self._ended = False

    @property
    def _name(self) -> str:
        return type(self).__name__

    def push(self, y: A | Others) -> A:
        """Take more of the signal, and give what is final of the result.

        Parameters
        ----------
        y : array (..., n)
            The next samples, n of them; n may be 0. The first push chooses leading dimensions, kind and precision.

        Returns
        -------
        array (..., t)
            The result from where the last push ended, as far as no later sample changes it; often of length 0.

        Raises
        ------
        ParameterError
            If `y` is no audio, or has other leading dimensions than what came before; after `flush`; and while MLX
            traces. A push that is refused changes nothing.
        """
        self._check_open()
        self._state, out = self._advanced(self._state, y)
        return out

    def flush(self) -> Any:
        """End the signal, and give the rest of the result.

        Returns
        -------
        array (..., t)
            What the end of the signal still has to give, with its padding.

        Raises
        ------
        ParameterError
            If the function itself refuses so short a signal; after another `flush`.

        Warns
        -----
        UserWarning
            Where the function itself warns of the whole signal.
        """
        self._check_open()
        out = self._rest(self._state)
        self._state, self._ended = None, True
        return out

    def reset(self) -> None:
        """Begin a new signal, and forget what came of the last."""
        self._state, self._ended = None, False

    @property
    def latency(self) -> int:
        """Samples by which the result is late."""
        raise NotImplementedError

    def _advanced(self, state: Any, y: Any) -> tuple[Any, Any]:
        """Give the state after a push, and what is final then."""
        raise NotImplementedError

    def _rest(self, state: Any) -> Any:
        """Give what is left at the end."""
        raise NotImplementedError

    def _check_open(self) -> None:
        if self._ended:
            raise ParameterError(f"[{self._name}] the signal has ended with flush(); reset() begins a new one")


def joined(where: str, name: str, before: Any, more: Any) -> Any:
    """Put `more` after `before` (..., n), in its kind and precision."""
    if before.shape[:-1] != more.shape[:-1]:
        raise ParameterError(
            f"[{where}] {name} must have the dimensions of what came before but for the last, {before.shape[:-1]}, "
            f"got shape {tuple(more.shape)}; reset() begins a new signal"
        )
    if isinstance(before, mx.array):
        more = in_mlx(more)
        return mx.concatenate([before, more.astype(before.dtype)], axis=-1)
    more = evaluated(where, name, more)
    return np.concatenate([before, more.astype(before.dtype, copy=False)], axis=-1)


def with_zeros(x: Any, *, before: int = 0, after: int = 0) -> Any:
    """Put zeros around x (..., n)."""
    return namespace(x).pad(x, [(0, 0)] * (x.ndim - 1) + [(before, after)]) if before or after else x


def kept(where: str, x: Any, start: int) -> Any:
    """The end of an array of ours (..., n), without the memory of the rest; MLX computes it, and keeps no graph."""
    if not isinstance(x, mx.array):
        return x[..., start:].copy() if start else x
    tail = mx.take(x, mx.arange(start, x.shape[-1]), axis=-1) if start else x
    try:
        mx.async_eval(tail)
    except ValueError as error:
        raise ParameterError(
            f"[{where}] what is pushed is kept for later, which mx.compile, mx.vmap and mx.grad do not allow; "
            "push outside of them"
        ) from error
    return tail
