"""Reassigned spectrograms: against librosa in float64, what has no place, and truths of signals."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close
from rows_timescale import ROWS

import spectro

pytestmark = pytest.mark.filterwarnings("ignore:'where' used without 'out'", "ignore:divide by zero")  # in librosa

RNG = np.random.default_rng(9)
Y = RNG.standard_normal((2, 1500)).astype(np.float32)
Y[0, 500:900] = 0
MINE = [row for row in ROWS if row.function == "reassigned_spectrogram"]
CALLS = [
    {},
    {"center": False},
    {"n_fft": 63},
    {"n_fft": 63, "center": False},
    {"win_length": 40},
    {"win_length": 41, "n_fft": 63, "center": False},
    {"window": "hamming", "win_length": 33, "hop_length": 5},
    {"window": np.hanning(64)},
    {"fill_nan": True, "ref_power": 4.0},
    {"ref_power": np.max},
    {"ref_power": np.median},
    {"ref_power": lambda power: 0.5 * power.max()},
    {"clip": False},
    {"reassign_times": False},
    {"reassign_times": False, "center": False, "fill_nan": True},
    {"reassign_frequencies": False},
    {"pad_mode": "reflect"},
    {"sr": 8000},
]


@pytest.mark.parametrize("row", MINE, ids=lambda row: row.id)
def test_the_rows_are_the_truth_on_every_backend(row, backend):
    for arrays in (row.numpy(), row.mlx()):
        assert_close(row.call(**arrays), row.expected(), tolerances.PARITY, function=row.function)


@pytest.mark.parametrize("place", range(len(CALLS)))
@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
def test_places_and_magnitudes_are_librosas(place, kind):
    given = {"n_fft": 64, "ref_power": 1.0, **CALLS[place]}
    expected = librosa.reassigned_spectrogram(Y.astype(np.float64), **given)
    got = spectro.reassigned_spectrogram(kind(Y), **given)
    assert len(got) == 3
    for mine, theirs in zip(got, expected):
        assert isinstance(mine, mx.array if kind is mx.array else np.ndarray)
        mine = np.array(mine)
        assert mine.dtype == np.float32
        np.testing.assert_array_equal(np.isnan(mine), np.isnan(theirs))
        assert_close(np.nan_to_num(mine), np.nan_to_num(theirs), tolerances.PARITY)


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
def test_silence_has_no_place(kind):
    y = kind(np.zeros(500, np.float32))
    freqs, times, mags = map(np.array, spectro.reassigned_spectrogram(y, n_fft=64, ref_power=0))
    assert np.isnan(freqs).all() and np.isnan(times).all() and not mags.any()
    freqs, times, _ = spectro.reassigned_spectrogram(y, sr=640, n_fft=64, fill_nan=True)
    np.testing.assert_array_equal(np.array(freqs)[:, 3], 10.0 * np.arange(33))
    np.testing.assert_allclose(np.array(times)[5], np.arange(32) * 16 / 640, rtol=1e-6)


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
def test_a_known_stft_is_taken(kind):
    D = librosa.stft(Y, n_fft=64)
    expected = spectro.reassigned_spectrogram(kind(Y), n_fft=64, ref_power=1.0)
    got = spectro.reassigned_spectrogram(kind(Y), S=kind(D), n_fft=64, ref_power=1.0)
    for one, other in zip(got, expected):
        assert_close(np.nan_to_num(np.array(one)), np.nan_to_num(np.array(other)), tolerances.PARITY)
    with pytest.raises(spectro.ParameterError, match="S must have the shape"):
        spectro.reassigned_spectrogram(kind(Y), S=kind(D[..., :4]), n_fft=64)


def test_an_mlx_array_anywhere_gives_mlx():
    window = mx.array(np.hanning(64).astype(np.float32))
    expected = spectro.reassigned_spectrogram(Y, n_fft=64, window=np.hanning(64), ref_power=1.0)
    got = spectro.reassigned_spectrogram(Y, n_fft=64, window=window, ref_power=1.0)
    for one, other in zip(got, expected):
        assert isinstance(one, mx.array)
        assert_close(np.nan_to_num(np.array(one)), np.nan_to_num(other), tolerances.PARITY)


def test_a_click_goes_to_its_time_and_a_tone_to_its_frequency():
    click = np.zeros(8000, np.float32)
    click[4321] = 1.0
    freqs, times, mags = spectro.reassigned_spectrogram(click, sr=8000, n_fft=256, center=False, ref_power=1e-3)
    np.testing.assert_allclose(times[np.isfinite(times)], 4321 / 8000, atol=0.6 / 8000)  # half a sample
    tone = spectro.tone(1234.5, sr=8000, length=8000)
    freqs, times, mags = spectro.reassigned_spectrogram(tone, sr=8000, n_fft=256, center=False)
    np.testing.assert_allclose(freqs[mags > 0.3 * mags.max()], 1234.5, atol=0.2)


def test_bins_without_power_have_finite_gradients():
    def loss(y):
        freqs, times, _ = spectro.reassigned_spectrogram(y, n_fft=64, fill_nan=True)
        return freqs.sum() + times.sum()

    y = np.concatenate([np.zeros(200), RNG.standard_normal(200)]).astype(np.float32)
    assert mx.isfinite(mx.grad(loss)(mx.array(y))).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"reassign_frequencies": False, "reassign_times": False}, "must be True"),
        ({"ref_power": -1}, "ref_power must be non-negative"),
        ({"ref_power": "loud"}, "ref_power"),
        ({"sr": 0}, "sr must be positive"),
        ({"hop_length": 0}, "hop_length"),
        ({"win_length": 70}, "win_length"),
        ({"n_fft": 0}, "n_fft"),
        ({"window": "unknown"}, "window"),
        ({"window": np.ones(10)}, "window"),
        ({"pad_mode": "wrap"}, "pad_mode"),
        ({"dtype": np.complex128}, "dtype"),
    ],
)
def test_what_cannot_be_reassigned_is_refused(given, message):
    with pytest.raises(spectro.ParameterError, match=message):
        spectro.reassigned_spectrogram(Y, **{"n_fft": 64, **given})


@pytest.mark.parametrize("y", [np.full(100, np.nan), np.arange(100), np.ones(100) + 1j])
def test_what_is_no_signal_is_refused(y):
    with pytest.raises(spectro.ParameterError, match=r"\[reassigned_spectrogram\] y must"):
        spectro.reassigned_spectrogram(y, n_fft=64)
