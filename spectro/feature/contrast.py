"""Peaks over valleys of octaves: `spectral_contrast`."""

from __future__ import annotations

from typing import Any

import mlx.core as mx

from .._engine.calls import Call, bind, planned
from .._floor.arrays import takes_numpy
from .._floor.docs import documented
from .._floor.operation import Kind
from .._floor.tracing import sized
from .._floor.types import A, Others
from .._front import Framing
from .._plans.reductions import Contrast
from ..decibel import POWER_DB
from ..windows.spec import WindowSpec
from ._frames import reduced

ArrayLike = Any


@planned("y", "S", operands=("window",))
@documented
def spectral_contrast(
    y: A | Others | None = None,
    *,
    sr: float = 22050,
    S: A | Others | None = None,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    window: WindowSpec = "hann",
    center: bool = True,
    pad_mode: str | Any = "constant",
    freq: ArrayLike = None,
    fmin: float = 200.0,
    n_bands: int = 6,
    quantile: float = 0.02,
    linear: bool = False,
) -> A:
    r"""Spectral contrast: the mean of the largest magnitudes of each octave over that of the smallest.

    Parameters
    ----------
    %(y_or_S)s
    %(sr)s
    S : array (..., f, t), optional
        Magnitudes, instead of `y`.
    %(framing)s
    freq : array (f,), optional
        Frequency in Hz of each bin, in rising order; those of the FFT by default.
    fmin : float > 0
        Where the first octave begins; the first band is all below it.
    n_bands : int >= 1
        Octaves, of which the last one reaches up to the highest bin.
    quantile : float in (0, 1)
        The part of a band's bins that is a peak, and that is a valley; at least one bin.
    linear : bool
        Give `peak - valley`, instead of decibels of the one less decibels of the other, both as `power_to_db` has them.

    Returns
    -------
    array (..., n_bands + 1, t) float32
        Contrast of each band.

    Raises
    ------
    ParameterError
        For a bad argument, a band without bins, or when neither `y` nor `S` is given.

    Notes
    -----
    Differs from librosa: spectra are computed in single precision, so that valleys more than some 120 dB below the peak
    of their frame are rounding.

    References
    ----------
    .. [1] Jiang, D.-N. et al., "Music type classification by spectral contrast feature", ICME 2002.

    Examples
    --------
    >>> import mlx.core as mx, spectro
    >>> spectro.feature.spectral_contrast(y=mx.ones(22050), sr=22050).shape
    (7, 44)
    """
    where, framing = "spectral_contrast", Framing(n_fft, hop_length, win_length, window, center, pad_mode)
    bands: dict[str, Any] = {"sr": sr, "fmin": fmin, "n_bands": n_bands, "quantile": quantile}
    found = reduced(where, y, S, framing, sr, freq, lambda f: (Contrast.of(where, f, **bands),), signed=True)
    spectra, difference = found.spectra, contrast_of(found.spectra.kind, linear)

    def call(*arrays: Any) -> Any:
        return difference(spectra.call(*arrays)).swapaxes(-1, -2)

    return takes_numpy(call, spectra.call, difference)  # type: ignore[return-value]


def contrast_of(kind: Kind, linear: bool) -> Call:
    """Plan peaks over valleys, (..., t, 2 * bands) -> (..., t, bands)."""
    half = kind.shape[-1] // 2
    level = bind("decibels", POWER_DB, Kind((*kind.shape[:-1], half), mx.float32), mx.array(1.0))

    def call(both: Any) -> Any:
        sized("spectral_contrast", both)
        valley, peak = both[..., :half], both[..., half:]
        return peak - valley if linear else level(peak) - level(valley)

    return takes_numpy(call, level)
