"""Windows that are sums of cosines."""

from __future__ import annotations

from collections.abc import Sequence

import mlx.core as mx

from .._floor.checks import finite
from .._floor.public import public
from ..errors import ParameterError
from .formulas import cosine_sum, sampled

BLACKMANHARRIS = (0.35875, 0.48829, 0.14128, 0.01168)
NUTTALL = (0.3635819, 0.4891775, 0.1365995, 0.0106411)
FLATTOP = (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368)


@public()
def hann(M: int, sym: bool = True) -> mx.array:
    """Hann window: ``0.5 - 0.5 cos(2 pi n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.hann(5)
    array([0, 0.5, 1, 0.5, 0], dtype=float32)
    """
    return sampled("hann", M, sym, lambda n, size: cosine_sum(n, size, (0.5, 0.5)))


@public()
def hamming(M: int, sym: bool = True) -> mx.array:
    """Hamming window: ``0.54 - 0.46 cos(2 pi n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.hamming(5)
    array([0.08, 0.54, 1, 0.54, 0.08], dtype=float32)
    """
    return sampled("hamming", M, sym, lambda n, size: cosine_sum(n, size, (0.54, 0.46)))


@public()
def blackman(M: int, sym: bool = True) -> mx.array:
    """Blackman window with ``t = 2 pi n / (M - 1)``: ``0.42 - 0.5 cos(t) + 0.08 cos(2 t)``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.blackman(5)[1:4]
    array([0.34, 1, 0.34], dtype=float32)
    """
    return sampled("blackman", M, sym, lambda n, size: cosine_sum(n, size, (0.42, 0.5, 0.08)))


@public()
def blackmanharris(M: int, sym: bool = True) -> mx.array:
    """Minimum four-term Blackman-Harris window: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.blackmanharris(5)[1:4]
    array([0.21747, 1, 0.21747], dtype=float32)
    """
    return sampled("blackmanharris", M, sym, lambda n, size: cosine_sum(n, size, BLACKMANHARRIS))


@public()
def nuttall(M: int, sym: bool = True) -> mx.array:
    """Minimum four-term Blackman-Harris window as of Nuttall: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    A. H. Nuttall, "Some windows with very good sidelobe behavior", 1981.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.nuttall(5)[1:4]
    array([0.226982, 1, 0.226982], dtype=float32)
    """
    return sampled("nuttall", M, sym, lambda n, size: cosine_sum(n, size, NUTTALL))


@public()
def flattop(M: int, sym: bool = True) -> mx.array:
    """Flat top window, five terms: ``sum_k (-1)^k a_k cos(2 pi k n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    sym : bool
        True for the symmetric window of filter design, False for the periodic one of spectral analysis.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit; slightly negative at the ends.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer.

    References
    ----------
    G. D'Antona, A. Ferrero, "Digital signal processing for measurement systems", 2006.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.flattop(5)[1:4]
    array([-0.0547368, 1, -0.0547368], dtype=float32)
    """
    return sampled("flattop", M, sym, lambda n, size: cosine_sum(n, size, FLATTOP))


@public()
def general_cosine(M: int, a: Sequence[float], sym: bool = True) -> mx.array:
    """Weighted sum of cosines: ``sum_k (-1)^k a[k] cos(2 pi k n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    a : sequence of float
        Weights, all usually positive.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer or a holds no finite numbers.

    References
    ----------
    A. H. Nuttall, "Some windows with very good sidelobe behavior", 1981.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.general_cosine(5, (0.5, 0.5))
    array([0, 0.5, 1, 0.5, 0], dtype=float32)
    """
    try:
        weights = [finite("general_cosine", "a", weight) for weight in a]
    except TypeError:
        raise ParameterError(f"[general_cosine] a must be a sequence of numbers, got {a!r}") from None
    if not weights:
        raise ParameterError("[general_cosine] a must hold at least one weight, got none")
    return sampled("general_cosine", M, sym, lambda n, size: cosine_sum(n, size, weights))


@public()
def general_hamming(M: int, alpha: float, sym: bool = True) -> mx.array:
    """Hamming window with a free weight: ``alpha - (1 - alpha) cos(2 pi n / (M - 1))``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    alpha : float
        Weight: 0.5 is the Hann window, 0.54 the Hamming window.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer or alpha is not a finite number.

    References
    ----------
    `scipy.signal.windows.general_hamming`

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.general_hamming(5, 0.75)
    array([0.5, 0.75, 1, 0.75, 0.5], dtype=float32)
    """
    alpha = finite("general_hamming", "alpha", alpha)
    return sampled("general_hamming", M, sym, lambda n, size: cosine_sum(n, size, (alpha, 1 - alpha)))
