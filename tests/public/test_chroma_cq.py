"""Chroma of constant-Q transforms and the tonnetz beside librosa's: of given magnitudes, and of signals."""

from __future__ import annotations

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import CONSTANTS, PARITY

import spectro
from spectro import ParameterError

RNG = np.random.default_rng(0)
SR = 22050
TIMES = np.arange(2 * SR) / SR
CHORD = sum(np.sin(2 * np.pi * hz * TIMES) / (k + 1) for k, hz in enumerate((220.0, 277.2, 331.5, 1244.5)))
ENDS = np.minimum(1, np.minimum(TIMES, TIMES[::-1]) / 0.1)  # resamplers differ where a signal is cut off
SIGNAL = (ENDS * (CHORD + 0.3 * np.sin(2 * np.pi * (100 + 400 * TIMES) * TIMES))).astype(np.float32)
OF_CQT = 1e-3  # of the peak: another filter halves the sampling rate
NORMS = (np.inf, 1, 2, None, 0, 3.5, -np.inf)
FUNCTIONS = ("chroma_cqt", "chroma_vqt", "chroma_cens", "tonnetz")


def both(name, **call):
    return [getattr(package.feature, name)(**call) for package in (spectro, librosa)]


def magnitudes(*shape):
    """Magnitudes with a frame of silence."""
    C = np.abs(RNG.standard_normal(shape)).astype(np.float32)
    C[..., shape[-1] // 2] = 0
    return C


@pytest.mark.parametrize("base_c", [True, False])
@pytest.mark.parametrize("n_chroma", [1, 3, 12, 24, 36])
def test_bins_are_merged_as_in_librosa(n_chroma, base_c):
    for merged in (1, 2, 3, 4):
        for fmin, window in ((None, None), (RNG.uniform(20, 500), RNG.uniform(0, 1, 4)), (55.0, RNG.normal(size=9))):
            options = {"n_chroma": n_chroma, "bins_per_octave": n_chroma * merged, "fmin": fmin, "window": window}
            n = int(RNG.integers(1, 200))
            got = spectro.filters.cq_to_chroma(n, base_c=base_c, **options)
            expected = librosa.filters.cq_to_chroma(n, base_c=base_c, **options)
            tolerance = CONSTANTS if window is None else PARITY  # librosa convolves in single precision
            assert_close(got, expected, tolerance, function="filters.cq_to_chroma", peak=1.0)


@pytest.mark.parametrize("norm", NORMS)
def test_chroma_of_given_magnitudes_is_that_of_librosa(norm):
    for _ in range(8):
        n_chroma, merged, n, t = RNG.integers(1, [25, 4, 130, 70]).tolist()
        C = magnitudes(*[(), (2,), (2, 3)][RNG.integers(3)], n, t)
        options = {"C": C, "n_chroma": n_chroma, "bins_per_octave": n_chroma * merged}
        if RNG.random() < 0.5:
            options |= {"fmin": RNG.uniform(20, 100), "window": RNG.uniform(0, 1, 5)}
        for threshold in (0.0, 0.7):
            got, expected = both("chroma_cqt", norm=norm, threshold=threshold, **options)
            assert_close(got, expected, PARITY, function="feature.chroma_cqt")
        for smooth, window in ((None, "hann"), (4, "boxcar"), (41, "hann"), (100, ("kaiser", 3.0)), (1, np.ones(3))):
            got, expected = both("chroma_cens", norm=norm, win_len_smooth=smooth, smoothing_window=window, **options)
            assert_close(got, expected, PARITY, function="feature.chroma_cens")


@pytest.mark.parametrize("intervals", ["equal", "ji5", "pythagorean", [1, 1.25, 1.5]])
def test_chroma_of_given_intervals_is_that_of_librosa(intervals):
    for norm in NORMS:
        bins, n, t = RNG.integers(1, [30, 90, 20]).tolist()
        options = {"intervals": intervals, "bins_per_octave": bins, "threshold": 0.3, "fmin": RNG.uniform(20, 60)}
        got, expected = both("chroma_vqt", V=magnitudes(2, n, t), norm=norm, **options)
        assert_close(got, expected, PARITY, function="feature.chroma_vqt")


@pytest.mark.parametrize("n_chroma", [1, 5, 12, 24, 36])
def test_the_tonnetz_of_given_chroma_is_that_of_librosa(n_chroma):
    for shape in ((n_chroma, 9), (2, 3, n_chroma, 1)):
        got, expected = both("tonnetz", chroma=magnitudes(*shape))
        assert_close(got, expected, PARITY, function="feature.tonnetz")


CALLS = (
    ("chroma_cqt", {}),
    ("chroma_cqt", {"tuning": 0.3, "norm": 2}),
    ("chroma_cqt", {"tuning": 0.0, "n_chroma": 24, "bins_per_octave": None, "n_octaves": 5, "hop_length": 1024}),
    ("chroma_cqt", {"tuning": 0.0, "cqt_mode": "hybrid", "fmin": 40.0}),
    ("chroma_cens", {}),
    ("chroma_cens", {"tuning": 0.1, "n_octaves": 3, "bins_per_octave": 12}),
    ("chroma_vqt", {"intervals": "ji5"}),
    ("chroma_vqt", {"intervals": [1, 1.2, 1.5], "gamma": 4.0, "n_octaves": 4}),
    ("tonnetz", {}),
    ("tonnetz", {"tuning": 0.0, "n_chroma": 24, "bins_per_octave": 24, "norm": 1}),
)


@pytest.mark.parametrize(("name", "options"), CALLS)
def test_signals_have_the_chroma_that_librosa_finds(name, options):
    got, expected = both(name, y=SIGNAL, sr=SR, **options)
    assert_close(got, expected, OF_CQT, function=f"feature.{name}")
    two = np.stack([SIGNAL, SIGNAL[::-1]])
    got, expected = both(name, y=two, sr=SR, **options)
    assert_close(got, expected, OF_CQT)


@pytest.mark.filterwarnings("ignore:.*too large for input signal")
def test_tuning_is_a_look_at_values():
    y = mx.array(SIGNAL[:8000])
    with pytest.raises(ParameterError, match=r"^\[chroma_cqt\] tuning=None needs the values of its input"):
        mx.compile(lambda y: spectro.feature.chroma_cqt(y, n_octaves=3))(y)
    assert spectro.feature.chroma_cqt(y, n_octaves=3).shape == (12, 16)


@pytest.mark.filterwarnings("ignore:.*too large for input signal")
@pytest.mark.parametrize("name", ["chroma_cqt", "tonnetz"])
def test_a_gradient_goes_to_the_signal_and_is_finite_on_silence(name):
    def energy(y):
        return getattr(spectro.feature, name)(y, tuning=0.0, n_octaves=3, fmin=130.0, norm=None).square().sum()

    for y in (SIGNAL[4000:8000], np.zeros(4000, np.float32)):
        gradient = mx.grad(energy)(mx.array(y))
        assert mx.isfinite(gradient).all().item()
        assert mx.any(gradient != 0).item() == y.any()


REFUSED = (
    ("chroma_cqt", {}, "y or C must be given"),
    ("chroma_cqt", {"C": np.ones((84, 3)), "bins_per_octave": 13}, "integer multiple of n_chroma=12, got 13"),
    ("chroma_cqt", {"C": np.ones((84, 3)), "cqt_mode": "x"}, "cqt_mode must be one of 'full', 'hybrid'"),
    ("chroma_cqt", {"C": np.ones((84, 3)) * 1j}, "C must be real, got complex values; take abs"),
    ("chroma_cqt", {"C": np.ones(84)}, r"C must have shape \(..., k, t\)"),
    ("chroma_cqt", {"C": np.ones((84, 3)), "window": np.ones((2, 2))}, "window must be a vector"),
    ("chroma_cqt", {"C": np.ones((84, 3)), "norm": -3}, "norm must be"),
    ("chroma_vqt", {"intervals": "ji5"}, "y or V must be given"),
    ("chroma_vqt", {"y": SIGNAL, "intervals": "ji9"}, "intervals must be"),
    ("chroma_cens", {}, "y or C must be given"),
    ("chroma_cens", {"C": np.ones((84, 3)), "win_len_smooth": 0}, "win_len_smooth must be a positive integer"),
    ("chroma_cens", {"C": np.ones((84, 3)), "win_len_smooth": 2.5}, "win_len_smooth must be a positive integer"),
    ("chroma_cens", {"C": np.ones((84, 3)), "smoothing_window": np.ones(41)}, "window"),
    ("tonnetz", {}, "y or chroma must be given"),
    ("tonnetz", {"chroma": np.ones((12, 0))}, r"chroma must have shape \(..., k, t\)"),
)


@pytest.mark.parametrize(("name", "call", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_the_name_of_the_function(name, call, message):
    with pytest.raises(ParameterError, match=rf"^\[{name}\] .*{message}"):
        getattr(spectro.feature, name)(**call)


def test_no_bins_are_merged_into_no_classes():
    for call in ({"n_chroma": 24}, {"n_input": 0}, {"bins_per_octave": 0}, {"fmin": -1}, {"dtype": np.float64}):
        with pytest.raises(ParameterError, match=r"^\[cq_to_chroma\] \w+"):
            spectro.filters.cq_to_chroma(**{"n_input": 84, **call})
