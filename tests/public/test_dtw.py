"""Dynamic time warping: the very same paths as librosa's, in the compiled part and in NumPy."""

from __future__ import annotations

import sys

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.spatial

import spectro
from spectro import ParameterError
from spectro._host import warping

DTW, PEER = spectro.sequence.dtw, librosa.sequence.dtw
LONG_STEPS = np.array([[1, 1], [1, 2], [2, 1]])


@pytest.fixture(params=["compiled", "numpy"])
def form(request, monkeypatch):
    """Who computes."""
    if request.param == "numpy":
        monkeypatch.setattr(warping, "compiled", lambda: None)
    elif warping.compiled() is None:
        pytest.skip("the compiled part is not there")
    return request.param


def some_costs(rng, n, m):
    """Costs or frames, with ties, infinities and several leading dimensions."""
    kind = rng.integers(4)
    if kind == 0:
        C = rng.integers(0, 4, (n, m)).astype(float)
        return {"C": np.where(rng.random((n, m)) < rng.choice([0, 0.2]), np.inf, C)}
    if kind == 1:
        return {"C": rng.standard_normal((n, m))}
    if kind == 2:
        lead = [(2,), (3,), (2, 3), (2, 2, 3)][rng.integers(4)]
        return {"X": rng.integers(0, 3, (*lead, n)) / 2, "Y": rng.integers(0, 3, (*lead, m)) / 2}
    metric = ["cosine", "cityblock", "euclidean"][rng.integers(3)]
    return {"X": rng.random((4, n)).astype(np.float32), "Y": rng.random((4, m)), "metric": metric}


def some_call(seed):
    """Keywords of one call."""
    rng = np.random.default_rng(seed)
    call = some_costs(rng, *rng.integers(1, 14, 2))
    count = 3
    if rng.random() < 0.5:
        steps = rng.integers(0, 4, (rng.integers(1, 5), 2))
        steps[(steps == 0).all(axis=1)] = 1
        steps = LONG_STEPS if rng.random() < 0.5 else steps
        call["step_sizes_sigma"], count = steps, len(steps)
    if rng.random() < 0.3:
        call["weights_add"] = np.round(rng.random(count), 1)
    if rng.random() < 0.3:
        call["weights_mul"] = np.round(2 * rng.random(count), 1)
    if rng.random() < 0.3:
        call |= {"global_constraints": True, "band_rad": float(np.round(rng.random(), 2))}
    return call | {"subseq": bool(rng.integers(2)), "return_steps": True}


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.filterwarnings("ignore")
def test_totals_paths_and_steps_are_librosas(seed, form):
    call = some_call(seed)
    try:
        expected = PEER(**call)
    except librosa.ParameterError:
        with pytest.raises(ParameterError):
            DTW(**call)
        expected, call = PEER(**call, backtrack=False), call | {"backtrack": False}
    got = DTW(**call)
    assert len(got) == len(expected)
    for ours, theirs in zip(got, expected):
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("steps", [None, LONG_STEPS, np.array([[1, 1], [0, 1], [1, 0], [0, 3], [3, 0]])])
def test_tiles_of_a_large_matrix_fit_together(steps, form):
    rng = np.random.default_rng(1)
    X, Y = rng.random((3, 201)), rng.random((3, 290))
    expected = PEER(X, Y, step_sizes_sigma=steps, return_steps=True)
    for ours, theirs in zip(DTW(X, Y, step_sizes_sigma=steps, return_steps=True), expected):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_nothing(threads):
    X, Y = np.random.default_rng(2).random((2, 3, 400))
    expected = PEER(X, Y)[1]
    before = spectro._cpu.threads() if warping.compiled() else None
    if before is None:
        pytest.skip("the compiled part is not there")
    spectro._cpu.set_threads(threads)
    try:
        assert np.array_equal(DTW(X, Y)[1], expected)
    finally:
        spectro._cpu.set_threads(before)


def test_what_comes_back_depends_on_what_is_asked_for():
    C = np.ones((3, 4))
    assert isinstance(DTW(C=C, backtrack=False), np.ndarray)
    assert [x.shape for x in DTW(C=C)] == [(3, 4), (4, 2)]
    assert [x.dtype for x in DTW(C=mx.array(C), return_steps=True)] == [np.float64, np.int64, np.int32]
    assert [x.shape for x in DTW(C=C, backtrack=False, return_steps=True)] == [(3, 4), (3, 4)]


def test_costs_are_left_as_they_were():
    C = np.random.default_rng(3).random((6, 8))
    before = C.copy()
    DTW(C=C, global_constraints=True, band_rad=0.1)
    assert np.array_equal(C, before)


def test_a_longer_first_sequence_is_found_in_itself():
    X = np.random.default_rng(4).random((3, 20))
    D, path = DTW(X, X[:, 5:12], subseq=True)
    assert D.shape == (7, 20)
    assert path[::-1].tolist() == [[5 + k, k] for k in range(7)]


def test_nothing_outside_the_band_is_looked_at_but_for_numbers():
    C = np.ones((5, 5))
    C[0, 4] = np.nan
    with pytest.raises(ParameterError, match="NaN"):
        DTW(C=C, global_constraints=True, band_rad=0.2)


