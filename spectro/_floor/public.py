"""The public floor: what kind of array comes in, what kind goes out, which keywords exist."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import mlx.core as mx
import numpy as np

from ..errors import said_by
from . import forks
from .arrays import evaluated, to_numpy
from .kinds import gives_mlx

F = TypeVar("F", bound=Callable[..., Any])

FOREIGN_KEYWORDS = {
    "f_min": "fmin",
    "f_max": "fmax",
    "sample_rate": "sr",
    "win_len": "win_length",
    "hop_len": "hop_length",
    "hop": "hop_length",
    "nfft": "n_fft",
    "n_mel": "n_mels",
    "ref_power": "ref",
    "ref_value": "ref",
    "mel_scale": "htk",
}
HALF = (mx.float16, mx.bfloat16)
PLAIN = frozenset((np.ndarray, np.float64, np.int64))  # the type of most results of NumPy, told at once


def public(*arrays: str, keywords: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """Make a function of MLX arrays part of the public API.

    The result has the caller's array kind: MLX when any argument is an `mx.array`, NumPy otherwise, but for functions
    that take no array: they give what `use_arrays` says. A half-precision input gives a half-precision real
    result. Unknown keywords raise a `TypeError` that names ours.

    Parameters
    ----------
    arrays : str
        Names of the parameters that hold arrays.
    keywords : callable, optional
        A public function that takes the `**kwargs` of this one.
    """

    def wrap(fn: F) -> F:
        parameters, public_name = Parameters.of(fn, keywords), fn.__name__

        @functools.wraps(fn)
        def call(*args: Any, **kwargs: Any) -> Any:
            if kwargs or forks.is_lost:
                parameters.check(public_name, kwargs)
            try:
                out = fn(*args, **kwargs)
            except (OverflowError, ValueError) as error:
                said = said_by(public_name, error)
                raise said from (error.__cause__ if said is error else error)
            if type(out) in PLAIN or not isinstance(out, (mx.array, tuple, dict)):  # what is NumPy's stays so
                return out
            places = range(len(args)) if parameters.many else parameters.names
            given: dict[Any, Any] = {**dict(zip(places, args)), **kwargs}
            if not arrays and not has_mlx(args, kwargs):
                return _map(out, _single if gives_mlx() else to_numpy)
            named = (*places, *arrays) if parameters.many else arrays
            finish = finisher([given[name] for name in named if given.get(name) is not None], given.values())
            return out if finish is None else finish(out)

        call.__known__ = parameters.known  # type: ignore[attr-defined]
        call.__kind__ = "lazy" if arrays else "constant"  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap


def host(*arrays: str, keywords: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """Make a function that looks at values part of the public API.

    Its body gets NumPy arrays for the named parameters where `mx.array`s were given, and what it returns goes out as it
    is: indices, numbers and tables are NumPy's for every kind of input. While MLX traces there are no values, which is
    said in one sentence.

    Parameters
    ----------
    arrays : str
        Names of the parameters that hold arrays.
    keywords : callable, optional
        A public function that takes the `**kwargs` of this one.
    """

    def wrap(fn: F) -> F:
        parameters, public_name = Parameters.of(fn, keywords), fn.__name__

        def seen(name: str, value: Any) -> Any:
            return evaluated(public_name, name, value) if name in arrays else value

        def with_values(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            named = [seen(name, value) for name, value in zip(parameters.names, args)]
            return fn(*named, *args[len(named) :], **{name: seen(name, value) for name, value in kwargs.items()})

        @functools.wraps(fn)
        def call(*args: Any, **kwargs: Any) -> Any:
            if kwargs or forks.is_lost:
                parameters.check(public_name, kwargs)
            try:
                return with_values(args, kwargs) if arrays and has_mlx(args, kwargs) else fn(*args, **kwargs)
            except (OverflowError, ValueError) as error:
                said = said_by(public_name, error)
                raise said from (error.__cause__ if said is error else error)

        call.__known__ = parameters.known  # type: ignore[attr-defined]
        call.__kind__ = "host"  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap


def has_mlx(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether an argument is MLX's array: a loop, as a generator takes longer than most calls have arguments."""
    for value in (*args, *kwargs.values()):  # noqa: SIM110
        if isinstance(value, mx.array):
            return True
    return False


class Parameters(NamedTuple):
    """The parameters of a public function, and the keywords that it takes beyond them."""

    names: tuple[str, ...]
    known: frozenset[str]
    closed: bool  # whether no other keyword may come
    many: bool  # whether any number of arrays come by place, as `*signals`

    @classmethod
    def of(cls, fn: Callable[..., Any], keywords: Callable[..., Any] | None) -> Parameters:
        """Read a function's signature; `keywords` is the public function that takes its `**kwargs`."""
        signature = inspect.signature(fn)
        names = tuple(signature.parameters)
        forwards = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        known = frozenset(names) | (known_keywords(keywords) if keywords is not None else frozenset())
        many = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values())
        return cls(names, known, not forwards or keywords is not None, many)

    def check(self, where: str, given: dict[str, Any]) -> None:
        """Refuse keywords that do not exist."""
        forks.refuse_lost()
        if given and self.closed and not self.known.issuperset(given):
            refuse_keyword(where, given.keys() - self.known, self.known)


def known_keywords(fn: Callable[..., Any]) -> frozenset[str]:
    """The keywords of a public function."""
    return fn.__known__  # type: ignore[attr-defined]


def refuse_keyword(where: str, unknown: set[str], known: frozenset[str]) -> None:
    """Raise the `TypeError` for keywords that a function does not have."""
    name = sorted(unknown)[0]
    if name == "out":
        raise TypeError(
            f"[{where}] there is no out=, as results are arrays of their own; write out[...] = {where}(...)"
        )
    ours = FOREIGN_KEYWORDS.get(name)
    way_out = f"; use {ours!r}" if ours in known else f"; known: {', '.join(sorted(known - {'kwargs'}))}"
    raise TypeError(f"[{where}] unknown keyword {name!r}{way_out}")


def finisher(arrays: list[Any], given: Any) -> Callable[[Any], Any] | None:
    """What turns a result into the precision and the array kind of a call's arrays, if anything has to."""
    half = _half_dtype(arrays)
    to_mlx = not arrays or any(isinstance(value, mx.array) for value in given)
    if half is None:
        return None if to_mlx else lambda out: _map(out, to_numpy)

    def finish(out: Any) -> Any:
        out = _map(out, lambda a: a.astype(half) if a.dtype == mx.float32 else a)
        return out if to_mlx else _map(out, to_numpy)

    return finish


def _half_dtype(arrays: list[Any]) -> mx.Dtype | None:
    """The half precision that the first array came in, if it did."""
    first = arrays[0] if arrays else None
    if isinstance(first, mx.array):
        return first.dtype if first.dtype in HALF else None
    return mx.float16 if isinstance(first, (np.ndarray, np.generic)) and first.dtype == np.float16 else None


def _single(out: mx.array) -> mx.array:
    """A constant in MLX's precision, evaluated: a lazy one could not be read on another thread."""
    if out.dtype == mx.float64:
        out = out.astype(mx.float32, stream=mx.cpu)
    mx.eval(out)
    return out


def _map(out: Any, fn: Callable[[mx.array], Any]) -> Any:
    """Apply to every MLX array of a result."""
    if isinstance(out, mx.array):
        return fn(out)
    if isinstance(out, dict):
        return {name: _map(item, fn) for name, item in out.items()}
    return tuple(_map(item, fn) for item in out) if isinstance(out, tuple) else out
