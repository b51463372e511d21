"""How a window is asked for: by a name, with parameters, by its samples or by a function."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from numbers import Real
from typing import Any, TypeAlias

import mlx.core as mx
import numpy as np

from .._constants.held import held
from .._floor.arrays import as_real, to_numpy
from .._floor.checks import finite, positive_int
from .._floor.kinds import gives_mlx
from .._floor.operation import Kind, Open
from .._floor.public import public
from .._floor.sizes import WINDOW, check_size
from .._floor.tracing import sized
from ..errors import ParameterError
from .named import SAMPLERS, WINDOWS

WindowSpec: TypeAlias = str | tuple[Any, ...] | float | Callable[[int], Any] | Any

NAMES = {alias: name for name, window in WINDOWS.items() for alias in (name, *window.aliases.split())}


@public()
def get_window(window: WindowSpec, Nx: int, *, fftbins: bool = True) -> np.ndarray:
    """Sample a window: ``w[0] .. w[Nx - 1]``.

    Parameters
    ----------
    window : str, tuple, float, array or callable
        A name, or a tuple of a name and its parameters, as in SciPy; a number is the beta of a Kaiser window; an array
        is the window itself; a callable is called with Nx. A name may end in `_periodic` or `_symmetric`.
    Nx : int, >= 1
        Number of samples.
    fftbins : bool
        True for the periodic window of spectral analysis, False for the symmetric one of filter design.

    Returns
    -------
    array, shape (Nx,), float32
        For an `mx.array` window the array itself, lazy and differentiable.

    Raises
    ------
    ParameterError
        If the window is not known, lacks its parameters, or has another length than Nx.

    Notes
    -----
    Differs from librosa: the result is float32, and `hanning` is accepted as a name of `hann`.

    References
    ----------
    .. [1] Harris, F. J., "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.get_window("hann", 4)
    array([0. , 0.5, 1. , 0.5], dtype=float32)
    >>> spectro.get_window(("gaussian", 1.0), 4).shape
    (4,)
    """
    size = positive_int("get_window", "Nx", Nx)
    samples = resolve_window("get_window", window, size, bool(fftbins))
    if is_spec(window):
        return mx.array(samples) if gives_mlx() else to_numpy(samples)  # type: ignore[return-value] # a copy
    return samples if callable(window) or isinstance(window, mx.array) else to_numpy(samples)  # type: ignore[return-value]


def analysis_window(where: str, window: WindowSpec, win_length: int, n_fft: int) -> Any:
    """Center the periodic window of `win_length` samples among zeros: `(n_fft,)` float32.

    Specifications by name, tuple or number are cached and evaluated; arrays and callables are not.
    """
    if isinstance(window, Open):
        _given_window(where, window, win_length)
        padded = Kind((n_fft,), mx.float32)
        if win_length < n_fft:
            window.through(functools.partial(sized, where), window.kind).through(
                functools.partial(centered, n_fft=n_fft), padded
            )
        return window
    return _among_zeros(where, window, win_length, n_fft, True)


def resolve_window(where: str, window: WindowSpec, size: int, periodic: bool) -> mx.array:
    """The `size` samples of a window that is given in any way; error messages start with `where`."""
    return _among_zeros(where, window, size, size, periodic)


def _among_zeros(where: str, window: WindowSpec, win_length: int, n_fft: int, periodic: bool) -> mx.array:
    if is_spec(window):
        with contextlib.suppress(ParameterError, TypeError):  # the uncached call below raises it with `where`
            return _cached_window(_frozen(window), win_length, n_fft, periodic)
    return centered(_made(where, window, win_length, periodic), n_fft)


@functools.lru_cache(maxsize=128)  # more than the wavelets of a usual transform, each of which has a length of its own
def _cached_window(window: Any, win_length: int, n_fft: int, periodic: bool) -> mx.array:
    return held(centered(_made("get_window", window, win_length, periodic), n_fft))


def centered(window: mx.array, n_fft: int) -> mx.array:
    """Put zeros on both sides of a window, up to `n_fft` samples."""
    missing = n_fft - window.shape[0]
    left = missing // 2
    return mx.pad(window, (left, missing - left)) if missing > 0 else window


def is_spec(window: WindowSpec) -> bool:
    """Whether a window is given by a name, a tuple or a number, rather than by its samples."""
    return isinstance(window, (str, tuple, Real)) and not isinstance(window, bool)


def _frozen(value: Any) -> Any:
    """A hashable form of a specification whose parameters may be lists or arrays."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return tuple(_frozen(item) for item in value) if isinstance(value, (tuple, list)) else value


def _made(where: str, window: WindowSpec, size: int, periodic: bool) -> mx.array:
    if is_spec(window):
        check_size(where, "the window", size, itemsize=WINDOW, way_out="ask for fewer samples")
    if isinstance(window, Real) and is_spec(window):
        return SAMPLERS["kaiser"](size, finite(where, "window", window), sym=not periodic)
    if isinstance(window, (str, tuple)):
        return _named_window(where, window, size, periodic)
    if callable(window):
        return _given_window(where, window(size), size)
    return _given_window(where, window, size)


def _named_window(where: str, window: str | tuple[Any, ...], size: int, periodic: bool) -> mx.array:
    asked, *parameters = (window,) if isinstance(window, str) else window or (None,)
    name, symmetric = _name_and_form(where, asked, not periodic)
    taken = [parameter for parameter in WINDOWS[name].parameters.values() if parameter.in_tuple]
    example = f'("{name}", {WINDOWS[name].for_tuple})' if taken else repr(asked)
    if len(parameters) < sum(parameter.is_required for parameter in taken):
        raise ParameterError(f"[{where}] window {asked!r} needs its parameters: write window={example}")
    if len(parameters) > len(taken):
        most = f"takes at most {len(taken)} parameters, got {window!r}; write window={example}"
        raise ParameterError(f"[{where}] window {asked!r} {most}")
    try:
        return SAMPLERS[name](size, *parameters, sym=symmetric)
    except ParameterError as error:
        raise ParameterError(f"[{where}] window {window!r}: {str(error).partition('] ')[2]}") from None


def _name_and_form(where: str, asked: Any, symmetric: bool) -> tuple[str, bool]:
    """The window that is asked for, and whether its symmetric form, which the ending of a name may say."""
    key = asked.replace(" ", "_") if isinstance(asked, str) else asked
    for ending, value in (("_periodic", False), ("_symmetric", True)):
        if isinstance(key, str) and key.endswith(ending):
            key, symmetric = key.removesuffix(ending), value
    if not isinstance(key, str) or key not in NAMES:
        raise ParameterError(f"[{where}] window must be a known name, got {asked!r}; known: {', '.join(WINDOWS)}")
    return NAMES[key], symmetric


def _given_window(where: str, window: WindowSpec, size: int) -> mx.array:
    """Check a window given by its samples; an MLX array is not checked for NaN, which would evaluate it."""
    if window is None or isinstance(window, bool):
        raise ParameterError(
            f"[{where}] window must be a name, a tuple, a number, an array or a callable, got {window}"
        )
    samples = as_real(where, "window", window)
    if samples.ndim != 1:
        raise ParameterError(f"[{where}] window must have one dimension, got shape {tuple(samples.shape)}")
    if samples.shape[0] != size:
        raise ParameterError(f"[{where}] window must have {size} samples, got an array of {samples.shape[0]}")
    if not isinstance(window, (mx.array, Open)) and not np.isfinite(np.asarray(window)).all():
        raise ParameterError(f"[{where}] window must be finite everywhere, got NaN or infinity")
    return samples
