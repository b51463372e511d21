"""Spectrograms by filters in time."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import as_audio, constant
from .._floor.checks import one_of, positive, positive_int, shown
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from .._floor.types import A, Others
from .._host.filtering import Band, band_energies, bands_of
from ..errors import ParameterError
from ..filters import semitone_filterbank
from ..signals import resample


@public("y", keywords=semitone_filterbank)
@documented
def iirt(
    y: A | Others,
    *,
    sr: float = 22050,
    win_length: int = 2048,
    hop_length: int | None = None,
    center: bool = True,
    tuning: float = 0.0,
    pad_mode: str = "constant",
    flayout: str = "sos",
    res_type: str = "soxr_hq",
    **kwargs: Any,
) -> A:
    r"""Spectrogram by a bank of recursive filters at several sampling rates, which looks at values.

    :math:`E[b, t] = \frac{sr}{sr_b} \sum_n x_b[n]^2` over the samples of frame `t`, where :math:`x_b` is the signal at
    the rate :math:`sr_b`, filtered forwards and backwards by band `b`.

    Parameters
    ----------
    %(y)s
    %(sr)s
    win_length : int >= 1
        Samples of a frame of `y`.
    hop_length : int >= 1, optional
        Samples of `y` from one frame to the next; `win_length // 4` by default.
    center : bool
        Center frame `t` on sample `t * hop_length` by padding `win_length // 2` samples on both sides.
    tuning : float
        Deviation from A440, in semitones.
    pad_mode : str
        As in `numpy.pad`.
    flayout : {'sos', 'ba'}
        Filters in sections of second order, or in one of a high order, which rounding may make unstable.
    res_type : str
        As for `resample`.
    **kwargs
        As for `filters.semitone_filterbank`.

    Returns
    -------
    array (..., bands, t) float32
        Energies.

    Raises
    ------
    ParameterError
        For a bad argument; for integer, complex, empty, too short or non-finite audio; where MLX traces and there are
        no values.
    ImportError
        SciPy, which designs the filters, or soxr is not installed.

    Notes
    -----
    Differs from librosa: the result is float32.

    References
    ----------
    .. [1] Müller, M., "Information retrieval for music and motion", Springer, 2007.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.iirt(np.ones(22050, dtype=np.float32)).shape
    (85, 44)
    """
    where = "iirt"
    sr, width = positive(where, "sr", sr), positive_int(where, "win_length", win_length)
    if sr > 1e8:  # far beyond what the filters' rates are made of
        raise ParameterError(f"[{where}] sr must be at most 1e8 Hz, got {sr!r}")
    hop = max(1, width // 4) if hop_length is None else positive_int(where, "hop_length", hop_length)
    bands = bands_of(tuning=tuning, flayout=one_of(where, "flayout", flayout, ("sos", "ba")), **kwargs)
    x: np.ndarray = as_audio(where, "y", constant(where, "y", y), made=np.asarray)
    if center:
        x = _padded(x, width // 2, pad_mode)
    frames = 1 + (x.shape[-1] - width) // hop
    if frames < 1:
        raise ParameterError(f"[{where}] win_length must be at most {x.shape[-1]} samples, got {width}")
    check_size(where, "the result", *x.shape[:-1], len(bands), frames, way_out="raise hop_length")
    out = np.empty((*x.shape[:-1], len(bands), frames), dtype=np.float32)
    for rate in {band.rate for band in bands}:
        at = [i for i, band in enumerate(bands) if band.rate == rate]
        out[..., at, :] = _levels(x, sr, width, hop, frames, [bands[i] for i in at], res_type)
    return mx.array(out)  # type: ignore[return-value]


def _levels(
    x: np.ndarray, sr: float, width: int, hop: int, frames: int, bands: list[Band], res_type: str
) -> np.ndarray:
    """Energies of bands of one rate: x (..., n) -> (..., bands, frames)."""
    rate = bands[0].rate
    slower = sr / rate
    z = resample(x, orig_sr=sr, target_sr=rate, res_type=res_type)
    starts = np.round(np.arange(frames) * (hop / slower)).astype(np.int64)
    levels = band_energies(z.reshape(-1, z.shape[-1]), bands, starts, round(width / slower))
    return (slower * levels).reshape(*z.shape[:-1], len(bands), frames)


def _padded(x: np.ndarray, width: int, mode: Any) -> np.ndarray:
    """Continue a signal (..., n) at both ends."""
    try:
        return np.pad(x, [(0, 0)] * (x.ndim - 1) + [(width, width)], mode=mode)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"[iirt] pad_mode must be one of numpy.pad's, got {shown(mode)}") from error
