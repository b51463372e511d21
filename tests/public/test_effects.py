"""Decomposition and effects: against librosa and SciPy, and what is true of signals."""

from __future__ import annotations

import sys

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.ndimage
import tolerances
from comparing import assert_close
from rows_effects import ROWS

import spectro
from spectro import _reference
from spectro._engine import dispatch
from spectro._plans import MedianPlan

RNG = np.random.default_rng(6)
SIZES = (1, 2, 3, 4, 5, 8, 13, 31, 32, 63, 101)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_rows_are_the_truth_on_every_backend(row, backend):
    for arrays in (row.numpy(), row.mlx()):
        assert_close(row.call(**arrays), row.expected(), tolerances.PARITY, function=row.function)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("axis", [-2, -1])
@pytest.mark.parametrize("shape", [(70, 61), (2, 61, 300), (64, 128), (600, 51)])
def test_running_medians_are_those_of_scipy_to_the_bit(size, axis, shape, backend):
    x = RNG.standard_normal(shape).astype(np.float32)
    x[..., 3, 5:9] = np.inf
    x[..., 7, :] = -np.inf
    sizes = [1] * len(shape)
    sizes[axis] = size
    got = np.array(dispatch.run("running_median", MedianPlan(size, axis), mx.array(x)))
    np.testing.assert_array_equal(got, scipy.ndimage.median_filter(x, sizes, mode="reflect"))


def test_a_window_wider_than_the_spectrogram_sees_its_mirror_images():
    x = RNG.standard_normal((3, 5)).astype(np.float32)
    wide = np.concatenate([np.concatenate([x, x[:, ::-1]], axis=1)] * 9, axis=1)
    expected = [np.sort((wide[:, 40 + i - 15 : 40 + i + 16]), axis=1)[:, 15] for i in range(5)]
    got = dispatch.run("running_median", MedianPlan(31, -1), mx.array(x))
    np.testing.assert_array_equal(np.array(got), np.stack(expected, axis=1))


def test_nan_is_the_largest_of_a_window(backend):
    x = np.abs(RNG.standard_normal((40, 40))).astype(np.float32)
    x[3, 3:6] = np.nan
    for axis in (-2, -1):
        plan = MedianPlan(3, axis)
        got, expected = dispatch.run("running_median", plan, mx.array(x)), _reference.running_median(plan, mx.array(x))
        np.testing.assert_array_equal(np.array(got), np.array(expected))


def test_a_tone_is_harmonic_and_a_click_percussive():
    n = np.arange(22050)
    tone, click = np.sin(2 * np.pi * 440 * n / 22050).astype(np.float32), np.zeros(22050, np.float32)
    click[8000] = 5
    harmonic, percussive = spectro.effects.hpss(tone + click)
    middle = slice(3000, 19000)
    assert np.square(harmonic - tone)[middle].sum() < 0.01 * np.square(tone)[middle].sum()
    assert np.argmax(np.abs(percussive)) == 8000


def test_parts_without_a_margin_add_up_to_the_whole():
    D = spectro.stft(RNG.standard_normal(9000).astype(np.float32), n_fft=256)
    assert_close(sum(spectro.decompose.hpss(D)), D, tolerances.COMPILED)


def test_hard_masks_are_bools_as_librosa_has_them():
    S = np.abs(RNG.standard_normal((40, 50))).astype(np.float32)
    for kind in (np.asarray, mx.array):
        for got, expected in zip(
            spectro.decompose.hpss(kind(S), power=np.inf, mask=True),
            librosa.decompose.hpss(S, power=np.inf, mask=True),
        ):
            assert np.asarray(got).dtype == bool
            np.testing.assert_array_equal(np.asarray(got), expected)


@pytest.mark.parametrize("power", [0.5, 1, 2, 100, 1e300, np.inf])
@pytest.mark.parametrize("split_zeros", [False, True])
@pytest.mark.filterwarnings("ignore:invalid value", "ignore:overflow")
def test_soft_masks_at_the_ends_of_the_numbers(power, split_zeros):
    X = np.array([0, 1, 0, 1, 2, 1e-40, 1e-39, 1e-38, 3e38, np.inf, 1, np.nan], np.float32)
    X_ref = np.array([0, 0, 1, 3, 2, 1e-40, 1e-40, 1e-38, 3e38, 1, np.inf, 1], np.float32)
    call = {"power": power, "split_zeros": split_zeros}
    for dtype in (np.float32, np.float64):
        expected = librosa.util.softmask(X.astype(dtype), X_ref.astype(dtype), **call)
        got = spectro.util.softmask(X.astype(dtype), X_ref.astype(dtype), **call)
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-6)
    lazy = spectro.util.softmask(mx.array(X), mx.array(X_ref), **call)
    np.testing.assert_allclose(np.array(lazy), librosa.util.softmask(X, X_ref, **call), rtol=1e-6)


