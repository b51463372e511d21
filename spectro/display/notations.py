"""Labels and ticks in Indian and functional just notation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import (
    FixedLocator,
    Formatter,
    Locator,
    LogLocator,
    NullFormatter,
    NullLocator,
    SymmetricalLogLocator,
)

from .._floor.checks import positive
from ..errors import ParameterError
from ..notation import (
    hz_to_fjs,
    hz_to_svara_c,
    hz_to_svara_h,
    interval_frequencies,
    interval_to_fjs,
    mela_to_degrees,
    midi_to_svara_c,
    midi_to_svara_h,
    thaat_to_degrees,
)
from .formatters import AdaptiveFormatterBase

SVARA, CHROMA, JUST = ("fft_svara", "cqt_svara"), ("chroma_h", "chroma_c"), ("vqt_fjs", "chroma_fjs")
SEMITONES = 2 ** (np.arange(1, 12) / 12)
MOST_CLASSES = 7  # that have ticks, of a named set of intervals
OCTAVES = 10


class SvaraFormatter(AdaptiveFormatterBase):
    """Ticks at frequencies, as svaras.

    Parameters
    ----------
    Sa : float > 0
        Frequency of Sa in Hz.
    octave : bool
        Mark the octaves next to that of Sa.
    major : bool
        Label always; False to label where no more than two octaves are seen.
    abbr : bool
        Short names.
    mela : str or int, optional
        Melakarta of Carnatic svaras; Hindustani ones by default.
    unicode : bool
        True for signs of Unicode, False for ASCII.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> plt.gca().yaxis.set_major_formatter(spectro.display.SvaraFormatter(261.0))
    """

    def __init__(
        self,
        Sa: float,
        octave: bool = True,
        major: bool = True,
        abbr: bool = False,
        mela: str | int | None = None,
        unicode: bool = True,
    ) -> None:
        if Sa is None:
            raise ParameterError("[SvaraFormatter] Sa must be given: the frequency of Sa in Hz")
        super().__init__(major)
        self.Sa, self.mela = positive("SvaraFormatter", "Sa", Sa), mela
        self.look = {"abbr": abbr, "octave": octave, "unicode": unicode}

    def _format_tick(self, x: float, pos: Any = None) -> str:
        if self.mela is None:
            return str(hz_to_svara_h(float(x), Sa=self.Sa, **self.look))
        return str(hz_to_svara_c(float(x), Sa=self.Sa, mela=self.mela, **self.look))


class FJSFormatter(AdaptiveFormatterBase):
    """Ticks at the frequencies of intervals, in functional just notation: the name of the nearest one.

    Parameters
    ----------
    fmin : float > 0
        Frequency of the unison in Hz.
    n_bins : int >= 1
        Number of frequencies.
    bins_per_octave : int >= 1
        Size of a named set of intervals.
    intervals : str or array (m,)
        Intervals of an octave, as for `spectro.interval_frequencies`.
    major : bool
        Label always; False to label where no more than two octaves are seen.
    unison : str, optional
        Name of the unison; the note nearest to fmin by default.
    unicode : bool
        True for signs of Unicode, False for ASCII.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> names = spectro.display.FJSFormatter(fmin=55, n_bins=24, bins_per_octave=12, intervals="ji5")
    >>> plt.gca().yaxis.set_major_formatter(names)
    """

    def __init__(
        self,
        *,
        fmin: float,
        n_bins: int,
        bins_per_octave: int,
        intervals: str | Sequence[float],
        major: bool = True,
        unison: str | None = None,
        unicode: bool = True,
    ) -> None:
        super().__init__(major)
        self.fmin, self.unison, self.unicode = positive("FJSFormatter", "fmin", fmin), unison, unicode
        self.frequencies = np.asarray(
            interval_frequencies(n_bins, fmin=fmin, intervals=intervals, bins_per_octave=bins_per_octave)
        )

    def _format_tick(self, x: float, pos: Any = None) -> str:
        nearest = float(self.frequencies[np.abs(self.frequencies - x).argmin()])
        return str(hz_to_fjs(nearest, fmin=self.fmin, unison=self.unison, unicode=self.unicode))


class ChromaSvaraFormatter(Formatter):
    """Ticks at pitch classes, as svaras.

    Parameters
    ----------
    Sa : float, optional
        Pitch class of Sa; C by default.
    mela : str or int, optional
        Melakarta of Carnatic svaras; Hindustani ones by default.
    abbr : bool
        Short names.
    unicode : bool
        True for signs of Unicode, False for ASCII.

    Examples
    --------
    >>> import spectro
    >>> spectro.display.ChromaSvaraFormatter(Sa=2)(4)
    'R'
    """

    def __init__(
        self, Sa: float | None = None, mela: str | int | None = None, abbr: bool = True, unicode: bool = True
    ) -> None:
        self.Sa, self.mela = 0 if Sa is None else Sa, mela
        self.look = {"abbr": abbr, "octave": False, "unicode": unicode}

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of a pitch class."""
        if self.mela is None:
            return str(midi_to_svara_h(int(x), Sa=self.Sa, **self.look))
        return str(midi_to_svara_c(int(x), Sa=self.Sa, mela=self.mela, **self.look))


