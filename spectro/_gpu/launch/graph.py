"""What only the compiled part does with MLX's graphs: build one again, and let `mx.vmap` walk past a kernel's launch.

Where it is not compiled, every operation is built anew, and MLX refuses to map the GPU's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import mlx.core as mx

from ..._floor import extension

# what the launches of an operation depend on, beside its plan: a recording is not replayed where one of them changed
SETTINGS = ["MLX_OLA_FUSE_NORM", "SPEC_MLX_AUTOTUNE", "SPEC_MLX_TGX"]
STREAMS = 4  # recordings of one operation, each for a stream and the settings it was recorded under

Call = Callable[..., Any]


def missing() -> str | None:
    """Why the compiled part is not there, or None when it is."""
    return _loaded()[1]


def mappable(launched: mx.array) -> mx.array:
    """Give the same array; `mx.vmap` leaves its batch to the rule of the custom function that it is traced in."""
    native = _loaded()[0]
    return launched if native is None else native.mappable(launched)


class Replayed:
    """An operation on arrays of one kind, whose graph is built in C++ from the third call on.

    MLX builds five nodes for one launch, in Python; C++ builds the same ones in a fifth of the time. The second call
    records them. What cannot be recorded is called as it is, for ever: whatever it is, it gives what it would have
    given. A recording belongs to the stream and the settings of its call; a few are kept, so that streams may take
    turns.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self.recordings: list[Any] = []
        self._left = STREAMS if missing() is None else 0
        self._called = False

    def __call__(self, *arrays: mx.array) -> Any:
        """Give what the operation gives."""
        for recording in self.recordings:
            out = recording.replay(arrays)
            if out is not None:
                return out
        if self._called and self._left:
            self._record(arrays)
        self._called = True
        return self._call(*arrays)

    def _record(self, arrays: tuple[mx.array, ...]) -> None:
        self._left -= 1
        native = _loaded()[0]
        try:
            self.recordings.append(native.Recording(self._call, list(arrays), SETTINGS))  # type: ignore[union-attr]
        except Exception:  # the call itself, which comes next, raises what there is to raise
            self._left = 0


def prepared(call: Call) -> Call:
    """Give an operation on arrays of one kind as one that is replayed."""
    return Replayed(call)


@functools.lru_cache(maxsize=1)
def _loaded() -> tuple[ModuleType | None, str | None]:
    return extension.load("spectro._gpu._native", "cuda13" if mx.cuda.is_available() else "cpu")
