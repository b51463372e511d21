"""The nonzero-overlap-add check: whether every sample between the frames comes back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.memo import Memo
from .._plans import IstftPlan
from ..errors import warn
from .envelope import window_envelope

TOLERANCE = 1e-10  # of the largest squared sample of the window: what one frame alone may hold is not lost

_read: Memo[Any, bytes] = Memo(64)  # samples of named windows: to read a GPU's memory waits for the GPU


def check_nola(
    where: str, plan: IstftPlan, n_frames: int, weights: mx.array, window: Any, goes_on: bool = False
) -> None:
    """Warn when the squared-window envelope vanishes between the first and the last frame's support.

    Where the signal goes on after these frames, nobody knows yet which of its samples is the last to be lost.
    """
    named = isinstance(window, (str, tuple, float, int))
    samples = _samples(weights, (window, plan.win_length, plan.n_fft) if named else None)
    lost = lost_samples(plan.n_fft, plan.hop_length, n_frames, samples)
    if lost is None:
        return
    first, last = (sample - plan.start for sample in lost)
    if first >= plan.length or last < 0:
        return
    described = window if named else "the given window"
    lost_ones = f"from {max(first, 0)} on" if goes_on else f"between {max(first, 0)} and {min(last, plan.length - 1)}"
    warn(
        f"[{where}] the overlapping squared windows vanish (NOLA does not hold) for n_fft={plan.n_fft}, "
        f"hop_length={plan.hop_length}, win_length={plan.win_length}, window={described!r}: samples {lost_ones} "
        "cannot be recovered; use a smaller hop_length"
    )


def _samples(weights: mx.array, name: Any) -> bytes:
    """The samples of a window, read once if it has a name."""
    try:
        hash(name)
    except TypeError:  # a list in a specification
        name = None
    return np.asarray(weights).tobytes() if name is None else _read.find(name, lambda: np.asarray(weights).tobytes())


@lru_cache(maxsize=64)
def lost_samples(n_fft: int, hop_length: int, n_frames: int, weights: bytes) -> tuple[int, int] | None:
    """First and last sample of the overlap-add that no frame's window reaches, inside the frames' support."""
    window = np.frombuffer(weights, dtype=np.float32)
    squares = window.astype(np.float64) ** 2
    whole_hop, hop_length = hop_length, min(hop_length, n_fft + 1)  # a longer gap has the same two ends
    vanishing = TOLERANCE * squares.max()
    support = np.flatnonzero(squares > vanishing)
    if support.size == 0:
        return 0, n_fft + whole_hop * (n_frames - 1) - 1
    begin, end = int(support[0]), int(support[-1]) + (n_frames - 1) * whole_hop
    # the envelope repeats with the hop between its ends, so three periods and two frames show all of it
    shown = min(n_frames, 3 + 2 * -(-n_fft // hop_length))
    envelope = window_envelope(window, hop_length, shown)
    inner_end = int(support[-1]) + (shown - 1) * hop_length
    holes = begin + np.flatnonzero(envelope[begin : inner_end + 1] <= vanishing)
    if holes.size == 0:
        return None
    middle, left_out = (begin + inner_end) / 2, end - inner_end
    first, last = (int(hole) + (left_out if hole > middle else 0) for hole in (holes[0], holes[-1]))
    return first, last
