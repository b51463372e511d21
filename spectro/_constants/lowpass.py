"""The filter that halves and doubles sampling rates."""

from __future__ import annotations

import functools
from typing import NamedTuple

import mlx.core as mx
import numpy as np

from .held import held


class Lowpass(NamedTuple):
    """A sinc in Kaiser's window: where half of the amplitude passes, over the lower Nyquist frequency; the window."""

    middle: float
    beta: float
    end: float  # of the window, in samples
    reach: int  # samples on each side that are kept


# Where a rate is halved several times, all filters but the last may be gentle. The last one has the response of soxr's
# high quality for 2, 4, or 8 and more samples to one, and the first two for 4, or 8 and more samples from one, to 1e-5:
# up to 0.913 of the lower Nyquist frequency passes, and what lies above that frequency is 100 dB down.
GENTLE = Lowpass(1.0, 10.5, 15.0, 14)
SHARP = Lowpass(0.95687, 13.03, 194.4, 177), Lowpass(0.95687, 13.70, 204.4, 177), Lowpass(0.95687, 14.10, 210.5, 177)


@functools.lru_cache(maxsize=8)
def lowpass_taps(filter: Lowpass) -> tuple[float, ...]:
    """Weights of the samples at distances 0, 1, 2, ..., through which a constant passes.

    References
    ----------
    .. [1] Kaiser, J. F., "Nonrecursive digital filter design using the I0-sinh window function", ISCAS, 1974.
    """
    distance = np.arange(filter.reach + 1)
    window = np.i0(filter.beta * np.sqrt(1 - (distance / filter.end) ** 2))
    taps = np.sinc(filter.middle / 2 * distance) * window
    return tuple((taps / (2 * taps.sum() - taps[0])).tolist())


@functools.lru_cache(maxsize=8)
def lowpass_response(filter: Lowpass, n_fft: int) -> mx.array:
    """Real spectrum of the filter around time 0: (1 + n_fft // 2,)."""
    taps = np.array(lowpass_taps(filter))
    around = np.zeros(n_fft)
    around[: len(taps)] = taps
    around[-len(taps) + 1 :] = taps[:0:-1]
    return held(mx.array(np.fft.rfft(around).real.astype(np.float32)))