@pytest.mark.parametrize("power", [2, np.inf])
@pytest.mark.parametrize("rest", [np.float16, np.float32, np.float64, np.int32, bool])
@pytest.mark.parametrize("own", [np.float16, np.float32, np.float64, ">f4", np.uint8, np.int32, bool])
def test_soft_masks_have_the_precision_of_the_first(own, rest, power):
    X, X_ref = np.array([0, 1, 3, 0]).astype(own), np.array([0, 1, 1, 2]).astype(rest)
    expected = librosa.util.softmask(X, X_ref, power=power)
    got = spectro.util.softmask(X, X_ref, power=power)
    assert got.dtype == expected.dtype
    np.testing.assert_allclose(got, expected, rtol=1e-3)


@pytest.mark.parametrize("shape", [(2, 300, 500), (7,), ()])
@pytest.mark.parametrize("power", [1, 2, 0.7])
def test_soft_masks_of_any_layout(shape, power):
    X, X_ref = np.abs(RNG.standard_normal((2, *shape))).astype(np.float32)
    turned = (np.asarray(x.T, order="C").T for x in (X, X_ref))
    spaced = np.repeat(X, 3, axis=-1)[..., 1::3] if shape else X
    expected = librosa.util.softmask(np.atleast_1d(X), np.atleast_1d(X_ref), power=power)
    for a, b in [(X, X_ref), tuple(turned), (np.asarray(X, order="F"), X_ref), (spaced, X_ref)]:
        got = spectro.util.softmask(a, b, power=power)
        assert got.dtype == np.float32 and got.shape == shape
        np.testing.assert_allclose(np.atleast_1d(got), expected, rtol=1e-5, atol=1e-7)
        lazy = spectro.util.softmask(mx.array(a.T).T, mx.array(b), power=power)
        np.testing.assert_allclose(np.atleast_1d(np.array(lazy)), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("power", [0.3, 1, 2, 30])
def test_soft_masks_have_finite_slopes_everywhere(power):
    X, X_ref = mx.array([0.0, 0, 1, 1e-30, 1.2e-38, 3e38, 1]), mx.array([0.0, 1, 0, 1e-9, 1.2e-38, 3e38, 2])
    slopes = mx.grad(lambda X, X_ref: spectro.util.softmask(X, X_ref, power=power).sum(), (0, 1))(X, X_ref)
    assert all(mx.isfinite(slope).all() for slope in slopes)
    third = 1 + 2.0**power
    assert float(slopes[0][-1]) == pytest.approx(power * 2.0**power / third**2, rel=1e-5)


def _with_gaps(n, channels, seed):
    rng = np.random.default_rng(seed)
    loudness = np.repeat(10 ** (-5 * rng.random(n // 500 + 1)), 500)[:n]
    y = (rng.standard_normal((*channels, n)) * loudness).astype(np.float32)
    y[..., : n // 4] = 0
    return y


SILENCES = ({}, {"top_db": 20}, {"top_db": 0}, {"frame_length": 1001, "hop_length": 77}, {"ref": 0.1}, {"ref": np.mean})


@pytest.mark.parametrize("call", SILENCES)
@pytest.mark.parametrize("channels", [(), (2,), (2, 3)])
def test_silence_ends_where_librosa_says(call, channels):
    for seed in range(5):
        y = _with_gaps(5000 + 777 * seed, channels, seed)
        expected = librosa.effects.trim(y, **call)
        for kind in (np.asarray, mx.array):
            got, index = spectro.effects.trim(kind(y), **call)
            assert isinstance(got, type(kind(y)))
            assert type(index) is np.ndarray
            np.testing.assert_array_equal(np.asarray(got), expected[0])
            np.testing.assert_array_equal(index, expected[1])
            np.testing.assert_array_equal(spectro.effects.split(kind(y), **call), librosa.effects.split(y, **call))


def test_silence_throughout():
    silent = np.zeros(5000, np.float32)
    for call in ({}, {"ref": 1.0}):
        expected = librosa.effects.trim(silent, **call)
        np.testing.assert_array_equal(spectro.effects.trim(silent, **call)[1], expected[1])
        assert spectro.effects.split(silent, **call).shape == librosa.effects.split(silent, **call).shape


@pytest.mark.parametrize("align_zeros", [True, False])
@pytest.mark.parametrize("channels", [(), (2,)])
def test_remixed_intervals_are_those_of_librosa(align_zeros, channels):
    for seed in range(8):
        y = _with_gaps(4000, channels, seed)
        intervals = np.sort(np.random.default_rng(seed).integers(0, 4100, (5, 2)), axis=1)
        expected = librosa.effects.remix(y, intervals, align_zeros=align_zeros)
        for given in (intervals, intervals.tolist(), map(tuple, intervals)):
            np.testing.assert_array_equal(spectro.effects.remix(y, given, align_zeros=align_zeros), expected)
        assert isinstance(spectro.effects.remix(mx.array(y), intervals, align_zeros=align_zeros), mx.array)


def test_emphasis_in_blocks_is_that_of_the_whole_and_undone():
    y = RNG.standard_normal((2, 1000)).astype(np.float32)
    emphasized = spectro.effects.preemphasis(y)
    first, state = spectro.effects.preemphasis(y[:, :400], return_zf=True)
    second = spectro.effects.preemphasis(y[:, 400:], zi=state)
    rounding = tolerances.REFERENCE if mx.default_device() == mx.gpu else 0  # a kernel's first sample is rounded once
    assert_close(np.concatenate([first, second], axis=1), emphasized, rounding)
    assert_close(spectro.effects.deemphasis(emphasized), y, tolerances.PARITY)


def test_components_are_sorted_by_their_peak():
    S = np.zeros((6, 8)) + 1e-3
    S[4, ::2] = S[1, 1::2] = 1
    components, activations = spectro.decompose.decompose(S, n_components=2, sort=True, init="nndsvd")
    assert np.argmax(components, axis=0).tolist() == [1, 4]
    assert_close(components @ activations, S, 1e-2)
    assert isinstance(spectro.decompose.decompose(mx.array(S), n_components=2)[0], mx.array)


def test_without_scikit_learn_there_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", None)
    with pytest.raises(ImportError, match=r"\[decompose\] needs scikit-learn: pip install"):
        spectro.decompose.decompose(np.ones((3, 4)))


REFUSED = {
    "kernel_size must be a positive integer": ("decompose.hpss", {"kernel_size": 0}),
    "kernel_size must be a number or a pair": ("decompose.hpss", {"kernel_size": (3, 4, 5)}),
    "margin must be at least 1, got 0.5": ("decompose.hpss", {"margin": (1, 0.5)}),
    "power must be strictly positive, got -1": ("decompose.hpss", {"power": -1}),
    "S must be complex or non-negative": ("decompose.hpss", {"S": -np.ones((3, 4))}),
    "S must have shape": ("decompose.hpss", {"S": np.ones(4)}),
    "fit must be True": ("decompose.decompose", {"fit": False}),
    "sort must be False": ("decompose.decompose", {"S": np.ones((2, 3, 4)), "sort": True}),
    "top_db must be a number": ("effects.trim", {"top_db": "a"}),
    "hop_length must be a positive integer": ("effects.split", {"hop_length": 0}),
    "intervals must hold at least one": ("effects.remix", {"intervals": []}),
    "intervals must be pairs": ("effects.remix", {"intervals": [(1, 2, 3)]}),
    r"zi must have shape \(1,\), got \(3,\)": ("effects.deemphasis", {"zi": [1.0, 2.0, 3.0]}),
    "zi must be given for fewer than two samples": ("effects.preemphasis", {"y": np.ones(1)}),
    "X_ref must have the shape of X": ("util.softmask", {"X": np.ones(3), "X_ref": np.ones(2)}),
    "X must be non-negative": ("util.softmask", {"X": -np.ones(3), "X_ref": np.ones(3)}),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_is_refused(message):
    name, call = REFUSED[message]
    module, function = name.split(".")
    given = {} if module == "util" else {"S": np.ones((3, 4))} if module == "decompose" else {"y": np.ones(50)}
    with pytest.raises(spectro.ParameterError, match=message):
        getattr(getattr(spectro, module), function)(**{**given, **call})
