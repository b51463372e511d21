"""Rows of the table of cases: recurrence, segmentation and nearest neighbors."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
from case import Case, case, constant, levels, normal
from comparing import RELEASE

SQUARE = levels(6, 6)
SELF = {"self": RELEASE >= (1, 0)}  # before, a frame did not count for its own bandwidth
WEAK = {"window": "boxcar", "n_filters": 3}


def _segment(name: str, variant: str = "", /, **call: Any) -> Case:
    return case(f"segment.{name}", variant, truth=getattr(librosa.segment, name), **call)


ROWS: list[Case] = [
    _segment("recurrence_matrix", kind="host", data=normal(3, 14), k=3),
    _segment("recurrence_matrix", "affinity", kind="host", data=normal(20, 12), k=3, mode="affinity", **SELF),
    _segment("cross_similarity", kind="host", data=normal(3, 9), data_ref=normal(3, 7, seed=4), k=2),
    _segment("recurrence_to_lag", rec=SQUARE, keeps=True),
    _segment("recurrence_to_lag", "circle", rec=SQUARE, pad=False, axis=0, keeps=True),
    _segment("lag_to_recurrence", lag=levels(12, 6), keeps=True),
    _segment("agglomerative", kind="host", data=normal(3, 15), k=4),
    _segment("subsegment", kind="host", data=normal(3, 15), frames=np.array([4.0, 11.0]), n_segments=2),
    _segment("path_enhance", R=SQUARE, n=3, keeps=True, **WEAK),
    _segment(
        "path_enhance", "whole", R=normal(5, 7), n=4, zero_mean=True, clip=False, keeps=True, compiled=True, **WEAK
    ),
    case("decompose.nn_filter", kind="host", S=levels(3, 12), k=3),
    constant("filters.diagonal_filter", window="hamming", n=5, slope=1.5),
    constant("filters.diagonal_filter", "zero-mean", window="hann", n=4, angle=0.3, zero_mean=True),
]
