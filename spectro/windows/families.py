"""Windows that trade the width of the main lobe for the height of the side lobes by a parameter."""

from __future__ import annotations

import math

import mlx.core as mx

from .._constants import float64 as f64
from .._floor.checks import finite, positive_int
from .._floor.public import public
from ..errors import ParameterError
from .formulas import distance, kaiser_shape, sampled, size_of


@public()
def kaiser(M: int, beta: float, sym: bool = True) -> mx.array:
    """Kaiser window: ``I0(beta sqrt(1 - x^2)) / I0(beta)``, ``x = 2 n / (M - 1) - 1``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    beta : float
        Shape: 0 is a rectangle, 14 is near to a minimum of side lobes.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer or beta is not a finite number.

    References
    ----------
    J. F. Kaiser, "Digital filters", 1966.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.kaiser(5, 4.0)[1:4]
    array([0.633432, 1, 0.633432], dtype=float32)
    """
    beta = finite("kaiser", "beta", beta)
    return sampled("kaiser", M, sym, lambda n, size: kaiser_shape(distance(n, size), beta))


@public()
def kaiser_bessel_derived(M: int, beta: float, *, sym: bool = True) -> mx.array:
    """Kaiser-Bessel derived window: ``sqrt(sum_{i <= n} v[i] / sum_i v[i])``, v a Kaiser window of M/2 + 1 points.

    Parameters
    ----------
    M : int, even, >= 0
        Number of samples.
    beta : float
        Shape of the Kaiser window.
    sym : bool
        Only the symmetric window exists.

    Returns
    -------
    mx.array, shape (M,), float32
        The squares of the two halves add up to 1.

    Raises
    ------
    ParameterError
        If M is odd or sym is False.

    References
    ----------
    H. Malvar, "Signal processing with lapped transforms", 1992.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.kaiser_bessel_derived(4, 4.0)
    array([0.274184, 0.961677, 0.961677, 0.274184], dtype=float32)
    """
    beta = finite("kaiser_bessel_derived", "beta", beta)
    if not sym:
        way_out = "as a window of a transform it is ('kaiser_bessel_derived_symmetric', beta)"
        raise ParameterError(f"[kaiser_bessel_derived] only the symmetric form exists, got sym=False; {way_out}")
    half, odd = divmod(size_of("kaiser_bessel_derived", M), 2)
    if odd:
        raise ParameterError(f"[kaiser_bessel_derived] M must be even, got {M!r}")

    def formula(n: mx.array, size: int) -> mx.array:
        x = mx.arange(half + 1, dtype=mx.float64) * (2 / half) - 1
        total = mx.cumsum(kaiser_shape(x, beta))
        rise = mx.sqrt(total[:-1] / total[-1])
        return mx.concatenate([rise, rise[::-1]])

    return sampled("kaiser_bessel_derived", M, sym, formula)


@public()
def tukey(M: int, alpha: float = 0.5, sym: bool = True) -> mx.array:
    """Tukey window: a rectangle whose outer share alpha is a Hann window.

    ``0.5 + 0.5 cos(pi max(0, (|x| - 1 + alpha) / alpha))``, ``x = 2 n / (M - 1) - 1``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    alpha : float
        Share of the cosine: 0 or less is a rectangle, 1 or more the Hann window.
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
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.tukey(5, 0.5)
    array([0, 1, 1, 1, 0], dtype=float32)
    """
    alpha = min(finite("tukey", "alpha", alpha), 1.0)

    def formula(n: mx.array, size: int) -> mx.array:
        if alpha <= 0:
            return mx.ones_like(n)
        return 0.5 + 0.5 * f64.cos(math.pi * mx.maximum((distance(n, size) - 1 + alpha) / alpha, 0.0))

    return sampled("tukey", M, sym, formula)


@public()
def taylor(M: int, nbar: int = 4, sll: float = 30, norm: bool = True, sym: bool = True) -> mx.array:
    """Taylor window: ``1 + 2 sum_{m=1}^{nbar-1} F_m cos(2 pi m (n - (M - 1) / 2) / M)``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    nbar : int, >= 1
        Number of nearly constant side lobes next to the main lobe.
    sll : float, dB
        How far the side lobes lie below the main lobe.
    norm : bool
        Divide by the value at the middle (for odd M that is the largest one).
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M or nbar is not an integer in its range, or sll is not a finite number.

    References
    ----------
    W. G. Carrara, R. S. Goodman, R. M. Majewski, "Spotlight synthetic aperture radar", 1995, appendix D.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.taylor(5)
    array([0.332497, 0.772015, 1, 0.772015, 0.332497], dtype=float32)
    """
    nbar, sll = positive_int("taylor", "nbar", nbar), finite("taylor", "sll", sll)
    weights = _taylor_weights(nbar, sll)

    def formula(n: mx.array, size: int) -> mx.array:
        angle = (n - (size - 1) / 2) * (2 * math.pi / size)
        window = 1 + 2 * sum((f * f64.cos(m * angle) for m, f in enumerate(weights, 1)), mx.zeros_like(n))
        return window / (1 + 2 * sum(weights)) if norm else window

    return sampled("taylor", M, sym, formula)


def _taylor_weights(nbar: int, sll: float) -> list[float]:
    """F_1 .. F_{nbar-1}: the zeros of the first side lobes moved to where all reach the same height."""
    a = math.acosh(10 ** (sll / 20)) / math.pi
    dilation = nbar**2 / (a**2 + (nbar - 0.5) ** 2)

    def weight(m: int) -> float:
        moved = math.prod(1 - m**2 / (dilation * (a**2 + (i - 0.5) ** 2)) for i in range(1, nbar))
        fixed = math.prod(1 - (m / i) ** 2 for i in range(1, nbar) if i != m)
        return (-1) ** (m + 1) * moved / (2 * fixed)

    return [weight(m) for m in range(1, nbar)]
