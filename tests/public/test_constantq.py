"""Constant-Q transforms: librosa's numbers, truths of signals, and what is refused."""

from __future__ import annotations

import operator

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import SR, normal
from comparing import RELEASE, assert_close

import spectro
from spectro._constants.lowpass import GENTLE, SHARP, lowpass_response
from spectro.errors import ParameterError

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal")

NOISE = normal(6000)
INTERVALS = ("pythagorean", "ji3", "ji5", "ji7")
CALLS = {
    "plain": {},
    "unscaled": {"scale": False},
    "odd-hop": {"hop_length": 75, "n_bins": 40},
    "two-octaves-at-a-rate": {"hop_length": 150, "n_bins": 40},
    "early": {"hop_length": 256, "n_bins": 24, "fmin": 100},
    "incomplete-octave": {"bins_per_octave": 24, "n_bins": 70, "fmin": 300},
    "short-wavelets": {"filter_scale": 0.5, "norm": 2, "window": "hamming"},
    "whole-spectra": {"sparsity": 0.0, "norm": np.inf, "pad_mode": "reflect"},
    "one-bin": {"n_bins": 1, "fmin": 2000.0},
    "raw": {"norm": None, "tuning": -0.3},
}


def tone(hertz: float, n: int = 16000) -> np.ndarray:
    return np.sin(2 * np.pi * hertz / 22050 * np.arange(n)).astype(np.float32)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("name", ["cqt", "vqt"])
def test_coefficients_are_librosas(name, call):
    expected = getattr(librosa, name)(NOISE, **call)
    fn, y = getattr(spectro, name), NOISE.astype(np.float32)
    assert_close(fn(y, res_type="soxr_hq", **call), expected, tolerances.PARITY)
    once = "fmin" not in call  # else the rate is halved several times at first, of which soxr rounds the beginning
    assert_close(fn(y, **call), expected, (1 if once else 10) * tolerances.RATES)


@pytest.mark.parametrize("intervals", INTERVALS)
def test_intervals_are_librosas(intervals):
    expected = librosa.vqt(NOISE, intervals=intervals, n_bins=60)
    got = spectro.vqt(NOISE.astype(np.float32), intervals=intervals, n_bins=60, res_type="soxr_hq")
    assert_close(got, expected, tolerances.PARITY)


@pytest.mark.parametrize("call", [{}, {"scale": False, "hop_length": 100}, {"length": 5000}, {"length": 7000}])
def test_signals_of_coefficients_are_librosas(call):
    C = librosa.cqt(NOISE, **{name: value for name, value in call.items() if name != "length"})
    expected, C = librosa.icqt(C, **call), C.astype(np.complex64)
    assert_close(spectro.icqt(C, res_type="soxr_hq", **call), expected, tolerances.PARITY)
    middle = slice(1000, 4500)  # soxr begins and ends a signal otherwise
    peak = np.abs(expected).max()
    assert_close(spectro.icqt(C, **call)[middle], expected[middle], 10 * tolerances.RATES, peak=peak)


@pytest.mark.parametrize("call", [{}, {"scale": False}, {"hop_length": 2000, "n_bins": 60}, {"tuning": None}])
@pytest.mark.parametrize("name", ["pseudo_cqt", "hybrid_cqt"])
def test_magnitudes_are_librosas(name, call):
    expected = getattr(librosa, name)(NOISE, **call)
    more = {"res_type": "soxr_hq"} if name == "hybrid_cqt" else {}
    assert_close(getattr(spectro, name)(NOISE.astype(np.float32), **more, **call), expected, tolerances.PARITY)


@pytest.mark.parametrize("call", [{}, {"momentum": 0.0}, {"length": 6000}, {"n_iter": 0}, {"rng": 5}])
def test_griffin_lim_is_librosas(call):
    C = np.abs(librosa.cqt(NOISE))
    call = {"n_iter": 2, "init": "random" if "rng" in call else None, **call}
    theirs = dict(call)
    if RELEASE < (1, 0) and "rng" in call:
        theirs["random_state"] = np.random.default_rng(theirs.pop("rng"))
    expected = librosa.griffinlim_cqt(C, **theirs)
    assert_close(spectro.griffinlim_cqt(C, res_type="soxr_hq", **call), expected, tolerances.PARITY)


def test_griffin_lim_has_a_gradient():
    def loss(C: mx.array) -> mx.array:
        y = spectro.griffinlim_cqt(C, n_iter=1, init=None, sr=SR, fmin=233, bins_per_octave=4, hop_length=32)
        return (y * mx.array(normal(256, seed=11).astype(np.float32))).sum()

    C = mx.array((np.abs(normal(8, 9)) + 0.1).astype(np.float32))
    slope = mx.grad(loss)(C)
    step = 1e-3 * slope / mx.abs(slope).max()
    assert_close((slope * step).sum(), (loss(C + step) - loss(C - step)) / 2, 10 * tolerances.GRADIENT)


