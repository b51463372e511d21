"""How alike a signal is to itself some time later."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_array, in_precision_of, namespace
from .._floor.checks import axis_of, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.tracing import sized
from .._floor.types import A, Others
from ..errors import ParameterError

BLOCK = 1 << 15  # samples that are transformed at a time, where a few lags of many are asked for
TRANSFORM = 48  # bytes for a sample: padded twice, transformed and back


@public("y")
@documented
def autocorrelate(y: A | Others, *, max_size: int | None = None, axis: int = -1) -> A:
    r"""Autocorrelation: :math:`z[k] = \sum_n y[n + k]\, \overline{y[n]}`, by the FFT.

    Parameters
    ----------
    y : array (...)
        Real or complex signal.
    max_size : int >= 1, optional
        Lags to return at most; all by default.
    axis : int
        The axis of time.

    Returns
    -------
    array (...) float32 or complex64
        Of the shape of `y`, at most `max_size` long along `axis`.

    Raises
    ------
    ParameterError
        If `y` has no such axis, or nothing along it, or `max_size` is not positive.

    Notes
    -----
    NumPy's signals are taken block by block, in double precision, where they are far longer than `max_size`; all lags
    need 48 bytes a sample.

    Differs from librosa: a `max_size` that is no positive integer is refused.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.autocorrelate(mx.array([1.0, 2.0, 3.0]), max_size=2).shape
    (2,)
    """
    where = "autocorrelate"
    given, y = y, sized(where, as_array(where, "y", y, made=np.asarray))
    axis = axis_of(where, axis, y.ndim)
    n = y.shape[axis]
    if n == 0:
        raise ParameterError(f"[{where}] y must have at least one sample along axis {axis}, got shape {y.shape}")
    lags = n if max_size is None else min(n, positive_int(where, "max_size", max_size))
    check_size(where, "the result", y.size, itemsize=TRANSFORM, way_out="cut the signal into pieces")
    xp = namespace(y)
    z = xp.moveaxis(_correlated(xp.moveaxis(y, axis, -1), lags), -1, axis)
    return in_precision_of(given, z)


def _correlated(y: Any, lags: int) -> Any:
    """Lags 0 .. lags - 1 of y (..., n): (..., lags), by the library that y is of."""
    xp = namespace(y)
    if y.size == 0:  # MLX's FFT refuses arrays without elements
        return xp.zeros((*y.shape[:-1], lags), dtype=y.dtype)
    if xp is np and y.shape[-1] > 2 * max(BLOCK, 4 * lags):
        return _by_blocks(y, lags)
    n_fft = fast_length(y.shape[-1] + lags - 1)
    is_complex = y.dtype in (mx.complex64, np.complex64)
    norm, scale = ("backward", 1) if xp is mx else ("ortho", n_fft)  # NumPy takes a factor of one for double precision
    D = xp.fft.fft(y, n_fft, -1, norm=norm) if is_complex else xp.fft.rfft(y, n_fft, -1, norm=norm)
    power = (xp.square(D.real) + xp.square(D.imag)).astype(D.dtype)
    z = xp.fft.ifft(power, axis=-1) if is_complex else xp.fft.irfft(power, n=n_fft, axis=-1)
    return z[..., :lags].astype(y.dtype) * scale  # NumPy before 2 has double precision alone


def _by_blocks(y: np.ndarray, lags: int) -> np.ndarray:
    """The same of a signal that is far longer than its lags: spectra of its blocks are summed, in double precision."""
    n_fft = fast_length(max(BLOCK, 4 * lags))
    step, is_complex, total = n_fft - lags + 1, y.dtype == np.complex64, np.zeros(1)
    forth, back = (np.fft.fft, np.fft.ifft) if is_complex else (np.fft.rfft, np.fft.irfft)
    for first in range(0, y.shape[-1], step):
        later = y[..., first : first + n_fft].astype(np.complex128 if is_complex else np.float64)
        total = total + forth(later, n_fft) * forth(later[..., :step], n_fft).conj()
    return back(total, n_fft)[..., :lags].astype(y.dtype)


def fast_length(n: int) -> int:
    """The least even number from n on that has no other factors than 2, 3 and 5."""
    best = 1 << max(n - 1, 1).bit_length()
    five = 1
    while five < best:
        odd = five
        while odd < best:
            best = min(best, odd << max((-(-n // odd) - 1).bit_length(), 1))
            odd *= 3
        five *= 5
    return best
