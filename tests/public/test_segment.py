"""Recurrence, lags, enhanced paths and segments: librosa's own results, with and without the compiled part."""

from __future__ import annotations

import sys

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.sparse
from comparing import RELEASE
from scipy.ndimage import median_filter

import spectro
from spectro import ParameterError, segment
from spectro._host import joining, neighbors

RNG = np.random.default_rng(5)
FEW = RNG.standard_normal((5, 60))  # features: a tree of neighbors
MANY = RNG.standard_normal((20, 60))  # a product of matrices
BANDWIDTHS = ("med_k_scalar", "mean_k", "gmean_k", "mean_k_avg", "gmean_k_avg", "mean_k_avg_and_pair", 0.7)
OLD = RELEASE < (1, 0)
METRICS = (
    "euclidean",
    "sqeuclidean",
    "cosine",
    "manhattan",
    "chebyshev",
    "cityblock",
    "l1",
    "l2",
    "minkowski",
    "canberra",
)


@pytest.fixture(params=["compiled", "NumPy"])
def form(request, monkeypatch):
    """Who computes: the compiled part, or NumPy where there is none."""
    if request.param == "NumPy":
        for module in (neighbors, joining):
            monkeypatch.setattr(module, "compiled", lambda: None)
    return request.param


def assert_same(got, expected, rtol=1e-12):
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    assert type(got) is type(expected)
    if scipy.sparse.issparse(expected):
        assert got.nnz == expected.nnz
        got, expected = got.toarray(), expected.toarray()
    assert np.array_equal(got != 0, expected != 0)
    np.testing.assert_allclose(got, expected, rtol=rtol)


def assert_librosas(name, *arrays, rtol=1e-12, **call):
    expected = getattr(librosa.segment, name)(*arrays, **call)
    if OLD and scipy.sparse.issparse(expected) and "lag" not in name:
        expected = scipy.sparse.csc_array(expected)  # as since 1.0
    assert_same(getattr(segment, name)(*arrays, **call), expected, rtol)


