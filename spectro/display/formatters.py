"""Labels of ticks: time, notes, frequencies, pitch classes and the axes of the tonnetz."""

from __future__ import annotations

from typing import Any

from matplotlib.ticker import EngFormatter, Formatter

from .._floor.checks import one_of
from ..convert import hz_to_note, midi_to_note

MINUTE, HOUR = 60, 3600
FEW_OCTAVES = 2  # over which minor ticks are labeled
TONNETZ = ("5$_y$", "5$_x$", "m3$_y$", "m3$_x$", "M3$_y$", "M3$_x$")  # each a sine, then a cosine


class TimeFormatter(Formatter):
    """Ticks in hours, minutes, seconds or milliseconds.

    Parameters
    ----------
    lag : bool
        Show times past the middle of the data as negative, counted from its end.
    unit : {'h', 'm', 's', 'ms'}, optional
        'h' for ``H:MM:SS``, 'm' for ``M:SS``, 's' and 'ms' for three digits; by default what suits the visible range.

    Examples
    --------
    >>> import spectro
    >>> spectro.display.TimeFormatter(unit="m")(75.0)
    '1:15'
    """

    def __init__(self, lag: bool = False, unit: str | None = None) -> None:
        one_of("TimeFormatter", "unit", unit, ("h", "m", "s", "ms", None))
        self.lag, self.unit = lag, unit

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of a time in seconds."""
        value, sign = x, ""
        if self.lag:
            end = self.axis.get_data_interval()[1]  # type: ignore[union-attr]
            if x > end:
                return ""
            if x >= end / 2:
                value, sign = abs(x - end), "-"
        return sign + self._of(value)

    def _of(self, seconds: float) -> str:
        low, high = self.axis.get_view_interval() if self.unit is None else (0.0, 0.0)  # type: ignore[union-attr]
        span = high - low
        if self.unit == "s":
            return f"{seconds:.3g}"
        if self.unit == "ms":
            return f"{1000 * seconds:.3g}"
        if self.unit == "h" or span > HOUR:
            whole, minutes = int(seconds / HOUR), int(seconds / MINUTE % MINUTE)
            return f"{whole:d}:{minutes:02d}:{int(seconds % MINUTE):02d}"
        if self.unit == "m" or span > MINUTE:
            return f"{int(seconds / MINUTE):d}:{int(seconds % MINUTE):02d}"
        return f"{seconds:.2g}" if span >= 1 else f"{seconds:.3f}"


class AdaptiveFormatterBase(Formatter):
    """Ticks of an axis of frequencies, of which minor ones have labels only where no more than two octaves are seen.

    A subclass has a method `_format_tick(x, pos)`, which gives the label of a positive x.

    Parameters
    ----------
    major : bool
        Label always; False to label where no more than two octaves are seen.

    Notes
    -----
    librosa 0.11 has no such class.

    Examples
    --------
    >>> import spectro
    >>> class Rounded(spectro.display.AdaptiveFormatterBase):
    ...     def _format_tick(self, x, pos=None):
    ...         return f"{x:.0f}"
    >>> isinstance(Rounded(major=False), spectro.display.AdaptiveFormatterBase)
    True
    """

    def __init__(self, major: bool = True) -> None:
        self.major = major
        self.vmin: float | None = None
        self.vmax: float | None = None

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of a frequency in Hz."""
        if x <= 0:
            return ""
        self.vmin, self.vmax = self.axis.get_view_interval()  # type: ignore[union-attr]
        if not self.major and self._span > 2**FEW_OCTAVES:
            return ""
        return self._format_tick(x, pos)

    @property
    def _span(self) -> float:
        """Highest frequency that is seen over the lowest."""
        return (self.vmax or 0.0) / max(1, self.vmin or 0.0)

    def _format_tick(self, x: float, pos: Any = None) -> str:
        raise NotImplementedError


class AdaptiveEngFormatter(AdaptiveFormatterBase):
    """Ticks at frequencies, with the prefixes of engineers: 2 k for 2000.

    Parameters
    ----------
    major : bool
        Label always; False to label where no more than two octaves are seen.
    **kwargs
        Keywords of `matplotlib.ticker.EngFormatter`, such as `unit` and `places`.

    Notes
    -----
    librosa 0.11 has no such class.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> plt.gca().yaxis.set_major_formatter(spectro.display.AdaptiveEngFormatter(unit="Hz"))
    """

    def __init__(self, major: bool = True, **kwargs: Any) -> None:
        super().__init__(major)
        self._prefixed = EngFormatter(**kwargs)

    def _format_tick(self, x: float, pos: Any = None) -> str:
        return self._prefixed(x, pos)


class NoteFormatter(AdaptiveFormatterBase):
    """Ticks at frequencies, as notes; with cents where one octave at most is seen, if octaves are named.

    Parameters
    ----------
    octave : bool
        Add the octave.
    major : bool
        Label always; False to label where no more than two octaves are seen.
    key : str
        Key whose spelling is used.
    unicode : bool
        True for signs such as ``♯``, False for ASCII.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> plt.gca().yaxis.set_major_formatter(spectro.display.NoteFormatter(key="E:maj"))
    """

    def __init__(self, octave: bool = True, major: bool = True, key: str = "C:maj", unicode: bool = True) -> None:
        super().__init__(major)
        self.octave, self.key, self.unicode = octave, key, unicode

    def _format_tick(self, x: float, pos: Any = None) -> str:
        cents = self._span <= 2 and self.octave
        return str(hz_to_note(float(x), octave=self.octave, cents=cents, key=self.key, unicode=self.unicode))


class LogHzFormatter(AdaptiveFormatterBase):
    """Ticks at frequencies, in Hz.

    Parameters
    ----------
    major : bool
        Label always; False to label where no more than two octaves are seen.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spectro
    >>> plt.gca().yaxis.set_major_formatter(spectro.display.LogHzFormatter())
    """

    def __init__(self, major: bool = True) -> None:
        super().__init__(major)

    def _format_tick(self, x: float, pos: Any = None) -> str:
        return f"{x:g}"


class ChromaFormatter(Formatter):
    """Ticks at pitch classes, C = 0.

    Parameters
    ----------
    key : str
        Key whose spelling is used.
    unicode : bool
        True for signs such as ``♯``, False for ASCII.

    Examples
    --------
    >>> import spectro
    >>> spectro.display.ChromaFormatter(key="F:min")(10)
    'B♭'
    """

    def __init__(self, key: str = "C:maj", unicode: bool = True) -> None:
        self.key, self.unicode = key, unicode

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of a pitch class."""
        return str(midi_to_note(int(x), octave=False, cents=False, key=self.key, unicode=self.unicode))


class TonnetzFormatter(Formatter):
    """Ticks at the six dimensions of the tonnetz: fifths, minor and major thirds, each with y and x.

    Notes
    -----
    Differs from librosa: in 0.11 x and y have each other's names; 1.0 has these.

    Examples
    --------
    >>> import spectro
    >>> spectro.display.TonnetzFormatter()(2)
    'm3$_y$'
    """

    def __call__(self, x: float, pos: Any = None) -> str:
        """Label of a dimension."""
        return TONNETZ[int(x)]