REFUSED = {
    "nothing": ({}, "both be given"),
    "one sequence": ({"X": [[1.0]]}, "both be given"),
    "too much": ({"X": [[1.0]], "C": [[1.0]]}, "beside C"),
    "other features": ({"X": np.ones((2, 3)), "Y": np.ones((3, 3))}, "as many features"),
    "no frames": ({"X": np.ones((2, 0)), "Y": np.ones((2, 3))}, "hold real frames"),
    "complex": ({"X": np.ones((2, 3)) * 1j, "Y": np.ones((2, 3))}, "hold real frames"),
    "complex costs": ({"C": np.ones((2, 2)) * 1j}, "real matrix"),
    "three dimensions": ({"C": np.ones((2, 2, 2))}, "real matrix"),
    "NaN": ({"C": [[1.0, np.nan]]}, "NaN"),
    "no way": ({"C": np.full((3, 3), np.inf)}, "no path"),
    "diagonal": ({"C": np.ones((5, 3)), "step_sizes_sigma": [[1, 1]], "subseq": True}, "no path"),
    "negative steps": ({"C": np.ones((3, 3)), "step_sizes_sigma": [[-1, 1]]}, "not be negative"),
    "no step": ({"C": np.ones((3, 3)), "step_sizes_sigma": [[0, 0]]}, r"a step \(0, 0\)"),
    "half steps": ({"C": np.ones((3, 3)), "step_sizes_sigma": [[0.5, 1]]}, "integers of shape"),
    "shape of steps": ({"C": np.ones((3, 3)), "step_sizes_sigma": [1, 1]}, "integers of shape"),
    "few weights": ({"C": np.ones((3, 3)), "step_sizes_sigma": [[1, 1]], "weights_add": [1, 2]}, "weights_add must be"),
    "many weights": ({"C": np.ones((3, 3)), "weights_mul": [1, 2]}, "weights_mul must be"),
    "metric": ({"X": np.ones((2, 3)), "Y": np.ones((2, 3)), "metric": "no"}, "metric must be one"),
    "band": ({"C": np.ones((3, 3)), "global_constraints": True, "band_rad": "wide"}, "band_rad must be"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_dtw_refuses(what):
    call, message = REFUSED[what]
    with pytest.raises(ParameterError, match=message):
        DTW(**call)


def test_another_metric_needs_scipy(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.spatial.distance", None)
    X = np.ones((2, 3))
    assert DTW(X, X)[0].shape == (3, 3)
    with pytest.raises(ImportError, match="pip install scipy"):
        DTW(X, X, metric="correlation")


@pytest.mark.parametrize("seed", range(20))
def test_steps_are_followed_back_as_librosa_does(seed):
    rng = np.random.default_rng(seed)
    C = rng.integers(0, 3, (6, 8)).astype(float)
    subseq = bool(rng.integers(2))
    _, steps = DTW(C=C, subseq=subseq, backtrack=False, return_steps=True)
    call = {"subseq": subseq} | ({"start": int(rng.integers(8))} if subseq else {})
    expected = librosa.sequence.dtw_backtracking(steps, **call)
    assert np.array_equal(spectro.sequence.dtw_backtracking(steps, **call), expected)


def test_a_path_that_leaves_the_matrix_ends():
    steps = np.ones((3, 4), int)
    expected = librosa.sequence.dtw_backtracking(steps)
    assert np.array_equal(spectro.sequence.dtw_backtracking(steps), expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"steps": np.full((2, 2), 7)}, "must be in 0 .. 2"),
        ({"steps": np.full((2, 2), -1)}, "must be in 0 .. 2"),
        ({"steps": np.full((2, 2), 0.5)}, "whole numbers"),
        ({"steps": np.zeros(3, int)}, "whole numbers"),
        ({"steps": np.zeros((0, 2), int)}, "whole numbers"),
        ({"steps": np.zeros((2, 2), int), "start": 1}, "without subseq=True"),
        ({"steps": np.zeros((2, 2), int), "start": 2, "subseq": True}, "in 0 .. 1"),
        ({"steps": np.zeros((2, 2), int), "start": 1.0, "subseq": True}, "in 0 .. 1"),
    ],
)
def test_backtracking_refuses(call, message):
    with pytest.raises(ParameterError, match=message):
        spectro.sequence.dtw_backtracking(**call)


def test_steps_of_ones_own_are_followed_back():
    C = np.random.default_rng(5).random((9, 12))
    _, path, steps = DTW(C=C, step_sizes_sigma=LONG_STEPS, return_steps=True)
    assert steps.max() >= 3
    assert np.array_equal(spectro.sequence.dtw_backtracking(steps, step_sizes_sigma=LONG_STEPS), path)


def test_places_lie_between_the_pairs_of_a_path():
    path = np.array([[4, 9], [3, 7], [2, 7], [0, 3]])
    assert spectro.sequence.path_to_steps(path).tolist() == [0, 0.5, 1, 1.5, 3, 3.5, 4]
    assert spectro.sequence.path_to_steps(path[::-1]).tolist() == [0, 0.5, 1, 1.5, 3, 3.5, 4]
    assert spectro.sequence.path_to_steps(path, inverse=True).tolist() == [3, 5, 7, 7, 9]
    with pytest.raises(ParameterError, match=r"shape \(l, 2\)"):
        spectro.sequence.path_to_steps([1, 2, 3])


@pytest.mark.parametrize("metric", ["sqeuclidean", "cityblock", "cosine"])
@pytest.mark.parametrize("features", [1, 2, 5, 12])
@pytest.mark.parametrize("native", [True, False])
def test_distances_are_scipys_to_the_last_bit(monkeypatch, metric, features, native):
    if not native:
        monkeypatch.setattr("spectro._host.warping.compiled", lambda: None)
    rng = np.random.default_rng(features)
    X, Y = rng.standard_normal((features, 9)), rng.standard_normal((features, 140))
    X[:, 3] = 2 * Y[:, 5]
    D, _ = DTW(X, Y, metric=metric, subseq=True)
    costs = scipy.spatial.distance.cdist(X.T, Y.T, metric=metric)
    np.testing.assert_array_equal(D[0], costs[0])
    np.testing.assert_array_equal(D, librosa.sequence.dtw(X, Y, metric=metric, subseq=True)[0])
