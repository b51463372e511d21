"""Windows of wavelets, in double precision, and how much noise a window lets through."""

from __future__ import annotations

import numpy as np

from .._constants.wavelets import Window
from .spec import WindowSpec, resolve_window

# librosa's table of bandwidths, under every name that it has for a window.
WINDOW_BANDWIDTHS = {
    name: bandwidth
    for names, bandwidth in {
        "bart bartlett brt": 1.3334961334912805,
        "barthann brthan bth": 1.4560255965133932,
        "bkh blackharr blackmanharris": 2.0045975283585014,
        "black blackman blk": 1.7269681554262326,
        "bman bmn bohman": 1.7859588613860062,
        "box boxcar ones rect rectangular": 1.0,
        "cosine halfcosine": 1.2337005350199792,
        "flat flattop flt": 2.7762255046484143,
        "ham hamm hamming": 1.3629455320350348,
        "han hann": 1.50018310546875,
        "nut nutl nuttall": 1.9763500280946082,
        "par parz parzen": 1.917460317460319,
        "tri triang triangle": 1.333170652355585,
    }.items()
    for name in names.split()
}


def sampler(where: str, window: WindowSpec, *, periodic: bool = True) -> Window:
    """The function that gives so many samples of a window."""
    return lambda size: np.asarray(resolve_window(where, window, size, periodic), dtype=np.float64)


def noise_bandwidth(where: str, window: WindowSpec, n: int = 1000) -> float:
    """`n sum(w^2) / sum(w)^2`, in bins, of `n` samples; what librosa's table says for the windows that it has."""
    name = window if isinstance(window, str) else getattr(window, "__name__", None)
    if name in WINDOW_BANDWIDTHS:
        return WINDOW_BANDWIDTHS[name]
    samples = sampler(where, window)(n)
    return float(n * np.sum(samples**2) / np.sum(samples) ** 2)
