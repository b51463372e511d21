"""Windows of wavelets, in double precision, and how much noise a window lets through."""

from __future__ import annotations

import numpy as np

from .._constants.wavelets import Window
from .spec import NAMES, WindowSpec, resolve_window

FINE = 8193  # samples of one period, both ends, from which librosa's table of bandwidths is made
TABLED = {"bartlett", "barthann", "blackman", "blackmanharris", "bohman", "boxcar", "flattop", "hamming", "hann"}
TABLED |= {"nuttall", "triang"}


def sampler(where: str, window: WindowSpec, *, periodic: bool = True) -> Window:
    """The function that gives so many samples of a window."""
    return lambda size: np.asarray(resolve_window(where, window, size, periodic), dtype=np.float64)


def noise_bandwidth(where: str, window: WindowSpec, n: int = 1000) -> float:
    """`n sum(w^2) / sum(w)^2`, in bins, of `n` samples; of very many for the windows of librosa's table."""
    name = NAMES.get(window) if isinstance(window, str) else getattr(window, "__name__", None)
    tabled = name in TABLED
    size = FINE if tabled else n
    samples = sampler(where, name if tabled else window, periodic=not tabled)(size)
    return float(size * np.sum(samples**2) / np.sum(samples) ** 2)
