"""The filter that takes the slow component out of an envelope."""

from __future__ import annotations

import mlx.core as mx

from .._floor.arrays import namespace

POLE = 0.99


def delay(x: mx.array, frames: int) -> mx.array:
    """Put `frames` zeros before the last axis."""
    return namespace(x).pad(x, [(0, 0)] * (x.ndim - 1) + [(frames, 0)])


def remove_dc(x: mx.array) -> mx.array:
    """Filter the last axis with (1 - z^-1) / (1 - POLE z^-1).

    The recursion y[t] = x[t] + a y[t - 1] is summed by doubling: after k steps y holds the terms up to a^(2^k - 1).
    """
    y = x - delay(x, 1)[..., :-1]
    shift, gain = 1, POLE
    while shift < x.shape[-1] and gain > 1e-12:
        y = y + gain * delay(y, shift)[..., : x.shape[-1]]
        shift, gain = 2 * shift, gain * gain
    return y
