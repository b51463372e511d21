"""Chroma, tuning and neighboring frames beside librosa; what the table of cases does not say."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest

import spectro

SR = 22050


def chord(*hertz: float, seconds: float = 1.0) -> np.ndarray:
    t = np.arange(int(SR * seconds)) / SR
    noise = 0.05 * np.random.default_rng(1).standard_normal(t.size)
    return (sum(np.sin(2 * np.pi * f * t) for f in hertz) + noise).astype(np.float32)


@pytest.mark.parametrize("cents", [-40, -5, 0, 17, 33])
def test_a_chord_out_of_tune_is_found_and_folded_as_librosa_does(cents):
    y = chord(*(f * 2 ** (cents / 1200) for f in (220.0, 277.18, 329.63, 880.0)))
    assert spectro.estimate_tuning(y, sr=SR) == librosa.estimate_tuning(y=y, sr=SR)
    assert spectro.estimate_tuning(mx.array(y), sr=SR) == librosa.estimate_tuning(y=y, sr=SR)
    got = spectro.feature.chroma_stft(y, sr=SR)
    np.testing.assert_allclose(got, librosa.feature.chroma_stft(y=y, sr=SR), atol=1e-5)
    assert set(np.argsort(got.mean(axis=1))[-3:]) == {9, 1, 4}


@pytest.mark.filterwarnings("ignore:.*empty frequency set")
def test_tuning_spans_channels_and_stays_lazy_with_a_number():
    y = np.stack([chord(446.0), chord(300.0)])
    got = spectro.feature.chroma_stft(mx.array(y), sr=SR)
    assert isinstance(got, mx.array)
    np.testing.assert_allclose(np.array(got), librosa.feature.chroma_stft(y=y, sr=SR), atol=1e-5)
    with pytest.raises(spectro.ParameterError, match=r"^\[chroma_stft\] tuning=None needs the values"):
        mx.compile(lambda y: spectro.feature.chroma_stft(y, sr=SR))(mx.array(y))
    assert np.isfinite(np.array(mx.grad(lambda y: spectro.feature.chroma_stft(y, sr=SR).sum())(mx.zeros(4096)))).all()


@pytest.mark.filterwarnings("ignore:.*empty frequency set")
def test_silence_has_no_chroma_and_no_tuning():
    assert not spectro.feature.chroma_stft(np.zeros(4096, np.float32)).any()
    with pytest.warns(UserWarning, match="empty frequency set"):
        assert spectro.pitch_tuning([0.0, -1.0]) == 0.0


@pytest.mark.parametrize(
    "options", [{}, {"ref": 2.0}, {"ref": np.mean}, {"threshold": 0.3, "fmin": 0, "fmax": 20000}, {"n_fft": 513}]
)
def test_peaks_are_those_of_librosa(options):
    S = np.abs(librosa.stft(chord(220, 333, 4000), n_fft=512))
    for got, expected in zip(spectro.piptrack(S=S, sr=SR, **options), librosa.piptrack(S=S, sr=SR, **options)):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_the_last_bin_of_an_odd_fft_may_be_a_peak():
    S = np.abs(np.random.default_rng(0).standard_normal((32, 50)))
    options = {"S": S, "n_fft": 63, "fmin": 0, "fmax": SR}
    got, expected = spectro.piptrack(**options), librosa.piptrack(**options)
    assert expected[0][-1].any()
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize("mode", ["interp", "nearest", "mirror", "constant", "wrap"])
@pytest.mark.parametrize(
    "options", [{}, {"order": 2}, {"width": 3}, {"width": 13, "order": 4}, {"axis": 0, "width": 5}]
)
def test_delta_is_that_of_librosa(mode, options):
    X = np.random.default_rng(2).standard_normal((6, 20))
    got, expected = (f(X, mode=mode, **options) for f in (spectro.feature.delta, librosa.feature.delta))
    np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("mode", ["nearest", "mirror", "constant", "wrap"])
def test_delta_of_fewer_frames_than_its_width(mode):
    X = np.random.default_rng(2).standard_normal((2, 4))
    got, expected = (f(X, mode=mode, cval=2.0, delta=0.5) for f in (spectro.feature.delta, librosa.feature.delta))
    np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("options", [{"width": 4}, {"width": 1}, {"width": 9}, {"order": 0}, {"width": 3, "order": 3}])
def test_delta_refuses_what_librosa_refuses(options):
    with pytest.raises(spectro.ParameterError, match=r"^\[delta\] (width|order) must be"):
        spectro.feature.delta(np.zeros((2, 7)), **options)


@pytest.mark.parametrize("options", [{}, {"mode": "edge"}, {"mode": "mean", "stat_length": 2}, {"constant_values": 3}])
@pytest.mark.parametrize("delay", [1, 3, -2])
def test_memory_is_that_of_librosa(options, delay):
    X = np.random.default_rng(3).standard_normal((2, 3, 8)).astype(np.float32)
    expected = librosa.feature.stack_memory(X, n_steps=3, delay=delay, **options)
    for given in (X, mx.array(X)):
        got = spectro.feature.stack_memory(given, n_steps=3, delay=delay, **options)
        np.testing.assert_allclose(np.array(got), expected, rtol=1e-6)


@pytest.mark.parametrize("options", [{"delay": 0}, {"n_steps": 0}, {"delay": 1.5}, {"mode": "wibble"}])
def test_memory_refuses(options):
    with pytest.raises(spectro.ParameterError, match=r"^\[stack_memory\] (delay|n_steps|mode) must be"):
        spectro.feature.stack_memory(np.zeros((2, 7)), **options)


@pytest.mark.parametrize("dtype", [bool, np.int16, np.int64, np.float16, np.float32, np.float64, np.complex128])
def test_stacked_features_keep_their_type(dtype):
    X = np.array([[2**24 + 1, 1, 0]]).astype(dtype)
    theirs = X.astype(np.float32) if dtype is np.float16 else X  # numba, which librosa stacks with, has no float16
    got, expected = spectro.feature.stack_memory(X), librosa.feature.stack_memory(theirs)
    assert (got.dtype, expected.dtype) == (X.dtype, theirs.dtype)
    np.testing.assert_array_equal(got, expected)
