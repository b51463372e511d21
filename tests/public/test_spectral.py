"""Spectral features: signal truths, corners, and refusals."""

from __future__ import annotations

import re

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import levels, normal
from comparing import SIGNALS, SR, assert_close

import spectro
from spectro import feature

OF_SPECTRA = ("spectral_centroid", "spectral_bandwidth", "spectral_rolloff", "spectral_flatness", "spectral_contrast")
# Where only a tone sounds, the smallest bins of a frame are rounding; librosa's FFT computes in double precision.
NOISY = {"spectral_contrast": ("noise",)}


@pytest.mark.parametrize("name", [*OF_SPECTRA, "poly_features", "rms", "zero_crossing_rate"])
def test_whole_clips_equal_librosa(name):
    for signal in NOISY.get(name, ("noise", "plucks")):
        y = SIGNALS[signal]
        expected = getattr(librosa.feature, name)(y=y.astype(np.float64)).astype(np.float32)
        tolerance = 0 if name in ("spectral_rolloff", "zero_crossing_rate") else tolerances.PARITY
        assert_close(getattr(feature, name)(y=y), expected, tolerance, f"{name} of {signal}")


@pytest.mark.parametrize("name", [*OF_SPECTRA, "poly_features", "rms"])
def test_magnitudes_of_whole_clips_give_what_librosa_gives(name, signal):
    S = np.abs(librosa.stft(signal))
    expected = getattr(librosa.feature, name)(S=S.astype(np.float64)).astype(np.float32)
    tolerance = 0 if name == "spectral_rolloff" else tolerances.PARITY
    least = 1.0 if name == "spectral_contrast" else 0.0  # decibels: a click has none
    assert_close(getattr(feature, name)(S=S), expected, tolerance, name, peak=least)


@pytest.mark.parametrize("part", [0.01, 0.5, 0.85, 0.99])
def test_the_rolloff_is_the_very_bin(part):
    S = levels(1025, 500, seed=4)
    expected = librosa.feature.spectral_rolloff(S=S, sr=SR, roll_percent=part)
    assert np.array_equal(feature.spectral_rolloff(S=S, sr=SR, roll_percent=part), expected.astype(np.float32))


@pytest.mark.parametrize("count", [*range(1, 20), 31, 33, 100])
def test_bands_of_every_size_are_sorted(count):
    """Of one octave up to the highest bin: its means of the least and of the most."""
    S = levels(count + 2, 9, seed=count)
    freq = np.concatenate([[0.0, 10.0], np.linspace(100.0, 3000.0, count)])
    options = {"S": S, "freq": freq, "fmin": 50.0, "n_bands": 1, "linear": True, "sr": SR}
    band = np.sort(S[1:], axis=0)
    for quantile in (0.02, 0.3, 0.9):
        most = max(int(np.rint(quantile * (count + 1))), 1)
        expected = band[-most:].mean(axis=0) - band[:most].mean(axis=0)
        assert_close(feature.spectral_contrast(**options, quantile=quantile)[1], expected, tolerances.PARITY, peak=1.0)


def test_a_tone_and_silence():
    tone = np.sin(2 * np.pi * 40 * np.arange(8192) / 2048).astype(np.float32)
    inside = slice(2, -2)
    hertz = 40 * SR / 2048
    assert feature.spectral_centroid(tone)[0, inside] == pytest.approx(hertz, rel=1e-3)
    assert feature.spectral_rolloff(tone)[0, inside] == pytest.approx(hertz, abs=SR / 2048 + 1)
    assert feature.rms(tone)[0, inside] == pytest.approx(0.5**0.5, rel=1e-3)
    assert (feature.spectral_flatness(tone)[0, inside] < 1e-3).all()
    silence = np.zeros(4096, np.float32)
    assert not feature.spectral_centroid(silence).any()
    assert not feature.spectral_bandwidth(silence).any()
    assert not feature.spectral_rolloff(silence).any()
    assert not feature.spectral_contrast(silence).any()
    assert_close(feature.spectral_flatness(silence), np.ones((1, 9)), tolerances.PARITY)


def test_rms_of_a_spectrogram_is_that_of_its_frames():
    y = normal(4096)
    S = np.abs(librosa.stft(y, n_fft=512, hop_length=128, window="boxcar", center=False))
    of_samples = feature.rms(y, frame_length=512, hop_length=128, center=False)
    assert_close(feature.rms(S=S, frame_length=512), of_samples, tolerances.PARITY)
    phases = np.exp(1j * normal(*S.shape))
    assert_close(feature.rms(S=S * phases, frame_length=512), of_samples, tolerances.PARITY)


