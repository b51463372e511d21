"""The first-order recursive filter."""

from __future__ import annotations

import mlx.core as mx

NEGLIGIBLE = 1e-12


def decaying_sum(x: mx.array, pole: float) -> mx.array:
    """y[n] = x[n] + pole * y[n - 1] along the last axis, of x (..., n), with y[-1] = 0.

    Summed by doubling: after k steps y holds the terms up to pole^(2^k - 1).
    """
    y, shift, gain = x, 1, pole
    while shift < x.shape[-1] and abs(gain) > NEGLIGIBLE:
        y = mx.concatenate([y[..., :shift], y[..., shift:] + gain * y[..., :-shift]], axis=-1)
        shift, gain = 2 * shift, gain * gain
    return y
