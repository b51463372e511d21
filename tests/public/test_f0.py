"""Fundamental frequencies and harmonics beside librosa's."""

from __future__ import annotations

import re

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import RELEASE

import spectro
from spectro._host import hidden, periods
from spectro._host.voicing import _beta_distribution

NEW = pytest.mark.skipif(RELEASE < (1, 0), reason="librosa has it since 1.0")
SR = 22050


def sung(seed, n=9000):
    """A voice that glides, pauses and breathes."""
    rng = np.random.default_rng(seed)
    phase = np.cumsum(2 * np.pi * 200 / SR * 2 ** np.cumsum(0.0005 * rng.standard_normal(n)))
    voice = sum(np.sin(k * phase) / k for k in (1, 2, 3)) * (np.sin(np.arange(n) / 900) > -0.5)
    return np.float32(voice + 0.01 * rng.standard_normal(n) * (np.arange(n) > 500))


SIGNALS = {
    "voice": sung(0),
    "noise": np.random.default_rng(1).standard_normal(9000).astype(np.float32),
    "chirp": librosa.chirp(fmin=110, fmax=1760, sr=SR, length=9000).astype(np.float32),
    "silence": np.zeros(3000, np.float32),
    "channels": np.stack([sung(2, 5000), 1e-6 * sung(3, 5000), np.zeros(5000, np.float32)]),
}
FRAMINGS = [
    {},
    {"frame_length": 1501, "hop_length": 333, "pad_mode": "reflect"},
    {"frame_length": 1024, "center": False, "pad_mode": "nonsense"},
]


@pytest.fixture(params=["compiled", "numpy"])
def road(request, monkeypatch):
    """Both ways to compute; a build without the compiled part has one."""
    if request.param == "numpy":
        for module in (hidden, periods):
            monkeypatch.setattr(module, "unavailable", lambda: "it is not asked")
    elif periods.unavailable():
        pytest.skip(f"no compiled part: {periods.unavailable()}")


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("name", SIGNALS)
def test_the_same_frequencies_as_librosa(name, framing):
    y = SIGNALS[name]
    for keywords in ({}, {"trough_threshold": 0.6}, {"trough_threshold": np.inf}):
        keywords = {"fmin": 70, "fmax": 1000, "sr": SR, **framing, **keywords}
        got, expected = spectro.yin(y, **keywords), librosa.yin(y.astype(np.float64), **keywords)
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-4)


