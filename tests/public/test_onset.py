"""Onset strength against librosa in float64, and on clicks at known times."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import SIGNALS, SR, assert_close
from tolerances import DECIBELS, PARITY

import spectro

pytestmark = pytest.mark.usefixtures("backend")

KEYWORDS = [
    {},
    {"lag": 3},
    {"lag": 100},
    {"max_size": 4},
    {"max_size": 5, "detrend": True},
    {"detrend": True},
    {"center": False},
    {"center": False, "lag": 2, "detrend": True},
    {"aggregate": np.median},
    {"aggregate": np.max},
    {"n_fft": 1024, "hop_length": 200, "n_mels": 40},
    {"n_fft": 512, "fmax": 6000.0, "htk": True, "n_mels": 30},
]


def close(got, expected, function="onset_strength"):
    """Compare at the parity bar, or at the decibels that rounding of tiny powers is worth."""
    assert_close(got, expected, PARITY, function=function, peak=DECIBELS / PARITY)


@pytest.mark.parametrize("kwargs", KEYWORDS)
def test_onset_strength(signal, kwargs):
    expected = librosa.onset.onset_strength(y=signal.astype(np.float64), **kwargs)
    close(spectro.onset_strength(signal, **kwargs), expected)


@pytest.mark.parametrize("channels", [None, [0, 10, 20, 30], [30, 0, 10], [slice(0, 5), slice(3, None, 2)]])
@pytest.mark.parametrize("kwargs", KEYWORDS[:10])
def test_onset_strength_multi(noise, kwargs, channels):
    kwargs = {**kwargs, "n_mels": 32, "n_fft": 1024}
    expected = librosa.onset.onset_strength_multi(y=noise.astype(np.float64), channels=channels, **kwargs)
    close(spectro.onset_strength_multi(noise, channels=channels, **kwargs), expected, "onset_strength_multi")


def test_every_band_with_aggregate_false(noise):
    expected = librosa.onset.onset_strength_multi(y=noise.astype(np.float64), aggregate=False)
    got = spectro.onset_strength_multi(noise, aggregate=False)
    assert got.shape == (128, 44)
    close(got, expected, "onset_strength_multi")


@pytest.mark.parametrize("kind", [np.asarray, mx.array])
def test_given_spectrogram_and_reference(noise, kind):
    S = librosa.power_to_db(librosa.feature.melspectrogram(y=noise.astype(np.float64)))
    ref = np.roll(S, 1, axis=0)
    for kwargs in ({"lag": 2}, {"max_size": 3}, {"center": False}):
        close(spectro.onset_strength(S=kind(S), **kwargs), librosa.onset.onset_strength(S=S, **kwargs))
    close(spectro.onset_strength(S=kind(S), ref=kind(ref)), librosa.onset.onset_strength(S=S, ref=ref))
    close(spectro.onset_strength(S=kind(S[0])), librosa.onset.onset_strength(S=S[0]))


@pytest.mark.parametrize("kind", [np.asarray, mx.array])
@pytest.mark.parametrize("name", ["librosa", "spectro", "lambda"])
def test_any_feature(noise, kind, name):
    feature = {
        "librosa": librosa.feature.chroma_stft,
        "spectro": lambda y, **kwargs: spectro.melspectrogram(y, n_mels=20, **kwargs),
        "lambda": lambda y, sr, n_fft, hop_length: np.abs(
            librosa.stft(np.asarray(y), n_fft=n_fft, hop_length=hop_length)
        ),
    }[name]
    theirs = {"spectro": lambda y, **kwargs: librosa.feature.melspectrogram(y=y, n_mels=20, **kwargs)}.get(
        name, feature
    )
    got = spectro.onset_strength(kind(noise), feature=feature)
    assert isinstance(got, mx.array) == (kind is mx.array)
    close(got, librosa.onset.onset_strength(y=noise.astype(np.float64), feature=theirs))


def test_any_aggregate(noise):
    def spread(x, axis):
        return np.percentile(x, 75, axis=axis)

    expected = librosa.onset.onset_strength(y=noise.astype(np.float64), aggregate=spread)
    close(spectro.onset_strength(noise, aggregate=spread), expected)
    close(spectro.onset_strength(mx.array(noise), aggregate=spread), expected)


def test_a_batch_equals_its_rows():
    y = np.stack([SIGNALS["noise"], 0.01 * SIGNALS["plucks"]])
    together = spectro.onset_strength(y)
    for row, envelope in zip(y, together):
        close(envelope, spectro.onset_strength(row), "")


@pytest.mark.parametrize("hop_length", [256, 512])
def test_an_onset_stands_where_the_click_is(hop_length):
    rng = np.random.default_rng(0)
    y = 1e-4 * rng.standard_normal(4 * SR)
    times = np.array([0.5, 1.1, 2.0, 3.25])
    for time in times:
        start = int(time * SR)
        y[start : start + 400] += np.exp(-np.arange(400) / 50) * rng.standard_normal(400)
    envelope = spectro.onset_strength(y.astype(np.float32), hop_length=hop_length)
    for time in times:
        frame = int(time * SR / hop_length)
        nearby = envelope[max(frame - 8, 0) : frame + 9]
        assert abs(int(nearby.argmax()) - 8) <= 2048 / (2 * hop_length)
        assert nearby.max() > 10 * np.median(envelope)


def test_silence_and_short_signals():
    assert not spectro.onset_strength(np.zeros(SR, np.float32)).any()
    with pytest.warns(UserWarning, match="too large"):
        assert spectro.onset_strength(np.ones(1, np.float32)).shape == (1,)
    assert_close(spectro.onset_strength(S=np.ones((4, 1))), np.zeros(1), PARITY)
