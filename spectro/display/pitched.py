"""A waveform at the height of its pitch: `wavef0`."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.transforms import Transform

from .._floor.arrays import evaluated, numpy_numbers
from .._floor.checks import finite, one_of, positive, positive_int
from .._floor.docs import documented
from .._floor.public import host
from ..errors import ParameterError
from . import ticks
from .bars import wavebars
from .mesh import current
from .notations import Notation
from .waveform import AdaptiveWaveplot, channels_of, waveshow

FREQUENCIES = ("cqt_note", "cqt_hz", "cqt_svara", "none", "off", None)


class Transformf0(Transform):
    """matplotlib's transform from (seconds, samples) to (seconds, Hz): each sample lies around the pitch of its frame.

    A sample x goes to ``f 2^(x / (norm bins_per_octave))``, where f is the pitch then, or to NaN where there is none.

    Parameters
    ----------
    f0 : array (t,)
        Fundamental frequencies in Hz; NaN or 0 where there is none. Each holds until the next.
    sr : float > 0
        Sampling rate in Hz.
    hop_length : int >= 1
        Samples between two frames.
    bins_per_octave : int >= 1
        The largest sample is one such bin away from the pitch.
    norm : float > 0
        The largest sample.
    offset : float
        Time of the first frame in seconds.
    transpose : bool
        Take and give (samples, seconds) and (Hz, seconds).
    is_inverted : bool
        Go from Hz to samples.

    Raises
    ------
    ParameterError
        If f0 is no row of frequencies, or a parameter is not as described.

    Notes
    -----
    librosa 0.11 has no such class.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> around = spectro.display.Transformf0(np.array([220.0, 440.0]), sr=1, hop_length=1)
    >>> around.transform(np.array([[0.0, 0.0], [1.0, 12.0]]))
    array([[  0., 220.],
           [  1., 880.]])
    """

    input_dims = 2
    output_dims = 2
    has_inverse = True

    def __init__(
        self,
        f0: Any,
        *,
        sr: float = 22050,
        hop_length: int = 512,
        bins_per_octave: int = 12,
        norm: float = 1,
        offset: float = 0,
        transpose: bool = False,
        is_inverted: bool = False,
    ) -> None:
        super().__init__()
        where = "Transformf0"
        self.f0 = pitches(where, f0)
        self.sr, self.hop_length = positive(where, "sr", sr), positive_int(where, "hop_length", hop_length)
        self.bins_per_octave = positive_int(where, "bins_per_octave", bins_per_octave)
        self.norm, self.offset = positive(where, "norm", norm), finite(where, "offset", offset)
        self.transpose, self.is_inverted = transpose, is_inverted

    def f0_at(self, times: np.ndarray) -> np.ndarray:
        """Pitches at some times; NaN where there is none, before the first frame and after the last."""
        starts = self.offset + np.arange(len(self.f0)) * self.hop_length / self.sr
        frames = np.searchsorted(starts, times, side="right") - 1
        return np.where((frames >= 0) & (times <= starts[-1]), self.f0[frames], np.nan)

    def transform_non_affine(self, values: Any) -> np.ndarray:
        """Transform an array (..., 2) of points."""
        values = np.asarray(values, dtype=np.float64)
        time, size = (1, 0) if self.transpose else (0, 1)
        f0, out, octave = self.f0_at(values[..., time]), values.copy(), self.norm * self.bins_per_octave
        if self.is_inverted:
            out[..., size] = np.log2(values[..., size] / f0) * octave
        else:
            out[..., size] = f0 * 2 ** (values[..., size] / octave)
        return out

    def inverted(self) -> Transformf0:
        """Give the way back, from Hz to samples."""
        names = ("sr", "hop_length", "bins_per_octave", "norm", "offset", "transpose")
        return Transformf0(self.f0, is_inverted=not self.is_inverted, **{name: getattr(self, name) for name in names})


def pitches(where: str, f0: Any) -> np.ndarray:
    """Check fundamental frequencies: (t,), NaN where there is none."""
    f0 = numpy_numbers(where, "f0", evaluated(where, "f0", f0))
    if f0.ndim != 1 or f0.size == 0 or f0.dtype.kind == "c":
        raise ParameterError(f"[{where}] f0 must be frequencies of shape (t,), got {f0.dtype} {f0.shape}")
    return np.where(f0 > 0, f0, np.nan)


@host("y", "f0")
@documented
def wavef0(
    y: Any,
    *,
    f0: Any,
    sr: float = 22050,
    hop_length: int = 512,
    bins_per_octave: int = 12,
    time_axis: str | None = "time",
    freq_axis: str | None = "cqt_note",
    offset: float = 0.0,
    key: str = "C:maj",
    Sa: float | None = None,
    mela: str | int | None = None,
    thaat: str | None = None,
    unicode: bool = True,
    ax: Axes | None = None,
    method: str = "waveshow",
    transpose: bool = False,
    **kwargs: Any,
) -> AdaptiveWaveplot | PatchCollection:
    """Draw a waveform along its fundamental frequency: pitch and loudness in one picture.

    Parameters
    ----------
    y : array (n,) or (2, n)
        Real signal. Of two channels the first is shown above and the second below the pitch.
    f0 : array (t,)
        Fundamental frequencies in Hz, as `spectro.pyin` gives them; nothing is drawn where they are NaN or 0.
    %(sr)s
    %(hop_length)s
    bins_per_octave : int >= 1
        The largest sample is one such bin away from the pitch.
    time_axis : str, optional
        Type of the axis of time, as for `spectro.display.waveshow`.
    freq_axis : {'cqt_note', 'cqt_hz', 'cqt_svara', 'none', 'off'}, optional
        Type of the axis of frequencies; None, 'none' or 'off' for no ticks.
    offset : float
        Time of the first sample in seconds.
    key : str
        Key whose spelling notes have.
    Sa : float, optional
        Frequency of Sa in Hz for 'cqt_svara', which needs it.
    mela : str or int, optional
        Melakarta of Carnatic svaras; Hindustani ones by default.
    thaat : str, optional
        Not used: svaras at frequencies have the same names in each.
    unicode : bool
        True for signs such as ``♯``, False for ASCII.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the current axes by default.
    method : {'waveshow', 'wavebars'}
        What to draw: the envelope and samples, or bars.
    transpose : bool
        Draw time upwards.
    **kwargs
        Keywords of the function that draws, such as `max_points` or `n_bars`.

    Returns
    -------
    AdaptiveWaveplot or matplotlib.collections.PatchCollection
        What the function that draws returns.

    Raises
    ------
    ParameterError
        If y is not one or two real channels, f0 no row of frequencies, or a parameter is not as described.

    Notes
    -----
    Differs from librosa: the axes hold all of the wave, also where its pitch is highest or lowest in its
    middle, and the bars of silence lie at the pitch. librosa 0.11 has no such function.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> y = spectro.chirp(fmin=220, fmax=440, duration=1.0)
    >>> wave = spectro.display.wavef0(y, f0=np.linspace(220, 440, 44))
    """
    where = "wavef0"
    methods: dict[str, Any] = {"waveshow": waveshow, "wavebars": wavebars}
    draw = methods[one_of(where, "method", method, tuple(methods))]
    axes, kind = current(where, ax), one_of(where, "freq_axis", freq_axis, FREQUENCIES)
    kind = None if kind in ("none", "off") else kind
    if kind == "cqt_svara" and Sa is None:
        raise ParameterError(f"[{where}] Sa must be given for freq_axis='cqt_svara': its frequency in Hz")
    channels, sr = channels_of(where, y), positive(where, "sr", sr)
    around = Transformf0(
        f0,
        sr=sr,
        hop_length=hop_length,
        bins_per_octave=bins_per_octave,
        norm=float(np.nanmax(np.abs(channels), initial=0.0)) or 1.0,
        offset=offset,
        transpose=transpose,
    )
    if method == "waveshow":
        times = around.offset + np.arange(channels.shape[-1]) / sr
        kwargs = {"mask": np.isfinite(around.f0_at(times)), **kwargs}
    kwargs |= {"transform": around + axes.transData, "offset": offset, "axis": time_axis, "transpose": transpose}
    drawn = draw(y, sr=sr, ax=axes, **kwargs)
    _hold(axes, around, drawn)
    notation = Notation(1, 12, ticks.C1, unicode, None, None, Sa, mela, thaat)
    ticks.decorate(axes.xaxis if transpose else axes.yaxis, kind, key=key, unicode=unicode, notation=notation)
    return drawn


def _hold(axes: Axes, around: Transformf0, drawn: AdaptiveWaveplot | PatchCollection) -> None:
    """Have the axes hold all that is drawn, whose corners matplotlib takes for the whole."""
    paths = (drawn.envelope if isinstance(drawn, AdaptiveWaveplot) else drawn).get_paths()
    points = np.concatenate([around.transform_non_affine(path.vertices) for path in paths] or [np.empty((0, 2))])
    points = points[np.isfinite(points).all(axis=-1)]
    if len(points):
        axes.update_datalim(points)
        axes.autoscale_view()
