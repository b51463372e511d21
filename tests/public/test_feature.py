"""`melspectrogram` and `mfcc` against librosa in float64."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import DECIBELS, PARITY

import spectro

pytestmark = pytest.mark.usefixtures("backend")


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"sr": 16000, "n_fft": 400, "hop_length": 160, "n_mels": 80, "htk": True},
        {"n_fft": 1024, "hop_length": 256, "n_mels": 64, "norm": None},
        {"n_fft": 1024, "norm": 1, "n_mels": 40},
        {"n_fft": 1024, "norm": np.inf, "n_mels": 40},
        {"fmin": 300.0, "fmax": 4000.0, "n_mels": 40},
        {"power": 1.0},
        {"power": 3, "n_mels": 32},
        {"center": False, "win_length": 1000, "window": "hamming"},
        {"n_fft": 513, "hop_length": 100, "n_mels": 20, "pad_mode": "reflect"},
        {"dtype": np.float32},
    ],
)
def test_melspectrogram(signal, kwargs):
    expected = librosa.feature.melspectrogram(y=signal.astype(np.float64), **kwargs)
    assert_close(spectro.melspectrogram(y=signal, **kwargs), expected, PARITY, function="melspectrogram")


def test_a_power_below_one(noise):
    """On noise: the root of a bin that is zero but for rounding is far from zero in single precision."""
    expected = librosa.feature.melspectrogram(y=noise.astype(np.float64), power=0.5, n_mels=32)
    got = spectro.melspectrogram(noise, power=0.5, n_mels=32)
    assert_close(got, expected, PARITY, function="melspectrogram")


@pytest.mark.parametrize("kwargs", [{}, {"n_fft": 512}, {"sr": 16000, "fmax": 7000, "n_mels": 50}])
def test_melspectrogram_of_a_spectrogram_takes_n_fft_from_its_bins(noise, kwargs):
    S = np.abs(librosa.stft(noise.astype(np.float64), n_fft=1024)) ** 2
    expected = librosa.feature.melspectrogram(S=S, **kwargs)
    assert_close(spectro.melspectrogram(S=S, **kwargs), expected, PARITY, function="melspectrogram")


def test_y_may_be_positional(noise):
    assert np.array_equal(spectro.melspectrogram(noise, sr=16000), spectro.melspectrogram(y=noise, sr=16000))


def test_a_batch_equals_its_rows(noise):
    y = noise[:12000].reshape(2, 2, 3000)
    S = spectro.melspectrogram(mx.array(y), n_fft=512, n_mels=30)
    assert S.shape == (2, 2, 30, 6)
    assert np.array_equal(np.array(S[1, 0]), spectro.melspectrogram(y[1, 0], n_fft=512, n_mels=30))


def test_a_tone_lands_in_its_band():
    t = np.arange(22050) / 22050
    S = spectro.melspectrogram(np.sin(2 * np.pi * 1000 * t).astype(np.float32), n_mels=64)
    centers = np.asarray(spectro.mel_frequencies(66, fmax=11025))[1:-1]
    assert abs(centers[S.sum(axis=1).argmax()] - 1000) < 60


def mfcc_of_decibels(y, n_mels, dct_type, norm, n_mfcc, lifter):
    """librosa's steps in float64, with decibels per spectrogram whatever librosa's version."""
    S = librosa.power_to_db(librosa.feature.melspectrogram(y=y.astype(np.float64), n_mels=n_mels))
    return librosa.feature.mfcc(S=S, dct_type=dct_type, norm=norm, n_mfcc=n_mfcc, lifter=lifter)


@pytest.mark.parametrize("dct_type", [1, 2, 3])
@pytest.mark.parametrize("norm", ["ortho", None])
@pytest.mark.parametrize(("n_mfcc", "lifter"), [(20, 0), (13, 22), (40, 1.5)])
def test_mfcc(noise, dct_type, norm, n_mfcc, lifter):
    expected = mfcc_of_decibels(noise, 64, dct_type, norm, n_mfcc, lifter)
    got = spectro.mfcc(noise, dct_type=dct_type, norm=norm, n_mfcc=n_mfcc, lifter=lifter, n_mels=64)
    assert_close(got, expected, PARITY, function="mfcc")


def test_mfcc_of_every_signal(signal):
    expected = mfcc_of_decibels(signal, 128, 2, "ortho", 20, 0)
    # decibels near the floor of the range turn rounding of tiny powers into a fixed number of dB
    assert_close(spectro.mfcc(signal), expected, PARITY, function="mfcc", peak=DECIBELS / PARITY)


def test_mfcc_of_a_spectrogram_and_type_4(noise):
    import scipy.fft

    S = librosa.power_to_db(librosa.feature.melspectrogram(y=noise.astype(np.float64), n_mels=30))
    assert_close(spectro.mfcc(S=S, n_mfcc=50), librosa.feature.mfcc(S=S, n_mfcc=50), PARITY, function="mfcc")
    expected = scipy.fft.dct(S, axis=-2, type=4, norm="ortho")[:12]
    assert_close(spectro.mfcc(S=S, n_mfcc=12, dct_type=4), expected, PARITY)


@pytest.mark.parametrize("kwargs", [{}, {"n_mels": 20, "power": 1.0, "center": False, "htk": True, "norm": 1.0}])
def test_mfcc_of_a_signal_is_that_of_its_decibels(signal, kwargs):
    mel_norm = {"mel_norm": kwargs["norm"]} if "norm" in kwargs else {}
    rest = {name: value for name, value in kwargs.items() if name != "norm"}
    S = spectro.power_to_db(spectro.melspectrogram(signal, **kwargs))
    assert np.abs(spectro.mfcc(signal, **mel_norm, **rest) - spectro.mfcc(S=S)).max() <= DECIBELS
