"""What is made of the neighbors of each frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._cpu import compiled
from .links import Links

KINDS = (np.mean, np.median, np.average)  # in the order of the compiled part


def gathered(S: np.ndarray, links: Links, aggregate: Callable[..., Any]) -> np.ndarray:
    """Aggregate the neighbors of each frame of S (n, ...); frames without neighbors stay."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(links.here, minlength=len(S)))])
    if aggregate in KINDS and S.dtype in (np.float32, np.float64) and compiled() is not None:
        flat = np.ascontiguousarray(S.reshape(len(S), -1))
        out, weights = np.empty_like(flat), links.value.astype(np.float64)
        compiled().gather(flat, starts, links.there.astype(np.int32), weights, out, KINDS.index(aggregate))
        return out.reshape(S.shape)
    out = S.copy()
    for i in np.unique(links.here):
        some = slice(starts[i], starts[i + 1])
        weighted = {"weights": links.value[some]} if aggregate is np.average else {}
        out[i] = aggregate(S[links.there[some]], axis=0, **weighted)
    return out
