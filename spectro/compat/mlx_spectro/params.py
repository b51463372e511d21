"""Parameters of the transform classes: FFT sizes, windows, layouts, policies."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Literal

import mlx.core as mx
import numpy as np

from ..._floor.arrays import as_real
from ..._floor.checks import one_of
from ..._floor.sizes import WINDOW, check_size
from ...errors import ParameterError
from ...windows.spec import get_window

WindowLike = mx.array | np.ndarray | None
ISTFTBackendPolicy = Literal["auto", "mlx_fft", "metal", "torch_fallback"]
STFTOutputLayout = Literal["bfn", "bnf"]

LAYOUTS = ("bfn", "bnf")
POLICIES = ("auto", "mlx_fft", "metal", "torch_fallback")
SAFETIES = ("off", "auto", "always")
LONG_MODES = ("native",)
WINDOWS = {"hann": "hann", "hamming": "hamming", "rect": "boxcar", "ones": "boxcar", "boxcar": "boxcar"}


def resolve_fft_params(
    n_fft: int, hop_length: int | None, win_length: int | None, pad: int = 0
) -> tuple[int, int, int]:
    """FFT size, hop and window length with PyTorch's defaults.

    Parameters
    ----------
    n_fft : int > 0
        Samples of a frame, without padding.
    hop_length : int > 0, optional
        `n_fft // 4` by default.
    win_length : int > 0, optional
        `n_fft` by default.
    pad : int >= 0
        Zeros on each side of a frame.

    Returns
    -------
    tuple of int
        `(n_fft + 2 * pad, hop_length, win_length)`.

    Raises
    ------
    ParameterError
        For a size that is not positive, a negative `pad`, or a window longer than the padded frame.

    Examples
    --------
    >>> import spectro
    >>> spectro.resolve_fft_params(400, None, None, pad=56)
    (512, 100, 400)
    """
    return fft_sizes("resolve_fft_params", n_fft, hop_length, win_length, pad)


def fft_sizes(where: str, n_fft: Any, hop_length: Any, win_length: Any, pad: Any = 0) -> tuple[int, int, int]:
    """Resolve the sizes as `resolve_fft_params` does, for the function `where`."""
    n_fft, pad = _whole(where, "n_fft", n_fft), _whole(where, "pad", pad)
    hop = n_fft // 4 if hop_length is None else _whole(where, "hop_length", hop_length)
    win = n_fft if win_length is None else _whole(where, "win_length", win_length)
    for name, size in (("n_fft", n_fft), ("hop_length", hop), ("win_length", win)):
        if size <= 0:
            raise ParameterError(f"[{where}] {name} must be positive, got {size}")
    if pad < 0:
        raise ParameterError(f"[{where}] pad must be >= 0, got {pad}")
    if win > n_fft + 2 * pad:
        raise ParameterError(f"[{where}] win_length {win} must be <= n_fft {n_fft + 2 * pad}")
    return n_fft + 2 * pad, hop, win


def _whole(where: str, name: str, value: Any) -> int:
    """Take an integer, or a float that is one."""
    whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
    if not whole or isinstance(value, bool):
        raise ParameterError(f"[{where}] {name} must be an integer, got {value!r}")
    return int(value)


def make_window(window: Any, window_fn: str, win_length: int, n_fft: int, periodic: bool) -> mx.array:
    """Make a float32 window of `n_fft` samples; a shorter one stands in the middle of zeros.

    Parameters
    ----------
    window : array (win_length,) or (n_fft,), optional
        Samples of the window; `window_fn` is made when it is None.
    window_fn : {'hann', 'hamming', 'rect', 'ones', 'boxcar'}
        Name of the window.
    win_length, n_fft : int > 0
        Samples of the window and of the frame.
    periodic : bool
        The periodic form, for spectra, rather than the symmetric one.

    Returns
    -------
    mx.array (n_fft,) float32
        Evaluated. The left padding is `(n_fft - win_length) // 2`.

    Raises
    ------
    ParameterError
        For sizes that do not fit, an unknown name, or an array that is not one-dimensional or of another length.

    Examples
    --------
    >>> import spectro
    >>> spectro.make_window(None, "hann", win_length=4, n_fft=6, periodic=True)
    array([0, 0, 0.5, 1, 0.5, 0], dtype=float32)
    """
    n_fft, _, win_length = fft_sizes("make_window", n_fft, 1, win_length)
    check_size("make_window", "the window", n_fft, itemsize=WINDOW, way_out="lower n_fft")
    if window is None:
        if not isinstance(window_fn, str) or window_fn not in WINDOWS:
            raise ParameterError(f"[make_window] Unknown window_fn {window_fn!r}; known: {', '.join(WINDOWS)}")
        samples = mx.array(get_window(WINDOWS[window_fn], win_length, fftbins=bool(periodic)))
    else:
        samples = as_real("make_window", "window", window)
        if samples.ndim != 1:
            raise ParameterError(f"[make_window] window must be one-dimensional, got shape {tuple(samples.shape)}")
    if samples.size not in (win_length, n_fft):
        raise ParameterError(
            f"[make_window] window length must be win_length={win_length} or n_fft={n_fft}, got {samples.size}"
        )
    left = (n_fft - samples.size) // 2
    samples = mx.pad(samples, (left, n_fft - samples.size - left))
    try:
        mx.eval(samples)  # a lazy constant could not be used by another thread
    except ValueError as error:
        raise ParameterError(
            "[make_window] window needs its values, which mx.compile and mx.vmap hide; make the transform before them"
        ) from error
    return samples


def layout_of(where: str, name: str, value: str) -> str:
    """Check the name of a layout."""
    return one_of(where, name, value, LAYOUTS)
