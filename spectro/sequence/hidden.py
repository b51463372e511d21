"""Hidden states of sequences, by Viterbi's algorithm: `viterbi`, `viterbi_discriminative`, `viterbi_binary`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .._floor.arrays import numpy_numbers
from .._floor.docs import documented
from .._floor.public import host
from .._host.hidden import decoded, least_of, least_transition, log_of, ways_of
from ..errors import ParameterError

ArrayLike = Any
Decoded = np.ndarray | tuple[np.ndarray, np.ndarray]


@host("prob", "transition", "p_init")
@documented
def viterbi(
    prob: ArrayLike,
    transition: ArrayLike,
    *,
    p_init: ArrayLike = None,
    return_logp: bool = False,
    transition_min_prob: float | None = None,
) -> Decoded:
    r"""The likeliest sequence of hidden states, from how likely each makes what is observed.

    The states :math:`s_t` that maximize
    :math:`p_{init}(s_0)\, \prod_t prob[s_t, t]\, \prod_{t > 0} transition[s_{t-1}, s_t]`.

    Parameters
    ----------
    prob : array (..., n_states, t)
        Probability, in 0 .. 1, of what is observed in step t, if the state is s. Leading dimensions are channels.
    %(transition)s
    %(p_init)s
    return_logp : bool
        Give the logarithm of the probability, too.
    %(least_transition)s

    Returns
    -------
    %(hidden_states)s
    logp : numpy.ndarray (1,), or (...) for channels
        With `return_logp`: the logarithm of the probability of `states` and of what is observed.

    Raises
    ------
    ParameterError
        If something is no distribution, or has not the number of states of `prob`, or no transition leads to a state.

    Notes
    -----
    Differs from librosa: NaN is refused. librosa 0.11 has no `transition_min_prob`.

    References
    ----------
    %(viterbi_reference)s

    Examples
    --------
    >>> import spectro
    >>> seen = [[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]  # normal, cold, dizzy: of the healthy, and of those with a fever
    >>> spectro.sequence.viterbi(seen, [[0.7, 0.3], [0.4, 0.6]], p_init=[0.6, 0.4]).tolist()
    [0, 0, 1]
    """
    where = "viterbi"
    prob = _observed(where, prob)
    transition, start = _chain(where, prob, transition, p_init)
    states, logp = _decoded(where, np.swapaxes(prob, -1, -2), transition, start, lowest=transition_min_prob)
    return (states, np.atleast_1d(logp)) if return_logp else states


@host("prob", "transition", "p_state", "p_init")
@documented
def viterbi_discriminative(
    prob: ArrayLike,
    transition: ArrayLike,
    *,
    p_state: ArrayLike = None,
    p_init: ArrayLike = None,
    return_logp: bool = False,
    transition_min_prob: float | None = None,
) -> Decoded:
    """The likeliest sequence of hidden states, from how likely each is after what is observed.

    As `viterbi`, with ``prob[s, t] / p_state[s]``, which is how likely s makes what is observed, up to a factor.

    Parameters
    ----------
    prob : array (..., n_states, t)
        Probability of each state in step t; each column sums to 1. Leading dimensions are channels.
    %(transition)s
    p_state : array (n_states,), optional
        Probability of each state as such; all alike by default.
    %(p_init)s
    return_logp : bool
        Give the logarithm of the probability, too.
    %(least_transition)s

    Returns
    -------
    %(hidden_states)s
    logp : numpy.ndarray (...)
        With `return_logp`: the logarithm of the probability, up to that factor; it may be above 0.

    Raises
    ------
    ParameterError
        If something is no distribution, or has not the number of states of `prob`, or no transition leads to a state.

    References
    ----------
    %(viterbi_reference)s

    Examples
    --------
    >>> import spectro
    >>> prob = [[0.9, 0.4, 0.8], [0.1, 0.6, 0.2]]
    >>> spectro.sequence.viterbi_discriminative(prob, [[0.9, 0.1], [0.1, 0.9]]).tolist()
    [0, 0, 0]
    """
    where = "viterbi_discriminative"
    prob = _observed(where, prob)
    if not _all_one(prob.sum(axis=-2)):
        raise ParameterError(f"[{where}] prob must sum to 1 in each column; divide it by its sum over axis -2")
    transition, start = _chain(where, prob, transition, p_init)
    share = log_of(_distribution(where, "p_state", p_state, prob.shape[-2]), least_of(prob))
    states, logp = _decoded(where, np.swapaxes(prob, -1, -2), transition, start, share, transition_min_prob)
    return (states, logp) if return_logp else states


@host("prob", "transition", "p_state", "p_init")
@documented
def viterbi_binary(
    prob: ArrayLike,
    transition: ArrayLike,
    *,
    p_state: ArrayLike = None,
    p_init: ArrayLike = None,
    return_logp: bool = False,
    transition_min_prob: float | None = None,
) -> Decoded:
    """The likeliest sequence of each of several labels, which are on or off independently.

    As `viterbi_discriminative` of ``[1 - prob[s], prob[s]]``, for each label s.

    Parameters
    ----------
    prob : array (t,) or (..., n_states, t)
        Probability, in 0 .. 1, that label s is on in step t. Leading dimensions are channels.
    transition : array (2, 2) or (n_states, 2, 2)
        Probability to go from off (0) or on (1), the row, to off or on, the column; of all labels or of each.
    p_state : float or array (n_states,), optional
        Probability that a label is on as such; 0.5 by default.
    p_init : float or array (n_states,), optional
        Probability that a label is on in the first step; 0.5 by default.
    return_logp : bool
        Give the logarithm of the probabilities, too.
    %(least_transition)s

    Returns
    -------
    states : numpy.ndarray (..., n_states, t) of int
        1 where a label is on.
    logp : numpy.ndarray (..., n_states)
        With `return_logp`: the logarithm of the probability of each label's sequence, up to a factor.

    Raises
    ------
    ParameterError
        If something is no probability, or has not the number of labels of `prob`, or no transition leads to a state.

    Notes
    -----
    Differs from librosa: NaN is refused. librosa 0.11 has no `transition_min_prob`.

    References
    ----------
    %(viterbi_reference)s

    Examples
    --------
    >>> import spectro
    >>> spectro.sequence.viterbi_binary([0.1, 0.7, 0.4, 0.3, 0.8, 0.9, 0.8, 0.2], [[0.9, 0.1], [0.3, 0.7]]).tolist()
    [[0, 0, 0, 0, 1, 1, 1, 0]]
    """
    where = "viterbi_binary"
    prob = np.atleast_2d(_within_one(where, "prob", numpy_numbers(where, "prob", prob)))
    labels = prob.shape[-2]
    matrices = _matrices(where, transition, labels)
    on, first = (_each_on(where, name, value, labels) for name, value in (("p_state", p_state), ("p_init", p_init)))
    states = np.empty(prob.shape, dtype=np.uint16)
    logp = np.empty(prob.shape[:-1])
    for label in range(labels):
        start, share = (log_of(_off_on(each[label])) for each in (first, on))
        found = _decoded(where, _off_on(prob[..., label, :]), matrices[label], start, share, transition_min_prob)
        states[..., label, :], logp[..., label] = found
    return (states, logp) if return_logp else states


def _off_on(on: np.ndarray) -> np.ndarray:
    """Probabilities (...) that something is on, as those of off and on (..., 2)."""
    return np.stack([1 - on, on], axis=-1).astype(np.float64)


def _decoded(
    where: str,
    seen: np.ndarray,
    transition: np.ndarray,
    start: np.ndarray,
    share: np.ndarray | None = None,
    lowest: Any = None,
) -> tuple[np.ndarray, np.ndarray]:
    """States (..., t) and scores (...) of probabilities (..., t, n)."""
    *channels, steps, count = seen.shape
    lowest = least_transition(where, transition, lowest)
    states, score = decoded(
        seen.reshape(math.prod(channels), steps, count), ways_of(transition, least_of(seen), lowest), start, share
    )
    precision = np.uint16 if count <= 1 << 16 else np.int32
    return states.reshape(*channels, steps).astype(precision), score.reshape(channels)


def _observed(where: str, prob: Any) -> np.ndarray:
    """Check probabilities (..., n_states, t)."""
    prob = numpy_numbers(where, "prob", prob)
    if prob.ndim < 2 or prob.shape[-2] == 0:
        raise ParameterError(f"[{where}] prob must have shape (..., n_states, t) with a state, got {prob.shape}")
    return _within_one(where, "prob", prob)


def _within_one(where: str, name: str, values: np.ndarray) -> np.ndarray:
    """Check probabilities."""
    if values.dtype.kind == "c" or not (values.size == 0 or (values.min() >= 0 and values.max() <= 1)):
        raise ParameterError(f"[{where}] {name} must be real, with values in 0 .. 1 everywhere")
    return values


def _chain(where: str, prob: np.ndarray, transition: Any, p_init: Any) -> tuple[np.ndarray, np.ndarray]:
    """A matrix of transitions, and the logarithms of the first state's probabilities."""
    states, matrix = prob.shape[-2], numpy_numbers(where, "transition", transition)
    if matrix.shape != (states, states):
        raise ParameterError(
            f"[{where}] transition must have shape ({states}, {states}) for {states} states, got {matrix.shape}"
        )
    return _rows_of_one(where, matrix), log_of(_distribution(where, "p_init", p_init, states), least_of(prob))


def _rows_of_one(where: str, matrix: np.ndarray) -> np.ndarray:
    """Check that rows are distributions."""
    if matrix.dtype.kind == "c" or (matrix < 0).any() or not _all_one(matrix.sum(axis=-1)):
        raise ParameterError(f"[{where}] transition must be non-negative and sum to 1 in each row")
    return matrix


def _all_one(sums: Any) -> bool:
    """Whether sums are 1, as `numpy.allclose` has it."""
    return bool((abs(sums - 1) <= 1e-5 + 1e-8).all())


def _distribution(where: str, name: str, value: Any, states: int) -> np.ndarray:
    """A distribution of states; all alike by default."""
    if value is None:
        return np.full(states, 1 / states)
    given = numpy_numbers(where, name, value)
    if given.shape != (states,) or given.dtype.kind == "c" or (given < 0).any() or not _all_one(given.sum()):
        raise ParameterError(
            f"[{where}] {name} must be non-negative, sum to 1 and have shape ({states},), got shape {given.shape}"
        )
    return given


def _matrices(where: str, transition: Any, labels: int) -> np.ndarray:
    """A matrix of transitions of each label."""
    matrix = numpy_numbers(where, "transition", transition)
    if matrix.shape not in ((2, 2), (labels, 2, 2)):
        raise ParameterError(f"[{where}] transition must have shape (2, 2) or ({labels}, 2, 2), got {matrix.shape}")
    return np.broadcast_to(_rows_of_one(where, matrix), (labels, 2, 2))


def _each_on(where: str, name: str, value: Any, labels: int) -> np.ndarray:
    """Probabilities that each label is on."""
    given = np.full(labels, 0.5) if value is None else np.atleast_1d(numpy_numbers(where, name, value))
    if given.shape != (labels,):
        raise ParameterError(f"[{where}] {name} must be a probability for each of {labels} labels, got {given.shape}")
    return _within_one(where, name, given)
