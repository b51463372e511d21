"""Paths in similarity matrices made clear: `path_enhance`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import namespace
from .._floor.checks import finite, one_of, positive, positive_int, shown
from .._floor.plain import taken
from .._floor.public import public
from .._floor.types import A, Others
from ..errors import ParameterError
from ..filters import line, line_weights
from ..windows.spec import WindowSpec

PADDINGS = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap", "constant": "constant"}
PADDINGS |= {"grid-mirror": "symmetric", "grid-wrap": "wrap", "grid-constant": "constant"}


@public("R")
def path_enhance(
    R: A | Others,
    n: int,
    *,
    window: WindowSpec = "hann",
    max_ratio: float = 2.0,
    min_ratio: float | None = None,
    n_filters: int = 7,
    zero_mean: bool = False,
    clip: bool = True,
    mode: str = "reflect",
    cval: float = 0.0,
    origin: int | tuple[int, int] = 0,
) -> A:
    """Smooth a similarity matrix along its diagonals: the largest of several convolutions with lines.

    The lines have slopes ``min_ratio .. max_ratio``, evenly spaced in octaves, see `filters.diagonal_filter`.

    Parameters
    ----------
    R : array (..., n, m)
        Similarity matrices, each smoothed for itself; not sparse.
    n : int >= 1
        Length of the lines in frames.
    window : str, tuple, number, callable or array (n,)
        Weights along a line, see `spectro.get_window`.
    max_ratio : float > 0
        Largest ratio of tempi.
    min_ratio : float > 0, optional
        Smallest ratio of tempi; ``1 / max_ratio`` by default.
    n_filters : int >= 1
        Number of lines; an odd one has the diagonal between those of a ratio and its inverse.
    zero_mean : bool
        Subtract the mean of each filter, so that uniform blocks vanish.
    clip : bool
        Replace negative values by 0.
    mode : {'reflect', 'mirror', 'nearest', 'wrap', 'constant'}
        What is beyond the edges, as in `scipy.ndimage.convolve`.
    cval : float
        The value beyond the edges for mode 'constant'.
    origin : int or pair of them
        By how much the filters are moved.

    Returns
    -------
    array (..., n, m)
        The smoothed matrices, of the type of `R`; NumPy's are computed in double precision.

    Raises
    ------
    ParameterError
        For a bad argument.

    Notes
    -----
    Convolved by a Fourier transform: what is zero but for rounding is set to zero.

    Differs from librosa: NaN and infinity, which would spread everywhere, are refused; of the keywords of the
    convolution `mode`, `cval` and `origin` alone are accepted.

    References
    ----------
    .. [1] Müller, M. and Kurth, F., "Enhancing similarity matrices for music audio analysis", ICASSP 2006.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> R = np.diag([1.0, 0.0, 1.0, 1.0])
    >>> spectro.segment.path_enhance(R, 2, window="boxcar", n_filters=1, max_ratio=1.0, mode="constant")
    array([[0.5, 0. , 0. , 0. ],
           [0. , 0.5, 0. , 0. ],
           [0. , 0. , 1. , 0. ],
           [0. , 0. , 0. , 0.5]])
    """
    where = "path_enhance"
    matrix = _matrices(where, R)
    top = positive(where, "max_ratio", max_ratio)
    low = 1 / top if min_ratio is None else positive(where, "min_ratio", min_ratio)
    if low > top:
        raise ParameterError(f"[{where}] min_ratio must be at most max_ratio={max_ratio!r}, got {min_ratio!r}")
    slopes = np.logspace(np.log2(low), np.log2(top), num=positive_int(where, "n_filters", n_filters), base=2)
    weights = line_weights(where, window, n)
    lines = [line(weights, float(angle), zero_mean) for angle in np.arctan(slopes)]
    shortest, longest = min(map(len, lines)), max(map(len, lines))
    try:
        shifts = np.broadcast_to(np.asarray(origin, dtype=int), 2)
    except (TypeError, ValueError, OverflowError) as error:
        raise ParameterError(f"[{where}] origin must be an integer or two, got {shown(origin)}") from error
    if shifts.min() < -(shortest // 2) or shifts.max() > (shortest - 1) // 2:
        raise ParameterError(f"[{where}] origin must lie within filters of {shortest} frames, got {origin!r}")
    margins = [(max(0, longest - longest // 2 - shift), max(0, longest // 2 + shift)) for shift in shifts]
    beyond = PADDINGS[one_of(where, "mode", mode, tuple(PADDINGS))]
    out = _strongest(_padded(matrix, margins, beyond, finite(where, "cval", cval)), lines, shifts)
    rows, columns = (slice(before, before + size) for (before, _), size in zip(margins, matrix.shape[-2:]))
    return _finished(out[..., rows, columns], matrix, clip)


def _matrices(where: str, R: Any) -> Any:
    """Real matrices (..., n, m)."""
    if hasattr(R, "tocoo"):
        raise ParameterError(f"[{where}] R must be dense, got a sparse matrix; R.toarray() is dense")
    matrix = taken(where, "R", R)
    if matrix.ndim < 2 or matrix.size == 0:
        raise ParameterError(f"[{where}] R must have shape (..., n, m), got {tuple(matrix.shape)}")
    if matrix.dtype == mx.complex64 or (isinstance(matrix, np.ndarray) and matrix.dtype.kind == "c"):
        raise ParameterError(f"[{where}] R must be real, got complex values; take abs(R) first")
    if isinstance(matrix, mx.array):
        return matrix.astype(mx.float32)
    if not np.isfinite(matrix).all():
        raise ParameterError(f"[{where}] R must be finite everywhere, got NaN or infinity")
    return matrix


def _padded(matrix: Any, margins: list[tuple[int, int]], beyond: str, cval: float) -> Any:
    """A matrix with margins, in double precision for NumPy's."""
    xp = namespace(matrix)
    out = matrix.astype(np.float64) if xp is np else matrix
    if beyond == "constant":
        return xp.pad(out, [(0, 0)] * (out.ndim - 2) + margins, constant_values=cval)
    for axis, margin in zip((-2, -1), margins):
        places = np.pad(np.arange(out.shape[axis]), margin, mode=beyond)  # type: ignore[call-overload]
        out = xp.take(out, xp.array(places), axis=axis)
    return out


