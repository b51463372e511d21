"""Windows without a closed form, which SciPy computes where it is installed."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from .._constants import float64 as f64
from .._floor.public import public
from ..errors import ParameterError
from .formulas import size_of


@public()
def chebwin(M: int, at: float, sym: bool = True) -> mx.array:
    """Dolph-Chebyshev window, computed by SciPy: all side lobes at `at` dB below the main one.

    Parameters
    ----------
    M : int, >= 0
        Number of samples.
    at : float, dB
        Attenuation of the side lobes.
    sym : bool
        True for the symmetric window, False for the periodic one.

    Returns
    -------
    mx.array, shape (M,), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If SciPy is not installed or refuses the parameters.

    References
    ----------
    C. L. Dolph, "A current distribution for broadside arrays", 1946.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.chebwin(5, 100)  # doctest: +SKIP
    array([0.168665, 0.668651, 1, 0.668651, 0.168665], dtype=float32)
    """
    return _from_scipy("chebwin", M, at, sym=sym)


@public()
def dpss(M: int, NW: float, Kmax: int | None = None, sym: bool = True, norm: int | str | None = None) -> mx.array:
    """Slepian sequences, computed by SciPy: the most energy within a band of half width NW / M.

    Parameters
    ----------
    M : int, >= 1
        Number of samples.
    NW : float
        Half of the time-bandwidth product.
    Kmax : int, optional
        Number of windows; one, with no leading dimension, when not given.
    sym : bool
        True for the symmetric window, False for the periodic one.
    norm : 2, "approximate", "subsample" or None
        How windows are scaled; None is "approximate" for one window and 2 for many.

    Returns
    -------
    mx.array, shape (M,) or (Kmax, M), float32
        Values with no unit.

    Raises
    ------
    ParameterError
        If SciPy is not installed or refuses the parameters.

    References
    ----------
    D. Slepian, "Prolate spheroidal wave functions, Fourier analysis, and uncertainty V", 1978.

    Examples
    --------
    >>> import spectro
    >>> spectro.windows.dpss(5, 2.0)  # doctest: +SKIP
    array([0.186542, 0.685394, 1, 0.685394, 0.186542], dtype=float32)
    """
    return _from_scipy("dpss", M, NW, Kmax=Kmax, sym=sym, norm=norm)


def _from_scipy(name: str, M: int, *args: Any, **kwargs: Any) -> mx.array:
    try:
        from scipy.signal import windows
    except ImportError:
        way_out = f"[{name}] needs SciPy, which is not installed: pip install scipy"
        raise ParameterError(way_out) from None
    size_of(name, M)
    try:
        values = getattr(windows, name)(M, *args, **kwargs)
    except (ValueError, TypeError) as error:
        raise ParameterError(f"[{name}] SciPy refuses the parameters: {error}") from error
    return f64.constant(lambda: f64.float64(values))
