"""The only place that knows devices and backends: chooses who computes an operation."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import mlx.core as mx

from .. import _reference
from .._floor import fallbacks, settings
from .._floor.checks import one_of
from ..errors import ParameterError

FAST = ("cpu", "gpu")  # backends with compiled code, each for the MLX device of its name

_forced: contextvars.ContextVar[str | None] = contextvars.ContextVar("spectro_backend", default=None)


_generation = 0  # of launch sizes

WARMUP, AT_ONCE = 10.0, 0.5  # seconds that launches may be measured for: when asked, and in the midst of calls
WORTHWHILE = 2**22  # samples: a GPU does fewer in the time of the call

Operation = tuple[Any, tuple[int, ...]]  # a plan, and the shape of its first array


class _Noted(threading.local):
    operations: list[Operation] | None = None  # None where nobody takes notes


_noted = _Noted()


def run(op: str, plan: Any, *arrays: mx.array | None) -> mx.array:
    """Compute `op` on the best backend that can, or on the forced one."""
    backend = choose(op, plan, arrays)
    if _noted.operations is not None and arrays[0] is not None:
        _noted.operations.append((plan, arrays[0].shape))
    return getattr(backend, op)(plan, *arrays)


@contextlib.contextmanager
def noting() -> Iterator[list[Operation]]:
    """Give the list of the operations that are run in a `with` block."""
    before, _noted.operations = _noted.operations, []
    try:
        yield _noted.operations
    finally:
        _noted.operations = before


def choose(op: str, plan: Any, arrays: tuple[mx.array | None, ...]) -> ModuleType:
    """The backend for one call: the device's own where it can, the reference otherwise."""
    forced = forced_backend()
    name = device() if forced == "auto" else forced
    if name == "reference":
        return _reference
    reason = _load(name).unavailable() if forced == "auto" else unavailable(name)
    if reason is None:
        backend = _load(name)
        if backend.supports(op, plan, *arrays):
            return backend
        reason = f"it does not support {plan}"
    elif forced == "auto":
        fallbacks.note(name, f"the {name} backend cannot run, the slower reference answers: {reason}")
    if forced != "auto":
        raise ParameterError(f"[{op}] the backend {name!r} was forced, but {reason}; use 'auto' or 'reference'")
    return _reference


def tune(operations: list[Operation], limit: float = WARMUP, smallest: int = 0) -> None:
    """Let the device's backend, if it tunes launch sizes, measure them for operations it has not measured before."""
    global _generation
    name = device() if forced_backend() == "auto" else forced_backend()
    if name == "gpu" and unavailable(name) is None:
        measured = [_load(name).warmup(plan, shape, limit, smallest) for plan, shape in operations]
        _generation += any(measured)


def state() -> tuple[str | None, int]:
    """What decides, beside a call's arguments, its stream and the environment, who computes it and how."""
    return _forced.get(), _generation


def device() -> str:
    """The kind of MLX's default device: "cpu" or "gpu"."""
    return mx.default_device().type.name


def forced_backend() -> str:
    """The backend that `use_backend` or SPECTRO_BACKEND asks for, "auto" when neither does."""
    return _forced.get() or settings.read("SPECTRO_BACKEND")


def unavailable(name: str) -> str | None:
    """Why a backend cannot run here, or None when it can."""
    if name == "reference":
        return None
    if name not in FAST:
        return "this build of spectro does not have it"
    if name != device():
        return f"MLX's default device is the {device()}"
    return _load(name).unavailable()


@functools.lru_cache(maxsize=len(FAST))
def _load(name: str) -> ModuleType:
    return importlib.import_module(f"spectro._{name}")


@contextlib.contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Force a backend inside a `with` block, in this thread (or task) only.

    Parameters
    ----------
    name : {'auto', 'reference', 'cpu', 'gpu'}
        The backend; "auto" lifts an outer choice and the one of `SPECTRO_BACKEND`.

    Yields
    ------
    None
        The backend is forced until the block ends.

    Raises
    ------
    ParameterError
        If the name is unknown. A forced backend that cannot do a computation raises when it is called.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> with spectro.use_backend("reference"):
    ...     spectro.stft(mx.zeros(4096), n_fft=1024).shape
    (513, 17)
    """
    one_of("use_backend", "name", name, settings.BACKENDS)
    token = _forced.set(name)
    try:
        yield
    finally:
        _forced.reset(token)
