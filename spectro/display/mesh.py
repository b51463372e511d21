"""A matrix over axes in seconds, Hz, notes or beats: `specshow`."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Colormap, TwoSlopeNorm

from .._floor.arrays import numpy_numbers
from .._floor.checks import positive
from .._floor.docs import documented
from .._floor.public import host
from ..errors import ParameterError, warn
from . import coordinates, ticks
from .colors import kind_of
from .notations import CHROMA, Notation
from .values import PHASES, scaled


@host("data", "x_coords", "y_coords")
@documented
def specshow(
    data: Any,
    *,
    x_coords: Any = None,
    y_coords: Any = None,
    x_axis: str | None = None,
    y_axis: str | None = None,
    vscale: str | None = None,
    sr: float = 22050,
    hop_length: int = 512,
    n_fft: int | None = None,
    win_length: int | None = None,
    fmin: float | None = None,
    fmax: float | None = None,
    tempo_min: float | None = 16,
    tempo_max: float | None = 480,
    tuning: float = 0.0,
    bins_per_octave: int = 12,
    key: str = "C:maj",
    Sa: float | None = None,
    mela: str | int | None = None,
    thaat: str | None = None,
    auto_aspect: bool = True,
    htk: bool = False,
    unicode: bool = True,
    intervals: Any = None,
    unison: str | None = None,
    top_db: float | None = 80.0,
    cmap_seq: str | Colormap = "magma",
    cmap_bool: str | Colormap = "gray_r",
    cmap_div: str | Colormap = "coolwarm",
    cmap_cyclic: str | Colormap = "twilight_shifted",
    div_thresh: float = 0.0,
    ax: Axes | None = None,
    **kwargs: Any,
) -> QuadMesh:
    """Draw a spectrogram, chromagram, tempogram or any matrix, with axes in units of the field.

    Types of axes: frequencies 'linear' ('fft', 'hz'), 'log', 'mel', 'fft_note', 'cqt_hz', 'cqt_note', 'vqt_hz',
    'vqt_note', as svaras 'fft_svara' and 'cqt_svara', in functional just notation 'vqt_fjs', in thirds of octaves
    'oct3', 'log_oct3', 'mel_oct3', 'cqt_oct3', 'vqt_oct3'; pitch classes 'chroma', 'chroma_h' (Hindustani), 'chroma_c'
    (Carnatic), 'chroma_fjs'; 'tonnetz'; tempi 'tempo', 'fourier_tempo'; times 'time', 'h', 'm', 's', 'ms' and 'lag',
    'lag_h', 'lag_m', 'lag_s', 'lag_ms', whose second half is negative; 'frames'; None, 'none' or 'off' for no ticks.

    Parameters
    ----------
    data : array (d, n)
        What to draw; of complex values the magnitude, with a warning.
    x_coords, y_coords : array (n,) or (n + 1,), (d,) or (d + 1,), optional
        Centers or edges of the columns and rows; they follow from the types of the axes by default.
    x_axis, y_axis : str, optional
        Types of the axes.
    vscale : str, optional
        What to show of the data: 'dB' for levels above 1, 'dB[0.1]' above 0.1, 'dBFS' below the largest value, of
        powers 'dB[power]', 'dB[power,0.1]' and 'dBFS[power]'; 'phase' for angles; 'dphase' for how far they turn from
        one time to the next beyond what a steady frequency turns, by the coordinates of both axes, and 'dphase_t' where
        time goes upwards.
    %(sr)s
    %(hop_length)s
    n_fft : int >= 1, optional
        Samples of an FFT, for frequencies; ``2 (d - 1)`` by default.
    win_length : int >= 1, optional
        Frames of a window, for 'fourier_tempo'; ``2 (d - 1)`` by default.
    fmin, fmax : float, optional
        Lowest and highest frequency in Hz, for 'mel', and the lowest one for a constant Q, where it is C1 by default.
    tempo_min, tempo_max : float, optional
        Ends of an axis of tempi in beats per minute.
    tuning : float
        Deviation from A440 in bins of an octave, for a constant Q.
    bins_per_octave : int >= 1
        Bins of an octave, for a constant Q and 'chroma'.
    key : str
        Key whose spelling notes and pitch classes have.
    Sa : float, optional
        Frequency of Sa in Hz for 'fft_svara' and 'cqt_svara', which need it; its pitch class for 'chroma_h' and
        'chroma_c', C by default.
    mela : str or int, optional
        Melakarta of Carnatic svaras; 'chroma_c' needs it. Hindustani svaras by default.
    thaat : str, optional
        Thaat whose pitch classes have ticks, for 'chroma_h'; all by default.
    auto_aspect : bool
        Draw squares where both axes are of one type and extent.
    htk : bool
        Use HTK's formula, for 'mel'.
    unicode : bool
        True for signs such as ``♯``, False for ASCII.
    intervals : str or array of floats in [1, 2), optional
        Intervals of an octave, as for `spectro.interval_frequencies`: for 'vqt_hz', 'vqt_note', 'vqt_fjs' and
        'chroma_fjs'.
    unison : str, optional
        Name of the unison for 'vqt_fjs', by default the note nearest to `fmin`, and for 'chroma_fjs', C by default.
    top_db : float, optional
        Levels this far below the largest are raised to it; None for none.
    cmap_seq, cmap_bool, cmap_div, cmap_cyclic : str or matplotlib.colors.Colormap
        Color maps of levels and other values, of booleans, of values on both sides of `div_thresh`, and of phases.
    div_thresh : float
        What lies in the middle of a diverging color map.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the current axes by default.
    **kwargs
        Keywords of `matplotlib.axes.Axes.pcolormesh`; `cmap` is chosen as by `spectro.display.infer_cmap`.

    Returns
    -------
    matplotlib.collections.QuadMesh
        The mesh.

    Raises
    ------
    ParameterError
        If a type is unknown or lacks what it needs, or coordinates do not fit.

    Notes
    -----
    librosa 0.11 has no `vscale`, no axes with 'oct3', and no middle of diverging colors.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> S = np.abs(spectro.stft(np.random.default_rng(0).standard_normal(22050)))
    >>> mesh = spectro.display.specshow(S, x_axis="time", y_axis="log")
    """
    where = "specshow"
    if isinstance(data, np.ma.MaskedArray) and data.dtype.kind in "biuf":
        data = np.ma.filled(data.astype(np.result_type(data.dtype, np.float32)), np.nan)  # holes
    data = numpy_numbers(where, "data", data)
    if data.ndim != 2:
        raise ParameterError(f"[{where}] data must have shape (d, n), got {data.shape}")
    x_axis, y_axis = coordinates.check(where, x_axis), coordinates.check(where, y_axis)
    look = {"sr": positive(where, "sr", sr), "hop_length": hop_length, "n_fft": n_fft, "win_length": win_length}
    look |= {"fmin": fmin, "fmax": fmax, "htk": htk, "tuning": tuning, "intervals": intervals}
    look |= {"bins_per_octave": bins_per_octave}
    sides = ((x_coords, x_axis, data.shape[1]), (y_coords, y_axis, data.shape[0]))
    x, y = (coordinates.of(kind, n, look) if at is None else coordinates.given(where, at, n) for at, kind, n in sides)
    if vscale is not None:
        data = scaled(where, data, vscale, top_db, x, y)
    elif np.iscomplexobj(data):
        warn(f"[{where}] Trying to display complex-valued input. Showing magnitude instead.")
        data = np.abs(data)
    axes = current(where, ax)
    maps = {"bool": cmap_bool, "sequential": cmap_seq, "diverging": cmap_div, "phase": cmap_cyclic}
    kwargs = _colored(data, vscale, maps, div_thresh, kwargs)
    mesh = axes.pcolormesh(x, y, data, **{"rasterized": True, "edgecolors": "None", "shading": "auto", **kwargs})
    if ax is None:
        plt.sci(mesh)
    lowest = ticks.C1 if fmin is None else fmin
    notation = Notation(1, bins_per_octave, lowest, unicode, intervals, unison, Sa, mela, thaat)
    kinds = ((x_axis, "x", data.shape[1]), (y_axis, "y", data.shape[0]))
    _set_up(axes, kinds, (tempo_min, tempo_max), look, notation, key=key, unicode=unicode, fmin=fmin)
    if auto_aspect and _alike(x_axis, y_axis) and axes.get_xlim() == axes.get_ylim():
        axes.set_aspect("equal")
    return mesh


def current(where: str, ax: Any) -> Axes:
    """Check axes of the caller's, or take the current ones."""
    if ax is not None and not isinstance(ax, Axes):
        raise ParameterError(f"[{where}] ax must be an instance of matplotlib.axes.Axes, got {type(ax).__name__}")
    return plt.gca() if ax is None else ax