@pytest.mark.parametrize("data", [FEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize("mode", segment.recurrence.MODES)
@pytest.mark.parametrize(
    "call",
    [
        {},
        {"k": 1},
        {"k": 5, "width": 7},
        {"k": 500},
        {"width": 28},
        {"sym": True},
        {"sym": True, "self": True, "sparse": True},
        {"k": 4, "width": 3, "self": True},
        {"full": True, "width": 3, "k": 4},
        {"full": True, "self": True, "sparse": True},
        {"axis": 0, "k": 2},
    ],
    ids=repr,
)
def test_recurrence_matrices_are_librosas(data, mode, call, form):
    if OLD and mode == "affinity" and "self" in call:
        pytest.skip("in librosa 0.11 the frame itself does not count for a bandwidth")
    if "axis" in call:
        data = data.T[:, :20].copy() if data is MANY else np.vstack([data, data + 1]).T.copy()
    assert_librosas("recurrence_matrix", data, mode=mode, **call)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_finds_librosas_neighbors(metric, dtype, form):
    for data in (FEW, MANY, MANY[:4, :18]):
        frames = np.abs(data).astype(dtype)
        assert_librosas("recurrence_matrix", frames, metric=metric, mode="distance", k=6, rtol=3e-7)
        assert_librosas("cross_similarity", frames, frames[:, 9:].copy(), metric=metric, mode="distance", rtol=3e-7)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bandwidth", BANDWIDTHS)
def test_bandwidths_are_librosas(bandwidth, full):
    call = {"mode": "affinity", "bandwidth": bandwidth, "full": full, "k": 5}
    assert_librosas("recurrence_matrix", MANY, width=2, **call)
    assert_librosas("cross_similarity", MANY, MANY[:, :40] + 0.1, **call)


@pytest.mark.parametrize("call", [{}, {"k": 3}, {"k": 100}, {"sparse": True}, {"full": True}], ids=repr)
@pytest.mark.parametrize("mode", segment.recurrence.MODES)
def test_cross_similarities_are_librosas(mode, call, form):
    for among in (1, 2, 3, 40, 90):
        assert_librosas("cross_similarity", FEW, RNG.standard_normal((5, among)), mode=mode, **call)


def test_a_bandwidth_for_each_pair_has_frames_along_the_first_axis():
    bandwidth = RNG.uniform(0.5, 2, (60, 60))
    assert_librosas("recurrence_matrix", FEW, mode="affinity", bandwidth=bandwidth)
    got = segment.recurrence_matrix(mx.array(FEW), mode="affinity", bandwidth=mx.array(bandwidth))
    np.testing.assert_allclose(got, segment.recurrence_matrix(FEW, mode="affinity", bandwidth=bandwidth), atol=1e-5)


def test_channels_are_flattened():
    assert_librosas("recurrence_matrix", np.stack([FEW, FEW[::-1] ** 2]), mode="distance")
    assert_librosas("cross_similarity", np.stack([FEW, -FEW]), np.stack([FEW, FEW])[..., :30], mode="distance")


def test_a_frame_is_its_own_nearest_neighbor(form):
    """With `self` the bandwidth shrinks to the distance of the neighbor before; of the only one there is none."""
    far = np.sort(librosa.segment.recurrence_matrix(FEW, mode="distance", k=3), axis=0)[-3:]
    got = segment.recurrence_matrix(FEW, mode="affinity", k=3, self=True)
    nearest = np.sort(got, axis=0)[-2]
    np.testing.assert_allclose(nearest, np.exp(-far[0] / np.median(far[1])), rtol=1e-12)
    assert np.array_equal(segment.recurrence_matrix(FEW, mode="affinity", k=1, self=True), np.eye(60))


def test_frames_at_no_distance_are_linked_by_connectivity_alone(form):
    silent = FEW.copy()
    silent[:, 20:40] = 0  # which of them are neighbors of others is up to the order of a search
    for mode in ("distance", "affinity"):
        got, expected = (module.recurrence_matrix(silent, mode=mode, k=3) for module in (segment, librosa.segment))
        np.testing.assert_allclose(np.sort(got, axis=0), np.sort(expected, axis=0), rtol=1e-12)
    assert segment.recurrence_matrix(silent, k=3).sum() == 180
    with pytest.raises(ParameterError, match=r"^\[recurrence_matrix\] bandwidth must be .* without neighbors"):
        segment.recurrence_matrix(0 * FEW, mode="affinity")
    with pytest.raises(ParameterError, match=r"^\[recurrence_matrix\] bandwidth .* frame 20 has no neighbors"):
        segment.recurrence_matrix(silent, mode="affinity", bandwidth="mean_k", k=3)


def test_of_frames_equally_far_the_first_are_neighbors(form):
    ties = np.array([[0.0, 1.0, -1.0, 1.0, 2.0, -1.0, 5.0, 6.0]])
    assert segment.cross_similarity(ties[:, :1], ties[:, 1:], k=3)[:, 0].tolist() == [True, True, True, *4 * [False]]


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "l1"])
def test_blocks_of_distances_change_nothing(metric, form, monkeypatch):
    whole = segment.recurrence_matrix(MANY, mode="distance", metric=metric)
    monkeypatch.setattr(neighbors, "BLOCK", 700)
    assert_same(segment.recurrence_matrix(MANY, mode="distance", metric=metric), whole)


def test_mlx_gives_mlx_unless_it_is_sparse():
    got = segment.recurrence_matrix(mx.array(FEW), mode="affinity")
    assert isinstance(got, mx.array)
    assert got.dtype == mx.float32
    assert segment.recurrence_matrix(mx.array(FEW)).dtype == mx.bool_
    assert scipy.sparse.issparse(segment.recurrence_matrix(mx.array(FEW), sparse=True))


