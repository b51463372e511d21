"""The Functional Just System: notes of just intonation, with the primes that they are made of."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import positive
from .._floor.docs import documented
from .._floor.public import host
from ..convert import hz_to_note
from ..convert.notes import note_by_fifths
from ..errors import ParameterError

PRIMES = (3, 5, 7, 11, 13, 17, 19, 23)
LOGS = np.log2(PRIMES)
FARTHEST = math.log2(11000)  # harmonic distance of the ratios that are known, octaves aside
MOST_FIFTHS = 71  # upon each other that are known, too
FIFTHS = (0, *(sign * k for k in range(1, 33) for sign in (1, -1)))  # of the note that is looked for
NEAR = 6e-7  # how far an interval in [1, 2) may be off, which single precision needs
TOLERANCE = 65 / 63
ABOVE, BELOW = (str.maketrans("0123456789", digits) for digits in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"))

Powers = tuple[int, ...]  # exponents of the primes


@host("interval")
def interval_to_fjs(
    interval: Any, *, unison: str = "C", tolerance: float = TOLERANCE, unicode: bool = True
) -> str | np.ndarray:
    """Name of a just interval: the note of the nearest few fifths, and the primes above 3 that make it just.

    ``C`` is 1, ``G`` is 3 / 2; ``E⁵`` is 5 / 4 and ``A♭₅`` is 8 / 5. Powers of 2 do not count.

    Parameters
    ----------
    interval : number or array (...)
        Ratios of frequencies above 0, to six digits a product of powers of primes up to 23.
    unison : str
        Name of the note that 1 has.
    tolerance : float > 1
        Ratio by which the interval may differ from fifths that give it its note.
    unicode : bool
        Accidentals as ♯ ♭ 𝄪 𝄫 and raised or lowered numbers, otherwise as # b ## bb, ^5 and _5.

    Returns
    -------
    str, or NumPy array (...) of str
        MLX has no strings: an MLX array gives NumPy, too.

    Raises
    ------
    ParameterError
        If an interval is not positive, is none of just intonation, or no fifths are near it, or if unison is no note.

    Notes
    -----
    Differs from librosa: more ratios are known (all whose product of odd parts is up to 11000, and 71 fifths either
    way), and a tolerance that no fifths satisfy is refused.

    References
    ----------
    .. [1] "The Functional Just System", https://misotanni.github.io/fjs/en/index.html.

    Examples
    --------
    >>> import spectro
    >>> spectro.interval_to_fjs(25 / 14, unison="F#", unicode=False)
    'E^25_7'
    """
    where = "interval_to_fjs"
    values = numpy_numbers(where, "interval", interval)
    reach = abs(math.log2(positive(where, "tolerance", tolerance)))
    note_by_fifths(where, unison, 0, unicode=unicode)  # refuses what is no note
    names = [_name(where, x, unison, reach, unicode) for x in values.ravel().tolist()]
    return np.array(names, dtype=np.str_).reshape(values.shape) if values.ndim else names[0]


@host("frequencies")
@documented
def hz_to_fjs(
    frequencies: Any, *, fmin: float | None = None, unison: str | None = None, unicode: bool = False
) -> str | np.ndarray:
    """Name of a frequency of just intonation: ``interval_to_fjs(frequencies / fmin)``.

    Parameters
    ----------
    %(frequencies)s
    fmin : float > 0, optional
        Frequency of the unison in Hz; the lowest of all by default.
    unison : str, optional
        Name of the unison; the note nearest to fmin by default.
    unicode : bool
        Accidentals and numbers as signs of Unicode, see `interval_to_fjs`.

    Returns
    -------
    str, or NumPy array (...) of str
        Names without octaves.

    Raises
    ------
    ParameterError
        If a frequency is none of just intonation above fmin, or there is none and no fmin.

    Examples
    --------
    >>> import spectro
    >>> spectro.hz_to_fjs([55, 66])
    array(['A', 'C_5'], dtype='<U3')
    """
    where = "hz_to_fjs"
    values = numpy_numbers(where, "frequencies", frequencies)
    if fmin is None:
        if values.size == 0:
            raise ParameterError(f"[{where}] frequencies must not be empty where fmin is not given")
        fmin = values.min()
    fmin = positive(where, "fmin", fmin)
    unison = str(hz_to_note(fmin, octave=False)) if unison is None else unison
    return interval_to_fjs(values.astype(np.float64) / fmin, unison=unison, unicode=unicode)


def _name(where: str, interval: Any, unison: str, reach: float, unicode: bool) -> str:
    if isinstance(interval, complex) or not interval > 0:
        raise ParameterError(f"[{where}] interval must be positive, got {interval!r}")
    powers = _found(interval) if math.isfinite(interval) else None
    if powers is None:
        raise ParameterError(
            f"[{where}] interval must be a ratio of just intonation, of primes up to {PRIMES[-1]}, got {interval!r}"
        )
    octaves = math.log2(interval)
    fifths = next((k for k in FIFTHS if _octaves_apart(octaves, k * LOGS[0]) <= reach), None)
    if fifths is None:
        raise ParameterError(f"[{where}] tolerance must reach some fifths from {interval!r}, which this does not")
    otonal = math.prod(p**power for p, power in zip(PRIMES[1:], powers[1:]) if power > 0)
    utonal = math.prod(p**-power for p, power in zip(PRIMES[1:], powers[1:]) if power < 0)
    name = note_by_fifths(where, unison, fifths, unicode=unicode)
    for number, digits, mark in ((otonal, ABOVE, "^"), (utonal, BELOW, "_")):
        if number > 1:
            name += str(number).translate(digits) if unicode else f"{mark}{number}"
    return name


def _octaves_apart(a: float, b: float) -> float:
    """How far two pitch classes are apart, in octaves."""
    apart = (a - b) % 1.0
    return min(apart, 1.0 - apart)


def _found(interval: float) -> Powers | None:
    """The simplest ratio that an interval is, by its exponents of the primes."""
    ratios, powers, distances = _known()
    fraction, _ = math.frexp(interval)  # in [1/2, 1)
    low, high = np.searchsorted(ratios, (2 * fraction - NEAR, 2 * fraction + NEAR))
    return powers[low + int(np.argmin(distances[low:high]))] if low < high else None


@functools.lru_cache(maxsize=1)
def _known() -> tuple[np.ndarray, list[Powers], np.ndarray]:
    """Ratios in [1, 2] ascending, their exponents, and their harmonic distances from the unison."""
    powers = _within(FARTHEST, PRIMES)
    powers += [(k, *(0 for _ in PRIMES[1:])) for k in range(-MOST_FIFTHS, MOST_FIFTHS + 1)]
    octaves = np.array(powers).dot(LOGS)
    ratios = np.append(2.0 ** (octaves - np.floor(octaves)), 2.0)  # an octave less an error of rounding is a unison
    distances = np.append(np.abs(powers).dot(LOGS), 0.0)
    powers.append((0,) * len(PRIMES))
    order = np.argsort(ratios)
    return ratios[order], [powers[k] for k in order], distances[order]


def _within(distance: float, primes: tuple[int, ...]) -> list[Powers]:
    """All exponents of some primes within a harmonic distance."""
    if not primes:
        return [()]
    step = math.log2(primes[0])
    most = int(distance / step)
    return [(k, *rest) for k in range(-most, most + 1) for rest in _within(distance - abs(k) * step, primes[1:])]