def _colored(
    data: np.ndarray, vscale: str | None, maps: dict[str, Any], middle: float, kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Choose the color map and its norm, where the caller has not: diverging ones have `middle` in their middle."""
    if vscale in PHASES:
        return {"cmap": maps["phase"], **({} if "norm" in kwargs else {"vmin": -np.pi, "vmax": np.pi}), **kwargs}
    if "cmap" in kwargs:
        return kwargs
    kind = "sequential" if vscale is not None else kind_of(data, True, middle)
    look = {"cmap": maps[kind], **kwargs}
    low, high = (kwargs.get(name) for name in ("vmin", "vmax"))
    around = (low is None or low < middle) and (high is None or high > middle)
    if kind == "diverging" and around and kwargs.get("norm") is None:
        look = {name: value for name, value in look.items() if name not in ("vmin", "vmax")}
        look["norm"] = TwoSlopeNorm(middle, low, high)
    return look


def _set_up(
    axes: Axes, kinds: Any, tempi: tuple[Any, Any], look: dict[str, Any], notation: Notation, **names: Any
) -> None:
    """Give both axes their scales, limits, ticks and labels."""
    for kind, side, n in kinds:
        ticks.scale(kind, getattr(axes, f"set_{side}scale"))
        if kind in ticks.TEMPI:
            getattr(axes, f"set_{side}lim")(*tempi)
        if kind in ("vqt_hz", "vqt_note"):
            names["steps"] = coordinates.of(kind, 12, {**look, "fmin": 1.0})
        ticks.decorate(getattr(axes, f"{side}axis"), kind, notation=notation._replace(n_bins=n), **names)


def _alike(x_axis: str | None, y_axis: str | None) -> bool:
    """Whether both axes count the same."""
    if x_axis is None or y_axis is None:
        return False
    of_q = (tuple(kind for kind in ticks.CONSTANT_Q if kind.startswith(name)) for name in ("cqt", "vqt"))
    pitch_classes = ("chroma", *CHROMA, "chroma_fjs")
    families = (ticks.TIMES, ticks.LAGS, (*ticks.LINEAR, "fft_note", "fft_svara"), *of_q, pitch_classes)
    return x_axis == y_axis or any(x_axis in family and y_axis in family for family in families)
