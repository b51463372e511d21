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
from .._floor.operation import Kind, Open
from .._floor.public import public
from .._floor.sizes import WINDOW, check_size
from ..errors import ParameterError
from .cosines import blackman, blackmanharris, flattop, general_cosine, general_hamming, hamming, hann, nuttall
from .decays import exponential, gaussian, general_gaussian
from .families import kaiser, kaiser_bessel_derived, taylor, tukey
from .scipy_windows import chebwin, dpss
from .shapes import barthann, bartlett, bohman, boxcar, cosine, lanczos, parzen, triang

WindowSpec: TypeAlias = str | tuple[Any, ...] | float | Callable[[int], Any] | Any

ALIASES: dict[Callable[..., mx.array], str] = {
    barthann: "barthann brthan bth",
    bartlett: "bartlett bart brt",
    blackman: "blackman black blk",
    blackmanharris: "blackmanharris blackharr bkh",
    bohman: "bohman bman bmn",
    boxcar: "boxcar box ones rect rectangular",
    chebwin: "chebwin cheb",
    cosine: "cosine halfcosine",
    dpss: "dpss",
    exponential: "exponential poisson",
    flattop: "flattop flat flt",
    gaussian: "gaussian gauss gss",
    general_cosine: "general_cosine",
    general_gaussian: "general_gaussian general_gauss ggs",
    general_hamming: "general_hamming",
    hamming: "hamming hamm ham",
    hann: "hann han hanning",
    kaiser: "kaiser ksr",
    kaiser_bessel_derived: "kaiser_bessel_derived kbd",
    lanczos: "lanczos sinc",
    nuttall: "nuttall nutl nut",
    parzen: "parzen parz par",
    taylor: "taylor taylorwin",
    triang: "triang triangle tri",
    tukey: "tukey tuk",
}
BY_NAME = {alias: function for function, aliases in ALIASES.items() for alias in aliases.split()}
# How many parameters a window takes after M: at least, at most, and an example.
PARAMETERS = {
    chebwin: (1, 1, '("chebwin", 100)'),
    dpss: (1, 1, '("dpss", 3.0)'),
    exponential: (0, 2, '("exponential", None, 1.0)'),
    gaussian: (1, 1, '("gaussian", 200.0)'),
    general_cosine: (1, 1, '("general_cosine", (0.5, 0.5))'),
    general_gaussian: (2, 2, '("general_gaussian", 1.5, 200.0)'),
    general_hamming: (1, 1, '("general_hamming", 0.54)'),
    kaiser: (1, 1, '("kaiser", 4.0)'),
    kaiser_bessel_derived: (1, 1, '("kaiser_bessel_derived", 4.0)'),
    taylor: (0, 3, '("taylor", 4, 30)'),
    tukey: (0, 1, '("tukey", 0.5)'),
}


@public()
def get_window(window: WindowSpec, Nx: int, *, fftbins: bool = True) -> mx.array | np.ndarray:
    """Sample a window: ``w[0] .. w[Nx - 1]``.

    Parameters
    ----------
    window : str, tuple, float, array or callable
        A name, or a tuple of a name and its parameters, as in SciPy; a number is the beta of a Kaiser window; an array
        is the window itself; a callable is called with Nx. A name may end in `_periodic` or `_symmetric`.
    Nx : int, >= 1
        Number of samples.
    fftbins : bool
        True for a periodic window, as spectral analysis wants it; False for a symmetric one.

    Returns
    -------
    mx.array, shape (Nx,), float32
        For an `mx.array` window the array itself, lazy and differentiable; a NumPy array or list gives NumPy.

    Raises
    ------
    ParameterError
        If the window is not known, lacks its parameters, or has another length than Nx.

    Notes
    -----
    Differs from librosa: the result is float32, and `hanning` is taken for `hann`.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.get_window("hann", 4)
    array([0, 0.5, 1, 0.5], dtype=float32)
    >>> spectro.get_window(("gaussian", 1.0), 4).shape
    (4,)
    """
    samples = resolve_window("get_window", window, positive_int("get_window", "Nx", Nx), bool(fftbins))
    return samples if is_spec(window) or callable(window) or isinstance(window, mx.array) else to_numpy(samples)