def test_what_is_not_installed_is_said_in_one_sentence(monkeypatch):
    expected = librosa.segment.recurrence_matrix(FEW, metric="cosine")
    monkeypatch.setitem(sys.modules, "sklearn.neighbors", None)
    assert_same(segment.recurrence_matrix(FEW, metric="cosine"), expected)
    with pytest.raises(ParameterError, match=r"^\[recurrence_matrix\] metric .* scikit-learn is not installed"):
        segment.recurrence_matrix(FEW, metric="canberra")
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match=r"^\[recurrence_matrix\] sparse=True needs SciPy: pip install scipy \("):
        segment.recurrence_matrix(FEW, sparse=True)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ({"width": 0}, "width"),
        ({"width": 29}, "width"),
        ({"width": 1.5}, "width"),
        ({"mode": "near"}, "mode"),
        ({"metric": "near"}, "metric"),
        ({"metric": "haversine"}, "metric"),
        ({"k": -3}, "k"),
        ({"k": "many"}, "k"),
        ({"axis": 2}, "axis"),
        ({"mode": "affinity", "bandwidth": 0}, "bandwidth"),
        ({"mode": "affinity", "bandwidth": "wide"}, "bandwidth"),
        ({"mode": "affinity", "bandwidth": np.ones((3, 3))}, "bandwidth"),
        ({"mode": "affinity", "bandwidth": np.zeros((60, 60))}, "bandwidth"),
        ({"data": FEW[:, :2]}, "width"),
        ({"data": FEW[:, :0]}, "data"),
        ({"data": FEW * np.nan}, "data"),
        ({"data": FEW + 1j}, "data"),
    ],
    ids=repr,
)
def test_bad_recurrence_is_refused(call, name):
    with pytest.raises(ParameterError, match=rf"^\[recurrence_matrix\] {name} must"):
        segment.recurrence_matrix(**{"data": FEW, **call})


def test_bad_cross_similarity_is_refused():
    for data, ref, call in ((FEW, MANY, {}), (FEW, FEW[None], {}), (FEW, FEW, {"k": 0})):
        with pytest.raises(ParameterError, match=r"^\[cross_similarity\] (data|k) "):
            segment.cross_similarity(data, ref, **call)
    with pytest.raises(ParameterError, match="frame 60 has no neighbors"):
        segment.cross_similarity(FEW, np.hstack([FEW, FEW]) + 0.1, mode="affinity", bandwidth="mean_k")


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("pad", [False, True])
@pytest.mark.parametrize("kind", ["dense", "bool", "csc", "csr", "lil"])
def test_lags_are_librosas_and_go_back(kind, pad, axis):
    rec = RNG.random((9, 9)) * (RNG.random((9, 9)) < 0.4)
    given = (
        {"dense": rec, "bool": rec > 0}[kind]
        if kind in ("dense", "bool")
        else getattr(scipy.sparse, f"{kind}_matrix")(rec)
    )
    assert_librosas("recurrence_to_lag", given, pad=pad, axis=axis)
    lag = segment.recurrence_to_lag(given, pad=pad, axis=axis)
    assert_librosas("lag_to_recurrence", lag, axis=axis)
    assert_same(segment.lag_to_recurrence(lag, axis=axis), given)
    if kind == "dense":
        assert np.array_equal(segment.recurrence_to_lag(mx.array(rec), pad=pad, axis=axis), lag.astype(np.float32))


def test_what_is_no_matrix_of_recurrence_or_lag_is_refused():
    for rec in (np.ones((3, 4)), np.ones(3), np.ones((2, 3, 3))):
        with pytest.raises(ParameterError, match=r"^\[recurrence_to_lag\] rec must be square"):
            segment.recurrence_to_lag(rec)
    for lag, axis in ((np.ones((7, 4)), -1), (np.ones((8, 4)), 0), (np.ones((2, 4, 4)), -1)):
        with pytest.raises(ParameterError, match=r"^\[lag_to_recurrence\] lag must have"):
            segment.lag_to_recurrence(lag, axis=axis)
    for fn in (segment.recurrence_to_lag, segment.lag_to_recurrence):
        with pytest.raises(ParameterError, match="axis must be one of"):
            fn(np.ones((3, 3)), axis=2)


