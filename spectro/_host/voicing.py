"""Pitches and voices of frames, as pYIN has them: votes of many thresholds, and the likeliest path through them.

Mauch, M. and Dixon, S., "pYIN: A fundamental frequency estimator using probabilistic threshold distributions", ICASSP
2014.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from .._floor.checks import finite, non_negative, positive, positive_int
from .._floor.sizes import check_size
from ..errors import ParameterError
from .hidden import PART, Ways, decoded_in_parts, least_transition, log_of, ways_of
from .periods import Lags, periods_at, troughs

BLOCK = 1 << 20  # votes that are counted at a time
VOTE = np.dtype([("channel", np.int32), ("frame", np.int32), ("pitch", np.int32), ("votes", np.float64)])


class Voice(NamedTuple):
    """What pitches there are, how they move, and who votes for them."""

    fmin: float
    pitches: int
    bins: int  # of a semitone
    width: int  # of the window of pitches that a pitch may move to
    switch: float
    no_trough: float
    thresholds: int
    beta: tuple[float, float]
    boltzmann: float
    lowest: float | None  # probability of a transition

    @classmethod
    def of(
        cls,
        where: str,
        *,
        fmin: float,
        fmax: float,
        resolution: Any,
        octaves_per_second: Any,
        frames_per_second: float,
        switch: Any,
        no_trough: Any,
        thresholds: Any,
        beta: Any,
        boltzmann: Any,
        lowest: Any,
    ) -> Voice:
        """Check what a caller asks for."""
        bins = math.ceil(1 / positive(where, "resolution", resolution))
        pitches = math.floor(12 * bins * np.log2(fmax / fmin)) + 1
        rate = non_negative(where, "max_transition_rate", octaves_per_second)
        width = round(rate * 12 / frames_per_second) * bins + 1
        if width > pitches:
            raise ParameterError(
                f"[{where}] max_transition_rate must reach at most the {pitches} bins of pitch between fmin and fmax, "
                f"got {octaves_per_second!r}, which reaches {width}; lower it or hop_length, or raise fmax"
            )
        if not isinstance(beta, (tuple, list)) or len(beta) != 2:
            raise ParameterError(f"[{where}] beta_parameters must be a pair of numbers, got {beta!r}")
        shape = positive(where, "beta_parameters", beta[0]), positive(where, "beta_parameters", beta[1])
        return cls(
            fmin,
            pitches,
            bins,
            width,
            _chance(where, "switch_prob", switch),
            _chance(where, "no_trough_prob", no_trough),
            positive_int(where, "n_thresholds", thresholds, most=10**6),
            shape,
            positive(where, "boltzmann_parameter", boltzmann),
            None if lowest is None else non_negative(where, "transition_min_prob", lowest),
        )


def _chance(where: str, name: str, value: Any) -> float:
    number = finite(where, name, value)
    if not 0 <= number <= 1:
        raise ParameterError(f"[{where}] {name} must be in 0 .. 1, got {value!r}")
    return number


def tracked(
    parts: Iterable[np.ndarray], frames: tuple[int, int], lags: Lags, sr: float, voice: Voice
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies, flags and probabilities of voice (channels, t) of differences (channels, t, lags) in parts."""
    channels, count = frames
    shape, way_out = (channels, min(count, PART), 2 * voice.pitches), "raise resolution or hop_length"
    check_size("pyin", "the likelihoods of pitches", *shape, itemsize=8, way_out=way_out)
    moves, first = _moves(voice.pitches, voice.width, voice.switch, voice.lowest), 0
    votes: list[list[np.ndarray]] = [[] for _ in range(channels)]
    for d in parts:
        found = _voted(d, first, lags, sr, voice)
        for channel, own in enumerate(votes):
            own.append(found[found["channel"] == channel])
        first += d.shape[1]
    states, probability = np.empty(frames, dtype=np.int32), np.empty(frames)
    for channel, own in enumerate(votes):
        likely = functools.partial(_likelihoods, np.concatenate(own), voice, probability[channel])
        own.clear()
        states[channel] = decoded_in_parts(likely, count, *moves)
    hertz = voice.fmin * 2 ** (np.arange(voice.pitches) / (12 * voice.bins))
    return hertz[states % voice.pitches], states < voice.pitches, probability


def _voted(d: np.ndarray, first: int, lags: Lags, sr: float, voice: Voice) -> np.ndarray:
    """Votes for pitches that some differences (channels, t, lags) make likely, the first of them of frame `first`."""
    at = np.nonzero(troughs(d))
    votes = votes_for(d[at], at[0] * d.shape[1] + at[1], voice)
    at, votes = tuple(axis[votes != 0] for axis in at), votes[votes != 0]
    place = voice.bins * 12 * np.log2(sr / periods_at(d, at, lags) / voice.fmin)
    out = np.empty(votes.size, dtype=VOTE)
    out["channel"], out["frame"], out["votes"] = at[0], first + at[1], votes
    out["pitch"] = np.clip(np.rint(place), 0, voice.pitches)
    return out