@pytest.mark.parametrize("bin", [0, 20, 45, 83])
def test_a_tone_is_in_its_bin(bin):
    hertz = librosa.note_to_hz("C1") * 2 ** (bin / 12)
    for transform in (spectro.cqt, spectro.vqt, spectro.hybrid_cqt, spectro.pseudo_cqt):
        assert np.abs(transform(tone(hertz))[:, 14]).argmax() == bin


def test_a_signal_comes_back_where_wavelets_cover_its_frequencies():
    y = tone(440.0) + tone(1000.0)
    bins = {"bins_per_octave": 24, "hop_length": 128}
    back = spectro.icqt(spectro.cqt(y, n_bins=168, **bins), length=len(y), **bins)
    assert np.abs(back - y)[4000:-4000].max() < 0.05


def test_a_shifted_tuning_shifts_the_bins():
    y = tone(440.0 * 2 ** (0.3 / 12))
    found = spectro.cqt(y, tuning=None)
    assert_close(found, spectro.cqt(y, tuning=spectro.estimate_tuning(y)), 0)
    assert np.abs(found[45, 14]) > np.abs(spectro.cqt(y)[45, 14])


def test_a_callable_pads_each_octave():
    def hold(vector, widths, axis, options):
        vector[: widths[0]] = vector[widths[0]]
        vector[len(vector) - widths[1] :] = vector[-widths[1] - 1]

    y = NOISE.astype(np.float32)
    assert_close(spectro.cqt(y, pad_mode=hold), spectro.cqt(y, pad_mode="edge"), tolerances.PARITY)


def test_resamplers_that_need_other_packages_are_the_filter():
    y = NOISE.astype(np.float32)
    for res_type in ("kaiser_best", "sinc_best", "linear"):
        assert_close(spectro.cqt(y, res_type=res_type), spectro.cqt(y), 0)


def test_the_highest_octave_needs_no_other():
    y = NOISE.astype(np.float32)
    assert_close(spectro.cqt(y, fmin=4000, n_bins=12), spectro.cqt(y, fmin=500, n_bins=48)[-12:], tolerances.PARITY)


