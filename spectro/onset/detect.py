"""Where events begin: the peaks of an onset strength envelope."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import one_of
from .._floor.docs import documented
from .._floor.public import host
from .._host.peaks import valley_before
from ..convert.time import frames_to_samples, frames_to_time
from ..errors import ParameterError
from ..util.peaks import peak_pick
from .envelope import seen_envelope

ArrayLike = Any
UNITS = ("frames", "samples", "time")


@host("y", "onset_envelope", "energy", keywords=peak_pick)
@documented
def onset_detect(
    y: ArrayLike = None,
    *,
    sr: float = 22050,
    onset_envelope: ArrayLike = None,
    hop_length: int = 512,
    backtrack: bool = False,
    energy: ArrayLike = None,
    units: str = "frames",
    normalize: bool = True,
    sparse: bool = True,
    **kwargs: Any,
) -> np.ndarray:
    """Find onsets: the peaks of the onset strength envelope.

    Parameters
    ----------
    %(y_or_envelope)s
    %(sr)s
    %(onset_envelope)s
    %(hop_length)s
    backtrack : bool
        Move each onset back to the minimum of `energy` before it.
    energy : array (t,), optional
        What has these minima; the envelope by default.
    %(event_units)s
    normalize : bool
        Scale the envelope to 0 .. 1 first.
    %(sparse_events)s
    **kwargs
        Keywords of `spectro.util.peak_pick`. By default `pre_max` and `wait` are 30 ms, `pre_avg` and `post_avg` 100 ms
        (the latter and `post_max` and one frame more), `delta` is 0.07.

    Returns
    -------
    NumPy array (onsets,) int64 or float64, or (..., t) bool
        Onsets in the units asked for; where they are, when `sparse` is False. None for an envelope that is zero
        everywhere, or not finite.

    Raises
    ------
    ParameterError
        For a bad argument, several channels with `sparse`, or `backtrack` without it.

    References
    ----------
    .. [1] Böck, S., Krebs, F. and Schedl, M., "Evaluating the online capabilities of onset detection methods",
       ISMIR 2012.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> clicks = np.zeros(22050, np.float32)
    >>> clicks[[5000, 15000]] = 1
    >>> spectro.onset.onset_detect(clicks, sr=22050)
    array([10, 30])
    """
    where = "onset_detect"
    one_of(where, "units", units, UNITS)
    if backtrack and not sparse:
        raise ParameterError(f"[{where}] backtrack must be False where sparse is False, got {backtrack!r}")
    envelope = seen_envelope(where, y, sr, onset_envelope, hop_length)
    if sparse and envelope.ndim > 1:
        raise ParameterError(
            f"[{where}] one channel must be given where sparse is True, got shape {envelope.shape}; use sparse=False"
        )
    levels = _normalized(envelope) if normalize else envelope
    if not levels.any() or not np.isfinite(levels).all():
        onsets = np.zeros(0 if sparse else envelope.shape, dtype=np.int64 if sparse else bool)
    else:
        onsets = peak_pick(levels, sparse=sparse, axis=-1, **{**_defaults(sr, hop_length), **kwargs})
    if backtrack and onsets.size:
        onsets = onset_backtrack(onsets, envelope if energy is None else energy)
    return in_units(onsets, units, sr, hop_length) if sparse else onsets


@host("events", "energy")
@documented
def onset_backtrack(events: ArrayLike, energy: ArrayLike) -> np.ndarray:
    """Move events back to the local minimum of an energy before them.

    Parameters
    ----------
    events : array (n,) int
        Frames of events.
    energy : array (t,)
        The curve that has the minima. Its first frame counts as one.

    Returns
    -------
    NumPy array (n,) int64
        The frame of the last minimum at or before each event.

    Raises
    ------
    ParameterError
        For events that are not frames, or an energy of another shape.

    References
    ----------
    .. [1] Jehan, T., "Creating music by listening", PhD thesis, Massachusetts Institute of Technology, 2005.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.onset.onset_backtrack(np.array([3]), np.array([2.0, 0.0, 1.0, 5.0, 2.0]))
    array([1])
    """
    where = "onset_backtrack"
    frames, curve = numpy_numbers(where, "events", events), numpy_numbers(where, "energy", energy)
    if curve.ndim != 1 or curve.size == 0:
        raise ParameterError(f"[{where}] energy must have shape (t,) with t at least 1, got {curve.shape}")
    if frames.ndim != 1 or frames.size == 0 or (frames < 0).any():
        raise ParameterError(f"[{where}] events must be a list of at least one frame, got shape {frames.shape}")
    return valley_before(frames, curve)


def in_units(frames: np.ndarray, units: str, sr: float, hop_length: int) -> np.ndarray:
    """Frames as frames, samples or seconds."""
    if units == "samples":
        return np.asarray(frames_to_samples(frames, hop_length=hop_length))
    if units == "time":
        return np.asarray(frames_to_time(frames, hop_length=hop_length, sr=sr))
    return frames


def _defaults(sr: float, hop_length: int) -> dict[str, float]:
    """The peak picking of the reference's onsets."""
    tenth = 0.10 * sr // hop_length
    wait = 0.03 * sr // hop_length
    own = {"pre_max": wait, "post_max": 0.00 * sr // hop_length + 1, "pre_avg": tenth, "post_avg": tenth + 1}
    return {**own, "wait": wait, "delta": 0.07}


def _normalized(envelope: np.ndarray) -> np.ndarray:
    """From 0 to 1, in the precision of the envelope."""
    levels = envelope - envelope.min(axis=-1, keepdims=True)
    return levels / (levels.max(axis=-1, keepdims=True) + np.finfo(levels.dtype).tiny)
