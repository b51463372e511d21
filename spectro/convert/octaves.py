"""Octaves, tunings, and the frequencies of constant-Q bins."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._constants.float64 import functions
from .._floor.checks import finite, positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.types import N, Others

POWER = 24  # bytes for a frequency while it is made, in float64


@public("frequencies")
@documented
def hz_to_octs(frequencies: N | Others, *, tuning: float = 0.0, bins_per_octave: int = 12) -> N:
    """Octaves of a frequency: ``log2(16 f / A4)`` with ``A4 = 440 * 2^(tuning / bins_per_octave)``.

    Parameters
    ----------
    frequencies : number or array (...)
        Frequencies in Hz; 0 gives minus infinity, negative ones NaN.
    %(tuning)s
    %(bins_per_octave)s

    Returns
    -------
    array (...) float32; float64 in NumPy
        Octaves above A0; differentiable.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.hz_to_octs(mx.array([55.0, 440.0]))
    array([1, 4], dtype=float32)
    """
    a0 = _a4("hz_to_octs", tuning, bins_per_octave) / 16
    return f64.apply("hz_to_octs", "frequencies", frequencies, lambda f: functions(f).log2(f / a0), smooth=True)


@public("octs")
@documented
def octs_to_hz(octs: N | Others, *, tuning: float = 0.0, bins_per_octave: int = 12) -> N:
    """Frequency of octaves above A0: ``A4 / 16 * 2^o`` with ``A4 = 440 * 2^(tuning / bins_per_octave)``.

    Parameters
    ----------
    octs : number or array (...)
        Octaves above A0.
    %(tuning)s
    %(bins_per_octave)s

    Returns
    -------
    array (...) float32; float64 in NumPy
        Frequencies in Hz; differentiable.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.octs_to_hz(mx.array([1.0, 4.0]))
    array([55, 440], dtype=float32)
    """
    a0 = _a4("octs_to_hz", tuning, bins_per_octave) / 16
    return f64.apply("octs_to_hz", "octs", octs, lambda o: a0 * f64.exp2(o), smooth=True)


@public("A4")
@documented
def A4_to_tuning(A4: N | Others, *, bins_per_octave: int = 12) -> N:  # noqa: N802
    """Tuning of a reference frequency, in bins: ``bins_per_octave * log2(A4 / 440)``.

    Parameters
    ----------
    A4 : number or array (...)
        Frequencies of A4 in Hz.
    %(bins_per_octave)s

    Returns
    -------
    array (...) float32; float64 in NumPy
        Bins, 0 for 440 Hz; differentiable.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.A4_to_tuning(mx.array([220.0, 440.0]))
    array([-12, 0], dtype=float32)
    """
    bins = positive_int("A4_to_tuning", "bins_per_octave", bins_per_octave)
    return f64.apply("A4_to_tuning", "A4", A4, lambda f: bins * functions(f).log2(f / 440), smooth=True)


@public("tuning")
@documented
def tuning_to_A4(tuning: N | Others, *, bins_per_octave: int = 12) -> N:  # noqa: N802
    """Reference frequency of a tuning in bins: ``440 * 2^(tuning / bins_per_octave)``.

    Parameters
    ----------
    tuning : number or array (...)
        Bins, 0 for 440 Hz.
    %(bins_per_octave)s

    Returns
    -------
    array (...) float32; float64 in NumPy
        Frequencies of A4 in Hz; differentiable.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.tuning_to_A4(mx.array([-12.0, 0.0]))
    array([220, 440], dtype=float32)
    """
    bins = positive_int("tuning_to_A4", "bins_per_octave", bins_per_octave)
    return f64.apply("tuning_to_A4", "tuning", tuning, lambda t: 440 * f64.exp2(t / bins), smooth=True)


@public()
@documented
def cqt_frequencies(n_bins: int, *, fmin: float, bins_per_octave: int = 12, tuning: float = 0.0) -> np.ndarray:
    """Frequencies of constant-Q bins: ``fmin * 2^((k + tuning) / bins_per_octave)``, k = 0 .. n_bins - 1.

    Parameters
    ----------
    n_bins : int >= 1
        Number of bins.
    fmin : float > 0
        Lowest frequency in Hz.
    %(bins_per_octave)s
    %(tuning)s

    Returns
    -------
    array (n_bins,) float64; float32 in MLX
        Frequencies in Hz.

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] Brown, J. C., "Calculation of a constant Q spectral transform", J. Acoust. Soc. Am. 89(1), 1991.

    Examples
    --------
    >>> import spectro
    >>> spectro.cqt_frequencies(3, fmin=110, bins_per_octave=1)
    array([110., 220., 440.])
    """
    where = "cqt_frequencies"
    count, bins = positive_int(where, "n_bins", n_bins), positive_int(where, "bins_per_octave", bins_per_octave)
    fmin, tuning = positive(where, "fmin", fmin), finite(where, "tuning", tuning)
    check_size(where, "the result", count, itemsize=POWER, way_out="lower n_bins")
    lowest = fmin * 2.0 ** (tuning / bins)
    return f64.in_kind(lowest * f64.exp2(np.arange(count, dtype=np.float64) / bins))


def _a4(where: str, tuning: Any, bins_per_octave: Any) -> float:
    """Frequency of A4 in Hz."""
    bins = positive_int(where, "bins_per_octave", bins_per_octave)
    return 440 * math.pow(2.0, finite(where, "tuning", tuning) / bins)