@pytest.mark.parametrize("filter", [*SHARP, GENTLE], ids=["2", "4", "8", "gentle"])
def test_filters_pass_and_stop(filter):
    response, hertz = np.array(lowpass_response(filter, 8192)), np.linspace(0, 2, 4097)  # over the lower Nyquist's
    passes, stops = (0.913, 1.0) if filter is not GENTLE else (0.5, 1.5)
    assert np.abs(response[hertz <= passes] - 1).max() < 1e-4
    assert np.abs(response[hertz >= stops]).max() < 10 ** (-90 / 20)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"hop_length": 0}, "hop_length must be a positive integer"),
        ({"hop_length": 64.0}, "hop_length must be a positive integer"),
        ({"n_bins": 120}, "Nyquist"),
        ({"n_bins": 0}, "n_bins must be a positive integer"),
        ({"bins_per_octave": 0}, "bins_per_octave must be a positive integer"),
        ({"fmin": 0}, "fmin must be positive"),
        ({"filter_scale": 0}, "filter_scale must be positive"),
        ({"sparsity": 1.0}, "sparsity must be at least 0 and below 1"),
        ({"norm": -1}, "norm must be"),
        ({"res_type": "foo"}, "unknown res_type 'foo'"),
        ({"pad_mode": "wrap"}, "pad_mode must be one of"),
        ({"dtype": np.complex128}, "dtype must be complex64"),
        ({"tuning": np.nan}, "tuning must be a finite number"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(ParameterError, match=said):
        spectro.cqt(NOISE.astype(np.float32), **call)


def test_more_that_cannot_be_is_refused():
    y, C = NOISE.astype(np.float32), np.ones((84, 5), np.float32)
    with pytest.raises(ParameterError, match="gamma must be non-negative"):
        spectro.vqt(y, gamma=-1)
    with pytest.raises(ParameterError, match="intervals must be"):
        spectro.vqt(y, intervals=[1, 2, 1.5])
    with pytest.raises(ParameterError, match="intervals must be"):
        spectro.vqt(y, intervals="foo")
    with pytest.raises(ParameterError, match="too short"):
        spectro.cqt(y[:16], n_bins=12)
    with pytest.raises(ParameterError, match="must have shape"):
        spectro.icqt(C[0].astype(np.complex64))
    with pytest.raises(ParameterError, match="frames of C"):
        spectro.griffinlim_cqt(C, length=500)
    with pytest.raises(ParameterError, match="init must be"):
        spectro.griffinlim_cqt(C, init="foo")
    with pytest.warns(UserWarning, match="may not converge"):
        spectro.griffinlim_cqt(C, n_iter=0, momentum=2)


@pytest.mark.parametrize("call", [{"tuning": None}, {"res_type": "soxr_hq"}], ids=str)
def test_what_looks_at_values_says_so_while_mlx_traces(call):
    with pytest.raises(ValueError, match="needs the values"):
        mx.compile(lambda y: spectro.cqt(y, **call))(mx.array(NOISE))


def test_a_short_signal_warns_as_librosas():
    with pytest.warns(UserWarning, match="too large for input signal of length=16"):
        assert spectro.cqt(np.ones(16, np.float32)).shape == (84, 1)


def test_one_frame_of_coefficients_reaches_no_sample():
    assert spectro.icqt(np.ones((84, 1), np.complex64)).shape == (0,)
    assert spectro.icqt(np.ones((2, 84, 1), np.complex64), length=7).shape == (2, 7)


def test_wavelets_are_librosas():
    freqs = np.array([100.0, 200.0, 300.0, 407.0])
    for call in ({}, {"pad_fft": False}, {"norm": None, "gamma": 3.0}, {"mode": "edge"}, {"alpha": 0.1, "gamma": None}):
        for got, expected in zip(
            spectro.filters.wavelet(freqs=freqs, sr=SR, **call), librosa.filters.wavelet(freqs=freqs, sr=SR, **call)
        ):
            assert got.dtype == expected.dtype
            assert_close(got, expected, tolerances.PARITY)


@pytest.mark.parametrize(
    "window",
    [*sorted(librosa.filters.WINDOW_BANDWIDTHS), "kaiser_bessel", np.hanning, ("kaiser", 4.0)],
    ids=lambda window: getattr(window, "__name__", str(window)),
)
def test_bandwidths_are_librosas(window):
    if window == "kaiser_bessel":
        with pytest.raises(ParameterError, match="window must be a known name"):
            spectro.filters.window_bandwidth(window)
        return
    assert_close(spectro.filters.window_bandwidth(window), librosa.filters.window_bandwidth(window), tolerances.PARITY)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"freqs": [100.0]}, "at least 2"),
        ({"freqs": [200.0, 100.0]}, "ascending"),
        ({"freqs": [0.0, 1.0]}, "positive"),
        ({"freqs": [10, 20], "gamma": -1}, "gamma"),
        ({"freqs": [10, 20], "filter_scale": 0}, "filter_scale"),
        ({"freqs": [10], "alpha": -0.1}, "alpha"),
    ],
    ids=str,
)
def test_wavelets_that_cannot_be_are_refused(call, said):
    for fn in (spectro.filters.wavelet, spectro.filters.wavelet_lengths):
        with pytest.raises(ParameterError, match=said):
            fn(**call)


@pytest.mark.parametrize("given", [{}, {"tuning": 0.5}, {"bins_per_octave": 7}])
def test_ratios_make_the_octave_whatever_bins_it_is_said_to_have(given):
    y = np.random.default_rng(0).standard_normal(SR)
    call = {"intervals": [1, 1.25, 1.5], "n_bins": 9, "sr": SR, "fmin": 200, "hop_length": 64, "res_type": "soxr_hq"}
    assert_close(spectro.vqt(y, **call, **given), librosa.vqt(y, **call, **given), tolerances.PARITY)


def test_the_table_of_bandwidths_is_librosas():
    assert (
        spectro.filters.WINDOW_BANDWIDTHS.items() <= librosa.filters.WINDOW_BANDWIDTHS.items()
    )  # which keeps others, too


@pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*empty frequency set")
@pytest.mark.parametrize("name", ["cqt", "vqt", "pseudo_cqt", "feature.chroma_cqt", "feature.chroma_cens"])
@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_no_samples_have_one_silent_frame(name, shape):
    ours, theirs = (operator.attrgetter(name)(module) for module in (spectro, librosa))
    expected = theirs(y=np.zeros(shape, np.float32))
    for y in (np.zeros(shape, np.float32), mx.zeros(shape)):
        found = np.array(ours(y=y))
        assert found.shape == expected.shape
        assert not found.any()


@pytest.mark.parametrize("res_type", ["fft", "polyphase"])
def test_scipys_resamplers_go_by_their_names(res_type):
    y = normal(6000).astype(np.float32)
    options = {"sr": 22050, "fmin": 880.0, "n_bins": 24, "res_type": res_type}
    assert_close(spectro.cqt(y, **options), librosa.cqt(y, **options), tolerances.PARITY)
