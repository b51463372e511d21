"""Hidden states: Viterbi's algorithm beside librosa's, with any matrix, on either road."""

from __future__ import annotations

import itertools

import librosa
import numpy as np
import pytest
from comparing import RELEASE

import spectro
from spectro._host import hidden

NEW = pytest.mark.skipif(RELEASE < (1, 0), reason="librosa has it since 1.0")
THEIRS, OURS = librosa.sequence, spectro.sequence


@pytest.fixture(params=["compiled", "numpy"])
def road(request, monkeypatch):
    """Both ways to decode; a build without the compiled part has one."""
    if request.param == "numpy":
        monkeypatch.setattr(hidden, "unavailable", lambda: "it is not asked")
    elif hidden.unavailable():
        pytest.skip(f"no compiled part: {hidden.unavailable()}")


def chain(rng, n, kind):
    """A matrix of transitions: dense, banded, sparse, or with many ways alike."""
    if kind == "local" and n > 1:
        return OURS.transition_local(n, max(1, n // 4))
    matrix = rng.random((n, n))
    if kind == "sparse":
        matrix = matrix * (rng.random((n, n)) < 0.1) + np.eye(n)
    if kind == "ties":
        matrix = np.round(matrix) + np.eye(n)
    return matrix / matrix.sum(axis=1, keepdims=True)


def assert_same(got, expected):
    for mine, theirs in zip(got, expected, strict=True):
        assert mine.dtype == theirs.dtype
        assert mine.shape == theirs.shape
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("kind", ["dense", "local", "sparse", "ties"])
@pytest.mark.parametrize("n", [1, 2, 7, 8, 33])
def test_the_same_states_as_librosa(n, kind):
    rng = np.random.default_rng(n)
    for steps, leading, dtype in ((1, (), np.float64), (40, (), np.float32), (25, (2, 2), np.float64)):
        prob = rng.random((*leading, n, steps)).astype(dtype)
        if kind == "ties":
            prob = np.round(2 * prob) / 2
        if kind == "sparse":
            prob = prob * (rng.random(prob.shape) < 0.4).astype(dtype)
        matrix, start = chain(rng, n, kind).astype(dtype), chain(rng, n, "dense")[0]
        for p_init in (None, start):
            keywords = {"p_init": p_init, "return_logp": True}
            assert_same(OURS.viterbi(prob, matrix, **keywords), THEIRS.viterbi(prob, matrix, **keywords))
            share = prob + dtype(0.01)
            share /= share.sum(axis=-2, keepdims=True)
            keywords["p_state"] = None if p_init is None else start[::-1].copy()
            got = OURS.viterbi_discriminative(share, matrix, **keywords)
            assert_same(got, THEIRS.viterbi_discriminative(share, matrix, **keywords))


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("each", [False, True])
def test_the_same_labels_as_librosa(each):
    rng = np.random.default_rng(each)
    prob, switch = rng.random((2, 5, 30)), rng.random((5, 2, 2) if each else (2, 2))
    switch /= switch.sum(axis=-1, keepdims=True)
    for keywords in ({}, {"p_state": rng.random(5), "p_init": rng.random(5)}):
        keywords["return_logp"] = True
        assert_same(OURS.viterbi_binary(prob, switch, **keywords), THEIRS.viterbi_binary(prob, switch, **keywords))
    matrix = switch[0] if each else switch
    assert OURS.viterbi_binary(prob[0, 0], matrix, p_state=0.3, p_init=0.7).shape == (1, 30)


@pytest.mark.usefixtures("road")
def test_states_that_no_transition_reaches_are_reached_by_the_least_number():
    """As in librosa, where no probability is 0 but the least number: what is observed may force a leap."""
    prob, matrix = np.zeros((20, 3)), np.eye(20)
    prob[2, 0] = prob[17, 1] = prob[5, 2] = 1
    expected = THEIRS.viterbi(prob, matrix, return_logp=True)
    assert_same(OURS.viterbi(prob, matrix, return_logp=True), expected)


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("n", [5, 12])
def test_probabilities_lie_however_they_like(n):
    rng = np.random.default_rng(n)
    prob, matrix = rng.random((2, 1300, n)) ** 9, chain(rng, n, "dense")
    prob[:, ::7] = 0
    columns = np.swapaxes(prob, -1, -2)
    expected = THEIRS.viterbi(columns, matrix, return_logp=True)
    for laid in (columns, columns.copy(), columns[..., ::-1].copy()[..., ::-1], columns.repeat(2, axis=1)[:, ::2]):
        states, logp = OURS.viterbi(laid, matrix, return_logp=True)
        np.testing.assert_array_equal(states, expected[0])
        np.testing.assert_allclose(logp, expected[1], rtol=1e-14)


def likeliest(prob, matrix, lowest):
    """The best of all sequences (n ** t of them) without a transition below `lowest`, and its logarithm."""
    n, steps = prob.shape
    with np.errstate(divide="ignore"):
        seen, way = np.log(prob), np.where(matrix >= lowest, np.log(matrix), -np.inf)
    paths = np.array(list(itertools.product(range(n), repeat=steps)))
    scores = seen[paths, np.arange(steps)].sum(axis=1) + way[paths[:, :-1], paths[:, 1:]].sum(axis=1) - np.log(n)
    return paths[scores.argmax()], scores.max()


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("n", [3, 9])
def test_transitions_below_a_least_probability_are_not_taken(n):
    rng = np.random.default_rng(n)
    prob, matrix = rng.random((n, 4 if n == 9 else 7)) ** 4, chain(rng, n, "dense")
    lowest = matrix.max(axis=0).min()
    found = OURS.viterbi(prob, matrix, transition_min_prob=lowest, return_logp=True)
    whole = OURS.viterbi(prob, matrix, return_logp=True)
    path, score = likeliest(prob, matrix, lowest)
    np.testing.assert_array_equal(found[0], path)
    np.testing.assert_allclose(found[1], [score], rtol=1e-12)
    assert found[1] < whole[1]
    assert_same(OURS.viterbi(prob, matrix, transition_min_prob=0, return_logp=True), whole)


@NEW
@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("kind", ["dense", "local", "sparse", "ties"])
@pytest.mark.parametrize("n", [1, 7, 8, 33])
def test_a_least_probability_is_that_of_librosa(n, kind):
    rng = np.random.default_rng(n)
    prob, matrix = rng.random((2, n, 30)), chain(rng, n, kind)
    share = prob / prob.sum(axis=-2, keepdims=True)
    for lowest in (0, matrix.max(axis=0).min() / 2, matrix.max(axis=0).min()):
        keywords = {"transition_min_prob": lowest, "return_logp": True}
        assert_same(OURS.viterbi(prob, matrix, **keywords), THEIRS.viterbi(prob, matrix, **keywords))
        name, arguments = "viterbi_discriminative", (share, matrix)
        assert_same(*(getattr(of, name)(*arguments, **keywords) for of in (OURS, THEIRS)))
        keywords["transition_min_prob"] = 0.3
        arguments = (prob, [[0.75, 0.25], [0.5, 0.5]])
        assert_same(*(of.viterbi_binary(arguments[0], np.array(arguments[1]), **keywords) for of in (OURS, THEIRS)))


def test_no_step_has_no_states():
    assert OURS.viterbi(np.zeros((3, 0)), np.eye(3)).shape == (0,)
    assert OURS.viterbi_binary(np.zeros((3, 0)), np.eye(2)).shape == (3, 0)


def test_a_long_sequence_of_many_states_on_several_threads():
    rng = np.random.default_rng(0)
    prob, matrix = rng.random((600, 40)), chain(rng, 600, "dense")
    assert_same(OURS.viterbi(prob, matrix, return_logp=True), THEIRS.viterbi(prob, matrix, return_logp=True))


@pytest.mark.parametrize(
    ("function", "prob", "keywords", "said"),
    [
        ("viterbi", np.ones(3), {}, r"prob must have shape \(\.\.\., n_states, t\)"),
        ("viterbi", np.zeros((0, 3)), {}, "with a state"),
        ("viterbi", np.full((2, 3), 1.1), {}, r"prob must be real, with values in 0 \.\. 1"),
        ("viterbi", np.full((2, 3), np.nan), {}, r"values in 0 \.\. 1"),
        ("viterbi", np.ones((2, 3)), {"transition": np.eye(3)}, r"shape \(2, 2\) for 2 states, got \(3, 3\)"),
        ("viterbi", np.ones((2, 3)), {"transition": np.ones((2, 2))}, "sum to 1 in each row"),
        ("viterbi", np.ones((2, 3)), {"transition": [[2, -1], [0, 1]]}, "non-negative"),
        ("viterbi", np.ones((2, 3)), {"p_init": [1, 1]}, "p_init must be non-negative, sum to 1"),
        ("viterbi", np.ones((2, 3)), {"p_init": [1]}, r"got shape \(1,\)"),
        ("viterbi_discriminative", np.ones((2, 3)), {}, "prob must sum to 1 in each column"),
        ("viterbi_discriminative", np.full((2, 3), 0.5), {"p_state": [0.5, 0.6]}, "p_state must be"),
        ("viterbi_binary", np.ones((2, 3)), {"p_state": 0.5}, "p_state must be a probability for each of 2 labels"),
        ("viterbi_binary", np.ones((2, 3)), {"p_init": [0.5, 1.5]}, r"p_init must be real, with values in 0 \.\. 1"),
        ("viterbi", np.ones((2, 3)), {"transition_min_prob": -1}, "transition_min_prob must be non-negative"),
        ("viterbi", np.ones((2, 3)), {"transition_min_prob": np.nan}, "transition_min_prob must be"),
        ("viterbi", np.ones((2, 3)), {"transition_min_prob": 1.1}, "=1.1 leaves no way into state 0; lower it"),
        (
            "viterbi_binary",
            np.ones((2, 3)),
            {"transition": [[0.9, 0.1], [0.9, 0.1]], "transition_min_prob": 0.2},
            "=0.2 leaves no way into state 1; lower it",
        ),
        ("viterbi_binary", np.ones((2, 3)), {"transition": np.eye(3)}, r"shape \(2, 2\) or \(2, 2, 2\)"),
    ],
)
def test_what_is_no_distribution_is_refused(function, prob, keywords, said):
    with pytest.raises(spectro.ParameterError, match=rf"\[{function}\] .*{said}"):
        getattr(OURS, function)(prob, **{"transition": np.eye(2), **keywords})


@pytest.mark.parametrize("window", ["triangle", "ones", ("kaiser", 3.0), lambda n: np.arange(1, n + 1)])
def test_neighborhoods_are_librosas(window):
    for n in range(2, 9):
        for width in (*range(1, n + 1), np.arange(1, n + 1)):
            for wrap in (False, True):
                expected = THEIRS.transition_local(n, width, window=window, wrap=wrap)
                np.testing.assert_allclose(
                    OURS.transition_local(n, width, window=window, wrap=wrap), expected, atol=1e-7
                )


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        ("transition_uniform", (0,), "n_states must be a positive integer, got 0"),
        ("transition_loop", (1, 0.5), "n_states must be at least 2, got 1"),
        ("transition_loop", (3, [0.5, 0.5]), r"one for each of 3 states, got shape \(2,\)"),
        ("transition_cycle", (3, 1.5), r"prob must be in 0 \.\. 1, got 1\.5"),
        ("transition_cycle", (3, np.nan), r"prob must be in 0 \.\. 1"),
        ("transition_local", (3, 0), r"width must be 1 \.\. 3, the number of states, got 0"),
        ("transition_local", (3, 4), r"width must be 1 \.\. 3"),
    ],
)
def test_what_is_no_matrix_of_transitions_is_refused(function, arguments, said):
    with pytest.raises(spectro.ParameterError, match=rf"\[{function}\] .*{said}"):
        getattr(OURS, function)(*arguments)