def _likelihoods(votes: np.ndarray, voice: Voice, probability: np.ndarray, first: int, last: int) -> np.ndarray:
    """How likely frames first .. last - 1 make voiced and then unvoiced pitches; that there is a voice is filled in."""
    own = votes[slice(*np.searchsorted(votes["frame"], (first, last)))]
    seen = np.zeros((last - first, 2 * voice.pitches))
    seen[own["frame"] - first, own["pitch"]] = own["votes"]  # what is too high is not voiced
    probability[first:last] = np.clip(seen[:, : voice.pitches].sum(axis=-1), 0, 1)
    seen[:, voice.pitches :] = ((1 - probability[first:last]) / voice.pitches)[:, None]
    return seen


@functools.lru_cache(maxsize=8)
def _moves(pitches: int, width: int, switch: float, lowest: float | None) -> tuple[Ways, np.ndarray]:
    """The ways between voiced and then unvoiced pitches, and the logarithms of the first one's probabilities."""
    first_step = (pitches - width) // 2 + pitches // 2 + 1 - pitches  # as `sequence.transition_local` has it
    place = np.arange(pitches) - np.arange(pitches)[:, None] - first_step  # in a triangle of `width` values
    move = np.maximum(1 - np.abs(2 * place - (width - 1)) / (width + width % 2), 0)
    move /= move.sum(axis=1, keepdims=True)
    first = np.full(2 * pitches, 1 / (2 * pitches))
    transition = np.kron([[1 - switch, switch], [switch, 1 - switch]], move)
    return ways_of(transition, lowest=least_transition("pyin", transition, lowest)), log_of(first)


def votes_for(heights: np.ndarray, frame: np.ndarray, voice: Voice) -> np.ndarray:
    """The votes for minima of these heights, in the order of their frames."""
    votes = np.zeros(heights.size)
    share = np.diff(_beta_distribution(voice.thresholds, *voice.beta))
    step = max(1, BLOCK // voice.thresholds)
    first = 0
    while first < heights.size:
        last = first + step  # where a frame ends
        last = int(np.searchsorted(frame, frame[min(last, frame.size) - 1], side="right"))
        votes[first:last] = _votes(heights[first:last], frame[first:last], share, voice)
        first = last
    return votes


def _votes(heights: np.ndarray, frame: np.ndarray, share: np.ndarray, voice: Voice) -> np.ndarray:
    """The votes for minima of whole frames, of thresholds with these shares."""
    below = heights[:, None] < np.linspace(0, 1, voice.thresholds + 1)[1:]
    starts = np.flatnonzero(np.diff(frame, prepend=-1))
    counts = np.diff(starts, append=frame.size)
    order = np.cumsum(below, axis=0, dtype=np.int32)
    order -= np.repeat(order[starts] - below[starts], counts, axis=0)  # 1 for the first of a frame that is below
    total = order[starts + counts - 1]
    rank = np.arange(counts.max() + 1)
    with np.errstate(divide="ignore"):
        norm = (1 - np.exp(-voice.boltzmann)) / (1 - np.exp(-voice.boltzmann * rank))
    norm[0] = 0
    decay = np.exp(-voice.boltzmann * (rank - 1.0))
    prior = np.where(below, decay[order], 0)
    votes = np.einsum("km,km->k", prior, np.repeat(norm[total] * share, counts, axis=0))
    least = _least(heights, starts, counts)
    votes[least] += voice.no_trough * np.where(below[least], 0, share).sum(axis=1)
    return votes


def _least(heights: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The place of the least height of each frame; of equal ones the first."""
    is_least = np.flatnonzero(heights == np.repeat(np.minimum.reduceat(heights, starts), counts))
    frame = np.repeat(np.arange(starts.size), counts)[is_least]
    return is_least[np.diff(frame, prepend=-1) > 0]


@functools.lru_cache(maxsize=8)
def _beta_distribution(count: int, a: float, b: float) -> np.ndarray:
    """The cumulative beta distribution at 0, 1 / count, .., 1."""
    x = np.linspace(0, 1, count + 1)
    mirrored = x > (a + 1) / (a + b + 2)
    out = np.where(mirrored, 1 - _incomplete_beta(b, a, 1 - x), _incomplete_beta(a, b, x))
    out[0], out[-1] = 0, 1
    return out


def _incomplete_beta(a: float, b: float, x: np.ndarray) -> np.ndarray:
    """The regularized incomplete beta function by Lentz's continued fraction, for x of at most its mean or so."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        front = np.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * np.log(x) + b * np.log1p(-x)) / a
        c, d = np.ones_like(x), 1 / (1 - (a + b) * x / (a + 1))
        fraction = d.copy()
        for m in range(1, 300):
            for top in (
                m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1)),
            ):
                d, c = 1 / (1 + top * x * d), 1 + top * x / c
                fraction *= c * d
    return front * fraction
