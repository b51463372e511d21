"""Recurrences quantified: scores as librosa's, and alignments that add up to them."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

import spectro
from spectro import ParameterError
from spectro._host import warping

RQA, PEER = spectro.sequence.rqa, librosa.sequence.rqa


@pytest.fixture(params=["compiled", "numpy"])
def form(request, monkeypatch):
    """Who computes."""
    if request.param == "numpy":
        monkeypatch.setattr(warping, "compiled", lambda: None)
    elif warping.compiled() is None:
        pytest.skip("the compiled part is not there")
    return request.param


def some_call(seed):
    """Keywords of one call; librosa writes beside a matrix of less than three rows or columns."""
    rng = np.random.default_rng(seed)
    sim = rng.integers(0, 3, rng.integers(3, 30, 2)).astype(float)
    sim = sim * rng.random(sim.shape) if rng.random() < 0.5 else sim
    gaps = rng.integers(0, 4, 2) / 2 if rng.random() < 0.5 else rng.random(2)
    gaps = [np.inf, np.inf] if rng.random() < 0.2 else gaps
    return {
        "sim": sim.astype(np.float32) if rng.random() < 0.3 else sim,
        "gap_onset": gaps[0],
        "gap_extend": gaps[1],
        "knight_moves": bool(rng.integers(2)),
    }


@pytest.mark.parametrize("seed", range(30))
def test_scores_are_librosas(seed, form):
    call = some_call(seed)
    got, expected = RQA(**call, backtrack=False), PEER(**call, backtrack=False)
    assert got.dtype == expected.dtype
    assert np.array_equal(got, expected)


@pytest.mark.parametrize("seed", range(30))
def test_an_alignment_ends_in_the_best_score_and_adds_up_to_it(seed, form):
    call = some_call(seed)
    score, path = RQA(**call)
    assert path.dtype == np.uint64
    path = path.astype(int)
    assert score[tuple(path[-1])] == score.max()
    moves = np.diff(path, axis=0).tolist()
    assert all(move in ([1, 1], [1, 2], [2, 1]) for move in moves)
    total, above = 0.0, True
    for i, j in path:
        value = float(call["sim"][i, j])
        total = total + value if value > 0 else max(0.0, total - call["gap_onset" if above else "gap_extend"])
        above = value > 0
        assert total == pytest.approx(score[i, j], rel=1e-5)


@pytest.mark.parametrize("seed", range(20))
def test_paths_that_stay_off_the_second_column_are_librosas(seed, form):
    call = some_call(seed)
    call["sim"][:, :2] = 0
    assert np.array_equal(RQA(**call)[1], PEER(**call)[1])


def test_the_three_methods_of_the_paper():
    sim = np.eye(6)
    sim[3, 3] = 0
    assert RQA(sim, gap_onset=np.inf, gap_extend=np.inf, knight_moves=False, backtrack=False)[-1, -1] == 2
    jump = np.zeros((4, 6))
    jump[[0, 1, 2, 3], [0, 2, 3, 5]] = 1
    score, path = RQA(jump, gap_onset=np.inf, gap_extend=np.inf)
    assert score[-1, -1] == 4
    assert path.tolist() == [[0, 0], [1, 2], [2, 3], [3, 5]]
    assert RQA(sim, gap_onset=0.5, gap_extend=1, knight_moves=False, backtrack=False)[-1, -1] == 4.5


def test_a_knight_move_into_the_second_column_is_followed_back():
    sim = np.zeros((4, 4))
    sim[[0, 2, 3], [0, 1, 2]] = 1
    assert RQA(sim)[1].tolist() == [[0, 0], [2, 1], [3, 2]]


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (4, 1), (2, 2), (2, 5)])
def test_small_matrices(shape, form):
    score, path = RQA(np.ones(shape))
    assert score.shape == shape
    assert score.max() == min(shape)
    assert len(path) == min(shape)


def test_nothing_alike_gives_no_path(form):
    score, path = RQA(np.zeros((3, 4)))
    assert not score.any()
    assert path.shape == (0, 2)


def test_truths_are_scored_as_numbers():
    score = RQA(np.eye(3, dtype=bool), backtrack=False)
    assert score.dtype == np.float64
    assert score[-1, -1] == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"gap_onset": -1}, "gap_onset must be"),
        ({"gap_extend": -1}, "gap_extend must be"),
        ({"gap_extend": None}, "gap_extend must be"),
        ({"gap_onset": np.nan}, "gap_onset must be"),
        ({"sim": np.ones(3)}, "real matrix"),
        ({"sim": np.ones((0, 3))}, "real matrix"),
        ({"sim": np.ones((2, 3)) * 1j}, "real matrix"),
    ],
)
def test_rqa_refuses(call, message):
    with pytest.raises(ParameterError, match=message):
        RQA(**{"sim": np.ones((3, 3)), **call})