@pytest.mark.parametrize("seen", [np.float32, np.float64])
@pytest.mark.parametrize("ways", [np.float32, np.float64, int])
@pytest.mark.parametrize("name", ["viterbi", "viterbi_discriminative"])
def test_one_least_number_stands_for_no_probability_whatever_the_types(name, seen, ways):
    rng = np.random.default_rng(3)
    prob = rng.random((12, 80)) * (rng.random((12, 80)) > 0.8)
    prob[0] += 1e-3
    prob = (prob / prob.sum(0)).astype(seen)
    prob /= prob.sum(0)
    transition = np.eye(12, dtype=int) if ways is int else librosa.sequence.transition_local(12, 3).astype(ways)
    got, expected = (getattr(of, name)(prob, transition) for of in (spectro.sequence, librosa.sequence))
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("states", [5, 30])
def test_parts_of_a_sequence_join_to_its_likeliest_path(road, states, monkeypatch):
    rng = np.random.default_rng(0)
    seen, stays = 0.2 + 0.8 * rng.random((200, states)), 6 * np.eye(states) + rng.random((states, states))
    ways, start = hidden.ways_of(stays / stays.sum(axis=1, keepdims=True)), hidden.log_of(rng.random(states))
    seen[np.arange(200), np.arange(200) // 20 % states] *= 2
    monkeypatch.setattr(hidden, "PART", 3)
    whole, _ = hidden.decoded(seen[None], ways, start)
    parts = hidden.decoded_in_parts(lambda first, last: seen[first:last], len(seen), ways, start)
    np.testing.assert_array_equal(parts, whole[0])
    assert len(np.unique(whole)) > 2
