"""Calls that are planned once for all arrays of a kind.

A plan costs Python more than a GPU needs to compute it. So the body of a *planned* function plans: where arrays were
given it sees `Open` arguments, which have a shape and a type and no values, and it returns a function of those arrays,
which is kept for every later call of the kind. A body cannot look at what it does not have, so no later call can turn
out otherwise than the first; what has to look at values does so in the function that is returned, at every call.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from .. import errors
from .._floor import caches
from .._floor.arrays import in_numpy, takes_numpy
from .._floor.operation import Kind, Open
from .._floor.public import F, Parameters, finisher
from .._floor.reducers import REDUCERS
from . import dispatch

CAPACITY = 128  # kinds of call that a thread remembers; the oldest go first, and are planned again if they come
# options that are the same when they are equal and of one type; a NaN equals nothing and is planned every time
PLAIN = frozenset({int, float, bool, str, type(None), mx.Dtype, np.int32, np.int64, np.float32, np.float64})

Call = Callable[..., Any]
Found = tuple[tuple[Any, ...], list[Any]]  # what tells a kind of call from all others, and its arrays


class _Memory(threading.local):
    """What one thread has planned: recordings belong to streams, and streams to threads."""

    def __init__(self) -> None:
        self.calls: dict[tuple[Any, ...], Any] = {}


_memory = _Memory()


def planned(*data: str, operands: tuple[str, ...] = (), keywords: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """Make a function that plans part of the public API, with the manners of `public`.

    Its body returns a function of the arrays that it took (`as_audio`, `as_real`, ... of an argument), in the order in
    which it took them.

    Parameters
    ----------
    data : str
        Names of the parameters that hold the data.
    operands : tuple of str
        Names of further parameters: open where an `mx.array` is given, options otherwise.
    keywords : callable, optional
        A public function that takes the `**kwargs` of this one.
    """

    def wrap(body: F) -> F:
        planner, public_name = _Planner(body, frozenset(data), frozenset(operands), keywords), body.__name__

        @functools.wraps(body)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                found = planner.kind_of(args, kwargs)
                if found is None:
                    return planner.anew(args, kwargs)
                key, values = found
                known = _memory.calls.get(key)
                return planner.first(args, kwargs, key) if known is None else known(*values)
            except (OverflowError, ValueError) as error:
                said = errors.said_by(public_name, error)
                raise said from (error.__cause__ if said is error else error)

        call.__known__ = planner.parameters.known  # type: ignore[attr-defined]
        call.__kind__ = "lazy"  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap


def clear_cache() -> None:
    """Let go of everything that is kept for later calls: memory, plans of calls, windows, filterbanks, kernels.

    The CPU backend keeps a share of the memory of past results for the next ones, which MLX counts as in use;
    `mx.clear_cache` does not reach it. Nothing changes but the time of the next calls, which make it all again.

    Examples
    --------
    >>> import spectro
    >>> spectro.clear_cache()
    """
    _memory.calls.clear()
    caches.clear()
    dispatch.clear_memory()
    mx.clear_cache()


class _Planner:
    """One public function whose body plans."""

    def __init__(
        self, body: Call, data: frozenset[str], operands: frozenset[str], keywords: Callable[..., Any] | None
    ) -> None:
        self.body, self.data, self.open = body, data, data | operands
        self.parameters = Parameters.of(body, keywords)

    def kind_of(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Found | None:
        """Take the arrays out of a call: what is left tells it from all that differ. None where that cannot be told."""
        arrays: list[Any] = []
        options: list[Any] = [self, *dispatch.state()]
        given = zip(self.parameters.names, args) if args else ()
        if kwargs:
            options += kwargs
            given = (*given, *kwargs.items())
        for name, value in given:
            kind = type(value)
            if kind in PLAIN:
                options += (kind, value)
            elif (kind is mx.array and name in self.open) or (kind is np.ndarray and name in self.data):
                arrays.append(value)
                options += (value.shape, value.dtype, kind)
            elif (kind is tuple or (kind is list and name not in self.open)) and PLAIN.issuperset(map(type, value)):
                options += (kind, *map(type, value), tuple(value))
            elif id(value) in _REDUCERS:
                options.append(id(value))
            else:
                return None
        return (tuple(options), arrays) if arrays else None

    def anew(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Plan and call."""
        prepared, values = self.plan(args, kwargs)
        return prepared(*values)

    def first(self, args: tuple[Any, ...], kwargs: dict[str, Any], key: tuple[Any, ...]) -> Any:
        """Plan, remember the plan unless it warned, and call."""
        heard = errors.warnings_heard()
        prepared, values = self.plan(args, kwargs)
        if heard == errors.warnings_heard():
            calls = _memory.calls
            calls[key] = prepared
            if len(calls) > CAPACITY:
                calls.pop(next(iter(calls)), None)
        return prepared(*values)

    def plan(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Call, list[Any]]:
        """Give the function of a call's arrays, and the arrays."""
        self.parameters.check(self.body.__name__, kwargs)
        names = self.parameters.names[: len(args)]
        given = {name: self._own(name, value) for name, value in (*zip(names, args), *kwargs.items())}
        taken: list[Open] = []
        opened = {name: Open(value, taken) for name, value in given.items() if self._is_open(name, value)}
        call = self.body(
            *(opened.get(name, given[name]) for name in names),
            *args[len(names) :],
            **{name: opened.get(name, given[name]) for name in kwargs},
        )
        finish = finisher([given[name] for name in opened if name in self.data], given.values())
        order = list(opened.values())
        places = [order.index(argument) for argument in taken]
        steps = [tuple(argument.steps) for argument in taken]
        values = [given[name] for name in opened]
        return self._on_numpy(call, places, steps, values) or _composed(call, places, steps, finish, len(order)), values

    def _on_numpy(self, call: Call, places: list[int], steps: list[tuple[Call, ...]], values: list[Any]) -> Call | None:
        """Give the function of NumPy's arrays that goes without MLX's, where all that it does is known to."""
        through = [list(map(in_numpy, path)) for path in steps]
        plain = all(type(value) is np.ndarray and value.dtype != np.float16 for value in values)
        if not plain or not values or not getattr(call, "takes_numpy", False) or any(None in path for path in through):
            return None
        return _composed(call, places, through, None, len(values))  # type: ignore[arg-type]

    def _own(self, name: str, value: Any) -> Any:
        """A copy of an option that is a list: the plan outlives what its caller does to it next."""
        return value.copy() if type(value) is list and name not in self.open else value

    def _is_open(self, name: str, value: Any) -> bool:
        return value is not None and (name in self.data or (name in self.open and isinstance(value, mx.array)))


