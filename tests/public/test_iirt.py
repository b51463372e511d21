"""Filters in time: against librosa and SciPy, in C++ and without."""

from __future__ import annotations

import sys

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.signal
import tolerances
from comparing import assert_close

import spectro
from spectro._host import filtering

RNG = np.random.default_rng(10)
Y = RNG.standard_normal((2, 8000)).astype(np.float32)
FEW = {"center_freqs": np.array([100.0, 300.0, 500.0]), "sample_rates": np.array([900.0, 2000.0, 2000.0])}
CALLS = [
    {},
    {"flayout": "ba"},
    {"center": False},
    {"win_length": 2047, "hop_length": 300},
    {"pad_mode": "reflect"},
    {"sr": 16000, "tuning": 0.3, "Q": 20},
    {"sr": 44100, "hop_length": 1000},
    {"passband_ripple": 2, "ftype": "butter", **FEW},
    {"stopband_attenuation": 30, "ftype": "cheby2", **FEW},
    {"ftype": "cheby1", "flayout": "ba", "Q": 5, **FEW},
]


@pytest.mark.parametrize("backend", ["auto", "reference"])
@pytest.mark.parametrize("place", range(len(CALLS)))
def test_energies_are_librosas(place, backend):
    expected = librosa.iirt(Y.astype(np.float64), **CALLS[place])
    with spectro.use_backend(backend):
        got = spectro.iirt(Y, **CALLS[place])
    assert type(got) is np.ndarray and got.dtype == np.float32
    assert_close(got, expected, tolerances.PARITY)


def test_pieces_of_a_long_signal_join_to_the_whole(monkeypatch):
    y = RNG.standard_normal(400_000).astype(np.float32)
    few = {"center_freqs": np.array([3000.0, 5000.0]), "sample_rates": np.array([22050.0, 22050.0]), "Q": 4}
    pieces = spectro.iirt(y, **few)
    monkeypatch.setattr(filtering, "FORGOTTEN", np.inf)
    filtering._form.cache_clear()
    whole = spectro.iirt(y, **few)
    filtering._form.cache_clear()
    np.testing.assert_array_equal(pieces, whole)


def test_each_band_is_as_exact_as_the_loudest():
    expected = librosa.iirt(Y.astype(np.float64))
    error = np.abs(spectro.iirt(Y) - expected).max(axis=-1) / expected.max(axis=-1)
    assert error.max() < tolerances.PARITY


def test_an_mlx_array_gives_mlx():
    got = spectro.iirt(mx.array(Y))
    assert isinstance(got, mx.array)
    assert_close(got, spectro.iirt(Y), 1e-7)


def test_a_tone_is_in_its_band():
    levels = spectro.iirt(spectro.tone(440.0, sr=22050, length=22050))
    assert levels[:, 20].argmax() == 69 - 24


@pytest.mark.parametrize("layout", ["sos", "ba"])
def test_filters_go_both_ways_as_scipys_do(layout):
    """Every sample by itself, and so the mirrored ends and the states at rest."""
    x = RNG.standard_normal((2, 400)).astype(np.float32) + 3
    kinds = [(3.0, "ellip"), (4.0, "ellip"), (3.0, "butter"), (3.0, "cheby1")]
    bank = [filtering.Band(200.0, 2000.0, Q, 1.0, 20.0, ftype, layout) for Q, ftype in kinds]
    got = filtering.band_energies(x, bank, np.arange(400), 1)
    for i, band in enumerate(bank):
        one = filtering.designed(band)
        y = scipy.signal.sosfiltfilt(one, x) if layout == "sos" else scipy.signal.filtfilt(*one, x)
        assert_close(got[:, i], y**2, tolerances.PARITY)


def test_the_filters_are_librosas():
    for given in ({}, {"flayout": "sos"}, {"tuning": 0.4, "Q": 10}, {"ftype": "butter", "flayout": "sos", **FEW}):
        (mine, rates), (theirs, expected) = (
            package.filters.semitone_filterbank(**given) for package in (spectro, librosa)
        )
        np.testing.assert_array_equal(rates, expected)
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs):
            np.testing.assert_allclose(np.concatenate(one), np.concatenate(other), rtol=1e-12, atol=1e-15)
    for mine, theirs in zip(spectro.filters.mr_frequencies(0.25), librosa.filters.mr_frequencies(0.25)):
        np.testing.assert_array_equal(mine, theirs)


def test_a_caller_may_change_the_filters():
    first = spectro.filters.semitone_filterbank(flayout="sos")[0][0]
    first[:] = 0
    assert spectro.filters.semitone_filterbank(flayout="sos")[0][0].any()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"flayout": "zpk"}, "flayout"),
        ({"flayout": None}, "flayout"),
        ({"win_length": 0}, "win_length"),
        ({"win_length": 30000, "center": False}, "win_length must be at most 8000"),
        ({"hop_length": 0}, "hop_length"),
        ({"sr": 0}, "sr must be positive"),
        ({"pad_mode": "unknown"}, "pad_mode"),
        ({"res_type": "unknown"}, "res_type"),
        ({"Q": 0}, "Q must be positive"),
        ({"ftype": "bessel"}, "ftype"),
        ({"tuning": None}, "tuning"),
        ({"center_freqs": np.array([100.0])}, "sample_rates must be given"),
        ({"sample_rates": np.array([100.0])}, "center_freqs must be given"),
        ({"center_freqs": np.ones(2), "sample_rates": np.ones(3)}, "must be as many"),
        ({"center_freqs": np.array([600.0]), "sample_rates": np.array([1000.0])}, "around 600 Hz"),
    ],
)
def test_what_is_no_bank_is_refused(given, message):
    with pytest.raises(spectro.ParameterError, match=message):
        spectro.iirt(Y, **given)


@pytest.mark.parametrize("y", [np.full(9000, np.nan), mx.full(9000, np.nan), np.arange(9000), None])
def test_what_is_no_signal_is_refused(y):
    with pytest.raises(spectro.ParameterError, match=r"\[iirt\] y must"):
        spectro.iirt(y)


def test_a_short_signal_is_refused_where_filters_have_no_room():
    assert spectro.iirt(Y[0, :100]).shape == librosa.iirt(Y[0, :100]).shape
    with pytest.raises(spectro.ParameterError, match="must be longer"):
        spectro.iirt(Y[0, :100], win_length=4, hop_length=4, center=False)


def test_values_are_needed():
    with pytest.raises(spectro.ParameterError, match=r"\[iirt\] y needs the values"):
        mx.compile(spectro.iirt)(mx.array(Y))


def test_without_scipy_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.signal", None)
    filtering.designed.cache_clear()
    with pytest.raises(ImportError, match="pip install scipy"):
        spectro.filters.semitone_filterbank(Q=31.0)
