"""Segments of like frames: `agglomerative`, `subsegment`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from .._floor.checks import positive_int, shown
from .._floor.public import host
from .._host.joining import starts_of_groups
from ..errors import ParameterError
from ..util import fix_frames
from .recurrence import frames_of


@host("data")
def agglomerative(data: Any, k: int, *, clusterer: Any = None, axis: int = -1) -> np.ndarray:
    """Split frames into k segments of like frames, bottom-up: Ward's method, where only neighbors are joined.

    Two neighboring segments of n and m frames with means x and y are joined where ``n m / (n + m) |x - y|^2`` is least.

    Parameters
    ----------
    data : array (..., d, n)
        Features; leading dimensions are flattened into one.
    k : int in 1 .. n
        Number of segments.
    clusterer : object, optional
        With scikit-learn's `fit` and `labels_`, for frames in rows, instead of Ward's method.
    axis : int
        The axis that counts frames.

    Returns
    -------
    NumPy array (k,) int64
        The first frame of each segment.

    Raises
    ------
    ParameterError
        For a bad argument.

    References
    ----------
    .. [1] Ward, J. H., "Hierarchical grouping to optimize an objective function", Journal of the American Statistical
       Association 58, 1963.
    .. [2] McFee, B. and Ellis, D. P. W., "Learning to segment songs with ordinal linear discriminant analysis",
       ICASSP 2014.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.agglomerative(np.array([[0.0, 0.1, 5.0, 5.1, 5.2, 9.0]]), 3)
    array([0, 2, 5])
    """
    frames = frames_of("agglomerative", "data", data, axis)
    if clusterer is not None:
        if not hasattr(clusterer, "fit"):
            raise ParameterError(f"[agglomerative] clusterer must have a method fit, got {shown(clusterer)}")
        clusterer.fit(frames)
        return np.flatnonzero(np.diff(clusterer.labels_, prepend=clusterer.labels_[0] - 1))
    return _starts("agglomerative", frames, k)


@host("data", "frames")
def subsegment(data: Any, frames: Any, *, n_segments: int = 4, axis: int = -1) -> np.ndarray:
    """Split each segment into smaller ones of like frames, see `agglomerative`.

    Parameters
    ----------
    data : array (..., d, n)
        Features; leading dimensions are flattened into one.
    frames : array (m,) of int >= 0
        Boundaries of the segments, to which the first and the last frame are added.
    n_segments : int >= 1
        Number of parts of each segment, or as many as it has frames.
    axis : int
        The axis that counts frames.

    Returns
    -------
    NumPy array (...) int64
        The first frame of each part.

    Raises
    ------
    ParameterError
        For a bad argument.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.subsegment(np.array([[0.0, 0.1, 5.0, 5.1, 5.2, 9.0]]), [3], n_segments=2)
    array([0, 2, 3, 5])
    """
    features = frames_of("subsegment", "data", data, axis)
    parts = positive_int("subsegment", "n_segments", n_segments)
    bounds = fix_frames(frames, x_min=0, x_max=len(features), pad=True)
    starts = [
        start + _starts("subsegment", features[start:stop], min(parts, stop - start))
        for start, stop in itertools.pairwise(bounds)
    ]
    return np.concatenate(starts)


def _starts(where: str, frames: np.ndarray, k: Any) -> np.ndarray:
    groups = int(k) if isinstance(k, bool) else positive_int(where, "k", k)
    if groups > len(frames):
        raise ParameterError(f"[{where}] k must be at most the number of frames, {len(frames)}, got {k}")
    return starts_of_groups(np.ascontiguousarray(frames, dtype=np.float64), groups)