@pytest.mark.parametrize("pad", [False, True])
def test_filters_of_time_and_lag_are_librosas(pad):
    rec = RNG.random((12, 12))
    ours, theirs = (module.timelag_filter(median_filter, pad=pad) for module in (segment, librosa.segment))
    assert np.array_equal(ours(rec, size=(1, 5)), theirs(rec, size=(1, 5)))
    second = segment.timelag_filter(lambda size, lag: median_filter(lag, size), pad=pad, index=1)
    assert np.array_equal(second((1, 5), rec), ours(rec, size=(1, 5)))
    assert ours.__name__ == "median_filter"


def test_bad_filters_of_time_and_lag_are_refused():
    for call in ({"function": 3}, {"function": median_filter, "index": -1}):
        with pytest.raises(ParameterError, match=r"^\[timelag_filter\]"):
            segment.timelag_filter(**call)
    with pytest.raises(ParameterError, match=r"^\[timelag_filter\] index must be"):
        segment.timelag_filter(median_filter, index=1)(np.eye(3))


@pytest.mark.parametrize("seed", range(12))
def test_segments_are_librosas_whatever_is_equal(seed, form):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 90))
    data = rng.standard_normal((int(rng.choice([1, 12, 30])), n))
    made = (data, np.round(data), np.repeat(data, 3, axis=1)[:, :n], (data > 0) * 1.0, data.astype(np.float32))
    for x in made:
        k = int(rng.integers(1, n + 1))
        assert_same(segment.agglomerative(x, k), librosa.segment.agglomerative(x, k))
        frames = rng.choice(n, 3) // 2 * 2
        if min(np.diff(librosa.util.fix_frames(frames, x_min=0, x_max=n))) > 1:  # librosa refuses single frames
            assert_same(segment.subsegment(x, frames), librosa.segment.subsegment(x, frames))


def test_segments_of_other_axes_channels_and_clusterers():
    for x, axis in ((FEW.T.copy(), 0), (np.stack([FEW, MANY[:5]]), -1), (FEW[0], -1)):
        assert_same(segment.agglomerative(x, 6, axis=axis), librosa.segment.agglomerative(x, 6, axis=axis))
        assert_same(segment.subsegment(x, [20, 31], axis=axis), librosa.segment.subsegment(x, [20, 31], axis=axis))
    cluster = pytest.importorskip("sklearn.cluster")
    kmeans = cluster.KMeans(3, random_state=0, n_init=1)
    assert_same(
        segment.agglomerative(FEW, 3, clusterer=kmeans), librosa.segment.agglomerative(FEW, 3, clusterer=kmeans)
    )


def test_one_frame_is_one_segment(form):
    assert segment.agglomerative(np.ones((3, 1)), 1).tolist() == [0]
    assert segment.subsegment(np.ones((1, 5)), [1, 2]).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("k", [0, -1, 2.5, None, 61])
def test_bad_numbers_of_segments_are_refused(k):
    with pytest.raises(ParameterError, match=r"^\[agglomerative\] k must be"):
        segment.agglomerative(FEW, k)
    if k != 61:
        with pytest.raises(ParameterError, match=r"^\[subsegment\] n_segments must be"):
            segment.subsegment(FEW, [3, 9], n_segments=k)
    with pytest.raises(ParameterError, match=r"^\[subsegment\] frames must not be negative"):
        segment.subsegment(FEW, [-3])


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap"])
def test_enhanced_paths_are_librosas_whatever_is_beyond_the_edges(mode):
    R = RNG.random((2, 23, 31)) * (RNG.random((2, 23, 31)) < 0.3)
    for call in ({"n": 9}, {"n": 6, "zero_mean": True, "n_filters": 2}, {"n": 8, "clip": False, "min_ratio": 0.9}):
        ours = segment.path_enhance(R, mode=mode, cval=0.5, **call)
        np.testing.assert_allclose(ours, librosa.segment.path_enhance(R, mode=mode, cval=0.5, **call), atol=2e-7)


