"""Scales, ticks and labels of each type of axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import (
    FixedLocator,
    Formatter,
    Locator,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    ScalarFormatter,
    SymmetricalLogLocator,
)

from ..convert.notes import degrees
from .formatters import (
    AdaptiveEngFormatter,
    ChromaFormatter,
    LogHzFormatter,
    NoteFormatter,
    TimeFormatter,
    TonnetzFormatter,
)
from .notations import CHROMA, JUST, SEMITONES, SVARA, Notation, in_first_octave, ticks_of

C1 = 440 * 2 ** (-45 / 12)
C2 = 2 * C1
UNITS = {"h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
TIMES = ("time", *UNITS)
LAGS = ("lag", *(f"lag_{unit}" for unit in UNITS))
LINEAR = ("linear", "fft", "hz", "oct3")
LOGARITHMIC = ("log", "fft_note", "fft_svara", "log_oct3", "mel", "mel_oct3")
CONSTANT_Q = ("cqt_hz", "cqt_note", "cqt_svara", "cqt_oct3", "vqt_hz", "vqt_note", "vqt_fjs", "vqt_oct3")
MEL = ("mel", "mel_oct3")
THIRDS = (3.15, 4, 5, 6.3, 8, 10, 12.5, 16, 20, 25)  # of octaves, in each decade, as ISO 266 rounds them
INDIAN_OR_JUST = (*SVARA, *CHROMA, *JUST)
Ticks = tuple[Formatter | None, Locator | None, str]
TEMPI = ("tempo", "fourier_tempo")


def scale(kind: str | None, set_scale: Callable[..., Any]) -> None:
    """Scale an axis: linear up to 1 kHz for mel and up to C2 for other logarithmic ones, else wholly logarithmic."""
    if kind in LOGARITHMIC:
        threshold, extent = (1000.0, 1) if kind in MEL else (C2, 0.5)
        set_scale("symlog", linthresh=threshold, base=2, linscale=extent)
    elif kind in (*CONSTANT_Q, *TEMPI):
        set_scale("log", base=2)


def decorate(
    axis: Axis,
    kind: str | None,
    *,
    key: str = "C:maj",
    unicode: bool = True,
    fmin: float | None = None,
    steps: np.ndarray = SEMITONES,
    notation: Notation | None = None,
) -> None:
    """Give an axis its ticks and its label; none where it has no type.

    Octaves begin with C, or for a VQT with `fmin`; `steps` are the ratios of the minor ticks.
    """
    if notation is not None and kind in INDIAN_OR_JUST:
        return _set(axis, *ticks_of(axis, kind, notation))
    if kind is not None and kind.endswith("oct3"):
        return _set(axis, *_thirds(first=5 if kind in MEL else 0))
    root = fmin if fmin is not None and kind in ("vqt_hz", "vqt_note") else C1
    root = in_first_octave(root)
    _set(axis, *_major(axis, kind, key, unicode, root))
    if kind in ("fft_note", "cqt_hz", "cqt_note", "vqt_hz", "vqt_note"):
        of_hz = kind.endswith("_hz")
        axis.set_minor_formatter(
            LogHzFormatter(major=False) if of_hz else NoteFormatter(major=False, key=key, unicode=unicode)
        )
        lowest = 1.0 if kind == "fft_note" else root
        axis.set_minor_locator(LogLocator(base=2.0, subs=(lowest * steps).tolist()))
    elif kind in LOGARITHMIC:
        axis.set_minor_formatter(NullFormatter())


def _set(
    axis: Axis,
    formatter: Formatter | None,
    locator: Locator | None,
    label: str,
    minor: Formatter | None = None,
    minor_locator: Locator | None = None,
) -> None:
    """Give an axis what is there."""
    if formatter is not None:
        axis.set_major_formatter(formatter)
    if locator is not None:
        axis.set_major_locator(locator)
    if minor is not None:
        axis.set_minor_formatter(minor)
    if minor_locator is not None:
        axis.set_minor_locator(minor_locator)
    axis.set_label_text(label)


def _major(
    axis: Axis, kind: str | None, key: str, unicode: bool, root: float
) -> tuple[Formatter | None, Locator | None, str]:
    """Formatter, locator and label of an axis; None for what it has already."""
    if kind in ("fft_note", "cqt_note", "vqt_note"):
        locator = (
            SymmetricalLogLocator(axis.get_transform()) if kind == "fft_note" else LogLocator(base=2.0, subs=(root,))
        )
        return NoteFormatter(key=key, unicode=unicode), locator, "Note"
    if kind in ("cqt_hz", "vqt_hz"):
        return LogHzFormatter(), LogLocator(base=2.0, subs=(root if kind == "vqt_hz" else 1.0,)), "Hz"
    if kind in LOGARITHMIC:
        return ScalarFormatter(), SymmetricalLogLocator(axis.get_transform()), "Hz"
    if kind in TEMPI:
        return ScalarFormatter(), LogLocator(base=2.0), "BPM"
    if kind == "tonnetz":
        return TonnetzFormatter(), FixedLocator(range(6)), "Tonnetz"
    if kind == "chroma":
        places = np.add.outer(12 * np.arange(10), degrees("specshow", key)).ravel()
        return ChromaFormatter(key=key, unicode=unicode), FixedLocator(places.tolist()), "Pitch class"
    if kind in (*TIMES, *LAGS):
        return _of_time(kind)
    if kind in LINEAR:
        return ScalarFormatter(), None, "Hz"
    return (None, None, "Frames") if kind == "frames" else (None, FixedLocator([]), "")


def _thirds(first: int) -> tuple[Formatter, Locator, str, Formatter, Locator]:
    """Thirds of octaves from 31.5 Hz to 800 kHz, every third of them, from the `first`, major."""
    every = [float(f"{third * 10.0**decade:.4g}") for decade in range(1, 6) for third in THIRDS][:45]
    major, minor = AdaptiveEngFormatter(unit="Hz"), AdaptiveEngFormatter(major=False, unit="Hz")
    return major, FixedLocator(every[first::3]), "Frequency", minor, FixedLocator(every)


def _of_time(kind: str) -> Ticks:
    unit = kind.removeprefix("lag_") if kind.removeprefix("lag_") in UNITS else None
    name = "Lag" if kind in LAGS else "Time"
    label = f"{name} ({UNITS[unit]})" if unit else name
    return TimeFormatter(lag=kind in LAGS, unit=unit), MaxNLocator(prune=None, steps=[1, 1.5, 5, 6, 10]), label
