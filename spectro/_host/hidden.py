"""The likeliest hidden states of a sequence, by Viterbi's algorithm, all in logarithms.

    value[t, j] = seen[t, j] + max over i of (value[t - 1, i] + way[i, j])

Where a transition has no probability its way is the logarithm of the least number, which is the same for all such
pairs: where there are many states, only the best of them counts. So a banded matrix stays banded, and the states are
those of the whole one. Of equal ones the first is taken.

Viterbi, A., "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm", IEEE Transactions
on Information Theory 13(2), 1967.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._cpu import compiled, unavailable
from .._floor.checks import non_negative
from ..errors import ParameterError

GROUP = 8  # states that the compiled part takes at once
PART = 1 << 9  # steps of a long sequence that are decoded at a time
GAP = 16  # transitions without probability that do not end a run of states


class Ways(NamedTuple):
    """The ways into each group of states: runs of states to come from, (first, count, place in `ways`)."""

    states: int
    runs: np.ndarray  # (groups + 1,) the first run of each group
    run: np.ndarray  # (runs, 3)
    ways: np.ndarray  # eight for each state of a run
    longest: float  # where there is no other; minus infinity where there is one everywhere


DOUBLE = np.finfo(np.float64).tiny


def least_of(seen: np.ndarray) -> np.floating:
    """The least number of what is seen, which stands for 0 in all probabilities of a sequence."""
    return np.finfo(seen.dtype if seen.dtype.kind == "f" else np.float32).tiny


def log_of(probability: np.ndarray, least: np.floating = DOUBLE) -> np.ndarray:
    """The logarithm of a probability, with the least number instead of 0."""
    positive = np.add(probability, least, dtype=np.result_type(probability.dtype, least.dtype))
    return np.log(positive, out=positive).astype(np.float64, copy=False)


def least_transition(where: str, transition: np.ndarray, value: Any) -> float | None:
    """Check the least probability of a transition, which leaves a way into each state."""
    if value is None:
        return None
    lowest = non_negative(where, "transition_min_prob", value)
    if not (reached := (transition >= lowest).any(axis=0)).all():
        state = int(reached.argmin())
        raise ParameterError(f"[{where}] transition_min_prob={lowest} leaves no way into state {state}; lower it")
    return lowest


def ways_of(transition: np.ndarray, least: np.floating = DOUBLE, lowest: float | None = None) -> Ways:
    """The ways of a matrix of transitions (n, n), without those below `lowest`; groups that are alike share theirs."""
    n, groups = len(transition), -(-len(transition) // GROUP)
    known = np.asarray(transition > 0 if lowest is None else transition >= lowest)
    way = np.full((n, groups * GROUP), -np.inf)
    way[:, :n] = log_of(transition, least) if lowest is None else np.where(known, log_of(transition, least), -np.inf)
    if groups == 1:
        return Ways(n, np.array([0, 1]), np.array([[0, n, 0]]), way.ravel(), -np.inf)
    if known.all():
        tables = way.reshape(n, groups, GROUP).swapaxes(0, 1).ravel()
        run = np.stack([np.zeros(groups, int), np.full(groups, n), np.arange(groups) * n * GROUP], axis=1)
        return Ways(n, np.arange(groups + 1), run, tables, -np.inf)
    runs, run_list, parts, place, size = [0], [], [], {}, 0
    for first in range(0, n, GROUP):
        for start, stop in _runs(np.logical_or.reduce(known[:, first : first + GROUP], axis=1)):
            table = way[start:stop, first : first + GROUP].tobytes()
            if table not in place:
                place[table] = size
                parts.append(table)
                size += len(table) // way.itemsize
            run_list.append((start, stop - start, place[table]))
        runs.append(len(run_list))
    longest = float(log_of(np.zeros(1, transition.dtype), least)[0]) if lowest is None else -np.inf
    run = np.array(run_list, dtype=np.int64).reshape(-1, 3)
    return Ways(n, np.array(runs), run, np.frombuffer(b"".join(parts), dtype=np.float64), longest)


def _runs(reached: np.ndarray) -> list[tuple[int, int]]:
    """Where runs of states begin and end; short gaps belong to them."""
    places = np.flatnonzero(reached)
    if places.size == 0:
        return []
    ends = np.flatnonzero(np.diff(places) > GAP)
    starts, stops = places[np.r_[0, ends + 1]], places[np.r_[ends, places.size - 1]] + 1
    return list(zip(starts.tolist(), stops.tolist()))


def decoded(
    seen: np.ndarray, ways: Ways, start: np.ndarray, share: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest states (channels, t), and their scores (channels,).

    `seen` (channels, t, n) are probabilities, however they lie; `start` (n,) are logarithms, as is `share` (n,), which
    is taken off those of what is seen.
    """
    return _decoded(seen, ways, start, share)[:2]


