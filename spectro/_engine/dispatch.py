"""The only place that knows devices and backends: chooses who computes an operation."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib
import io
import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any

import mlx.core as mx

from .._floor import fallbacks, settings
from .._floor.checks import one_of
from ..errors import ParameterError
from .operations import OPERATIONS

FAST = ("cpu", "gpu")  # backends with compiled code, each for the MLX device of its name
WARMUP = 10.0  # seconds that launches may be measured for

_innermost: contextvars.ContextVar[use_backend | None] = contextvars.ContextVar("spectro_backend", default=None)
_generation = 0  # of launch sizes
_setting = settings.watched("SPECTRO_BACKEND")
_GPU = mx.Device(mx.gpu)


def run(op: str, plan: Any, *arrays: mx.array | None) -> mx.array:
    """Compute `op` on the best backend that can, or on the forced one."""
    return choose(op, plan, *arrays)[0](plan, *arrays)


def choose(op: str, plan: Any, *kinds: Any) -> tuple[Callable[..., mx.array], ModuleType | None]:
    """Who computes a call, and its backend: the device's own where it can, the reference (None) otherwise."""
    operation, forced = OPERATIONS[op], forced_backend()
    name = device() if forced == "auto" else forced
    if name == "reference":
        return operation.reference, None
    reason = _load(name).unavailable() if forced == "auto" else unavailable(name)
    if reason is None:
        backend = _load(name)
        fast = getattr(backend, op) if name in operation.fast else None
        if fast is not None and fast.supports(plan, *kinds):
            return fast, backend
        reason = f"it does not support {plan}"
    elif forced == "auto":
        fallbacks.note(name, f"the {name} backend cannot run, the slower reference answers: {reason}")
    if forced != "auto":
        raise ParameterError(f"[{op}] the backend {name!r} was forced, but {reason}; use 'auto' or 'reference'")
    return operation.reference, None


def tune(operations: list[tuple[Any, tuple[int, ...]]], limit: float = WARMUP) -> None:
    """Let the device's backend, if it can, measure launch sizes for plans and the shapes of their first arrays."""
    global _generation
    name = device() if forced_backend() == "auto" else forced_backend()
    if name == "gpu" and unavailable(name) is None:
        measured = [_load(name).warmup(plan, shape, limit) for plan, shape in operations]
        _generation += any(measured)


def clear_memory() -> None:
    """Let the device's backend free the memory that it keeps."""
    if unavailable(device()) is None:
        getattr(_load(device()), "clear_cache", lambda: None)()


def state() -> tuple[Any, ...]:
    """What decides, beside a call's arguments and its stream, who computes it and how."""
    return _forced(), _setting(), mx.default_device() == _GPU, _generation


def device() -> str:
    """The kind of MLX's default device: "cpu" or "gpu"."""
    return mx.default_device().type.name


def forced_backend() -> str:
    """The backend that `use_backend` or SPECTRO_BACKEND asks for, "auto" when neither does."""
    return _forced() or settings.read("SPECTRO_BACKEND")


def _forced() -> str | None:
    entered = _innermost.get()
    if entered is None:
        return None
    if entered.has_ended:
        _innermost.set(entered := entered.outer_now())
    return None if entered is None else entered.name


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


class use_backend(contextlib.ContextDecorator):  # noqa: N801 - used as `with use_backend(name)`
    """Force a backend inside a `with` block, in this thread (or task) only.

    Parameters
    ----------
    name : {'auto', 'reference', 'cpu', 'gpu'}
        The backend; "auto" lifts an outer choice and the one of `SPECTRO_BACKEND`.

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

    # A signal's handler may raise between any two lines of Python, and then what they undo is never undone. So the end
    # of a block is marked by C alone: `__exit__` is that of a file in memory, which closes it.
    __exit__ = property(operator.attrgetter("_block.__exit__"))

    def __init__(self, name: str) -> None:
        self.name = one_of("use_backend", "name", name, settings.BACKENDS)
        self._block = io.BytesIO()
        self._outer: use_backend | None = None

    def __enter__(self) -> None:
        try:
            _forced()  # leaves nothing that has ended in the chain
            self._outer = _innermost.get()
            _innermost.set(self)
        except BaseException:
            self._block.close()
            raise

    def _recreate_cm(self) -> use_backend:
        return use_backend(self.name)

    @property
    def has_ended(self) -> bool:
        """Whether the block was left."""
        return self._block.closed

    def outer_now(self) -> use_backend | None:
        """The nearest block around this one that was not left."""
        outer = self._outer
        while outer is not None and outer.has_ended:
            outer = outer._outer
        return outer