def test_enhanced_paths_keep_the_type_and_the_zeros():
    R = np.zeros((40, 40), dtype=np.float32)
    R[:9, :9] = np.eye(9)
    enhanced, expected = segment.path_enhance(R, 5), librosa.segment.path_enhance(R, 5)
    assert enhanced.dtype == np.float32
    assert np.array_equal(enhanced > 0, expected > 0)
    moved = {"origin": (1, -1), "max_ratio": 1.5}
    np.testing.assert_allclose(
        segment.path_enhance(R, 5, **moved), librosa.segment.path_enhance(R, 5, **moved), atol=2e-7
    )
    assert np.array_equal(np.asarray(segment.path_enhance(mx.array(R), 5)) > 0, expected > 1e-6)
    assert np.array_equal(segment.path_enhance((R * 64).astype(int) > 0, 5), segment.path_enhance(R.astype(float), 5))


@pytest.mark.parametrize(
    "call",
    [
        {"n": 0},
        {"n": 2.5},
        {"max_ratio": 0},
        {"min_ratio": 3.0},
        {"min_ratio": -1.0},
        {"n_filters": 0},
        {"mode": "none"},
        {"window": np.ones(4)},
        {"origin": 4},
        {"R": np.ones(3)},
        {"R": np.ones((3, 3)) + 1j},
        {"R": np.full((3, 3), np.nan)},
        {"R": scipy.sparse.csr_matrix(np.eye(3))},
    ],
    ids=lambda call: next(iter(call)),
)
def test_bad_paths_are_refused(call):
    with pytest.raises(ParameterError, match=rf"^\[path_enhance\] {next(iter(call))} must"):
        segment.path_enhance(**{"R": np.eye(9), "n": 5, **call})


@pytest.mark.parametrize("n", [1, 3, 12, 31])
def test_diagonal_filters_are_librosas_at_any_angle(n):
    for call in ({"slope": s} for s in (-2.0, -1.0, 0.0, 0.4, 1.0, 1.7, np.inf)):
        ours = spectro.filters.diagonal_filter("hamming", n, **call)
        np.testing.assert_allclose(ours, librosa.filters.diagonal_filter("hamming", n, **call), atol=1e-7)
    for angle in (-7.0, -0.3, 0.0, np.pi / 4, 2.0):
        call = {"angle": angle, "zero_mean": True}
        ours = spectro.filters.diagonal_filter("hamming", n, **call)
        np.testing.assert_allclose(ours, librosa.filters.diagonal_filter("hamming", n, **call), atol=1e-7)


def test_bad_diagonals_are_refused():
    for call in ({"n": 0}, {"window": "hann", "n": 2}, {"window": "sharp"}, {"slope": np.nan}, {"n": 10**9}):
        with pytest.raises(ParameterError, match=r"^\[diagonal_filter\]"):
            spectro.filters.diagonal_filter(**{"window": "boxcar", "n": 5, **call})


@pytest.mark.parametrize("mode", ["distance", "affinity"])
@pytest.mark.parametrize("metric", ["euclidean", "cosine", "cityblock"])
@pytest.mark.parametrize("bandwidth", [None, "mean_k_avg_and_pair"])
def test_all_pairs_are_librosas(mode, metric, bandwidth):
    frames = np.random.default_rng(4).random((12, 40))
    frames[:, 7] = frames[:, 3]
    options = {"mode": mode, "metric": metric, "full": True, "bandwidth": bandwidth}
    expected = librosa.segment.recurrence_matrix(frames, **options)
    np.testing.assert_allclose(spectro.segment.recurrence_matrix(frames, **options), expected, atol=1e-7)
    other = np.random.default_rng(5).random((12, 30))
    crossed = librosa.segment.cross_similarity(frames, other, **options)
    np.testing.assert_allclose(spectro.segment.cross_similarity(frames, other, **options), crossed, atol=1e-7)
