"""Made signals, companding, zero crossings, linear prediction and resampling: truths and corner cases."""

from __future__ import annotations

import itertools
import sys
import types

import librosa
import mlx.core as mx
import numpy as np
import pytest
import scipy.signal
import tolerances
from case import normal
from comparing import RELEASE, assert_close

import spectro

Y = normal(2, 3, 500)


def test_quantized_values_survive_the_way_there_and_back():
    codes = np.arange(-128, 128)
    levels = spectro.mu_expand(codes)
    np.testing.assert_array_equal(spectro.mu_compress(levels), librosa.mu_compress(levels))
    assert np.abs(spectro.mu_compress(levels) - codes).max() <= 1


def test_the_slope_of_companding_at_zero_is_that_of_its_formula():
    zero = mx.zeros(3)
    compress = mx.grad(lambda x: spectro.mu_compress(x, quantize=False).sum())(zero)
    expand = mx.grad(lambda x: spectro.mu_expand(x, quantize=False).sum())(zero)
    assert_close(compress, np.full(3, 255 / np.log(256)), tolerances.GRADIENT)
    assert_close(expand, np.full(3, np.log(256) / 255), tolerances.GRADIENT)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"threshold": 0},
        {"zero_pos": False},
        {"pad": False},
        {"ref_magnitude": np.max, "threshold": 0.1},
        {"ref_magnitude": 2.0, "threshold": 0.6},
        {"axis": 0},
    ],
)
def test_zero_crossings_are_librosas(options):
    y = np.where(np.abs(Y) < 0.3, 0.0, Y)
    expected = librosa.zero_crossings(y, **options)
    np.testing.assert_array_equal(spectro.zero_crossings(y, **options), expected)
    lazy = spectro.zero_crossings(mx.array(y, dtype=mx.float32), **options)
    assert lazy.dtype == mx.bool_
    np.testing.assert_array_equal(np.array(lazy), expected)


@pytest.mark.parametrize(("dtype", "level"), [(np.float32, 1e-18), (np.float64, 1e-18), (np.float64, 1e-100)])
def test_lpc_of_quiet_signals_is_that_of_loud_ones(dtype, level):
    y = np.random.default_rng(0).standard_normal(4000)
    np.testing.assert_allclose(spectro.lpc((level * y).astype(dtype), order=4), spectro.lpc(y, order=4), atol=1e-6)


@pytest.mark.parametrize("axis", [-1, 1])
def test_lpc_along_any_axis(axis):
    y = normal(2, 40, 30)
    assert_close(spectro.lpc(y, order=3, axis=axis), librosa.lpc(y, order=3, axis=axis), tolerances.DOUBLE)


@pytest.mark.parametrize(("dtype", "allowed"), [(np.float32, 1e-6), (np.float64, tolerances.DOUBLE)])
def test_lpc_of_long_signals_makes_errors_anew(dtype, allowed, monkeypatch):
    y = scipy.signal.lfilter([1.0], [1.0, -1.2, 0.8], normal(2, 100_003)).astype(dtype)
    got = spectro.lpc(y, order=9)
    monkeypatch.setattr(spectro.signals.prediction, "MOST_REMADE", 0)
    assert_close(got, spectro.lpc(y.astype(np.float64), order=9), allowed)


def test_lpc_finds_the_filter_of_a_signal():
    a = np.array([1.0, -1.2, 0.8])
    y = scipy.signal.lfilter([1.0], a, normal(100000))
    np.testing.assert_allclose(spectro.lpc(y, order=2), a, atol=0.02)


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize("lags", [1, 700])
def test_a_few_lags_of_a_long_signal_are_its_autocorrelation(lags, real):
    y = normal(2, 100_003) if real else normal(2, 100_003) + 1j * normal(2, 100_003)[:, ::-1]
    got = spectro.autocorrelate(y.astype(np.float32 if real else np.complex64), max_size=lags)
    expected = [(y[:, k:] * y[:, : y.shape[-1] - k].conj()).sum(axis=-1) for k in range(lags)]
    np.testing.assert_allclose(got, np.transpose(expected), rtol=0, atol=1e-7 * abs(expected[0]).max())


def test_lpc_of_silence_predicts_nothing():
    np.testing.assert_array_equal(spectro.lpc(np.zeros(50), order=3), [1, 0, 0, 0])


