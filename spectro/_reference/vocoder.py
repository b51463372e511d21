"""A spectrogram at other times, with phases that go on as they did."""

from __future__ import annotations

import mlx.core as mx

from .._floor.tracing import refuse_open_sizes
from .._plans import VocoderPlan
from .magnitude import polar


def vocoder(plan: VocoderPlan, D: mx.array, phases: mx.array | None = None) -> mx.array:
    """Magnitudes between frames i and i + 1, phases that turn by as much: D (..., t, f) -> (..., plan.made, f).

    A turn is a product of directions, so that no phase is ever unwrapped or grows. Behind the last frame the line
    through the last two magnitudes goes on, and the phase stays. The first frame has its own phases, or those that are
    given, (..., 1, f).
    """
    refuse_open_sizes("vocoder")
    first, share = map(mx.array, plan.steps)
    behind = first == plan.frames - 1
    second = mx.where(behind, max(plan.frames - 2, 0), first + 1)
    share = mx.where(behind, -share, share)
    size, direction = polar(D)
    left, right = mx.take(direction, first, axis=-2), mx.take(direction, second, axis=-2)
    turn = mx.where(behind[:, None], 1, right * mx.conj(left))
    turns = mx.concatenate([left[..., :1, :] if phases is None else phases, turn], axis=-2)[..., : plan.made, :]
    low, high = mx.take(size, first, axis=-2), mx.take(size, second, axis=-2)
    sizes = low + share[:, None] * (high - low)
    if plan.goes_on:
        sizes = mx.concatenate([sizes, mx.ones_like(sizes[..., :1, :])], axis=-2)
    return sizes * running_product(turns)


def running_product(x: mx.array) -> mx.array:
    """Products of all frames up to each one, in log2(t) steps, whose rounding does not add up: (..., t, f)."""
    reach = 1
    while reach < x.shape[-2]:
        x = mx.concatenate([x[..., :reach, :], x[..., reach:, :] * x[..., :-reach, :]], axis=-2)
        reach *= 2
    return x
