"""Beats by dynamic programming: strong onsets that lie about one period apart.

Ellis, D. P. W., "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007. The best score of a
sequence of beats that ends in frame t is

    C[t] = L[t] + max over lags p / 2 <= g <= 2 p of (C[t - g] - tightness log(g / p)^2)

with the local score L and the period p in frames. As no lag is shorter than half a period, the frames of half a period
do not depend on each other, and are scored at once.
"""

from __future__ import annotations

import numpy as np

WEAK = 0.01  # of the highest local score: what comes before the first frame above it is no beat
SPREAD = 32  # of these fit a period: the deviation of the bell that smooths onsets


def tracked(onsets: np.ndarray, periods: np.ndarray, tightness: float, trim: bool) -> np.ndarray:
    """Mark the beats of an envelope (t,), for a period of (1,) or (t,) frames."""
    onsets = onsets / _deviation(onsets)
    local = local_score(onsets, periods)
    previous, best = linked(local, periods, tightness)
    beats = np.zeros(local.size, dtype=bool)
    beat = last_beat(best)
    while beat >= 0:
        beats[beat] = True
        beat = previous[beat]
    return trimmed(local.astype(onsets.dtype), beats, trim)  # in single precision the ends of a bell are zero


def _deviation(onsets: np.ndarray) -> np.ndarray:
    deviation = onsets.std(ddof=1) if onsets.size > 1 else onsets.dtype.type(0)
    return deviation + np.finfo(onsets.dtype).tiny


def local_score(onsets: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """The envelope under a bell of a thirty-second of a period; as in librosa, its first frame counts for nothing."""
    counted = onsets.copy()
    counted[0] = 0
    score = np.zeros(onsets.shape)
    for period in np.unique(periods).astype(int):
        bell = np.exp(-0.5 * (np.arange(-period, period + 1) * (SPREAD / period)) ** 2)
        smooth = np.convolve(counted, bell)[period : period + onsets.size]
        np.copyto(score, smooth, where=periods == period)
    return score


def linked(local: np.ndarray, periods: np.ndarray, tightness: float) -> tuple[list[int], np.ndarray]:
    """The beat before each frame, -1 for none, and the best score of what ends there."""
    n, longest = local.size, int(2 * periods.max())
    nearest = np.maximum(np.rint(periods / 2), 1).astype(int)
    block = int(nearest.min())
    lags = np.arange(int(nearest.min()), longest + 1)
    with np.errstate(divide="ignore"):
        penalty = tightness * np.square(np.log(lags) - np.log(periods[:, None]))  # (1 or t, lags)
    penalty[(lags < nearest[:, None]) | (lags > 2 * periods[:, None])] = np.inf
    padded = np.full(longest + n, -np.inf)  # what lies before the first frame
    before_each = np.lib.stride_tricks.sliding_window_view(padded, lags.size)[:, ::-1]  # by frame and lag; a view
    best, chosen, alone = padded[longest:], np.empty(n, dtype=int), np.zeros(n, dtype=bool)
    rows, reached = np.arange(block), int(nearest.max())  # every frame from there on has one before it
    for first in range(0, n, block):
        last = min(first + block, n)
        before = before_each[first:last] - (penalty if len(penalty) == 1 else penalty[first:last])
        nearby = before.argmax(axis=1)  # of equal ones the nearest
        gain = before[rows[: last - first], nearby]
        if first < reached:
            alone[first:last] = gain == -np.inf
            gain[alone[first:last]] = 0
        chosen[first:last] = nearby
        best[first:last] = local[first:last] + gain
    previous = np.where(alone, -1, np.arange(n) - lags[chosen])
    strong = np.flatnonzero(local >= WEAK * local.max())
    previous[: strong[0] if strong.size else n] = -1
    return previous.tolist(), best


def last_beat(best: np.ndarray) -> int:
    """The last local maximum of the scores that reaches half of their median."""
    rises = np.zeros(best.size, dtype=bool)
    rises[1:] = best[1:] > best[:-1]
    rises[1:-1] &= best[1:-1] >= best[2:]
    peaks = np.flatnonzero(rises)
    if peaks.size == 0:
        return -1
    high = peaks[best[peaks] >= 0.5 * np.median(best[peaks])]
    return int(high[-1]) if high.size else -1


def trimmed(local: np.ndarray, beats: np.ndarray, weak: bool) -> np.ndarray:
    """Beats without those before the first and after the last frame that scores; weak scores count as none."""
    threshold = 0.0
    if weak and beats.any():
        smooth = np.convolve(local[beats], np.hanning(5))[2 : local.size + 2]
        threshold = 0.5 * np.sqrt(np.mean(np.square(smooth)))
    strong = np.flatnonzero(local > threshold)
    kept = np.zeros_like(beats)
    if strong.size:
        kept[strong[0] : strong[-1] + 1] = beats[strong[0] : strong[-1] + 1]
    return kept
