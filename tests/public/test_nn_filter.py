"""Filters by nearest neighbors: librosa's results for any recurrence matrix and aggregate."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.sparse

from spectro import ParameterError
from spectro._host import gathering
from spectro.decompose import nn_filter

RNG = np.random.default_rng(6)
S = np.abs(RNG.standard_normal((20, 70)))
REC = RNG.random((70, 70)) * (RNG.random((70, 70)) < 0.2)
REC[:, 3] = 0  # a frame without neighbors
AGGREGATES = (None, np.mean, np.median, np.average, np.max, lambda frames, axis: frames.sum(axis))


@pytest.fixture(params=["compiled", "NumPy"])
def form(request, monkeypatch):
    """Who computes: the compiled part, or NumPy where there is none."""
    if request.param == "NumPy":
        monkeypatch.setattr(gathering, "compiled", lambda: None)
    return request.param


def assert_librosas(S, rtol=1e-12, **call):
    got, expected = nn_filter(S, **call), librosa.decompose.nn_filter(S, **call)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    np.testing.assert_allclose(got, expected, rtol=rtol)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_filtered_frames_are_librosas(aggregate, dtype, form):
    for call in (
        {},
        {"k": 5, "metric": "cosine"},
        {"mode": "affinity", "width": 3},
        {"rec": REC},
        {"k": 1, "sym": True},
    ):
        assert_librosas(S.astype(dtype), aggregate=aggregate, rtol=1e-12 if dtype is np.float64 else 1e-6, **call)


@pytest.mark.parametrize("aggregate", [np.mean, np.median, np.average])
def test_recurrence_of_any_kind(aggregate):
    for rec in (REC > 0, REC.astype(np.float32), (REC * 9).astype(int), scipy.sparse.csc_matrix(REC)):
        assert_librosas(S, rec=rec, aggregate=aggregate)
    for rec in (scipy.sparse.csr_matrix(REC), scipy.sparse.coo_array(REC), mx.array(REC)):
        expected = nn_filter(S, rec=REC, aggregate=aggregate)
        np.testing.assert_allclose(nn_filter(S, rec=rec, aggregate=aggregate), expected, rtol=1e-6)


def test_channels_and_axes():
    stereo = np.stack([S, S[::-1] ** 2])
    assert_librosas(stereo, aggregate=np.median)
    assert_librosas(S.T.copy(), axis=0)
    assert_librosas(stereo, rec=REC, aggregate=np.average)
    assert_librosas((S * 50).astype(int), rec=REC)
    assert_librosas(S + 1j * S[::-1], rec=REC)


def test_not_a_number_goes_where_its_frame_goes(form):
    broken = S.copy()
    broken[4, 9] = np.nan
    for aggregate in (np.mean, np.median):
        got, expected = (f(broken, rec=REC, aggregate=aggregate) for f in (nn_filter, librosa.decompose.nn_filter))
        np.testing.assert_allclose(got, expected)


def test_medians_of_many_frames_and_of_equal_values(form):
    steps = np.round(RNG.standard_normal((3, 300)), 1)
    for count in (1, 2, 64, 65, 299):
        rec = np.zeros((300, 300))
        for j in range(300):
            rec[RNG.choice(300, count, replace=False), j] = 1
        assert_librosas(steps, rec=rec, aggregate=np.median)


def test_mlx_gives_mlx():
    got = nn_filter(mx.array(S), aggregate=np.median)
    assert isinstance(got, mx.array)
    np.testing.assert_allclose(got, nn_filter(S.astype(np.float32), aggregate=np.median), rtol=1e-6)


def test_bad_calls_are_refused():
    for call, name in (({"rec": REC[:9]}, "rec"), ({"rec": REC[:9, :9]}, "rec"), ({"aggregate": 3}, "aggregate")):
        with pytest.raises(ParameterError, match=rf"^\[nn_filter\] {name} must"):
            nn_filter(S, **call)
    for call in ({"width": 0}, {"metric": "near"}, {"axis": 2}):
        with pytest.raises(ParameterError, match=r"^\[nn_filter\]"):
            nn_filter(S, **call)
    with pytest.raises(TypeError, match=r"^\[nn_filter\] unknown keyword 'neighbors'"):
        nn_filter(S, neighbors=3)
