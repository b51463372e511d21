"""Windows that decay from their peak as a density of probability does, with a width in samples."""

from __future__ import annotations

import mlx.core as mx

from .._constants import float64 as f64
from .._floor.checks import finite
from .._floor.public import public
from ..errors import ParameterError
from .formulas import nonzero, sampled


@public()
def gaussian(M: int, std: float, sym: bool = True) -> mx.array:
    """Gaussian window: ``exp(-x^2 / (2 std^2))``, ``x = n - (M - 1) / 2``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    std : float, not 0
        Standard deviation, in samples.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer or std is 0 or not finite.

    References
    ----------
    F. J. Harris, "On the use of windows for harmonic analysis with the discrete Fourier transform", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.gaussian(3, 1.0)
    array([0.606531, 1, 0.606531], dtype=float32)
    """
    std = nonzero("gaussian", "std", std)
    return sampled("gaussian", M, sym, lambda n, size: f64.exp(-(((n - (size - 1) / 2) / std) ** 2) / 2))


@public()
def general_gaussian(M: int, p: float, sig: float, sym: bool = True) -> mx.array:
    """Gaussian window with a free exponent: ``exp(-|x / sig|^(2 p) / 2)``, ``x = n - (M - 1) / 2``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    p : float
        Shape: 1 is the Gaussian, 1/2 the Laplace distribution.
    sig : float, not 0
        Standard deviation, in samples.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer, sig is 0, or a parameter is not finite.

    References
    ----------
    `scipy.signal.windows.general_gaussian`

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.general_gaussian(3, 0.5, 0.5)
    array([0.367879, 1, 0.367879], dtype=float32)
    """
    p, sig = finite("general_gaussian", "p", p), nonzero("general_gaussian", "sig", sig)

    def formula(n: mx.array, size: int) -> mx.array:
        return f64.exp(-mx.power(mx.abs((n - (size - 1) / 2) / sig), 2 * p) / 2)

    return sampled("general_gaussian", M, sym, formula)


@public()
def exponential(M: int, center: float | None = None, tau: float = 1.0, sym: bool = True) -> mx.array:
    """Exponential (Poisson) window: ``exp(-|n - center| / tau)``.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    center : float, optional
        Place of the peak, in samples; the middle when not given. Only for sym=False.
    tau : float, not 0
        Decay, in samples.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If M is not a non-negative integer, tau is 0, or center is given for a symmetric window.

    References
    ----------
    S. Gade, H. Herlufsen, "Use of weighting functions in DFT/FFT analysis", 1987.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.exponential(3, tau=1.0)
    array([0.367879, 1, 0.367879], dtype=float32)
    """
    tau = nonzero("exponential", "tau", tau)
    if center is not None:
        center = finite("exponential", "center", center)
        if sym:
            raise ParameterError(f"[exponential] center must be None when sym is True, got {center!r}")

    def formula(n: mx.array, size: int) -> mx.array:
        return f64.exp(-mx.abs(n - ((size - 1) / 2 if center is None else center)) / tau)

    return sampled("exponential", M, sym, formula)
