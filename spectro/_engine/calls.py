"""Calls like an earlier one: checked and planned once, and from then on only their graph is built anew.

A plan costs Python more than a GPU needs to compute it. So a public function that is called twice with the same kinds
of arrays and the same options is recorded at the second call and replayed at the next ones. A call with NumPy arrays or
functions of the caller, and one that warned, is never recorded: it might turn out otherwise.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from .. import errors
from .._floor import graph
from . import dispatch

CAPACITY = 128  # kinds of call that a thread remembers
PLAIN = frozenset({int, float, bool, str, type(None), mx.Dtype})
OPEN = frozenset({"y", "S", "stft_matrix", "ref", "window"})  # parameters whose values no plan looks at
FUNCTIONS: set[int] = set()  # ids of functions that are options like any other: they never see values
UNSEEN = object()

Call = Callable[..., Any]
Signature = tuple[Any, ...]


class _Memory(threading.local):
    """What one thread has called, as streams are a thread's own: None before there is a recording, False if never."""

    def __init__(self) -> None:
        self.calls: dict[Signature, Any] = {}


_memory = _Memory()


def called(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Give what `fn(*args, **kwargs)` gives."""
    found = signature(fn, args, kwargs)
    if found is None:
        return fn(*args, **kwargs)
    key, arrays = found
    calls = _memory.calls
    recording = calls.pop(key, UNSEEN)
    if recording is UNSEEN:
        return _first(fn, args, kwargs, key)
    calls[key] = recording  # the latest is the last to go
    if recording is False:
        return fn(*args, **kwargs)
    out = recording.replay(arrays) if recording is not None else None
    return _recorded(fn, args, kwargs, key, arrays) if out is None else out


def signature(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Signature, list[mx.array]] | None:
    """Take the arrays out of a call: what is left tells it from all calls that differ. None where values may matter."""
    arrays: list[mx.array] = list(args)
    options: list[Any] = [fn, dispatch.state(), *kwargs]
    for value in args:
        if type(value) is not mx.array:
            return None
        options += (value.shape, value.dtype)
    for name, value in kwargs.items():
        kind = type(value)
        if kind in PLAIN or id(value) in FUNCTIONS:
            options += (kind, value)
        elif kind is mx.array and name in OPEN:
            arrays.append(value)
            options += (value.shape, value.dtype)
        elif kind is tuple and PLAIN.issuperset(map(type, value)):
            options += (*map(type, value), value)
        else:
            return None
    return (tuple(options), arrays) if arrays else None


def _first(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any], key: Signature) -> Any:
    """Call as if nothing were remembered, and remember the call if it may be replayed."""
    warned = errors.warned()
    out = fn(*args, **kwargs)
    if warned == errors.warned() and graph.missing() is None:
        calls = _memory.calls
        calls[key] = None
        if len(calls) > CAPACITY:
            calls.pop(next(iter(calls)), None)
    return out


def _recorded(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any], key: Signature, arrays: list[mx.array]) -> Any:
    """Call by a new recording, where there can be one."""
    with dispatch.noting() as operations:
        recording = graph.record(_of_arrays(fn, args, kwargs), arrays)
    if not graph.traced(arrays):  # a call that comes again is worth a measurement
        dispatch.tune(operations, dispatch.AT_ONCE, dispatch.WORTHWHILE)
    _memory.calls[key] = recording or False
    out = recording.replay(arrays) if recording else None  # also None where the settings changed meanwhile
    return fn(*args, **kwargs) if out is None else out


def _of_arrays(fn: Call, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Give the call as a function of its arrays alone."""
    gap = object()
    values = [gap if type(value) is mx.array else value for value in (*args, *kwargs.values())]

    def call(*arrays: mx.array) -> Any:
        left = iter(arrays)
        filled = [next(left) if value is gap else value for value in values]
        return fn(*filled[: len(args)], **dict(zip(kwargs, filled[len(args) :])))

    return call
