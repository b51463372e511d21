"""Windows of one fixed shape that is no sum of cosines."""

from __future__ import annotations

import math

import mlx.core as mx

from . import _float64 as f64
from ._public import public
from ._window_math import distance, sampled


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
    """
    return sampled("parzen", M, sym, _parzen)


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
    """
    return sampled("bohman", M, sym, _bohman)


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
    """
    return sampled("barthann", M, sym, _barthann)


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
    """
    return sampled("cosine", M, sym, lambda n, size: f64.sin((n + 0.5) * (math.pi / size)))


@public()
def lanczos(M: int, *, sym: bool = True) -> mx.array:
    """Lanczos window, the main lobe of a sinc: ``sinc(2 n / (M - 1) - 1)``.

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
    """
    return sampled("lanczos", M, sym, _lanczos)


def _parzen(n: mx.array, size: int) -> mx.array:
    r = mx.abs(2 * n - (size - 1)) / size
    return mx.where(r <= 0.5, 1 - 6 * r**2 + 6 * r**3, 2 * (1 - r) ** 3)


def _bohman(n: mx.array, size: int) -> mx.array:
    r = distance(n, size)
    return (1 - r) * f64.cos(math.pi * r) + f64.sin(math.pi * r) / math.pi


def _barthann(n: mx.array, size: int) -> mx.array:
    r = distance(n, size) / 2
    return 0.62 - 0.48 * r + 0.38 * f64.cos(2 * math.pi * r)


def _lanczos(n: mx.array, size: int) -> mx.array:
    angle = math.pi * distance(n, size)
    return mx.where(angle == 0, 1.0, f64.sin(angle) / mx.where(angle == 0, 1.0, angle))
