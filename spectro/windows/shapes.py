"""Windows of one fixed shape that is no sum of cosines."""

from __future__ import annotations

import math

import mlx.core as mx

from .._constants import float64 as f64
from .._floor.public import public
from .formulas import barthann_shape, bohman_shape, distance, lanczos_shape, parzen_shape, sampled


@public()
def boxcar(M: int, sym: bool = True) -> mx.array:
    """Rectangular window: ``1``.

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
    >>> spectro.windows.boxcar(5)
    array([1, 1, 1, 1, 1], dtype=float32)
    """
    return sampled("boxcar", M, sym, lambda n, size: mx.ones_like(n))


@public()
def triang(M: int, sym: bool = True) -> mx.array:
    """Triangle that does not reach zero: ``1 - |2 n - (M - 1)| / (M + M mod 2)``.

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
    >>> spectro.windows.triang(3)
    array([0.5, 1, 0.5], dtype=float32)
    """
    return sampled("triang", M, sym, lambda n, size: 1 - mx.abs(2 * n - (size - 1)) / (size + size % 2))


@public()
def bartlett(M: int, sym: bool = True) -> mx.array:
    """Triangle with zeros at both ends: ``1 - |2 n / (M - 1) - 1|``.

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
    >>> spectro.windows.bartlett(5)
    array([0, 0.5, 1, 0.5, 0], dtype=float32)
    """
    return sampled("bartlett", M, sym, lambda n, size: 1 - distance(n, size))


@public()
def parzen(M: int, sym: bool = True) -> mx.array:
    """Parzen window, two cubics of ``r = |2 n - (M - 1)| / M``: ``1 - 6 r^2 + 6 r^3`` up to 1/2, then ``2 (1 - r)^3``.

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
    >>> spectro.windows.parzen(5)
    array([0.016, 0.424, 1, 0.424, 0.016], dtype=float32)
    """
    return sampled("parzen", M, sym, parzen_shape)


@public()
def bohman(M: int, sym: bool = True) -> mx.array:
    """Bohman window with ``r = |2 n / (M - 1) - 1|``: ``(1 - r) cos(pi r) + sin(pi r) / pi``.

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
    >>> spectro.windows.bohman(5)[1:4]
    array([0.31831, 1, 0.31831], dtype=float32)
    """
    return sampled("bohman", M, sym, bohman_shape)


@public()
def barthann(M: int, sym: bool = True) -> mx.array:
    """Bartlett-Hann window with ``r = |n / (M - 1) - 1/2|``: ``0.62 - 0.48 r + 0.38 cos(2 pi r)``.

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
    Y. H. Ha, J. A. Pearce, "A new window and comparison to standard windows", 1989.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.barthann(5)[1:4]
    array([0.5, 1, 0.5], dtype=float32)
    """
    return sampled("barthann", M, sym, barthann_shape)


@public()
def cosine(M: int, sym: bool = True) -> mx.array:
    """Half a period of a sine: ``sin(pi (n + 1/2) / M)``.

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
    >>> spectro.windows.cosine(3)
    array([0.5, 1, 0.5], dtype=float32)
    """
    return sampled("cosine", M, sym, lambda n, size: f64.sin((n + 0.5) * (math.pi / size)))


@public()
def lanczos(M: int, *, sym: bool = True) -> mx.array:
    """Window of Lanczos, the main lobe of a sinc: ``sinc(2 n / (M - 1) - 1)``.

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
    C. E. Duchon, "Lanczos filtering in one and two dimensions", 1979.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.lanczos(5)[1:4]
    array([0.63662, 1, 0.63662], dtype=float32)
    """
    return sampled("lanczos", M, sym, lanczos_shape)
