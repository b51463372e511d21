"""The recursive filter of first order."""

from __future__ import annotations

import mlx.core as mx

from .._floor.arrays import namespace
from .._floor.tracing import sized
from .._plans import FirstOrderPlan

NEGLIGIBLE = 1e-12  # weight of a past value below which it does not count


def delay(x: mx.array, steps: int) -> mx.array:
    """Put `steps` zeros before the last axis."""
    return namespace(x).pad(sized("first_order", x), [(0, 0)] * (x.ndim - 1) + [(steps, 0)])


def first_order(plan: FirstOrderPlan, x: mx.array, state: mx.array | None) -> mx.array:
    """y[n] = gain x[n] + zero x[n - 1] + pole y[n - 1] along the last axis, with `state` added to y[0].

    x (..., n), state (..., 1) -> (..., n). Summed by doubling: after k steps y holds the terms up to pole^(2^k - 1).
    """
    count = sized("first_order", x).shape[-1]
    y = plan.gain * x
    if plan.zero:
        y = y + plan.zero * delay(x, 1)[..., :count]
    if state is not None and count:
        y = mx.concatenate([y[..., :1] + state, y[..., 1:]], axis=-1)
    if plan.pole:  # no power of it makes what is not finite negligible: all that follows is NaN
        y = y + delay(namespace(x).cumsum(x - x, axis=-1), 1)[..., :count]
    shift, gain = 1, plan.pole
    while shift < count and abs(gain) > NEGLIGIBLE:
        y = mx.concatenate([y[..., :shift], y[..., shift:] + gain * y[..., :-shift]], axis=-1)
        shift, gain = 2 * shift, gain * gain
    return y
