"""The nonzero-overlap-add check: whether every sample between the frames comes back."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import mlx.core as mx
import numpy as np

from .._plans import IstftPlan
from ..errors import warn
from ..windows.spec import analysis_window, is_spec

TOLERANCE = 1e-10  # of the envelope's maximum


def check_nola(where: str, plan: IstftPlan, n_frames: int, weights: mx.array, window: Any) -> None:
    """Warn when the squared-window envelope vanishes between the first and the last frame's support."""
    try:
        samples = _samples(window, plan.win_length, plan.n_fft) if is_spec(window) else np.asarray(weights).tobytes()
    except TypeError:  # a specification with a list in it cannot be looked up
        samples = np.asarray(weights).tobytes()
    lost = lost_samples(plan.n_fft, plan.hop_length, n_frames, samples)
    if lost is None:
        return
    first, last = (sample - plan.start for sample in lost)
    if first >= plan.length or last < 0:
        return
    described = window if isinstance(window, (str, tuple, float, int)) else "the given window"
    warn(
        f"[{where}] the overlapping squared windows vanish (NOLA does not hold) for n_fft={plan.n_fft}, "
        f"hop_length={plan.hop_length}, win_length={plan.win_length}, window={described!r}: samples between "
        f"{max(first, 0)} and {min(last, plan.length - 1)} cannot be recovered; use a smaller hop_length"
    )


@lru_cache(maxsize=64)
def _samples(window: Any, win_length: int, n_fft: int) -> bytes:
    """A named window's samples, read off the device once: each reading waits for a GPU and moves its memory."""
    return np.asarray(analysis_window("istft", window, win_length, n_fft)).tobytes()


@lru_cache(maxsize=64)
def lost_samples(n_fft: int, hop_length: int, n_frames: int, weights: bytes) -> tuple[int, int] | None:
    """First and last sample of the overlap-add that no frame's window reaches, inside the frames' support."""
    squares = np.frombuffer(weights, dtype=np.float32).astype(np.float64) ** 2
    whole_hop, hop_length = hop_length, min(hop_length, n_fft + 1)  # a longer gap has the same two ends
    support = np.flatnonzero(squares > TOLERANCE * squares.max())
    if support.size == 0:
        return 0, n_fft + whole_hop * (n_frames - 1) - 1
    begin, end = int(support[0]), int(support[-1]) + (n_frames - 1) * whole_hop
    # the envelope repeats with the hop between its ends, so three periods and two frames show all of it
    shown = min(n_frames, 3 + 2 * -(-n_fft // hop_length))
    envelope = np.zeros(n_fft + hop_length * (shown - 1))
    for frame in range(shown):
        envelope[frame * hop_length : frame * hop_length + n_fft] += squares
    inner_end = int(support[-1]) + (shown - 1) * hop_length
    holes = begin + np.flatnonzero(envelope[begin : inner_end + 1] <= TOLERANCE * envelope.max())
    if holes.size == 0:
        return None
    return int(holes[0]), end - (inner_end - int(holes[-1]))
