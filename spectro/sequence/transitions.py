"""Matrices of transitions between hidden states: uniform, self-loops, cycles, and neighborhoods."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._constants import float64 as f64
from .._floor.arrays import numpy_numbers
from .._floor.checks import positive_int
from .._floor.docs import documented
from .._floor.public import public
from .._floor.sizes import check_size
from ..errors import ParameterError
from ..windows.spec import WindowSpec, resolve_window

ArrayLike = Any
CELL = 24  # bytes for a number of a matrix while it is made: in NumPy, in MLX and as what is given


@public()
@documented
def transition_uniform(n_states: int) -> np.ndarray:
    """All transitions alike: ``1 / n_states``.

    Parameters
    ----------
    n_states : int >= 1
        Number of states.

    Returns
    -------
    %(transitions)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.transition_uniform(2)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    count = positive_int("transition_uniform", "n_states", n_states)
    _check_matrix("transition_uniform", count)
    return f64.in_kind(np.full((count, count), 1 / count))


@public()
@documented
def transition_loop(n_states: int, prob: float | ArrayLike) -> np.ndarray:
    """Stay in state i with probability ``p[i]``, or go to any other, each with ``(1 - p[i]) / (n_states - 1)``.

    Parameters
    ----------
    %(n_states)s
    %(prob_of_states)s

    Returns
    -------
    %(transitions)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.transition_loop(3, 0.5)
    array([[0.5 , 0.25, 0.25],
           [0.25, 0.5 , 0.25],
           [0.25, 0.25, 0.5 ]])
    """
    count, stay = _loops("transition_loop", n_states, prob)
    matrix = np.repeat((1 - stay[:, None]) / (count - 1), count, axis=1)
    np.fill_diagonal(matrix, stay)
    return f64.in_kind(matrix, prob)


@public()
@documented
def transition_cycle(n_states: int, prob: float | ArrayLike) -> np.ndarray:
    """Stay in state i with probability ``p[i]``, or go to the next; the first follows the last.

    Parameters
    ----------
    %(n_states)s
    %(prob_of_states)s

    Returns
    -------
    %(transitions)s

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.transition_cycle(3, 0.75)
    array([[0.75, 0.25, 0.  ],
           [0.  , 0.75, 0.25],
           [0.25, 0.  , 0.75]])
    """
    count, stay = _loops("transition_cycle", n_states, prob)
    matrix, states = np.diag(stay), np.arange(count)
    matrix[states, (states + 1) % count] = 1 - stay
    return f64.in_kind(matrix, prob)


@public()
@documented
def transition_local(
    n_states: int, width: int | ArrayLike, *, window: WindowSpec = "triangle", wrap: bool = False
) -> np.ndarray:
    """Go to near states: row i is a window of ``width[i]`` states about i, which sums to 1.

    Parameters
    ----------
    %(n_states)s
    width : int in 1 .. n_states, or list (n_states,) of them
        States of the window, of all rows or of each. An even window reaches one state further down, or, where
        `n_states` is even, up.
    window : str, tuple, number, callable or array (width,)
        See `spectro.get_window`; the symmetric form. Some windows are zero at both ends.
    wrap : bool
        Let the first state follow the last; otherwise what lies beyond them is left out.

    Returns
    -------
    %(transitions)s
        A row whose window is zero is NaN, as in librosa.

    Raises
    ------
    %(raises)s

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.transition_local(3, 3, window="ones", wrap=False)[0]
    array([0.5, 0.5, 0. ])
    """
    where = "transition_local"
    count = _states(where, n_states)
    widths = _for_each_state(where, "width", width, count).astype(np.int64)
    if widths.min() < 1 or widths.max() > count:
        raise ParameterError(f"[{where}] width must be 1 .. {count}, the number of states, got {_shown(width)}")
    windows = {size: np.array(resolve_window(where, window, size, False)) for size in np.unique(widths).tolist()}
    matrix = np.zeros((count, count))
    for state, size in enumerate(widths.tolist()):
        near = (state + np.arange(size) + (count - size) // 2 + count // 2 + 1) % count
        inside = slice(None) if wrap else np.abs(near - state) <= size // 2  # as librosa, which may go round once
        matrix[state, near[inside]] = windows[size][inside]
    with np.errstate(invalid="ignore"):
        return f64.in_kind(matrix / matrix.sum(axis=1, keepdims=True), width)


def _states(where: str, n_states: Any) -> int:
    """The number of states, at least two."""
    count = positive_int(where, "n_states", n_states)
    if count < 2:
        raise ParameterError(f"[{where}] n_states must be at least 2, got {n_states!r}")
    _check_matrix(where, count)
    return count


def _check_matrix(where: str, count: int) -> None:
    check_size(where, "the matrix", count, count, itemsize=CELL, way_out="lower n_states")


def _loops(where: str, n_states: Any, prob: Any) -> tuple[int, np.ndarray]:
    """The number of states, and the probability to stay in each."""
    count = _states(where, n_states)
    stay = _for_each_state(where, "prob", prob, count)
    if not ((stay >= 0) & (stay <= 1)).all():
        raise ParameterError(f"[{where}] prob must be in 0 .. 1, got {_shown(prob)}")
    return count, stay


def _for_each_state(where: str, name: str, value: Any, count: int) -> np.ndarray:
    """One number for all states, or one for each, as (count,)."""
    values = numpy_numbers(where, name, value)
    if values.dtype.kind == "c" or (values.ndim and values.shape != (count,)):
        raise ParameterError(
            f"[{where}] {name} must be a number, or one for each of {count} states, got {_shown(value)}"
        )
    return np.broadcast_to(values.astype(np.float64), (count,))


def _shown(value: Any) -> str:
    """A number, or the shape and the range of several."""
    values = np.asarray(value)
    return repr(value) if values.ndim == 0 else f"shape {values.shape} in {values.min()} .. {values.max()}"
