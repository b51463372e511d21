"""Sequences aligned: dynamic time warping, and recurrences quantified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.checks import shown
from .._floor.docs import documented
from .._floor.extras import import_extra
from .._floor.public import host
from .._floor.sizes import check_size
from .._host.warping import KNIGHT_MOVES, METRICS, Costs, Step, scores, totals
from ..errors import ParameterError
from ..util.matrices import band_of

ArrayLike = Any
STEPS = np.array([[1, 1], [0, 1], [1, 0]])


@host("X", "Y", "C", "step_sizes_sigma", "weights_add", "weights_mul")
@documented
def dtw(
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    C: ArrayLike | None = None,
    metric: str | Callable[..., float] = "euclidean",
    step_sizes_sigma: ArrayLike | None = None,
    weights_add: ArrayLike | None = None,
    weights_mul: ArrayLike | None = None,
    subseq: bool = False,
    backtrack: bool = True,
    global_constraints: bool = False,
    band_rad: float = 0.25,
    return_steps: bool = False,
) -> Any:
    r"""Align two sequences by dynamic time warping.

    With the costs :math:`C` and steps :math:`(r, c)` of weights :math:`u` and :math:`w`:
    :math:`D[n, m] = \min_{(r, c)} D[n - r, m - c] + w\, C[n, m] + u`, from :math:`D[0, 0] = C[0, 0]` on.

    Parameters
    ----------
    X : array (..., k, n)
        Features of the first sequence; all leading dimensions count as features.
    Y : array (..., k, m)
        Features of the second one.
    C : array (n, m), optional
        Costs, instead of `X` and `Y`.
    metric : str or callable
        Distance of two frames: "euclidean", "sqeuclidean", "cityblock", "cosine", or any other of
        `scipy.spatial.distance.cdist`.
    %(warping_steps)s
    weights_add : array (s,), optional
        What each step costs beside.
    weights_mul : array (s,), optional
        By how much the cost of its cell counts for each step.
    subseq : bool
        Align all of the shorter sequence with any part of the other.
    backtrack : bool
        Give the path.
    global_constraints : bool
        Keep paths within a band around the diagonal (Sakoe and Chiba).
    band_rad : float in 0 .. 1
        Half the width of the band, as a share of the shorter sequence.
    return_steps : bool
        Give the steps, too, for `dtw_backtracking`.

    Returns
    -------
    D : NumPy array (n, m) float64
        Total cost of the best path to each cell; with `subseq` and `X` longer than `Y`, (m, n).
    wp : NumPy array (l, 2) int64
        Pairs (n, m) of the path, from its end to its begin. With `backtrack`.
    steps : NumPy array (n, m) int32
        Which step led to each cell: 0 to 2 for the usual ones, from 3 on for those of `step_sizes_sigma`. With
        `return_steps`.

    Raises
    ------
    ParameterError
        If not either `X` and `Y` or `C` are given, or they do not fit each other; for NaN among the costs; for bad
        steps or weights; with `backtrack`, if no path leads through.
    ImportError
        For another metric than these four without SciPy.

    Notes
    -----
    With `subseq` and a `C` of more rows than columns the pairs are given as (m, n), as in librosa.

    Differs from librosa: a step (0, 0) is refused.

    References
    ----------
    .. [1] Müller, M., "Fundamentals of Music Processing", Springer, 2015.

    Examples
    --------
    >>> import spectro
    >>> D, wp = spectro.sequence.dtw([[0.0, 1.0, 2.0]], [[0.0, 1.0, 1.0, 2.0]])
    >>> wp[::-1].tolist()
    [[0, 0], [1, 1], [1, 2], [2, 3]]
    """
    steps = _weighted_steps(step_sizes_sigma, weights_add, weights_mul)
    costs, turned = _costs(X, Y, C, metric, bool(subseq))
    if global_constraints:
        costs = costs._replace(band=band_of("dtw", "band_rad", costs.shape, band_rad))
    found = totals(costs, steps, bool(subseq))
    if found is None:
        raise ParameterError("[dtw] C must not be NaN anywhere, or no path is the best; check X and Y, or C")
    D, chosen = found
    results = [D]
    if backtrack:
        end = int(np.argmin(D[-1])) if subseq else D.shape[1] - 1
        if np.isinf(D[-1, end]):
            raise ParameterError("[dtw] no path leads through with these steps; add smaller ones or widen the band")
        path = _backtracked(chosen, _all_steps("dtw", step_sizes_sigma), bool(subseq), end)
        flipped = turned or (subseq and C is not None and D.shape[0] > D.shape[1])
        results.append(path[:, ::-1] if flipped else path)
    results += [chosen] if return_steps else []
    return results[0] if len(results) == 1 else tuple(results)


@host("steps", "step_sizes_sigma")
@documented
def dtw_backtracking(
    steps: ArrayLike, *, step_sizes_sigma: ArrayLike | None = None, subseq: bool = False, start: int | None = None
) -> np.ndarray:
    """Follow the steps of `dtw` back from the end of a path to its begin.

    Parameters
    ----------
    steps : array (n, m) int
        Which step led to each cell, as `dtw` gives them.
    %(warping_steps)s
    subseq : bool
        The path begins at any column of the first row.
    start : int in 0 .. m - 1, optional
        Column of the last row where to start; the last by default. With `subseq` only.

    Returns
    -------
    NumPy array (l, 2) int64
        Pairs (n, m) of the path, from its end to its begin.

    Raises
    ------
    ParameterError
        For a bad argument.

    Notes
    -----
    Differs from librosa: `start` and `steps` that lie outside are refused.

    Examples
    --------
    >>> import spectro
    >>> D, steps = spectro.sequence.dtw(C=[[0.0, 1.0], [1.0, 0.0]], backtrack=False, return_steps=True)
    >>> spectro.sequence.dtw_backtracking(steps).tolist()
    [[1, 1], [0, 0]]
    """
    where = "dtw_backtracking"
    given, moves = numpy_numbers(where, "steps", steps), _all_steps(where, step_sizes_sigma)
    chosen = given.astype(np.int64) if given.ndim == 2 and given.size and not np.iscomplexobj(given) else None
    if chosen is None or (chosen != given).any():
        raise ParameterError(f"[{where}] steps must be a matrix of whole numbers, got {given.dtype} {given.shape}")
    if chosen.min() < 0 or chosen.max() >= len(moves):
        raise ParameterError(
            f"[{where}] steps must be in 0 .. {len(moves) - 1}, got {chosen.min()} .. {chosen.max()}; "
            "give the step_sizes_sigma that they were made with"
        )
    if start is not None and not subseq:
        raise ParameterError(f"[{where}] start must not be given without subseq=True, got {start!r}")
    columns = chosen.shape[1]
    if start is not None and not (isinstance(start, (int, np.integer)) and 0 <= start < columns):
        raise ParameterError(f"[{where}] start must be an integer in 0 .. {columns - 1}, got {start!r}")
    return _backtracked(chosen, moves, bool(subseq), columns - 1 if start is None else int(start))


@host("path")
@documented
def path_to_steps(path: ArrayLike, *, inverse: bool = False) -> np.ndarray:
    """Turn a warping path into the place in one sequence for each step of the other, by linear interpolation.

    Parameters
    ----------
    path : array (l, 2)
        Pairs (n, m), in either direction, as `dtw` gives them.
    inverse : bool
        Give places in the second sequence for the steps of the first one, instead of the other way around.

    Returns
    -------
    NumPy array (t,) float64
        The place in the first sequence at each step of the second one, from its first in the path to its last. Of
        several the last is taken.

    Raises
    ------
    ParameterError
        For what is no path.

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.path_to_steps([[2, 4], [1, 2], [0, 0]])
    array([0. , 0.5, 1. , 1.5, 2. ])
    """
    pairs = numpy_numbers("path_to_steps", "path", path)
    if pairs.ndim != 2 or pairs.shape[-1] != 2 or pairs.size == 0 or np.iscomplexobj(pairs):
        raise ParameterError(f"[path_to_steps] path must have shape (l, 2) with l at least 1, got {pairs.shape}")
    if not np.isfinite(pairs).all():
        raise ParameterError("[path_to_steps] path must be finite everywhere, got NaN or infinity")
    check_size("path_to_steps", "the steps", int(np.ptp(pairs, axis=0).max()) + 1, way_out="give the path of a matrix")
    places, steps = pairs.T[::-1] if inverse else pairs.T
    order = np.lexsort((places, steps))
    return np.interp(np.arange(steps.min(), steps.max() + 1), steps[order], places[order])


@host("sim")
@documented
def rqa(
    sim: ArrayLike, *, gap_onset: float = 1, gap_extend: float = 1, knight_moves: bool = True, backtrack: bool = True
) -> Any:
    r"""Quantify recurrences: scores of the alignments in a matrix of similarities.

    Where `sim` is above zero, with :math:`Q` zero beyond the matrix,
    :math:`Q[n, m] = \max(Q[n - 1, m - 1], Q[n - 1, m - 2], Q[n - 2, m - 1]) + S[n, m]`; elsewhere the largest of the
    three, each less what a gap costs there, or zero.

    Parameters
    ----------
    sim : array (n, m)
        Similarities, 0 or more: recurrences, or those across two sequences.
    gap_onset : float >= 0
        What it costs to begin a gap; infinity forbids it.
    gap_extend : float >= 0
        What it costs to go on with one.
    knight_moves : bool
        Allow (1, 2) and (2, 1) beside (1, 1).
    backtrack : bool
        Give the best alignment, too.

    Returns
    -------
    score : NumPy array (n, m)
        Score of the best alignment that ends in each cell; in the precision of `sim`.
    path : NumPy array (l, 2) uint64
        Pairs (n, m) of the best alignment, from its begin to its end. With `backtrack`.

    Raises
    ------
    ParameterError
        For a bad argument.

    Notes
    -----
    Differs from librosa: a move (2, 1) into the second column is followed back as such; there as (1, 2), out of the
    matrix at worst. Integers and truths are scored as float64, since gaps may cost fractions.

    References
    ----------
    .. [1] Serrà, J., Serra, X. and Andrzejak, R. G., "Cross recurrence quantification for cover song identification",
       New Journal of Physics 11, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> import spectro
    >>> score, path = spectro.sequence.rqa(np.eye(3))
    >>> float(score[-1, -1]), path.tolist()
    (3.0, [[0, 0], [1, 1], [2, 2]])
    """
    given = numpy_numbers("rqa", "sim", sim)
    if given.ndim != 2 or given.size == 0 or np.iscomplexobj(given):
        raise ParameterError(f"[rqa] sim must be a real matrix with values, got {given.dtype} of shape {given.shape}")
    onset, extend = _gap("gap_onset", gap_onset), _gap("gap_extend", gap_extend)
    kept = given.dtype if given.dtype in (np.float16, np.float32) else np.dtype(np.float64)
    similarity = np.ascontiguousarray(given, dtype=np.float64)
    score, chosen = scores(similarity, onset, extend, bool(knight_moves), kept != np.float64)
    out = score.astype(kept, copy=False)
    return (out, _aligned(score, chosen)) if backtrack else out


def _gap(name: str, value: Any) -> float:
    if isinstance(value, (int, float, np.number)) and not isinstance(value, np.complexfloating) and value >= 0:
        return float(value)
    raise ParameterError(f"[rqa] {name} must be a number of at least 0, got {value!r}")


def _aligned(score: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """The alignment that ends in the largest score, from its begin on."""
    i, j = (int(k) for k in np.unravel_index(np.argmax(score), score.shape))
    path = []
    while chosen[i, j] >= 0:
        path.append((i, j))
        rows, columns = KNIGHT_MOVES[chosen[i, j]]
        i, j = i - rows, j - columns
    if score[i, j] != 0:
        path.append((i, j))
    return np.array(path[::-1], dtype=np.uint64).reshape(-1, 2)


def _all_steps(where: str, step_sizes_sigma: Any) -> np.ndarray:
    """The usual steps and after them those that are given, if any, as `steps` counts them."""
    if step_sizes_sigma is None:
        return STEPS
    sizes = np.asarray(step_sizes_sigma)
    if sizes.ndim != 2 or sizes.shape[-1] != 2 or (sizes.size and sizes.dtype.kind not in "iu"):
        raise ParameterError(
            f"[{where}] step_sizes_sigma must be integers of shape (s, 2), got {sizes.dtype} of shape {sizes.shape}"
        )
    if (sizes < 0).any() or (sizes.sum(axis=1) == 0).any():
        raise ParameterError(f"[{where}] step_sizes_sigma must not be negative, nor a step (0, 0)")
    return np.concatenate([STEPS, sizes.astype(np.int64)])


def _weighted_steps(step_sizes_sigma: Any, weights_add: Any, weights_mul: Any) -> list[Step]:
    """The steps that paths are made of: the usual ones, or else only those that are given."""
    sizes = _all_steps("dtw", step_sizes_sigma)
    first = 0 if step_sizes_sigma is None else len(STEPS)
    count = len(sizes) - first
    constants = _weights("weights_add", weights_add, np.zeros(count))
    factors = _weights("weights_mul", weights_mul, np.ones(count))
    return [
        Step(int(sizes[k, 0]), int(sizes[k, 1]), float(k), float(factors[k - first]), float(constants[k - first]))
        for k in range(first, len(sizes))
    ]


def _weights(name: str, given: Any, default: np.ndarray) -> np.ndarray:
    weights = default if given is None else numpy_numbers("dtw", name, given)
    if weights.shape != default.shape or np.iscomplexobj(weights):
        raise ParameterError(
            f"[dtw] {name} must be as many real numbers as there are steps, {len(default)}, got shape {weights.shape}"
        )
    return weights


def _costs(X: Any, Y: Any, C: Any, metric: Any, subseq: bool) -> tuple[Costs, bool]:
    """The costs of a call, in float64, and whether the sequences changed places: a subsequence is the shorter one."""
    if C is not None:
        if X is not None or Y is not None:
            raise ParameterError("[dtw] X and Y must not be given beside C; leave one or the other out")
        return _matrix(np.atleast_2d(numpy_numbers("dtw", "C", C))), False
    if X is None or Y is None:
        raise ParameterError("[dtw] X and Y must both be given, or C instead")
    left, right = _frames("X", X), _frames("Y", Y)
    if left.shape[0] != right.shape[0]:
        raise ParameterError(
            f"[dtw] X and Y must have as many features, got {left.shape[0]} and {right.shape[0]}; "
            "single features have shape (1, n)"
        )
    turned = subseq and left.shape[1] > right.shape[1]
    if not isinstance(metric, str) or metric not in METRICS:
        distances = _distances(metric, left, right)
        return _matrix(distances.T if turned else distances), turned
    left, right = (right, left) if turned else (left, right)
    shape = left.shape[1], right.shape[1]
    return Costs(shape, None, np.ascontiguousarray(left.T), np.ascontiguousarray(right), metric=metric), turned


def _matrix(C: np.ndarray) -> Costs:
    if C.ndim != 2 or C.size == 0 or np.iscomplexobj(C):
        raise ParameterError(f"[dtw] C must be a real matrix with values, got {C.dtype} of shape {C.shape}")
    return Costs(C.shape, np.ascontiguousarray(C, dtype=np.float64))


def _frames(name: str, value: Any) -> np.ndarray:
    """Features (k, n) in float64: of several leading dimensions the first counts slowest, the others as in Fortran."""
    features = np.atleast_2d(numpy_numbers("dtw", name, value))
    if features.size == 0 or np.iscomplexobj(features):
        raise ParameterError(f"[dtw] {name} must hold real frames, got {features.dtype} of shape {features.shape}")
    order = (0, *range(features.ndim - 2, 0, -1), features.ndim - 1)
    return features.transpose(order).reshape(-1, features.shape[-1]).astype(np.float64, copy=False)


def _distances(metric: Any, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Distances of all pairs of frames (k, n) and (k, m), by SciPy."""
    distance = import_extra("scipy.spatial.distance", "dtw", f"metric={shown(metric)}")
    try:
        return distance.cdist(left.T, right.T, metric=metric)
    except (ValueError, TypeError) as error:
        raise ParameterError(
            f"[dtw] metric must be one that scipy's cdist takes, got {shown(metric)}: {error}"
        ) from error


def _backtracked(chosen: np.ndarray, steps: np.ndarray, subseq: bool, end: int) -> np.ndarray:
    """Follow the steps from the last row to the first one, or to the first cell, or out of the matrix."""
    moves, n, m = steps.tolist(), len(chosen) - 1, end
    path = []
    while n >= 0 and m >= 0:
        path.append((n, m))
        if n == 0 and (subseq or m == 0):
            break
        rows, columns = moves[chosen[n, m]]
        n, m = n - rows, m - columns
    return np.array(path, dtype=np.int64)
