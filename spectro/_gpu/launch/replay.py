"""Calls of an operation that are recorded once and replayed: building a graph in Python costs more than a small launch.

Whatever a call is, it gives what it gives without this. It is recorded only where two graphs of it, one of arrays that
have no values, agree in all that they are made of; then no value of an array and nothing drawn at random had a part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import mlx.core as mx

from . import compiled, tuning

Call = Callable[..., Any]

# Primitives that come out of `mx.vmap` as they went in (MLX 0.32.4), so that graphs may share them: what the operations
# of this backend are made of, each mapped by a test. Those that it changes are made anew in every graph.
SHARED = frozenset(
    {
        *("Abs", "Add", "AsType", "Concatenate", "Conjugate", "CustomTransforms", "Divide", "FFT", "Flatten", "Gather"),
        *("Equal", "Greater", "Imag", "MappableKernel", "Max", "Maximum", "Minimum", "Multiply", "NotEqual"),
        *("Power", "Real", "Select"),
        *("Slice", "Sqrt", "Square", "Squeeze", "StopGradient", "Subtract", "Sum"),
    }
)
counts: Counter[str] = Counter()  # recordings, and the reasons why a call has none


def prepared(call: Call) -> Call:
    """Give a function that answers as `call`, from its third call on without building a graph in Python."""
    native = compiled.loaded()[0]
    return call if native is None else native.Replay(_Plain(native, call), list(tuning.WATCHED))


def _random_state() -> mx.array:
    return mx.random.state[0]  # type: ignore[index]


class _Plain:
    """The calls that are not replayed. The second of a kind is recorded; one that cannot be is not tried again."""

    def __init__(self, native: Any, call: Call) -> None:
        self.native, self.call = native, call
        self.seen = False
        self.refused = False

    def __call__(self, replay: Any, arrays: tuple[Any, ...]) -> Any:
        if not self.seen or self.refused:
            result = self.call(*arrays)
            self.seen = True
            return result
        before = _random_state()
        result = self.call(*arrays)
        if all(type(a) is mx.array for a in arrays) and not self.native.sizes_are_open(arrays):
            drawn = not self.native.same_array(before, _random_state())
            self._record(replay, arrays, result, drawn)
        return result

    def _record(self, replay: Any, arrays: tuple[mx.array, ...], result: Any, drawn: bool) -> None:
        try:
            replay.add(self._graph(arrays, result, drawn))
            counts["recorded"] += 1
        except Exception as error:  # of the call, which meets arrays without values here, or of the recording
            self.refused = True
            counts[f"{type(error).__name__}: {error}"[:200]] += 1

    def _graph(self, arrays: tuple[mx.array, ...], result: Any, drawn: bool) -> Any:
        """Give the graph of the call, proved by a second one."""
        if drawn or type(result) is not mx.array:
            raise ValueError("it draws random numbers" if drawn else "it does not give one array")
        usual = self.native.Recording(result, arrays, SHARED)
        open_arrays = self.native.without_values(arrays)
        recording = self.native.Recording(self.call(*open_arrays), open_arrays, SHARED)
        if not recording.equals(usual):
            raise ValueError("two calls do not build the same graph")
        return recording