def decoded_in_parts(
    seen_of: Callable[[int, int], np.ndarray], steps: int, ways: Ways, start: np.ndarray
) -> np.ndarray:
    """The likeliest states (t,) of one sequence, of which `seen_of` gives probabilities from a step to another, (t, n).

    The scores at the seams are found on a way forwards; on one backwards, each part begins with those and ends in the
    state that the part behind it has begun with.
    """
    firsts = range(0, steps, PART)

    def part(first: int, scores: np.ndarray, state: int = -1) -> tuple[np.ndarray, np.ndarray]:
        seen = seen_of(max(first - 1, 0), min(first + PART, steps))
        path, _, last = _decoded(seen[None], ways, scores, None, first > 0, state)
        return path[0], last[0]

    scores, state, path = [start], -1, np.empty(steps, dtype=np.int32)
    for first in firsts[:-1]:
        scores.append(part(first, scores[-1])[1])
    for first in reversed(firsts):
        own = part(first, scores.pop(), state)[0]
        state = int(own[0])  # of the step before, where there is one
        path[first : first + PART] = own[1 if first else 0 :]
    return path


def _decoded(
    seen: np.ndarray,
    ways: Ways,
    start: np.ndarray,
    share: np.ndarray | None = None,
    begun: bool = False,
    state: int = -1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same, and the scores of all states after the last step, (channels, n).

    Where sequences have begun, `start` are the scores after their first step; `state` is their last, unless negative.
    """
    channels, steps, n = seen.shape
    path, score, last = np.zeros((channels, steps), dtype=np.int32), np.zeros(channels), np.zeros((channels, n))
    if steps == 0:
        return path, score, last
    double = seen.dtype == np.float64  # of other numbers, the logarithms are those of their own precision
    if not unavailable():
        logs = seen if double else log_of(seen, least_of(seen))
        compiled().decode(*ways[1:], logs, double, share, start, begun, state, path, score, last)
        return path, score, last
    logs = log_of(seen, least_of(seen)) - (0 if share is None else share)
    for channel, line in enumerate(logs):
        first = start if begun else line[0] + start
        path[channel], last[channel] = _decoded_by_numpy(line, ways, first, state)
        score[channel] = last[channel, path[channel, -1]]
    return path, score, last


def _decoded_by_numpy(seen: np.ndarray, ways: Ways, value: np.ndarray, state: int) -> tuple[np.ndarray, np.ndarray]:
    """One channel, step by step, from the scores after the first."""
    way = _whole(ways)
    before = np.zeros(seen.shape, dtype=np.int32)
    for t in range(1, len(seen)):
        scores = value + way
        before[t] = scores.argmax(axis=1)
        value = seen[t] + scores[np.arange(ways.states), before[t]]
    path = np.empty(len(seen), dtype=np.int32)
    path[-1] = value.argmax() if state < 0 else state
    for t in range(len(seen) - 1, 0, -1):
        path[t - 1] = before[t, path[t]]
    return path, value


def _whole(ways: Ways) -> np.ndarray:
    """All ways, (to, from)."""
    whole = np.full((len(ways.runs) - 1, ways.states, GROUP), ways.longest)
    for group in range(len(whole)):
        for first, count, place in ways.run[ways.runs[group] : ways.runs[group + 1]].tolist():
            table = ways.ways[place : place + count * GROUP].reshape(count, GROUP)
            whole[group, first : first + count] = table
    return whole.transpose(0, 2, 1).reshape(-1, ways.states)[: ways.states]