def test_several_features_are_those_of_their_functions():
    y = np.stack([SIGNALS["noise"], SIGNALS["plucks"]])
    found = feature.spectral_features(y, sr=SR)
    assert list(found) == [*OF_SPECTRA, "rms", "zero_crossing_rate"]
    for name, rows in found.items():
        assert_close(rows, getattr(feature, name)(y), tolerances.COMPILED, name)
    lazy = feature.spectral_features(mx.array(y), sr=SR, features=("rms", "contrast"), linear=True)
    assert list(lazy) == ["rms", "contrast"]
    assert_close(lazy["contrast"], feature.spectral_contrast(y, linear=True), tolerances.COMPILED)


@pytest.mark.parametrize("threshold", [1e-10, 0.3])
def test_crossings_relative_to_a_function_of_the_magnitudes(threshold):
    y = SIGNALS["plucks"]
    for ref in (0.5, np.max, np.median, lambda x: x.max()):
        expected = librosa.feature.zero_crossing_rate(y, threshold=threshold, ref_magnitude=ref)
        got = feature.zero_crossing_rate(y, threshold=threshold, ref_magnitude=ref)
        assert np.array_equal(got, expected.astype(np.float32))


@pytest.mark.parametrize("name", OF_SPECTRA[:4])
def test_negative_and_complex_magnitudes_are_refused(name):
    S = levels(33, 4)
    with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] S must not be negative"):
        getattr(feature, name)(S=-S)
    for complex_ in (1j * S, mx.array(1j * S)):
        with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] S must be real"):
            getattr(feature, name)(S=complex_)


S33 = levels(33, 4).astype(np.float32)
REFUSED = [
    ("spectral_rolloff", {"roll_percent": 0}, "roll_percent must lie between 0 and 1, got 0"),
    ("spectral_rolloff", {"roll_percent": 1.0}, "roll_percent must lie between 0 and 1, got 1.0"),
    ("spectral_bandwidth", {"p": 0}, "p must be positive, got 0"),
    ("spectral_flatness", {"amin": 0}, "amin must be positive, got 0"),
    ("spectral_flatness", {"power": -1}, "power must be non-negative, got -1"),
    ("spectral_contrast", {"fmin": 0}, "fmin must be positive, got 0"),
    ("spectral_contrast", {"n_bands": 0}, "n_bands must be a positive integer, got 0"),
    ("spectral_contrast", {"n_bands": 9}, "n_bands=9 octaves from fmin=200 Hz on exceed the Nyquist frequency"),
    ("spectral_contrast", {"quantile": 1}, "quantile must lie between 0 and 1, got 1"),
    ("spectral_contrast", {"fmin": 20.0}, ".* leave (no|one) bin between"),
    ("spectral_contrast", {"freq": np.arange(33.0)[::-1]}, "freq must not fall"),
    ("spectral_centroid", {"freq": np.arange(32.0)}, r"freq must have shape \(f,\) or \(..., f, t\) with f=33"),
    ("spectral_centroid", {"sr": 0}, "sr must be positive"),
    ("poly_features", {"order": -1}, "order must be a non-negative integer, got -1"),
    ("rms", {"frame_length": 60}, "frame_length=60 has 31 frequency bins, but S has 33; use frame_length=64 or 65"),
    ("spectral_features", {"features": ("zero_crossing_rate",)}, "features must be among .*, got 'zero_crossing_rate'"),
    ("spectral_features", {"features": ()}, "features must name at least one"),
]


@pytest.mark.parametrize(("name", "options", "message"), REFUSED)
def test_refusals_say_what_and_why(name, options, message):
    for S in (S33, mx.array(S33)):
        with pytest.raises(spectro.ParameterError, match=rf"^\[{name}\] {message}"):
            getattr(feature, name)(S=S, **options)


def test_refusals_of_samples_and_banks():
    y = np.ones(9, np.float32)
    with pytest.raises(spectro.ParameterError, match=re.escape("[rms] frame_length=16 is too large for 9 samples")):
        feature.rms(y, frame_length=16, center=False)
    with pytest.raises(spectro.ParameterError, match="threshold must be a finite number"):
        feature.zero_crossing_rate(y, threshold=float("nan"))
    with pytest.raises(spectro.ParameterError, match=re.escape("[spectrogram] bank must have shape (bands, 9)")):
        spectro.spectrogram(np.ones(99, np.float32), n_fft=16, bank=np.ones((2, 8)))


def test_a_bank_of_the_callers_is_the_mel_spectrogram():
    y = SIGNALS["noise"]
    bank = spectro.filters.mel(sr=SR, n_fft=2048)
    mel = spectro.melspectrogram(y=y, sr=SR)
    for given in (bank, np.array(bank), np.array(bank).tolist()):
        assert_close(spectro.spectrogram(y, hop_length=512, bank=given), mel, tolerances.COMPILED)
