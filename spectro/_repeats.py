"""Calls like an earlier one: checked and planned once, and from then on only their graph is built anew.

A plan costs Python more than a GPU needs to compute it. So a public function that is called twice with the same kinds
of arrays and the same options is recorded at the second call and replayed at the next ones. A call with NumPy arrays or
functions of the caller, and one that warned, is never recorded: it might turn out otherwise.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from . import _dispatch, _graph, errors

CAPACITY = 128  # kinds of call that a thread remembers
PLAIN = frozenset({int, float, bool, str, type(None), mx.Dtype})
FUNCTIONS: set[int] = set()  # ids of functions that are options like any other: they never see values

Call = Callable[..., Any]
Signature = tuple[Any, ...]


class _Memory(threading.local):
    """What one thread has called, as streams are a thread's own: a recording from the second call on.

    None stands for a call seen once, False for one that cannot be recorded.
    """

    def __init__(self) -> None:
        self.calls: OrderedDict[Signature, Any] = OrderedDict()


_memory = _Memory()


def called(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Give what `fn(*args, **kwargs)` gives."""
    found = signature(fn, args, kwargs)
    if found is None:
        return fn(*args, **kwargs)
    key, arrays = found
    calls = _memory.calls
    if key not in calls:
        return _first(fn, args, kwargs, key)
    calls.move_to_end(key)
    recording = calls[key]
    out = recording.replay(arrays) if recording else None
    if out is not None:
        return out
    if recording is not False:
        with _dispatch.noting() as operations:
            recording = _graph.record(_of_arrays(fn, args, kwargs), arrays)
        calls[key] = recording or False
        if not _graph.traced(arrays):  # a call that comes again is worth a measurement
            _dispatch.tune(operations, _dispatch.AT_ONCE, _dispatch.WORTHWHILE)
    return recording.replay(arrays) if recording else fn(*args, **kwargs)


def signature(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Signature, list[mx.array]] | None:
    """Take the arrays out of a call: what is left tells it from all calls that differ. None where values may matter."""
    arrays: list[mx.array] = []
    options: list[Any] = [fn, _dispatch.state(), *kwargs]
    for value in (*args, *kwargs.values()):
        kind = type(value)
        if kind is mx.array:
            arrays.append(value)
            options += (value.shape, value.dtype)
        elif kind in PLAIN or id(value) in FUNCTIONS:
            options += (kind, value)
        elif kind is tuple and PLAIN.issuperset(map(type, value)):
            options += (*map(type, value), value)
        else:
            return None
    return (tuple(options), arrays) if arrays else None


def _first(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any], key: Signature) -> Any:
    """Call as if nothing were remembered, and remember the call if it may be replayed."""
    warned = errors.warned()
    out = fn(*args, **kwargs)
    if warned == errors.warned() and _graph.missing() is None:
        _memory.calls[key] = None
        if len(_memory.calls) > CAPACITY:
            _memory.calls.popitem(last=False)
    return out


def _of_arrays(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Give the call as a function of its arrays alone."""
    gap = object()
    values = [gap if type(value) is mx.array else value for value in (*args, *kwargs.values())]

    def call(*arrays: mx.array) -> Any:
        left = iter(arrays)
        filled = [next(left) if value is gap else value for value in values]
        return fn(*filled[: len(args)], **dict(zip(kwargs, filled[len(args) :])))

    return call
