"""Which frames are like which: `recurrence_matrix`, `cross_similarity`."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
import numpy as np

from .._floor.arrays import constant, evaluated, numpy_numbers
from .._floor.checks import one_of
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.plain import axis_of
from .._floor.public import public
from .._host.links import Links, affinity, closest, connected, everywhere, mutual, ordered
from .._host.neighbors import Neighbors, distances_of_all, nearest
from ..errors import ParameterError

MODES = ("connectivity", "distance", "affinity")


@public("data")
@documented
def recurrence_matrix(
    data: Any,
    *,
    k: int | None = None,
    width: int = 1,
    metric: str = "euclidean",
    sym: bool = False,
    sparse: bool = False,
    mode: str = "connectivity",
    bandwidth: Any = None,
    self: bool = False,
    axis: int = -1,
    full: bool = False,
) -> Any:
    """Which frames are like which: R[i, j] is not 0 where frame i is one of the k nearest neighbors of frame j.

    Parameters
    ----------
    data : array (..., d, n)
        Features; leading dimensions are flattened into one.
    k : int >= 1, optional
        Number of neighbors; ``2 ceil(sqrt(n - 2 width + 1))`` by default.
    width : int in 1 .. (n - 1) // 2, below it
        Frames less than this apart are not neighbors.
    %(nn_metric)s
    sym : bool
        Keep only neighbors that are each other's, with the smaller of the two distances.
    %(nn_sparse)s
    %(nn_mode)s
    %(nn_bandwidth)s
    self : bool
        Link each frame with itself: 1 on the diagonal, 0 for distances.
    axis : int
        The axis that counts frames.
    full : bool
        All distances or affinities, of any frames; k counts for the bandwidth alone. With 'connectivity' links to the
        ``k + 2 width`` nearest.

    Returns
    -------
    array (n, n), or scipy.sparse.csc_array
        bool for 'connectivity', else float64; float32 for MLX.

    Raises
    ------
    ParameterError
        For a bad argument, a metric that needs scikit-learn where it is not installed, or where no bandwidth can be
        estimated.
    ImportError
        For a sparse result without SciPy.

    Notes
    -----
    It looks at values, and has no gradient. Neighbors are those of scikit-learn.
    Frames at distance 0 are linked by 'connectivity' alone. 'distance' and 'affinity' link the k nearest frames;
    'connectivity' links any k of the ``k + 2 width`` nearest, as librosa does, whose sort loses their order.

    Differs from librosa: of frames equally far from one, the first are taken. librosa 0.11 gives a
    `csc_matrix`, and does not count a frame for its own bandwidth with ``self=True``.

    References
    ----------
    .. [1] Eckmann, J.-P. et al., "Recurrence plots of dynamical systems", Europhysics Letters 4, 1987.
    .. [2] Wang, B. et al., "Similarity network fusion for aggregating data types on a genomic scale", Nature Methods
       11, 2014.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> features = np.array([[0.0, 5.0, 1.0, 7.0, 2.5]])
    >>> spectro.segment.recurrence_matrix(features, k=1, mode="distance")
    array([[0. , 0. , 1. , 0. , 0. ],
           [0. , 0. , 0. , 2. , 0. ],
           [1. , 0. , 0. , 0. , 1.5],
           [0. , 2. , 0. , 0. , 0. ],
           [0. , 0. , 0. , 0. , 0. ]])
    """
    links = recurrence_links(
        "recurrence_matrix",
        data,
        axis,
        k=k,
        width=width,
        metric=metric,
        sym=sym,
        mode=mode,
        bandwidth=bandwidth,
        self=self,
        full=full,
    )
    return _matrix("recurrence_matrix", links, mode, sparse, isinstance(data, mx.array))


def recurrence_links(
    where: str,
    data: Any,
    axis: int,
    *,
    k: int | None = None,
    width: int = 1,
    metric: str = "euclidean",
    sym: bool = False,
    mode: str = "connectivity",
    bandwidth: Any = None,
    self: bool = False,
    full: bool = False,
) -> Links:
    """Links from each frame to what it is like, see `recurrence_matrix`."""
    one_of(where, "mode", mode, MODES)
    frames = frames_of(where, "data", data, axis)
    n = len(frames)
    if not isinstance(width, (int, np.integer)) or not 1 <= width < (n - 1) // 2:
        raise ParameterError(f"[{where}] width must be in 1 .. {(n - 1) // 2 - 1} for {n} frames, got {width!r}")
    k = _count(where, k, 2 * math.ceil(math.sqrt(n - 2 * width + 1)), 0)
    count = n - 1 if full and mode != "connectivity" else min(n - 1, k + 2 * int(width))
    distance = distances_of_all(frames, None, metric) if full and mode != "connectivity" else None
    if distance is not None:
        links = everywhere(distance, True)
    else:
        links = _linked(nearest(where, frames, None, count, metric), mode, n if full else k, 1 if full else width, n)
    links = mutual(links) if sym else links
    if mode == "affinity":
        links = links._replace(value=affinity(where, links, _seen(where, bandwidth), k, self))
    if self and mode != "distance":
        diagonal, apart = np.arange(n), links.only(links.here != links.there)
        here, there = (np.concatenate([x, diagonal]) for x in (apart.here, apart.there))
        links = ordered(here, there, np.concatenate([apart.value, np.ones(n, links.value.dtype)]), (n, n))
    return links


@public("data", "data_ref")
@documented
def cross_similarity(
    data: Any,
    data_ref: Any,
    *,
    k: int | None = None,
    metric: str = "euclidean",
    sparse: bool = False,
    mode: str = "connectivity",
    bandwidth: Any = None,
    full: bool = False,
) -> Any:
    """Which frames of a reference are like which: X[i, j] is not 0 where `data_ref[..., i]` is near `data[..., j]`.

    Parameters
    ----------
    data : array (..., d, n)
        Features; leading dimensions are flattened into one.
    data_ref : array (..., d, n_ref)
        Features of the reference.
    k : int >= 1, optional
        Number of neighbors; ``2 ceil(sqrt(n_ref))`` by default.
    %(nn_metric)s
    %(nn_sparse)s
    %(nn_mode)s
    %(nn_bandwidth)s
    full : bool
        Distances or affinities to the nearest ``min(n, n_ref)`` frames of the reference; k counts for the bandwidth
        alone. No effect on mode 'connectivity'.

    Returns
    -------
    array (n_ref, n), or scipy.sparse.csc_array
        bool for 'connectivity', else float64; float32 for MLX.

    Raises
    ------
    ParameterError
        For a bad argument, a metric that needs scikit-learn where it is not installed, or where no bandwidth can be
        estimated.
    ImportError
        For a sparse result without SciPy.

    Notes
    -----
    See `recurrence_matrix`. The bandwidths of pairs, 'mean_k' to 'mean_k_avg_and_pair', take the distances of frame j
    of `data` for those of frame j of `data_ref`, as librosa does, and need ``n_ref <= n``.

    Differs from librosa: of frames equally far from one, the first are taken.

    References
    ----------
    .. [1] Serrà, J., Serra, X. and Andrzejak, R. G., "Cross recurrence quantification for cover song identification",
       New Journal of Physics 11, 2009.

    Examples
    --------
    >>> import numpy as np, spectro
    >>> spectro.segment.cross_similarity(np.array([[0.0, 5.0]]), np.array([[4.0, 1.0, 9.0]]), k=1).astype(int)
    array([[0, 1],
           [1, 0],
           [0, 0]])
    """
    where = "cross_similarity"
    one_of(where, "mode", mode, MODES)
    frames, among = frames_of(where, "data", data), frames_of(where, "data_ref", data_ref)
    shapes = [np.shape(x)[:-1] if np.ndim(x) > 1 else (1,) for x in (data, data_ref)]
    if shapes[0] != shapes[1]:
        raise ParameterError(
            f"[{where}] data and data_ref must agree in all but their last dimensions, got {np.shape(data)} and "
            f"{np.shape(data_ref)}"
        )
    if frames.dtype != among.dtype:
        frames, among = frames.astype(np.float64), among.astype(np.float64)
    n_ref = len(among)
    k = _count(where, k, 2 * math.ceil(math.sqrt(n_ref)), 1)
    all_of = full and mode != "connectivity" and n_ref <= len(frames)
    distance = distances_of_all(frames, among, metric) if all_of else None
    if distance is not None:
        links = everywhere(distance, False)
    else:
        found = nearest(where, frames, among, min(n_ref, len(frames) if full and mode != "connectivity" else k), metric)
        links = _linked(found, mode, n_ref, 0, n_ref)
    if mode == "affinity":
        links = links._replace(value=affinity(where, links, _seen(where, bandwidth), k))
    return _matrix(where, links, mode, sparse, isinstance(data, mx.array) or isinstance(data_ref, mx.array))


def frames_of(where: str, name: str, value: Any, axis: int = -1) -> np.ndarray:
    """Finite features as frames (n, d), in single or double precision."""
    x = constant(where, name, value) if isinstance(value, mx.array) else numpy_numbers(where, name, value)
    x = np.atleast_2d(x)
    if x.dtype.kind == "c":
        raise ParameterError(f"[{where}] {name} must be real, got complex values; take abs({name}) first")
    if x.size == 0:
        raise ParameterError(f"[{where}] {name} must have at least one feature and one frame, got shape {x.shape}")
    if x.dtype not in (np.float32, np.float64):
        x = x.astype(np.float64)
    if not np.isfinite(x).all():
        raise ParameterError(f"[{where}] {name} must be finite everywhere, got NaN or infinity")
    x = np.swapaxes(x, axis_of(where, axis, x.ndim), 0)
    return np.ascontiguousarray(x.reshape(len(x), -1))


def _count(where: str, k: Any, otherwise: int, least: int) -> int:
    """The number of neighbors."""
    try:
        count = otherwise if k is None else int(k)
    except (TypeError, ValueError, OverflowError) as error:
        raise ParameterError(f"[{where}] k must be a positive integer or None, got {k!r}") from error
    if count < least:
        raise ParameterError(f"[{where}] k must be a positive integer or None, got {k!r}")
    return count


def _linked(found: Neighbors, mode: str, k: int, width: int, among: int) -> Links:
    return (connected if mode == "connectivity" else closest)(found, k, width, among)


def _seen(where: str, bandwidth: Any) -> Any:
    return evaluated(where, "bandwidth", bandwidth)


def _matrix(where: str, links: Links, mode: str, sparse: bool, in_mlx: bool) -> Any:
    """Links as a matrix with a column for each frame that has them."""
    value = links.value.astype(bool) if mode == "connectivity" else links.value
    if sparse:
        starts = np.concatenate([[0], np.cumsum(np.bincount(links.here, minlength=links.shape[0]))])
        return import_extra("scipy.sparse", where, "sparse=True").csc_array(
            (value, links.there, starts), shape=links.shape[::-1]
        )
    out = np.zeros(links.shape[::-1], dtype=value.dtype)
    out[links.there, links.here] = value
    return mx.array(out) if in_mlx else out
