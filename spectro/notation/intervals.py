"""Intervals of an octave and the frequencies that they make."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._floor.arrays import evaluated, numpy_numbers
from .._floor.checks import finite, positive, positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from ..errors import ParameterError
from .crystal import grown

Factors = list[dict[Any, int]]
PRIMES = {"ji3": (3,), "ji5": (3, 5), "ji7": (3, 5, 7)}
KNOWN = ("equal", "pythagorean", *PRIMES)
MOST_GROWN = 1000  # intervals of an octave: growth takes the square of their number


@public()
@documented
def pythagorean_intervals(
    *, bins_per_octave: int = 12, sort: bool = True, return_factors: bool = False
) -> np.ndarray | Factors:
    """Fifths upon fifths within an octave: ``3^k / 2^floor(k log2(3))``, k = 0 .. bins_per_octave - 1.

    Parameters
    ----------
    %(bins_per_octave)s
    %(sorted_intervals)s
    %(return_factors)s

    Returns
    -------
    %(intervals_of_octave)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.pythagorean_intervals(bins_per_octave=3)
    array([1.   , 1.125, 1.5  ])
    """
    count = positive_int("pythagorean_intervals", "bins_per_octave", bins_per_octave)
    powers = [(fifths,) for fifths in range(count)]
    ratios, twos = _folded(powers, np.log2([3.0]))
    order = np.argsort(ratios) if sort else range(count)
    if return_factors:
        return [{2: -int(twos[k]), 3: powers[k][0]} for k in order]
    return f64.in_kind(ratios[order])


@public()
@documented
def plimit_intervals(
    *, primes: Any, bins_per_octave: int = 12, sort: bool = True, return_factors: bool = False
) -> np.ndarray | Factors:
    """Just intervals of some primes that belong closest together, by Tenney's growth of a crystal in harmonic space.

    An interval is a product of powers of the primes, folded into an octave. From the unison on, the next one is a
    step along one prime from one that is there, and has the least sum of harmonic distances to all of them; the
    distance of two intervals is ``sum_p |a_p - b_p| log2(p)`` of their exponents.

    Parameters
    ----------
    primes : array of odd primes
        The primes.
    bins_per_octave : int in 1 .. 1000
        Number of intervals.
    %(sorted_intervals)s
    %(return_factors)s

    Returns
    -------
    %(intervals_of_octave)s

    Raises
    ------
    %(raises)s

    References
    ----------
    .. [1] Tenney, J., "On 'crystal growth' in harmonic space (1993-1998)", Contemporary Music Review 27(1), 2008.
    .. [2] Sabat, M., Tenney, J., "Three crystal growth algorithms in 23-limit constrained harmonic space",
       Contemporary Music Review 27(1), 2008.

    Examples
    --------
    >>> import spectro
    >>> spectro.plimit_intervals(primes=[3, 5], bins_per_octave=4, return_factors=True)
    [{}, {2: -3, 3: 2}, {2: 2, 3: -1}, {2: -1, 3: 1}]
    """
    where = "plimit_intervals"
    count = positive_int(where, "bins_per_octave", bins_per_octave, most=MOST_GROWN)
    numbers = _primes(where, primes)
    powers = grown(numbers, count)
    ratios, twos = _folded(powers, np.log2(numbers))
    order = np.argsort(ratios) if sort else range(count)
    if return_factors:
        return [_factors(numbers, powers[k], -int(twos[k])) for k in order]
    return f64.in_kind(ratios[order])


@public()
@documented
def interval_frequencies(
    n_bins: int,
    *,
    fmin: float,
    intervals: Any,
    bins_per_octave: int = 12,
    tuning: float = 0.0,
    sort: bool = True,
) -> np.ndarray:
    """Frequencies of the intervals of each octave: ``f[o m + k] = fmin 2^o r[k]``, for m intervals r.

    Parameters
    ----------
    n_bins : int >= 1
        Number of frequencies.
    fmin : float > 0
        Lowest frequency in Hz.
    intervals : {'equal', 'pythagorean', 'ji3', 'ji5', 'ji7'} or array (m,)
        Intervals in [1, 2), or the name of a set: equal temperament, fifths upon fifths, or just intonation of the
        primes up to 3, 5 or 7.
    bins_per_octave : int >= 1
        Size of a set; an array has its own.
    tuning : float
        Deviation in bins; it counts for 'equal' alone.
    sort : bool
        True for ascending frequencies, False for the order of the intervals.

    Returns
    -------
    array (n_bins,) float64; float32 in MLX
        Frequencies in Hz.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.interval_frequencies(4, fmin=100, intervals=[1, 3 / 2])
    array([100., 150., 200., 300.])
    """
    where = "interval_frequencies"
    count, fmin = positive_int(where, "n_bins", n_bins), positive(where, "fmin", fmin)
    check_size(where, "the result", count, itemsize=32, way_out="lower n_bins")
    ratios = _ratios(where, intervals, bins_per_octave, tuning, sort)
    octaves = np.arange(-(-count // len(ratios)), dtype=np.float64)
    frequencies = (fmin * np.multiply.outer(2.0**octaves, ratios)).ravel()[:count]
    out = np.sort(frequencies) if sort else frequencies
    return f64.in_kind(out, intervals)


def _ratios(where: str, intervals: Any, bins_per_octave: Any, tuning: Any, sort: bool) -> np.ndarray:
    """The intervals of one octave, in float64."""
    if not isinstance(intervals, str):
        values = evaluated(where, "intervals", intervals)
        ratios = numpy_numbers(where, "intervals", values)
        if ratios.ndim != 1 or ratios.size == 0 or ratios.dtype.kind == "c":
            raise ParameterError(f"[{where}] intervals must be a list of real numbers, got shape {ratios.shape}")
        return ratios.astype(np.float64)
    count, tuning = positive_int(where, "bins_per_octave", bins_per_octave), finite(where, "tuning", tuning)
    if intervals == "equal":
        return 2.0 ** ((tuning + np.arange(count, dtype=np.float64)) / count)
    if intervals == "pythagorean":
        ratios, _ = _folded([(fifths,) for fifths in range(count)], np.log2([3.0]))
    elif intervals in PRIMES:
        if count > MOST_GROWN:
            raise ParameterError(f"[{where}] bins_per_octave must be at most {MOST_GROWN}, got {bins_per_octave!r}")
        ratios, _ = _folded(grown(PRIMES[intervals], count), np.log2(PRIMES[intervals]))
    else:
        known = ", ".join(map(repr, KNOWN))
        raise ParameterError(f"[{where}] intervals must be numbers in [1, 2) or one of {known}, got {intervals!r}")
    return np.sort(ratios) if sort else ratios


def _folded(powers: Any, logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products of powers of primes, folded into the octave, and the octaves that were taken off."""
    octaves = np.array(powers, dtype=np.float64).dot(logs)
    whole = np.floor(octaves)
    return 2.0 ** (octaves - whole), whole


def _primes(where: str, primes: Any) -> tuple[float, ...]:
    """The primes as numbers; whole ones as int, so that they are the keys of factors."""
    values = evaluated(where, "primes", primes)
    numbers = np.atleast_1d(numpy_numbers(where, "primes", values))
    if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind == "c" or not _all_positive(numbers):
        raise ParameterError(f"[{where}] primes must be a list of odd primes, got {primes!r}")
    return tuple(int(p) if float(p).is_integer() else float(p) for p in numbers.tolist())


def _all_positive(numbers: np.ndarray) -> bool:
    return bool((np.isfinite(numbers) & (numbers > 0)).all())


def _factors(primes: tuple[float, ...], powers: tuple[int, ...], twos: int) -> dict[Any, int]:
    return ({2: twos} if twos else {}) | {prime: power for prime, power in zip(primes, powers) if power}
