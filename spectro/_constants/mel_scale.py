"""The mel scale, Slaney's and HTK's, on arrays of any precision."""

from __future__ import annotations

import math

import mlx.core as mx

from . import float64 as f64
from .float64 import A, Double, ops

# Slaney's scale: linear up to 1000 Hz = 15 mel, then 27 mel for a factor of 6.4.
LINEAR_STEP = 200 / 3
LOG_START_HZ = 1000.0
LOG_START_MEL = 15.0
LOG_STEP = math.log(6.4) / 27


def mel_points(count: int, fmin: float, fmax: float, htk: bool) -> Double:
    """`count` frequencies in float64, evenly spaced in mel."""
    ends = mel_from_hz(f64.float64([fmin, fmax]), htk)
    steps = ops.arange(count, dtype=mx.float64) / max(count - 1, 1)
    return hz_from_mel(ends[0] + (ends[1] - ends[0]) * steps, htk)


def mel_from_hz(frequencies: A, htk: bool) -> A:
    """`hz_to_mel` of float64."""
    if htk:
        return 2595 * ops.log10(1 + frequencies / 700)
    logarithmic = (
        LOG_START_MEL
        + ops.log(ops.where(frequencies >= LOG_START_HZ, frequencies, LOG_START_HZ) / LOG_START_HZ) / LOG_STEP
    )
    return ops.where(frequencies >= LOG_START_HZ, logarithmic, frequencies / LINEAR_STEP)


def hz_from_mel(mels: A, htk: bool) -> A:
    """`mel_to_hz` of float64."""
    if htk:
        return 700 * (ops.power(10.0, mels / 2595) - 1)
    logarithmic = LOG_START_HZ * f64.exp(
        LOG_STEP * (ops.where(mels >= LOG_START_MEL, mels, LOG_START_MEL) - LOG_START_MEL)
    )
    return ops.where(mels >= LOG_START_MEL, logarithmic, mels * LINEAR_STEP)
