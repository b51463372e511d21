"""Parameters of the transform classes: FFT sizes, windows, layouts, policies."""

from __future__ import annotations

from typing import Any, Literal, Union

import mlx.core as mx

from .._checks import one_of
from .._public import as_real
from ..errors import ParameterError
from ..windows import get_window

WindowLike = Union[mx.array, None]
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
    """
    n_fft, pad = int(n_fft), int(pad)
    if n_fft <= 0:
        raise ParameterError(f"[resolve_fft_params] n_fft must be positive, got {n_fft}")
    if pad < 0:
        raise ParameterError(f"[resolve_fft_params] pad must be >= 0, got {pad}")
    hop = n_fft // 4 if hop_length is None else int(hop_length)
    win = n_fft if win_length is None else int(win_length)
    if hop <= 0:
        raise ParameterError(f"[resolve_fft_params] hop_length must be positive, got {hop}")
    if win <= 0:
        raise ParameterError(f"[resolve_fft_params] win_length must be positive, got {win}")
    if win > n_fft + 2 * pad:
        raise ParameterError(f"[resolve_fft_params] win_length {win} must be <= n_fft {n_fft + 2 * pad}")
    return n_fft + 2 * pad, hop, win


def make_window(window: Any, window_fn: str, win_length: int, n_fft: int, periodic: bool) -> mx.array:
    """A float32 window of `n_fft` samples; a shorter one stands in the middle of zeros.

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
        For an unknown name, or an array that is not one-dimensional or of another length.
    """
    if window is None:
        if window_fn not in WINDOWS:
            raise ParameterError(f"[make_window] Unknown window_fn {window_fn!r}; known: {', '.join(WINDOWS)}")
        samples = get_window(WINDOWS[window_fn], win_length, fftbins=periodic)
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
    mx.eval(samples)  # a lazy constant could not be used by another thread
    return samples


def layout_of(where: str, name: str, value: str) -> str:
    """A checked layout name."""
    return one_of(where, name, value, LAYOUTS)
