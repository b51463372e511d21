"""The only place that knows devices and backends: chooses who computes an operation."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import mlx.core as mx

from .._floor import fallbacks, forks, settings
from .._floor.checks import one_of
from .._floor.scopes import Scope
from ..errors import ParameterError
from .operations import OPERATIONS

FAST = ("cpu", "gpu")  # backends with compiled code, each for the MLX device of its name
WARMUP = 10.0  # seconds that launches may be measured for

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
    forks.refuse_lost()
    return _forced(), _setting(), mx.default_device() == _GPU, _generation


def device() -> str:
    """The kind of MLX's default device: "cpu" or "gpu"."""
    return mx.default_device().type.name


def forced_backend() -> str:
    """The backend that `use_backend` or SPECTRO_BACKEND asks for, "auto" when neither does."""
    return _forced() or settings.read("SPECTRO_BACKEND")


def _forced() -> str | None:
    entered = use_backend.now()
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


class use_backend(Scope, contextlib.ContextDecorator):  # noqa: N801 - used as `with use_backend(name)`
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

    innermost = contextvars.ContextVar("spectro_backend", default=None)

    def __init__(self, name: str) -> None:
        super().__init__(one_of("use_backend", "name", name, settings.BACKENDS))

    def _recreate_cm(self) -> use_backend:
        return use_backend(self.name)
