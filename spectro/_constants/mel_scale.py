"""The mel scale, Slaney's and HTK's, on arrays of any precision."""

from __future__ import annotations

import math

import numpy as np

from . import float64 as f64
from .float64 import A, functions

# Slaney's scale: linear up to 1000 Hz = 15 mel, then 27 mel for a factor of 6.4.
LINEAR_STEP = 200 / 3
LOG_START_HZ = 1000.0
LOG_START_MEL = 15.0
LOG_STEP = math.log(6.4) / 27


@np.errstate(divide="ignore")
def mel_points(count: int, fmin: float, fmax: float, htk: bool) -> np.ndarray:
    """`count` frequencies in float64, evenly spaced in mel."""
    ends = mel_from_hz(np.array([fmin, fmax]), htk)
    steps = np.arange(count) / max(count - 1, 1)
    return hz_from_mel(ends[0] + (ends[1] - ends[0]) * steps, htk)


def mel_from_hz(frequencies: A, htk: bool) -> A:
    """`hz_to_mel` of float64."""
    if htk:
        return 2595 * functions(frequencies).log10(1 + frequencies / 700)
    ours, above = functions(frequencies), frequencies >= LOG_START_HZ
    logged = _differentiable(above, frequencies, LOG_START_HZ)
    logarithmic = LOG_START_MEL + ours.log(logged / LOG_START_HZ) / LOG_STEP
    return ours.where(above, logarithmic, frequencies / LINEAR_STEP)


def hz_from_mel(mels: A, htk: bool) -> A:
    """`mel_to_hz` of float64."""
    if htk:
        return 700 * (10.0 ** (mels / 2595) - 1)
    above = mels >= LOG_START_MEL
    raised = _differentiable(above, mels, LOG_START_MEL)
    logarithmic = LOG_START_HZ * f64.exp(LOG_STEP * (raised - LOG_START_MEL))
    return functions(mels).where(above, logarithmic, mels * LINEAR_STEP)


def _differentiable(above: A, x: A, start: float) -> A:
    """What the scale's upper part is computed of: MLX's derivatives are of the lower part's numbers, too."""
    return x if isinstance(x, f64.NUMPY) else functions(x).where(above, x, start)
