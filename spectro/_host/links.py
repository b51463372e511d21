"""Links between frames: pairs with a distance, of which recurrence matrices are made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .._floor.checks import finite
from ..errors import ParameterError
from .neighbors import Neighbors

BANDWIDTHS = ("med_k_scalar", "mean_k", "gmean_k", "mean_k_avg", "gmean_k_avg", "mean_k_avg_and_pair")


class Links(NamedTuple):
    """From frames to their neighbors, in the order of the frames, then of the neighbors."""

    here: np.ndarray
    there: np.ndarray
    value: np.ndarray
    shape: tuple[int, int]

    def only(self, which: np.ndarray) -> Links:
        """Some of the links."""
        return self._replace(here=self.here[which], there=self.there[which], value=self.value[which])


def ordered(here: np.ndarray, there: np.ndarray, value: np.ndarray, shape: tuple[int, int]) -> Links:
    """Links in their order."""
    order = np.argsort(here.astype(np.int64) * shape[1] + there, kind="stable")
    return Links(here[order], there[order], value[order], shape)


def of_matrix(where: str, name: str, matrix: Any, n: int) -> Links:
    """The entries that are not 0 of a matrix (n, n), dense or SciPy's, as links from columns to rows."""
    matrix = matrix if hasattr(matrix, "tocoo") else np.asarray(matrix)
    if matrix.shape != (n, n):
        raise ParameterError(f"[{where}] {name} must have shape {(n, n)}, got {tuple(matrix.shape)}")
    if isinstance(matrix, np.ndarray):
        here, there = np.nonzero(matrix.T)
        return Links(here, there, matrix[there, here], (n, n))
    entries = matrix.tocsc().tocoo()
    links = ordered(entries.col, entries.row, entries.data, (n, n))
    return links.only(links.value != 0)


def closest(found: Neighbors, k: int, width: int, among: int) -> Links:
    """Links to the k nearest of the neighbors that are at least `width` frames away and not at distance 0."""
    here = np.arange(len(found.place))[:, None]
    kept = (np.abs(found.place - here) >= width) & (found.distance != 0)
    kept &= np.cumsum(kept, axis=1) <= k
    rows = np.broadcast_to(here, kept.shape)[kept]
    return ordered(rows, found.place[kept], found.distance[kept], (len(here), among))


def everywhere(distance: np.ndarray, apart: bool) -> Links:
    """Links between all pairs of frames (n, m) that are not at distance 0.

    Where they are `apart`, from none to itself.
    """
    known = distance != 0
    if apart:
        np.fill_diagonal(known, False)
    here, there = (np.broadcast_to(x, known.shape)[known] for x in np.ogrid[: len(known), : known.shape[1]])
    return Links(here, there, distance[known], distance.shape)


def connected(found: Neighbors, k: int, width: int, among: int) -> Links:
    """Links to k of the neighbors that are at least `width` frames away; which is up to a sort of equal values.

    Those are librosa's links, whose order is lost before the others are left out.
    """
    here = np.arange(len(found.place))[:, None]
    place = np.where(np.abs(found.place - here) >= width, found.place, among)
    place.sort(axis=1)  # those too near come last
    counts = (place < among).sum(axis=1)
    kept = np.zeros(place.shape, dtype=bool)
    for count in np.unique(counts):
        kept[np.ix_(counts == count, np.argsort(np.ones(count))[:k])] = True
    there = place[kept]
    return Links(np.broadcast_to(here, kept.shape)[kept], there, np.ones(there.size), (len(here), among))


def mutual(links: Links) -> Links:
    """The links that go both ways, each with the smaller of the two values."""
    n = np.int64(links.shape[1])
    forth, back = links.here * n + links.there, links.there * n + links.here
    at = np.minimum(np.searchsorted(forth, back), max(forth.size - 1, 0))
    found = forth[at] == back
    return links._replace(value=np.minimum(links.value, links.value[at])).only(found)


def affinity(where: str, links: Links, bandwidth: Any, k: int, self: bool = False) -> np.ndarray:
    """``exp(-distance / bandwidth)`` of each link; with `self` each frame is the nearest of its own neighbors."""
    widths = _widths(where, links, "med_k_scalar" if bandwidth is None else bandwidth, k, self)
    with np.errstate(divide="ignore"):  # the nearest neighbor of a frame may be itself, at distance 0
        return np.exp(links.value / -widths).astype(links.value.dtype)


def _widths(where: str, links: Links, bandwidth: Any, k: int, self: bool) -> Any:
    """One bandwidth, or one of each link."""
    if isinstance(bandwidth, np.ndarray) and bandwidth.ndim:
        if bandwidth.shape != links.shape:
            raise ParameterError(f"[{where}] bandwidth must have shape {links.shape}, got {bandwidth.shape}")
        if not (bandwidth > 0).all():
            raise ParameterError(f"[{where}] bandwidth must be positive everywhere")
        return bandwidth[links.here, links.there]
    if not isinstance(bandwidth, str):
        width = finite(where, "bandwidth", bandwidth)
        if width <= 0:
            raise ParameterError(f"[{where}] bandwidth must be positive, got {bandwidth!r}")
        return width
    if bandwidth not in BANDWIDTHS:
        known = ", ".join(map(repr, BANDWIDTHS))
        raise ParameterError(f"[{where}] bandwidth must be a positive number or one of {known}, got {bandwidth!r}")
    return _estimated(where, links, bandwidth, k, self)


def _estimated(where: str, links: Links, bandwidth: str, k: int, self: bool) -> Any:
    """Bandwidths from the distances to the k nearest neighbors."""
    counts = np.bincount(links.here, minlength=links.shape[0])
    if bandwidth == "med_k_scalar" and not counts.any():
        raise ParameterError(f"[{where}] bandwidth must be a number for frames without neighbors, got {bandwidth!r}")
    table = np.full((counts.size, counts.max(initial=1)), np.inf)
    table[np.arange(table.shape[1]) < counts[:, None]] = links.value
    if self:
        table, counts = np.pad(table, [(0, 0), (1, 0)]), counts + 1
    table = np.partition(table, k - 1, axis=1)[:, :k] if 0 < k < table.shape[1] else table
    table.sort(axis=1)
    counts = np.minimum(counts, k)
    kth = table[np.arange(counts.size), counts - 1]  # distance to the farthest of them
    if bandwidth == "med_k_scalar":
        return np.median(kth[counts > 0])
    if not counts.all() or links.there.max() >= counts.size:
        lonely = np.argmin(counts) if not counts.all() else counts.size
        raise ParameterError(
            f"[{where}] bandwidth must be a number where frame {lonely} has no neighbors, got {bandwidth!r}"
        )
    nearest = table[:, :k]
    mean = np.where(np.isfinite(nearest), nearest, 0).sum(axis=1) / counts
    one, other = ((mean if "avg" in bandwidth else kth)[frames] for frames in (links.here, links.there))
    if bandwidth == "mean_k_avg_and_pair":
        return (one + other + links.value) / 3
    return np.sqrt(one * other) if bandwidth.startswith("gmean") else (one + other) / 2
