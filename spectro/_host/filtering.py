"""A bank of recursive band-pass filters, and the energies of its bands, filtered forwards and backwards."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np

from .. import _cpu
from .._engine.dispatch import forced_backend
from .._floor.checks import finite, one_of, positive
from .._floor.extras import import_extra
from ..errors import ParameterError

FORGOTTEN = 40.0  # time constants after which nothing is left that double precision would show
KEPT = 512  # filters, which take longer to design than to use


def scipy_signal() -> Any:
    """SciPy's designs and filters."""
    return import_extra("scipy.signal", "semitone_filterbank")


class Band(NamedTuple):
    """One filter of a bank: what it is designed of."""

    center: float  # Hz
    rate: float  # Hz
    Q: float
    ripple: float  # dB
    attenuation: float  # dB
    ftype: str
    layout: str


def semitones(where: str, tuning: Any) -> tuple[np.ndarray, np.ndarray]:
    """Center frequencies and sampling rates of the semitones of MIDI 24 to 108."""
    pitches = np.arange(24, 109) + finite(where, "tuning", tuning)
    return 440.0 * 2.0 ** ((pitches - 69) / 12), np.repeat([882.0, 4410.0, 22050.0], [36, 34, 15])


def bands_of(
    center_freqs: Any = None,
    tuning: Any = 0.0,
    sample_rates: Any = None,
    flayout: Any = "ba",
    Q: Any = 25.0,
    passband_ripple: Any = 1,
    stopband_attenuation: Any = 50,
    ftype: Any = "ellip",
) -> list[Band]:
    """Check what filters of a bank are designed of."""
    where = "semitone_filterbank"
    if (center_freqs is None) != (sample_rates is None):
        missing = "center_freqs" if center_freqs is None else "sample_rates"
        raise ParameterError(f"[{where}] {missing} must be given, too")
    centers, rates = semitones(where, tuning) if center_freqs is None else (center_freqs, sample_rates)
    centers, rates = (np.asarray(x, dtype=np.float64) for x in (centers, rates))
    if centers.ndim != 1 or centers.shape != rates.shape or centers.size == 0:
        raise ParameterError(
            f"[{where}] center_freqs and sample_rates must be as many, got shapes {centers.shape} and {rates.shape}"
        )
    one_of(where, "flayout", flayout, ("ba", "sos"))
    one_of(where, "ftype", ftype, ("ellip", "butter", "cheby1", "cheby2"))
    Q, ripple = positive(where, "Q", Q), positive(where, "passband_ripple", passband_ripple)
    attenuation = positive(where, "stopband_attenuation", stopband_attenuation)
    made_of = zip(centers.tolist(), rates.tolist())
    return [Band(center, rate, Q, ripple, attenuation, ftype, flayout) for center, rate in made_of]


@functools.lru_cache(maxsize=KEPT)
def designed(band: Band) -> Any:
    """Sections (s, 6) of a filter, or (b, a) in the layout 'ba'.

    It passes `center / Q` around the center, and stops what is beyond twice that.
    """
    signal = scipy_signal()
    edges = (np.array([band.center]) + band.center / band.Q * np.array([[-0.5, 0.5], [-1.0, 1.0]])) / (band.rate / 2)
    try:
        return signal.iirdesign(*edges, gpass=band.ripple, gstop=band.attenuation, ftype=band.ftype, output=band.layout)
    except (ValueError, IndexError) as error:
        message = f"[semitone_filterbank] no {band.ftype!r} filter of Q={band.Q:g} around {band.center:g} Hz"
        raise ParameterError(f"{message} at a rate of {band.rate:g} Hz: {error}") from error


@functools.lru_cache(maxsize=KEPT)
def _form(band: Band) -> tuple[int, np.ndarray, np.ndarray, float]:
    """What the compiled filters take.

    Samples that a signal is continued by; sections of x's coefficients and of y's but the first (s, 2 m + 1); states in
    which a constant has gone on for ever (s, m); samples after which a filter has forgotten how it began.
    """
    edge, sections, settled = _sections(band)
    poles = [np.roots([1.0, *section[settled.shape[1] + 1 :]]) for section in sections]
    longest = float(np.abs(np.concatenate(poles)).max())
    return edge, sections, settled, FORGOTTEN / -math.log(longest) if 0 < longest < 1 else math.inf


def _sections(band: Band) -> tuple[int, np.ndarray, np.ndarray]:
    signal, one = scipy_signal(), designed(band)
    if band.layout == "sos":
        taps = 2 * len(one) + 1 - min(int((one[:, 2] == 0).sum()), int((one[:, 5] == 0).sum()))
        return 3 * taps, np.delete(one, 3, axis=1), signal.sosfilt_zi(one)
    b, a = one
    return 3 * max(len(a), len(b)), np.concatenate([b, a[1:]])[None], signal.lfilter_zi(b, a)[None]


def band_energies(x: np.ndarray, bank: list[Band], starts: np.ndarray, width: int) -> np.ndarray:
    """Sums of squares over `width` samples from each start: x (rows, n), filters -> (rows, filters, starts) float32."""
    forms = [_form(band) for band in bank]
    if x.shape[-1] <= max(edge for edge, *_ in forms):
        raise ParameterError(f"[iirt] y must be longer, got {x.shape[-1]} samples at the lowest rate; pad it")
    out = np.empty((len(x), len(bank), len(starts)), dtype=np.float32)
    plain = forced_backend() == "reference" or _cpu.unavailable() is not None
    kinds = [(edge, settled.shape) for edge, _, settled, _ in forms]
    for kind in set(kinds):  # filters of one form go side by side
        at = [i for i, other in enumerate(kinds) if other == kind]
        if plain or math.prod(kind[1]) > _cpu.MOST_STATES:
            for i in at:
                out[:, i] = _energies(_filtered(bank[i], x), starts, width)
        else:
            coefficients = np.stack([forms[i][1] for i in at])
            settled = np.stack([forms[i][2] for i in at])
            settling = min(max(forms[i][3] for i in at), x.shape[-1])
            out[:, at] = _cpu.band_energies(x, coefficients, settled, kind[0], math.ceil(settling), starts, width)
    return out


def _filtered(band: Band, x: np.ndarray) -> np.ndarray:
    """X filtered forwards and backwards, by SciPy."""
    signal, one = scipy_signal(), designed(band)
    return signal.sosfiltfilt(one, x) if band.layout == "sos" else signal.filtfilt(*one, x)


def _energies(x: np.ndarray, starts: np.ndarray, width: int) -> np.ndarray:
    """Sums of squares of x (rows, n), as differences of running sums."""
    sums = np.concatenate([np.zeros((len(x), 1)), np.cumsum(x.astype(np.float64) ** 2, axis=-1)], axis=-1)
    return sums[:, np.minimum(starts + width, x.shape[-1])] - sums[:, np.minimum(starts, x.shape[-1])]
