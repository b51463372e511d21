"""Griffin and Lim's algorithm: librosa's signal from the same first phases."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import FRAMES, levels, normal, spectrum
from comparing import RELEASE, assert_close

import spectro
from spectro import phase

S = np.abs(librosa.stft(normal(4000), n_fft=64, hop_length=16))
SAME = {
    "n_iter": 2,  # each step multiplies rounding errors where bins are nearly zero
    "hop_length": 16,
    "rng": 3,
}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"momentum": 0.0, "n_iter": 8},
        {"center": False},
        {"length": 4004},
        {"pad_mode": "reflect", "window": "hamming", "win_length": 50},
        {"n_iter": 0},
        {"rng": np.random.RandomState},
        {"rng": np.random.default_rng},
    ],
)
@pytest.mark.parametrize("kind", [np.float32, lambda x: mx.array(x, dtype=mx.float32)], ids=["numpy", "mlx"])
def test_the_signal_is_librosas_from_the_same_random_phases(options, kind):
    def seeded():
        made = {**SAME, **options}
        return {**made, "rng": made["rng"](5)} if callable(made["rng"]) else made

    theirs = seeded()
    if RELEASE < (1, 0):  # which has no rng, and seeds another generator
        rng = theirs.pop("rng")
        theirs["random_state"] = np.random.default_rng(rng) if isinstance(rng, int) else rng
    expected = librosa.griffinlim(S, **theirs)
    got = spectro.griffinlim(kind(S), **seeded())
    assert isinstance(got, mx.array) == (kind is not np.float32)
    assert_close(got, expected, tolerances.PARITY)


def test_phases_may_come_with_the_spectrogram():
    D = spectrum(9, 30)
    options = {"n_iter": 0, "init": None, "n_fft": 16, "hop_length": 5}
    assert_close(spectro.griffinlim(D, **options), librosa.griffinlim(D, **options), tolerances.PARITY)


def test_each_step_comes_nearer():
    def distance(n_iter):
        y = spectro.griffinlim(S, n_iter=n_iter, hop_length=16, random_state=0, momentum=0.0)
        return np.linalg.norm(np.abs(spectro.stft(y, n_fft=64, hop_length=16)) - S)

    first, later, last = (distance(n_iter) for n_iter in (0, 4, 32))
    assert first > later > last


def test_without_a_seed_phases_differ_and_another_name_of_the_generator():
    options = {"n_iter": 1, "hop_length": 16}
    assert not np.array_equal(spectro.griffinlim(S, **options), spectro.griffinlim(S, **options))
    given = spectro.griffinlim(S, rng=7, **options)
    assert_close(given, spectro.griffinlim(S, rng=np.random.default_rng(7), **options), tolerances.COMPILED)
    assert_close(given, spectro.griffinlim(S, random_state=7, **options), tolerances.COMPILED)


def test_a_seed_gives_the_same_signal_at_every_call():
    first, again = (spectro.griffinlim(S, **SAME) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_silence_stays_silent():
    assert not spectro.griffinlim(np.zeros((9, 7)), n_iter=3, **FRAMES).any()


def test_tiny_and_huge_spectra_have_phases():
    """Squares of their values are no numbers of single precision."""
    loud = spectro.griffinlim(S, **SAME)
    for scale in (1e-25, 1e25):
        assert_close(spectro.griffinlim(S * scale, **SAME) / scale, loud, tolerances.PARITY)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"momentum": -1}, "momentum must be non-negative, got -1"),
        ({"init": "zeros"}, "init must be 'random' or None, got 'zeros'"),
        ({"n_iter": 2.5}, "n_iter must be a non-negative integer, got 2.5"),
        ({"length": 100}, "length must be that of 251 frames, 4000 to 4015, got 100"),
        ({"rng": "a"}, "rng must be None, a seed or a generator"),
        ({"rng": 1, "random_state": 2}, "rng and random_state are one: give rng=1 alone"),
    ],
)
def test_bad_arguments_are_refused(options, message):
    with pytest.raises(spectro.ParameterError, match=rf"^\[griffinlim\] {message}"):
        spectro.griffinlim(S, **{**SAME, **options})


def test_much_momentum_warns():
    with pytest.warns(UserWarning, match=r"^\[griffinlim\] momentum=1.5 is above 1"):
        spectro.griffinlim(levels(9, 7), n_iter=1, momentum=1.5, **FRAMES)


@pytest.mark.parametrize("shape", [(9, 7), (2, 33, 70), (1, 1)])
def test_the_first_phases_are_those_that_numpy_makes(shape, monkeypatch):
    first = phase._phasors(np.random.RandomState(5), shape, np)
    monkeypatch.setattr(phase, "compiled", lambda: None)
    plain = phase._phasors(np.random.RandomState(5), shape, np)
    assert first.shape == plain.shape
    assert first.dtype == plain.dtype
    assert np.abs(first - plain).max() < 1e-7


def test_phases_at_the_borders_of_quarters():
    class Given:
        def random(self, size):
            return turns.reshape(size)

    eighths = np.arange(8) / 8
    turns = np.concatenate([eighths, np.nextafter(eighths, 1), np.nextafter(eighths + 1 / 8, 0)])
    got = phase._phasors(Given(), (1, turns.size), np)[:, 0]
    assert np.abs(got - np.exp(2j * np.pi * turns)).max() < 1e-7


def test_numpys_nan_is_refused():
    S = np.ones((17, 9), np.float32)
    S[3, 4] = np.nan
    with pytest.raises(spectro.ParameterError, match=r"^\[griffinlim\] S must be finite"):
        spectro.griffinlim(S)