_REDUCERS = frozenset(map(id, REDUCERS))


def _composed(call: Call, places: list[int], steps: list[tuple[Call, ...]], finish: Call | None, count: int) -> Call:
    """Give `call` with what comes before and after it; alone where nothing does."""
    if finish is None and not any(steps) and places == list(range(count)):
        return call

    def prepared(*values: Any) -> Any:
        arrays = []
        for place, through in zip(places, steps):
            array = values[place]
            for step in through:
                array = step(array)
            arrays.append(array)
        out = call(*arrays)
        return out if finish is None else finish(out)

    return prepared


def bind(
    op: str,
    plan: Any,
    *operands: Kind | Open | mx.array | None,
    takes_frames_last: bool = False,
    gives_frames_last: bool = False,
) -> Call:
    """Give one operation as a function of its open operands, in their order; the rest are constants.

    Operations are frames-major. With `takes_frames_last` open spectrograms come as (..., f, t), with
    `gives_frames_last` the result goes so.
    """
    open_places = [place for place, operand in enumerate(operands) if isinstance(operand, (Kind, Open))]
    kinds = [operand.kind if isinstance(operand, Open) else operand for operand in operands]
    swapped = [place for place in open_places if takes_frames_last and kinds[place].ndim > 1]  # type: ignore[union-attr]
    asked = [kind.swapped() if place in swapped else kind for place, kind in enumerate(kinds)]  # type: ignore[union-attr]
    check = getattr(plan, "check_sizes", None) if asked[0] is not None else None
    if check is not None:  # before a backend makes a bank to try its kernel with
        check(op, asked[0].shape)  # type: ignore[union-attr]
    fn, backend = dispatch.choose(op, plan, *asked)
    if check is not None and backend is None:
        check(op, asked[0].shape, reference=True)  # type: ignore[union-attr]
    direct: Callable[[Call], Call] | None = getattr(backend, "direct", None)
    fn = fn if direct is None else direct(fn)
    constants = [None if place in open_places else operand for place, operand in enumerate(operands)]

    def call(*arrays: Any) -> Any:
        filled = list(constants)
        for place, array in zip(open_places, arrays):
            filled[place] = array.swapaxes(-1, -2) if place in swapped else array
        out = fn(plan, *filled)
        return out.swapaxes(-1, -2) if gives_frames_last else out

    def usual_call(array: Any) -> Any:
        out = fn(plan, array, *rest)
        return out.swapaxes(-1, -2) if gives_frames_last else out

    rest = constants[1:]
    chosen = usual_call if open_places == [0] and not swapped else call
    prepared: Callable[[Call], Call] | None = getattr(backend, "prepared", None)
    if direct is not None:
        return takes_numpy(chosen)
    return chosen if prepared is None else prepared(chosen)