def _strongest(padded: Any, lines: list[np.ndarray], shifts: np.ndarray) -> Any:
    """The largest of the convolutions with centered filters, each a product of Fourier transforms."""
    xp, best = namespace(padded), None
    sizes = [_quick(size) for size in padded.shape[-2:]]
    spectrum = xp.fft.rfft2(padded, s=sizes)
    for image in lines:
        kernel = np.zeros(sizes)
        kernel[: len(image), : len(image)] = image
        response = np.fft.rfft2(np.roll(kernel, -(len(image) // 2 + shifts), axis=(0, 1)))
        response = response if xp is np else mx.array(response.astype(np.complex64))
        smooth = xp.fft.irfft2(spectrum * response, s=sizes)
        best = smooth if best is None else xp.maximum(best, smooth)
    return best


def _quick(size: int) -> int:
    """The next even size without prime factors above 5."""
    powers = (3**i * 5**j for i in range(size.bit_length()) for j in range(size.bit_length()))
    return min(odd << max(1, (-(-size // odd) - 1).bit_length()) for odd in powers)


def _finished(out: Any, matrix: Any, clip: bool) -> Any:
    """Without rounding noise in place of zeros, and without negative values, in the precision of the matrix."""
    xp = namespace(matrix)
    noise = (2**-48 if xp is np else 2**-21) * xp.abs(matrix).max()
    out = xp.where(xp.abs(out) <= noise, 0, out)
    out = xp.maximum(out, 0) if clip else out
    return out.astype(matrix.dtype) if matrix.dtype not in (bool, np.float64) else out