@pytest.mark.parametrize(("source", "target"), [(22050, 16000), (16000, 22050), (2, 1), (8000, 8000)])
@pytest.mark.parametrize("options", [{}, {"scale": True}, {"fix": False}, {"axis": 0}])
def test_resample_of_numpy_is_soxrs(source, target, options):
    expected = librosa.resample(Y, orig_sr=source, target_sr=target, **options)
    assert_close(spectro.resample(Y, orig_sr=source, target_sr=target, **options), expected, tolerances.DOUBLE)


@pytest.mark.parametrize("res_type", ["fft", "scipy", "polyphase"])
@pytest.mark.parametrize("options", [{}, {"scale": True}, {"axis": 0}])
def test_resample_by_scipy_is_librosas(res_type, options):
    rates = {"orig_sr": 22050, "target_sr": 16000, "res_type": res_type}
    expected = librosa.resample(Y, **rates, **options)
    assert_close(spectro.resample(Y, **rates, **options), expected, tolerances.DOUBLE)


@pytest.mark.parametrize("package", ["samplerate", "resampy"])
def test_resamplers_of_other_packages_go_by_their_names(monkeypatch, package):
    def resampled(y, *rates, **options):
        return np.repeat(y, 2, axis=-1)

    monkeypatch.setitem(sys.modules, package, types.SimpleNamespace(resample=resampled))
    res_type = {"samplerate": "sinc_best", "resampy": "kaiser_best"}[package]
    out = spectro.resample(Y, orig_sr=1, target_sr=2, res_type=res_type)
    np.testing.assert_array_equal(out, np.repeat(Y, 2, axis=-1))


@pytest.mark.parametrize("target", [16000, 22050 * 2 ** (1 / 7), 22050 * np.pi])
def test_resample_of_mlx_is_soxrs_of_noise(target):
    noise = normal(6000).astype(np.float32)
    expected = spectro.resample(noise, orig_sr=22050, target_sr=target)
    found = np.array(spectro.resample(mx.array(noise), orig_sr=22050, target_sr=target))
    assert found.shape == expected.shape
    inner = slice(300, -300)  # soxr's first samples know less of what comes before
    assert np.abs(found - expected)[inner].max() < 1e-3 * np.abs(expected).max()


@pytest.mark.parametrize("target", [16000, 44100, 11025, 22051])
def test_resample_of_mlx_keeps_what_passes(target):
    sr = 22050

    def tones(t):
        return np.exp(-(((t - 0.5) / 0.1) ** 2)) * (np.sin(2 * np.pi * 440 * t) + np.cos(2 * np.pi * 4000 * t))

    y = mx.array(tones(np.arange(sr) / sr), dtype=mx.float32)
    out = spectro.resample(y, orig_sr=sr, target_sr=target)
    assert isinstance(out, mx.array)
    assert_close(out, tones(np.arange(target) / target), tolerances.PARITY)


def test_resample_of_mlx_stops_what_does_not_pass():
    sr = 16000
    t = np.arange(sr) / sr
    y = np.exp(-(((t - 0.5) / 0.1) ** 2)) * np.sin(2 * np.pi * 4100 * t)
    assert np.abs(np.array(spectro.resample(mx.array(y, dtype=mx.float32), orig_sr=sr, target_sr=8000))).max() < 2e-6


