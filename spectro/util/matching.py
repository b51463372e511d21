"""Events and intervals matched to those of another list."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.docs import documented
from .._floor.public import host
from .._host.matching import most_alike, nearest
from ..errors import ParameterError

ArrayLike = Any


@host("events_from", "events_to")
@documented
def match_events(events_from: ArrayLike, events_to: ArrayLike, left: bool = True, right: bool = True) -> np.ndarray:
    r"""Match each event to the nearest of another list: :math:`\arg\min_j |a_i - b_j|`.

    Parameters
    ----------
    events_from : array (n,)
        Events to match: times, or indices of samples or frames.
    events_to : array (m,)
        Events to choose from, in any order.
    left, right : bool
        Whether the chosen event may lie before, or after, the one that it is matched to.

    Returns
    -------
    NumPy array (n,) int
        An index into `events_to` for each event; of two equally near the one after.

    Raises
    ------
    ParameterError
        For empty lists, or where an event has nothing on the side that is allowed.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.match_events([0, 7, 14, 21], [0, 10, 20, 30])
    array([0, 1, 1, 2])
    """
    where = "match_events"
    events, targets = _events(where, "events_from", events_from), _events(where, "events_to", events_to)
    if not left and not right and not np.isin(events, targets).all():
        raise ParameterError(
            f"[{where}] events_from must all be in events_to where left and right are False; allow one side"
        )
    if not left and targets.max() < events.max():
        raise ParameterError(f"[{where}] events_to must reach {events.max()} where left is False, got {targets.max()}")
    if not right and targets.min() > events.min():
        raise ParameterError(
            f"[{where}] events_to must begin at {events.min()} or before where right is False, got {targets.min()}"
        )
    return nearest(events, targets, left, right)


@host("intervals_from", "intervals_to")
@documented
def match_intervals(intervals_from: ArrayLike, intervals_to: ArrayLike, strict: bool = True) -> np.ndarray:
    r"""Match each interval to that of another list with the largest Jaccard index, :math:`|a \cap b| / |a \cup b|`.

    Parameters
    ----------
    intervals_from : array (n, 2)
        Intervals to match, from their begin to their end.
    intervals_to : array (m, 2)
        Intervals to choose from.
    strict : bool
        Refuse an interval that meets none of the others; when False, it is matched to the closest.

    Returns
    -------
    NumPy array (n,) uint32
        An index into `intervals_to` for each interval.

    Raises
    ------
    ParameterError
        For arrays of another shape or without intervals, an interval that ends before it begins, or, when strict, one
        that meets no other.

    Notes
    -----
    Differs from librosa: an interval that meets no other is matched to the closest, where librosa 0.11 may take the
    second after it.

    Examples
    --------
    >>> import spectro
    >>> spectro.util.match_intervals([[3, 5], [1, 4], [4, 5]], [[0, 2], [1, 3], [4, 5], [6, 7]]).tolist()
    [2, 1, 2]
    """
    where = "match_intervals"
    intervals = _intervals(where, "intervals_from", intervals_from)
    targets = _intervals(where, "intervals_to", intervals_to)
    found, disjoint = most_alike(intervals, targets)
    if strict and disjoint.any():
        which = int(disjoint.argmax())
        raise ParameterError(
            f"[{where}] each of intervals_from must meet one of intervals_to, interval {which} does not; "
            "strict=False takes the closest"
        )
    return found


def _events(where: str, name: str, value: Any) -> np.ndarray:
    events = numpy_numbers(where, name, value)
    if events.ndim != 1 or events.size == 0 or events.dtype.kind == "c":
        raise ParameterError(f"[{where}] {name} must be a list of at least one real number, got shape {events.shape}")
    return events


def _intervals(where: str, name: str, value: Any) -> np.ndarray:
    intervals = numpy_numbers(where, name, value)
    if intervals.ndim != 2 or intervals.shape[-1] != 2 or intervals.size == 0 or np.iscomplexobj(intervals):
        raise ParameterError(f"[{where}] {name} must have shape (n, 2) with n at least 1, got {intervals.shape}")
    backward = intervals[:, 1] < intervals[:, 0]
    if backward.any():
        raise ParameterError(f"[{where}] {name} must not end before they begin, interval {int(backward.argmax())} does")
    return intervals.astype(np.float64)