def analysis_window(where: str, window: WindowSpec, win_length: int, n_fft: int) -> Any:
    """Centre the periodic window of `win_length` samples among zeros: `(n_fft,)` float32.

    Specifications by name, tuple or number are cached and evaluated; arrays and callables are not.
    """
    if isinstance(window, Open):
        _given_window(where, window, win_length)
        padded = Kind((n_fft,), mx.float32)
        return window if win_length == n_fft else window.through(functools.partial(centred, n_fft=n_fft), padded)
    if is_spec(window):
        with contextlib.suppress(ParameterError, TypeError):  # what is wrong is said below, in the name of `where`
            return _cached_window(_frozen(window), win_length, n_fft)
    return centred(resolve_window(where, window, win_length, True), n_fft)


@functools.lru_cache(maxsize=64)
def _cached_window(window: Any, win_length: int, n_fft: int) -> mx.array:
    return held(centred(resolve_window("get_window", window, win_length, True), n_fft))


def centred(window: mx.array, n_fft: int) -> mx.array:
    """Put zeros on both sides of a window, up to `n_fft` samples."""
    left = (n_fft - window.shape[0]) // 2
    return mx.pad(window, (left, n_fft - window.shape[0] - left)) if window.shape[0] < n_fft else window


def is_spec(window: WindowSpec) -> bool:
    """Whether a window is given by a name, a tuple or a number, rather than by its samples."""
    return isinstance(window, (str, tuple, Real)) and not isinstance(window, bool)


def _frozen(value: Any) -> Any:
    """Make a hashable form of a specification whose parameters may be lists or arrays."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return tuple(_frozen(item) for item in value) if isinstance(value, (tuple, list)) else value


def resolve_window(where: str, window: WindowSpec, size: int, periodic: bool) -> mx.array:
    """Make the `size` samples of a window that is given in any way; `where` speaks in errors."""
    if is_spec(window):
        check_size(where, "the window", size, itemsize=WINDOW, way_out="ask for fewer samples")
    if isinstance(window, Real) and is_spec(window):
        return kaiser(size, finite(where, "window", window), sym=not periodic)
    if isinstance(window, (str, tuple)):
        return _named_window(where, window, size, periodic)
    if callable(window):
        return _given_window(where, window(size), size)
    return _given_window(where, window, size)


def _named_window(where: str, window: str | tuple[Any, ...], size: int, periodic: bool) -> mx.array:
    name, *parameters = (window,) if isinstance(window, str) else window or (None,)
    function, symmetric = _function(where, name, not periodic)
    least, most, example = PARAMETERS.get(function, (0, 0, ""))
    if len(parameters) < least:
        raise ParameterError(f"[{where}] window {name!r} needs its parameters: write window={example}")
    if len(parameters) > most:
        form = f"write window={example}" if most else f"write window={name!r}"
        raise ParameterError(f"[{where}] window {name!r} takes at most {most} parameters, got {window!r}; {form}")
    try:
        return function(size, *parameters, sym=symmetric)
    except ParameterError as error:
        raise ParameterError(f"[{where}] window {window!r}: {str(error).partition('] ')[2]}") from None


def _function(where: str, name: Any, symmetric: bool) -> tuple[Callable[..., mx.array], bool]:
    """Find the function of a name, and whether the name's ending, if it has one, asks for the symmetric form."""
    key = name.replace(" ", "_") if isinstance(name, str) else name
    for ending, value in (("_periodic", False), ("_symmetric", True)):
        if isinstance(key, str) and key.endswith(ending):
            key, symmetric = key.removesuffix(ending), value
    if not isinstance(key, str) or key not in BY_NAME:
        known = ", ".join(function.__name__ for function in ALIASES)
        raise ParameterError(f"[{where}] window must be a known name, got {name!r}; known: {known}")
    return BY_NAME[key], symmetric


def _given_window(where: str, window: WindowSpec, size: int) -> mx.array:
    """Check a window given by its samples; finiteness only where nothing has to be evaluated for it."""
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