@pytest.mark.parametrize("source", [44100, 50])
def test_resample_makes_the_samples_that_it_says(source):
    y = normal(2, 20).astype(np.float32)
    for samples in (y, y[:, :1], y[:, :0], y[:0]):
        expected = (len(samples), -(-samples.shape[1] * 100 // source))
        for options in ({}, {"res_type": "fft"}, {"mode": "edge"}):
            for kind in (np.array, mx.array):
                out = spectro.resample(kind(samples), orig_sr=source, target_sr=100, **options)
                assert out.shape == expected and not np.isnan(np.array(out)).any()


def test_resample_of_mlx_between_rates_far_apart():
    def bump(t):
        return np.exp(-(((t - 30) / 5) ** 2))

    y, rate = mx.array(bump(np.arange(60)), dtype=mx.float32), 100 * np.pi
    out = spectro.resample(y, orig_sr=1, target_sr=rate)
    assert_close(out, bump(np.arange(len(out)) / rate), tolerances.PARITY)
    with pytest.raises(spectro.ParameterError, match=r"^\[resample\] the filter between these rates would hold"):
        spectro.resample(y, orig_sr=1e12, target_sr=1)


def test_resample_in_a_trace_of_any_size_is_refused():
    halved = mx.compile(lambda y: spectro.resample(y, orig_sr=2, target_sr=1), shapeless=True)
    with pytest.raises(ValueError, match=r"^\[resample\] sizes must be known"):
        halved(mx.zeros(100))


@pytest.mark.parametrize("kind", [np.array, mx.array])
def test_axes_are_integers_of_any_kind(kind):
    y = kind(normal(3, 40).astype(np.float32))
    for function, options in [
        (spectro.resample, {"orig_sr": 2, "target_sr": 1}),
        (spectro.autocorrelate, {}),
        (spectro.lpc, {"order": 2}),
        (spectro.zero_crossings, {}),
        (spectro.pcen, {}),
        (spectro.fmt, {}),
        (spectro.util.localmax, {}),
    ]:
        expected = function(y, axis=-1, **options)
        np.testing.assert_array_equal(np.array(function(y, axis=np.int64(-1), **options)), np.array(expected))
        with pytest.raises(spectro.ParameterError, match="axis must be one of the 2 axes of"):
            function(y, axis=True, **options)


def test_resample_of_mlx_is_linear_and_differentiable():
    y, weights = mx.array(normal(200), dtype=mx.float32), mx.array(normal(100, seed=7), dtype=mx.float32)

    def half(y):
        return spectro.resample(y, orig_sr=2, target_sr=1)

    gradient = mx.grad(lambda y: (half(y) * weights).sum())(y)
    assert_close((gradient * y).sum(), (half(y) * weights).sum(), tolerances.GRADIENT)


SIGNALS = [normal(*shape, seed=k).astype(np.float32) for k, shape in enumerate([(5,), (2, 7), (3, 2, 4), (2, 5)])]
NEW = pytest.mark.skipif(RELEASE < (1, 0), reason="librosa has it since 1.0")


def outcome(function, *signals, **call):
    try:
        return np.asarray(function(*signals, **call))
    except (librosa.ParameterError, spectro.ParameterError):
        return None


def assert_mixed_alike(name, *signals, **call):
    expected = outcome(getattr(librosa, name), *signals, **call)
    got = outcome(getattr(spectro, name), *signals, **call)
    if expected is None:
        assert got is None
        return
    assert got.dtype == expected.dtype
    assert_close(got, expected, 1e-6)


@NEW
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("pad", [True, False])
def test_signals_are_mixed_as_by_librosa(pad, norm):
    for count in (0, 1, 2, 3):
        for signals in itertools.product(SIGNALS, repeat=count):
            assert_mixed_alike("to_mono", *signals, pad=pad, norm=norm)
            for downmix in (True, False):
                assert_mixed_alike("to_multi", *signals, downmix=downmix, pad=pad, norm=norm)
    for left, right in itertools.product([*SIGNALS, None], repeat=2):
        for downmix in (True, False):
            assert_mixed_alike("to_stereo", left=left, right=right, downmix=downmix, pad=pad, norm=norm)


@NEW
def test_precision_is_that_of_the_most_precise_signal():
    for kinds in itertools.product([np.float32, np.float64], repeat=2):
        assert_mixed_alike("to_mono", *(x.astype(kind) for x, kind in zip(SIGNALS, kinds)))


def test_mixtures_are_of_the_kind_that_goes_in():
    a, b = mx.array([1.0, 2.0, 3.0]), np.array([[3.0, 5.0], [5.0, 9.0]])
    for got in (spectro.to_multi(a, b), spectro.to_multi(b, a)[::-1], spectro.to_stereo(left=a, right=b)):
        assert isinstance(got, mx.array)
        assert got.tolist() == [[1, 2, 3], [4, 7, 0]]
    assert spectro.to_mono(b, a, [6.0], [6.0], [6.0], a).shape == (3,)
    assert isinstance(spectro.to_mono(b, [6.0], [6.0], [6.0], [6.0], a), mx.array)
    assert spectro.to_multi([1.0], np.ones((2, 2), np.float16)).dtype == np.float32
    assert spectro.to_multi(np.ones(2, np.float16), np.ones(2, np.float16)).dtype == np.float16
    assert spectro.to_mono(y=b).tolist() == [4.0, 7.0]


def test_mixtures_have_derivatives_and_can_be_traced():
    a, b = mx.array([1.0, 2.0, 3.0]), mx.array([[3.0, 5.0], [5.0, 9.0]])

    def loss(a, b):
        return (spectro.to_multi(a, b) ** 2).sum() + (spectro.to_mono(a, b, norm=False) ** 2).sum()

    slopes = mx.grad(loss, argnums=(0, 1))(a, b)
    assert [x.tolist() for x in slopes] == [[20.0, 36.0, 12.0], [[22.0, 39.0], [22.0, 39.0]]]
    assert mx.compile(spectro.to_multi)(a, b).tolist() == spectro.to_multi(a, b).tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectro.tone(440), r"^\[tone\] length or duration"),
        (lambda: spectro.tone(None, length=3), r"^\[tone\] frequency must be given"),
        (lambda: spectro.chirp(fmin=None, fmax=2, length=3), r"^\[chirp\] fmin and fmax"),
        (lambda: spectro.clicks(), r"^\[clicks\] times or frames"),
        (lambda: spectro.clicks(times=[]), r"^\[clicks\] length must be given"),
        (lambda: spectro.clicks(times=[0.1], length=0), r"^\[clicks\] length must be a positive integer, got 0"),
        (lambda: spectro.clicks(times=[-0.1]), r"^\[clicks\] times must be finite and not negative"),
        (lambda: spectro.mu_compress(2 * Y), r"^\[mu_compress\] x must lie in -1 .. 1"),
        (lambda: spectro.mu_expand(Y, mu=0), r"^\[mu_expand\] mu must be positive, got 0"),
        (lambda: spectro.lpc(Y, order=0), r"^\[lpc\] order must be a positive integer, got 0"),
        (lambda: spectro.zero_crossings(5.0), r"^\[zero_crossings\] y must have at least one dimension"),
        (lambda: spectro.to_mono(), r"^\[to_mono\] a signal must be given"),
        (lambda: spectro.to_mono(Y, y=Y), r"^\[to_mono\] y is the only signal"),
        (lambda: spectro.to_multi(Y, np.ones(3, int)), r"^\[to_multi\] signals\[1\] must be real floating-point audio"),
        (lambda: spectro.to_multi(Y, [Y], downmix=False), r"^\[to_multi\] signals must have the same channels"),
        (lambda: spectro.to_stereo(left=None, right=None), r"^\[to_stereo\] left or right must be given"),
        (lambda: spectro.to_stereo(left=3 * [Y], right=Y, downmix=False), r"^\[to_stereo\] left must have one or two"),
        (lambda: spectro.to_mono(np.ones((2, 3), int)), r"^\[to_mono\] y must be real floating-point audio"),
        (lambda: spectro.resample(Y, orig_sr=1, target_sr=2, res_type="x"), r"^\[resample\] unknown res_type 'x'"),
        (
            lambda: spectro.resample(Y, orig_sr=1.5, target_sr=2, res_type="polyphase"),
            r"^\[resample\] orig_sr and target_sr must be whole numbers",
        ),
        (lambda: spectro.frequency_weighting([1.0], kind="Q"), r"^\[frequency_weighting\] kind must be one of"),
        (lambda: spectro.pcen(np.ones((2, 3)), b=2), r"^\[pcen\] b must be between 0 and 1, got 2"),
        (lambda: spectro.pcen(np.ones((2, 3, 4)), max_size=3), r"^\[pcen\] max_axis must be given"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    with pytest.raises(spectro.ParameterError, match=message):
        call()


def test_clicks_are_librosas():
    options = {"times": [0.1, 0.15, 0.9], "sr": 8000, "click_freq": 500.0, "click_duration": 0.07}
    assert_close(spectro.clicks(**options), librosa.clicks(**options), tolerances.PARITY)
    assert_close(spectro.clicks(length=900, **options), librosa.clicks(length=900, **options), tolerances.PARITY)


def test_pcen_goes_on_where_it_stopped():
    S = np.abs(normal(4, 30)) + 0.1
    whole = spectro.pcen(S, b=0.2)
    first, state = spectro.pcen(S[:, :11], b=0.2, return_zf=True)
    rest = spectro.pcen(S[:, 11:], b=0.2, zi=state)
    assert_close(np.concatenate([first, rest], axis=-1), whole, tolerances.PARITY)
    _, expected = librosa.pcen(S[:, :11], b=0.2, return_zf=True)
    assert_close(state, expected, tolerances.PARITY)


def test_pcen_of_complex_values_warns():
    D = normal(4, 5) + 1j
    with pytest.warns(UserWarning, match=r"^\[pcen\] S is complex"):
        got = spectro.pcen(D, b=0.3)
    assert_close(got, spectro.pcen(np.abs(D), b=0.3), tolerances.PARITY)
