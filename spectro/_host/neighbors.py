"""Nearest neighbors among the frames of features, by distances in blocks.

Of neighbors that are equally far the first are chosen. Distances are rounded as scikit-learn rounds them: few features
are subtracted one by one, as in a tree of neighbors; many go through a product of matrices.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._cpu import compiled
from ..errors import ParameterError

BLOCK = 1 << 22  # distances that are computed at a time
FEW = 15  # features that are subtracted one by one
NAMES = {"minkowski": "euclidean", "cityblock": "manhattan", "l1": "manhattan"}
ONE_BY_ONE = ("l2", "manhattan", "chebyshev")  # in the order of the compiled part
METRICS = ("euclidean", "sqeuclidean", "cosine", *ONE_BY_ONE)

Distances = Callable[[slice], np.ndarray]  # from some frames (b, d) to all others (m, d): (b, m)
Finish = Callable[[np.ndarray], np.ndarray]


class Neighbors(NamedTuple):
    """The nearest frames of each frame, in ascending order of their distances."""

    place: np.ndarray  # (n, count) int32
    distance: np.ndarray  # (n, count) float64; float32 for angles between single frames


def nearest(where: str, frames: np.ndarray, among: np.ndarray | None, count: int, metric: Any) -> Neighbors:
    """The `count` nearest of frames (n, d) in `among` (m, d), or among themselves, where none is its own neighbor."""
    name = NAMES.get(metric, metric) if isinstance(metric, str) else None
    if name not in METRICS:
        return _of_sklearn(where, frames, among, count, metric)
    others = frames if among is None else among
    distances, finished = _metric(name, frames, others, others.shape[1] <= FEW and count < len(others) // 2)
    out = Neighbors(np.empty((len(frames), count), np.int32), np.empty((len(frames), count)))
    rows = max(1, BLOCK // len(others))
    for start in range(0, len(frames), rows):
        part = slice(start, start + rows)
        block = distances(part).astype(np.float64, copy=False)
        _smallest(block, start if among is None else -1, out.place[part], out.distance[part])
    return out._replace(distance=finished(out.distance))


def distances_of_all(frames: np.ndarray, among: np.ndarray | None, metric: Any) -> np.ndarray | None:
    """Distances of frames (n, d) to all of `among` (m, d), or to each other: (n, m).

    None for a metric of scikit-learn's.
    """
    name = NAMES.get(metric, metric) if isinstance(metric, str) else None
    if name not in METRICS:
        return None
    distances, finished = _metric(name, frames, frames if among is None else among, False)
    return finished(distances(slice(None)).astype(np.float64, copy=False))


def _metric(name: str, frames: np.ndarray, others: np.ndarray, few: bool) -> tuple[Distances, Finish]:
    """What is compared for a metric, and what makes distances of it."""
    single = frames.dtype == np.float32
    if name == "cosine":
        return _cosine(frames, others), functools.partial(np.asarray, dtype=frames.dtype)
    name = "l2" if few and name == "euclidean" else name
    finished = np.asarray if name not in ("euclidean", "l2") else _single_roots if single and not few else np.sqrt
    one_by_one = name in ONE_BY_ONE
    return _one_by_one(name, frames, others, single and not few) if one_by_one else _squares(frames, others), finished


def _single_roots(x: np.ndarray) -> np.ndarray:
    """Roots in single precision, which distances of single frames have."""
    return np.sqrt(x.astype(np.float32)).astype(np.float64)


def _one_by_one(name: str, frames: np.ndarray, others: np.ndarray, single: bool) -> Distances:
    """Sums of squares or magnitudes of differences, or the largest: one feature after the other."""
    dtype = np.float32 if single else np.float64
    frames, columns = frames.astype(dtype, order="C"), others.T.astype(dtype, order="C")  # (n, d), (d, m)

    def distances(part: slice) -> np.ndarray:
        out = np.zeros((len(frames[part]), columns.shape[1]))
        if compiled() is not None:
            compiled().differences(frames[part], columns, out, ONE_BY_ONE.index(name))
        else:
            for feature, column in zip(frames[part].T, columns):
                gap = np.abs(feature[:, None] - column).astype(np.float64)
                out = np.maximum(out, gap) if name == "chebyshev" else out + (gap * gap if name == "l2" else gap)
        return out.astype(dtype, copy=False)

    return distances


def _squares(frames: np.ndarray, others: np.ndarray) -> Distances:
    """Squared distances ``|x|^2 - 2 x y + |y|^2``."""
    x = frames.astype(np.float64, copy=False)
    y = x if others is frames else others.astype(np.float64, copy=False)
    of_x = _energies(x)
    of_y = of_x if y is x else _energies(y)

    def distances(part: slice) -> np.ndarray:
        out = x[part] @ y.T
        out *= -2
        out += of_x[part, None]
        out += of_y
        return np.maximum(out, 0, out=out)

    return distances


def _energies(frames: np.ndarray) -> np.ndarray:
    return np.array([np.dot(frame, frame) for frame in frames])


def _cosine(frames: np.ndarray, others: np.ndarray) -> Distances:
    """``1 - x y / (|x| |y|)``, in the precision of the frames."""
    x = _units(frames)
    y = x if others is frames else _units(others)

    def distances(part: slice) -> np.ndarray:
        out = x[part] @ y.T
        np.subtract(1, out, out=out)
        return np.clip(out, 0, 2, out=out)

    return distances


def _units(frames: np.ndarray) -> np.ndarray:
    """Frames of length 1; those of zeros stay."""
    lengths = np.sqrt(np.einsum("ij,ij->i", frames, frames))
    return frames / np.where(lengths == 0, 1, lengths)[:, None]


def _smallest(values: np.ndarray, first: int, place: np.ndarray, least: np.ndarray) -> None:
    """Fill in the smallest of each row, in order, of equal ones the first; row i may not choose place first + i."""
    if compiled() is not None:
        return compiled().smallest(values, place, least, first)
    if first >= 0:
        rows = np.arange(len(values))
        values[rows, first + rows] = np.inf
    place[:] = np.argsort(values, axis=1, kind="stable")[:, : place.shape[1]]
    least[:] = np.take_along_axis(values, place, axis=1)


def _of_sklearn(where: str, frames: np.ndarray, among: np.ndarray | None, count: int, metric: Any) -> Neighbors:
    """Neighbors by any metric of scikit-learn's."""
    try:
        neighbors = importlib.import_module("sklearn.neighbors")
    except ImportError as error:
        known = ", ".join(map(repr, METRICS))
        raise ParameterError(
            f"[{where}] metric must be one of {known} where scikit-learn is not installed, got {metric!r}; "
            "others need: pip install scikit-learn"
        ) from error
    try:
        search = neighbors.NearestNeighbors(n_neighbors=count, metric=metric)
        distance, place = search.fit(frames if among is None else among).kneighbors(None if among is None else frames)
    except (TypeError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise ParameterError(f"[{where}] metric must be one that scikit-learn takes for this data: {reason}") from error
    return Neighbors(place.astype(np.int32), distance.astype(np.float64))