@pytest.mark.usefixtures("road")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"n_thresholds": 17, "beta_parameters": (3, 9), "boltzmann_parameter": 0.7, "no_trough_prob": 0.3},
        {"resolution": 0.34, "max_transition_rate": 27, "switch_prob": 0.2, "fill_na": None},
        pytest.param({"transition_min_prob": None}, marks=NEW),
        pytest.param({"transition_min_prob": 1e-3, "switch_prob": 0.1}, marks=NEW),
    ],
)
@pytest.mark.parametrize("name", [name for name in SIGNALS if name != "noise"])
def test_the_same_voices_as_librosa(name, options):
    keywords = {"fmin": 70, "fmax": 1000, "sr": SR, **options}
    got, expected = spectro.pyin(SIGNALS[name], **keywords), librosa.pyin(SIGNALS[name].astype(np.float64), **keywords)
    for mine, theirs in zip(got, expected, strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def test_a_tone_has_its_frequency():
    for hertz in (82.4, 440.0, 1234.5):
        y = np.sin(2 * np.pi * hertz / SR * np.arange(8000))
        f0 = spectro.yin(mx.array(y), fmin=65, fmax=2000)
        assert type(f0) is np.ndarray  # of values, as tempi
        np.testing.assert_allclose(f0[5:-5], hertz, rtol=1e-2)  # as YIN is off where a frame holds few periods
        voiced = spectro.pyin(y, fmin=65, fmax=2000)[1]
        assert voiced[5:-5].all()


def test_a_quiet_frame_beside_loud_ones_is_heard():
    """Frames are transformed two at a time: what one leaves in the other must not be heard."""
    y = np.concatenate([1e4 * SIGNALS["noise"], 1e-4 * SIGNALS["chirp"], 0 * SIGNALS["chirp"]])
    keywords = {"fmin": 70, "fmax": 1000, "frame_length": 1024}
    np.testing.assert_allclose(spectro.yin(y, **keywords), librosa.yin(y.astype(float), **keywords), rtol=1e-4)


@pytest.mark.parametrize(("a", "b"), [(2, 18), (0.5, 0.5), (1, 1), (30, 2), (5, 100), (0.1, 7), (100, 100)])
def test_thresholds_are_distributed_as_scipys_beta(a, b):
    from scipy.stats import beta

    np.testing.assert_allclose(_beta_distribution(50, a, b), beta.cdf(np.linspace(0, 1, 51), a, b), atol=1e-12)


REFUSED = [
    ("yin", {"fmin": None}, "fmin and fmax must both be given"),
    ("yin", {"fmin": 0}, "fmin must be positive, got 0"),
    ("yin", {"fmin": 500}, "fmin must be below fmax"),
    ("yin", {"fmax": 11026}, "fmax at most sr / 2 = 11025.0"),
    ("yin", {"fmin": 10, "frame_length": 2048}, "a period of less than frame_length - 1 = 2047 samples"),
    ("yin", {"frame_length": 0}, "frame_length must be a positive integer, got 0"),
    ("yin", {"hop_length": 0}, "hop_length must be a positive integer, got 0"),
    ("yin", {"center": False, "frame_length": 4096}, "frame_length must be at most the 3000 samples of y"),
    ("yin", {"pad_mode": "nope"}, "pad_mode must be a mode of numpy.pad, got 'nope'"),
    ("yin", {"y": np.ones(9, int)}, "y must be real floating-point audio"),
    ("yin", {"y": np.full(9, np.nan)}, "y must be finite everywhere"),
    ("yin", {"trough_threshold": "low"}, "trough_threshold must be a number"),
    ("pyin", {"n_thresholds": 0}, "n_thresholds must be a positive integer"),
    ("pyin", {"beta_parameters": (1, 2, 3)}, "beta_parameters must be a pair of numbers"),
    ("pyin", {"beta_parameters": (0, 2)}, "beta_parameters must be positive"),
    ("pyin", {"boltzmann_parameter": 0}, "boltzmann_parameter must be positive"),
    ("pyin", {"resolution": 0}, "resolution must be positive"),
    ("pyin", {"max_transition_rate": 1e6}, "max_transition_rate must reach at most the 241 bins of pitch"),
    ("pyin", {"switch_prob": 2}, "switch_prob must be in 0 .. 1, got 2"),
    ("pyin", {"no_trough_prob": -1}, "no_trough_prob must be in 0 .. 1, got -1"),
    ("pyin", {"fill_na": "none"}, "fill_na must be a number"),
]


@pytest.mark.parametrize(("function", "keywords", "said"), REFUSED)
def test_what_cannot_be_is_refused(function, keywords, said):
    call = {"y": SIGNALS["silence"], "fmin": 100, "fmax": 400, **keywords}
    with pytest.raises(spectro.ParameterError, match=rf"^\[{function}\] .*{re.escape(said)}"):
        getattr(spectro, function)(**call)


def test_frames_of_less_than_two_periods_are_warned_of():
    for frame_length in (257, 258):
        call = {"y": np.ones(900), "fmin": 8, "fmax": 400, "sr": 1024, "frame_length": frame_length}
        if frame_length == 258:
            spectro.yin(**call)
            continue
        with pytest.warns(UserWarning, match="less than two periods of fmin fit .* use frame_length=258"):
            spectro.yin(**call)
    with pytest.warns(FutureWarning, match=r"\[yin\] win_length has no effect"):
        spectro.yin(SIGNALS["silence"], fmin=100, fmax=400, win_length=10)


FREQS = np.array([0.0, 10.0, 25.0, 31.0, 44.0, 60.0])
HARMONICS = np.array([0.5, 1.0, 2.2])


@pytest.mark.parametrize("kind", ["linear", "nearest", "cubic"])
@pytest.mark.parametrize("axis", [-2, -1])
@pytest.mark.parametrize("make", [np.asarray, lambda x: mx.array(x.astype(np.float32))])
def test_the_same_harmonics_as_librosa(kind, axis, make):
    rng = np.random.default_rng(0)
    x, f0 = rng.random((2, 6, 4)), np.array([10.0, 12.5, 43.0, np.nan if kind == "linear" else 3.0])
    x = x if axis == -2 else np.swapaxes(x, -1, -2).copy()
    for freqs in (FREQS, FREQS[::-1].copy()):
        keywords = {"freqs": freqs, "harmonics": HARMONICS, "kind": kind, "axis": axis}
        for name, arrays in (
            ("interp_harmonics", {"x": x}),
            ("f0_harmonics", {"x": x, "f0": f0}),
            ("salience", {"S": x}),
        ):
            expected = getattr(librosa, name)(**arrays, fill_value=0.5, **keywords)
            got = getattr(spectro, name)(**{key: make(a) for key, a in arrays.items()}, fill_value=0.5, **keywords)
            assert got.shape == expected.shape
            np.testing.assert_allclose(got, expected, atol=1e-5)


def test_frequencies_of_each_frame():
    rng = np.random.default_rng(0)
    x, freqs, f0 = (
        rng.random((2, 6, 4)),
        np.sort(60 * rng.random((2, 6, 4)), axis=-2),
        np.array([10.0, 12.5, 43.0, 3.0]),
    )
    keywords = {"freqs": freqs, "harmonics": HARMONICS}
    np.testing.assert_allclose(spectro.interp_harmonics(x, **keywords), librosa.interp_harmonics(x, **keywords))
    np.testing.assert_allclose(spectro.f0_harmonics(x, f0=f0, **keywords), librosa.f0_harmonics(x, f0=f0, **keywords))


def test_one_axis_and_one_harmonic():
    x = np.random.default_rng(0).random((6, 4))
    for harmonics in (np.array(2.0), np.array([]), HARMONICS):
        keywords = {"freqs": FREQS, "harmonics": harmonics}
        expected = librosa.interp_harmonics(x, **keywords)
        np.testing.assert_allclose(spectro.interp_harmonics(x, **keywords), expected)
        np.testing.assert_allclose(spectro.interp_harmonics(x[:, 0], axis=0, **keywords), expected[..., 0])


@pytest.mark.parametrize("aggregate", [None, np.average, np.sum, np.max, np.median])
def test_the_same_salience_as_librosa(aggregate):
    S = np.random.default_rng(0).random((6, 4))
    for weights in (None, [1, 0.5, 0.25]):
        for filter_peaks in (False, True):
            keywords = {"freqs": FREQS, "harmonics": HARMONICS, "aggregate": aggregate, "filter_peaks": filter_peaks}
            expected = librosa.salience(S, weights=weights, **keywords)
            np.testing.assert_allclose(spectro.salience(S, weights=weights, **keywords), expected)
            np.testing.assert_allclose(spectro.salience(mx.array(S), weights=weights, **keywords), expected, rtol=1e-5)


def test_harmonics_that_cannot_be_are_refused():
    x = np.ones((6, 4))
    for keywords, said in (
        ({"freqs": FREQS[:5]}, r"freqs must have shape \(6,\), or that of x, \(6, 4\), got \(5,\)"),
        ({"axis": 2}, r"axis must be in -2 \.\. 1"),
        ({"kind": "nope"}, "kind must be one of SciPy's interp1d, got 'nope'"),
        ({"fill_value": "extrapolate"}, "fill_value must be a number"),
        ({"harmonics": [[1, 2]]}, "harmonics must be a list of numbers"),
    ):
        with pytest.raises(spectro.ParameterError, match=said):
            spectro.interp_harmonics(x, **{"freqs": FREQS, "harmonics": HARMONICS, **keywords})
    with pytest.raises(spectro.ParameterError, match="f0 must be a number, or one for each of 4 frames"):
        spectro.f0_harmonics(x, f0=[1.0, 2.0, 3.0], freqs=FREQS, harmonics=HARMONICS)
    with pytest.raises(spectro.ParameterError, match="weights must be one for each of 3 harmonics"):
        spectro.salience(x, freqs=FREQS, harmonics=HARMONICS, weights=[1, 2])
    with pytest.warns(UserWarning, match="Frequencies are not unique"):
        spectro.interp_harmonics(x, freqs=np.array([0, 0, 1, 2, 3, 4]), harmonics=HARMONICS)