class ChromaFJSFormatter(Formatter):
    """Ticks at the intervals of an octave, in functional just notation.

    Parameters
    ----------
    intervals : str or array (m,)
        Intervals of an octave, as for `spectro.interval_frequencies`.
    unison : str
        Name of the unison.
    unicode : bool
        True for signs of Unicode, False for ASCII.
    bins_per_octave : int >= 1, optional
        Size of a named set of intervals, which needs it.

    Examples
    --------
    >>> import spectro
    >>> spectro.display.ChromaFJSFormatter(intervals="ji5", bins_per_octave=12)(7)
    'G'
    """

    def __init__(
        self,
        *,
        intervals: str | Sequence[float],
        unison: str = "C",
        unicode: bool = True,
        bins_per_octave: int | None = None,
    ) -> None:
        count = bins_per_octave if isinstance(intervals, str) else max(1, np.size(intervals))
        self.unison, self.unicode = unison, unicode
        try:
            self.ratios = np.asarray(
                interval_frequencies(count, fmin=1.0, intervals=intervals, bins_per_octave=count)  # type: ignore[arg-type]
            )
        except ParameterError as error:
            message = str(error).partition("] ")[2].replace("n_bins", "bins_per_octave")
            raise ParameterError(f"[ChromaFJSFormatter] {message}") from error

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of an interval by its place."""
        ratio = float(self.ratios[int(x) % len(self.ratios)])
        return str(interval_to_fjs(ratio, unison=self.unison, unicode=self.unicode))


class Notation(NamedTuple):
    """What a caller says of the notation of an axis with so many bins."""

    n_bins: int
    bins_per_octave: int
    fmin: float
    unicode: bool
    intervals: Any
    unison: str | None
    Sa: Any
    mela: Any
    thaat: Any


class Ticks(NamedTuple):
    """Labels and places of ticks, and the label of their axis."""

    major: Formatter
    places: Locator
    label: str
    minor: Formatter = NullFormatter()
    minor_places: Locator = NullLocator()


def ticks_of(axis: Axis, kind: str, notation: Notation) -> Ticks:
    """Ticks of an axis in one of these notations."""
    if kind in CHROMA:
        return _of_svara_classes(kind, notation)
    if kind in SVARA:
        return _of_svara(axis, kind, notation)
    if kind == "chroma_fjs":
        return _of_intervals(notation)
    return _of_just_frequencies(notation)


def in_first_octave(hz: float) -> float:
    """The frequency so many octaves lower that it lies in the octave above 1 Hz."""
    return hz / 2 ** math.floor(math.log2(hz))


def _of_svara_classes(kind: str, notation: Notation) -> Ticks:
    sa = 0 if notation.Sa is None else notation.Sa
    if kind == "chroma_c":
        if notation.mela is None:
            raise ParameterError("[specshow] mela must be given for an axis of type 'chroma_c'")
        degrees, mela = mela_to_degrees(notation.mela), notation.mela
    else:
        degrees = np.arange(12) if notation.thaat is None else thaat_to_degrees(notation.thaat)
        mela = None
    places = np.add.outer(12 * np.arange(OCTAVES), np.mod(degrees + sa, 12)).ravel()
    names = ChromaSvaraFormatter(Sa=sa, mela=mela, unicode=notation.unicode)
    return Ticks(names, FixedLocator(places.tolist()), "Svara")


def _of_svara(axis: Axis, kind: str, notation: Notation) -> Ticks:
    if notation.Sa is None:
        raise ParameterError(f"[specshow] Sa must be given for an axis of type {kind!r}: its frequency in Hz")
    major, minor = (
        SvaraFormatter(notation.Sa, major=major, mela=notation.mela, unicode=notation.unicode)
        for major in (True, False)
    )
    root = in_first_octave(major.Sa)
    octaves = (
        SymmetricalLogLocator(axis.get_transform(), subs=[root])
        if kind == "fft_svara"
        else LogLocator(base=2.0, subs=(root,))
    )
    return Ticks(major, octaves, "Svara", minor, LogLocator(base=2.0, subs=(root * SEMITONES).tolist()))


def _of_intervals(notation: Notation) -> Ticks:
    count, intervals = notation.bins_per_octave, notation.intervals
    _check_intervals(intervals)
    places = np.arange(count)
    if isinstance(intervals, str) and count > MOST_CLASSES:
        found = interval_frequencies(count, fmin=1.0, intervals=intervals, bins_per_octave=count, sort=False)
        places = np.argsort(np.argsort(found))[:MOST_CLASSES]
    names = ChromaFJSFormatter(
        intervals=intervals, unison=notation.unison or "C", unicode=notation.unicode, bins_per_octave=count
    )
    return Ticks(names, FixedLocator(places.tolist()), "Pitch class")


def _of_just_frequencies(notation: Notation) -> Ticks:
    _check_intervals(notation.intervals)
    major, minor = (
        FJSFormatter(
            fmin=notation.fmin,
            n_bins=notation.n_bins,
            bins_per_octave=notation.bins_per_octave,
            intervals=notation.intervals,
            major=major,
            unison=notation.unison,
            unicode=notation.unicode,
        )
        for major in (True, False)
    )
    count = max(1, notation.n_bins * 12 // notation.bins_per_octave)
    places = interval_frequencies(count, fmin=notation.fmin, intervals=notation.intervals, bins_per_octave=12)
    octaves = LogLocator(base=2.0, subs=(in_first_octave(notation.fmin),))
    return Ticks(major, octaves, "Note", minor, FixedLocator(np.asarray(places).tolist()))


def _check_intervals(intervals: Any) -> None:
    if intervals is None:
        raise ParameterError("[specshow] intervals must be given for functional just notation")
