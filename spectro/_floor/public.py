"""The public floor: what kind of array comes in, what kind goes out, which keywords exist."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import mlx.core as mx
import numpy as np

from .._engine.calls import called
from ..errors import speaking_as
from .arrays import to_numpy

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


def public(*arrays: str, keywords: Callable[..., Any] | None = None, repeats: bool = False) -> Callable[[F], F]:
    """Make a function of MLX arrays part of the public API.

    The result has the caller's array kind: MLX when any argument is an `mx.array` or no array was given,
    NumPy otherwise. A half-precision input gives a half-precision real result. Unknown keywords raise a
    `TypeError` that names ours.

    Parameters
    ----------
    arrays : str
        Names of the parameters that hold arrays.
    keywords : callable, optional
        A public function that takes the `**kwargs` of this one.
    repeats : bool
        Whether a call like an earlier one may be replayed: the function's result follows from its graph alone.
    """

    def wrap(fn: F) -> F:
        signature = inspect.signature(fn)
        names = tuple(signature.parameters)
        forwards = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
        known = frozenset(names) | (known_keywords(keywords) if keywords is not None else frozenset())
        closed = not forwards or keywords is not None

        @functools.wraps(fn)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if closed and not known.issuperset(kwargs):
                refuse_keyword(fn.__name__, kwargs.keys() - known, known)
            with speaking_as(fn.__name__):
                out = fn(*args, **kwargs)
            given = dict(zip(names, args))
            given.update(kwargs)
            inputs = [given[name] for name in arrays if given.get(name) is not None]
            half = _half_dtype(inputs)
            if half is not None:
                out = _map(out, lambda a: a.astype(half) if a.dtype == mx.float32 else a)
            if not inputs or isinstance(inputs[0], mx.array):
                return out
            return out if any(isinstance(value, mx.array) for value in given.values()) else _map(out, to_numpy)

        @functools.wraps(fn)
        def repeated(*args: Any, **kwargs: Any) -> Any:
            return called(checked, args, kwargs)

        call = repeated if repeats else checked
        call.__known__ = known  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap


def known_keywords(fn: Callable[..., Any]) -> frozenset[str]:
    """The keywords of a public function."""
    return fn.__known__  # type: ignore[attr-defined]


def refuse_keyword(where: str, unknown: set[str], known: frozenset[str]) -> None:
    """Raise the `TypeError` for keywords that a function does not have."""
    name = sorted(unknown)[0]
    ours = FOREIGN_KEYWORDS.get(name)
    way_out = f"; use {ours!r}" if ours in known else f"; known: {', '.join(sorted(known - {'kwargs'}))}"
    raise TypeError(f"[{where}] unknown keyword {name!r}{way_out}")


def _half_dtype(inputs: list[Any]) -> mx.Dtype | None:
    """The half precision that the first array came in, if it did."""
    first = inputs[0] if inputs else None
    if isinstance(first, mx.array):
        return first.dtype if first.dtype in HALF else None
    return mx.float16 if isinstance(first, (np.ndarray, np.generic)) and first.dtype == np.float16 else None


def _map(out: Any, fn: Callable[[mx.array], Any]) -> Any:
    """Apply to every MLX array of a result."""
    if isinstance(out, mx.array):
        return fn(out)
    return tuple(_map(item, fn) for item in out) if isinstance(out, tuple) else out
