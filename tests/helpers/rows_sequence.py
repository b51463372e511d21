"""Rows of the table of cases: alignment of sequences, and hidden states."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import Case, case, levels

FRAMES = {"X": levels(3, 5), "Y": levels(3, 7, seed=4)}
SIMILAR = np.maximum(levels(5, 6) - 0.5, 0)
CHOSEN = np.array([[0.0, 1, 1], [2, 0, 1], [2, 2, 0]])
PATH = np.array([[2.0, 5], [1, 3], [0, 1]])


def _whole(steps: Any) -> Any:
    """What `dtw_backtracking` of librosa takes: integers."""
    return librosa.sequence.dtw_backtracking(np.asarray(steps).astype(np.int32))


ROWS: list[Case] = [
    case("sequence.dtw", kind="host", part=0, truth=librosa.sequence.dtw, **FRAMES),
    case("sequence.dtw", "path", kind="host", part=1, subseq=True, truth=librosa.sequence.dtw, **FRAMES),
    case("sequence.dtw_backtracking", kind="host", steps=CHOSEN, truth=_whole),
    case("sequence.path_to_steps", kind="host", path=PATH, truth=lambda path: np.array([0, 0.5, 1, 1.5, 2])),
    case("sequence.rqa", kind="host", part=1, sim=SIMILAR, gap_onset=0.5, truth=librosa.sequence.rqa),
]
