"""Numbers at their ends: not finite, tiny, huge, many. One rule, librosa's and the reference's, on every backend."""

from __future__ import annotations

import functools
import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import DECIBELS, FLUSHED, GRADIENT, OF_TWO_AT_ONCE, PARITY

import spectro

RNG = np.random.default_rng(8)
TWO_AT_ONCE = mx.default_device() == mx.gpu
NAN, INF = np.nan, np.inf
BACKENDS = ("auto", "reference")
SPECIALS = {"nan": [NAN], "inf": [INF], "both": [NAN, INF], "below": [-INF, -1.0, 0.0], "inf twice": [INF, INF]}


@pytest.fixture(params=BACKENDS, autouse=True)
def each_backend(request):
    """Every test here, on the backend of this device and on the reference."""
    with spectro.use_backend(request.param):
        yield request.param


def same(got, expected, tolerance=DECIBELS) -> None:
    """NaN and infinities stand where they should, and the rest is close."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(got[~finite], expected[~finite])
    np.testing.assert_allclose(got[finite], expected[finite], rtol=0, atol=tolerance)


def decibels(S, scale, amin, ref, top_db, axes):
    """librosa's formula, over axes."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        magnitude = np.abs(S) if scale == 20 else S
        reference = ref(magnitude, axis=axes, keepdims=True) if callable(ref) else np.abs(ref)
        level = scale * np.log10(np.maximum(amin, magnitude)) - scale * np.log10(np.maximum(amin, reference))
        return level if top_db is None else np.maximum(level, level.max(axis=axes, keepdims=True) - top_db)


def spectrograms(specials):
    """Two channels (2, 5, 7), the first with specials here and there."""
    S = np.float32(RNG.random((2, 5, 7)) + 0.1)
    for value, place in zip(specials, RNG.choice(35, len(specials), replace=False)):
        S[0].flat[place] = value
    return S


@pytest.mark.parametrize("ref", [1.0, INF, NAN, np.max, np.min, np.mean, np.median, "array"])
@pytest.mark.parametrize("axes", ["auto", None, -1, 0, (0, 1)])
@pytest.mark.parametrize("kind", [np.asarray, mx.array])
def test_decibels_of_what_is_not_finite(kind, axes, ref):
    over = (-2, -1) if axes == "auto" else axes
    for specials in SPECIALS.values():
        S = spectrograms(specials)
        level = np.float32([[[2.0]], [[INF]]]) if isinstance(ref, str) else ref
        for top_db in (None, 80.0, 3.0):
            for name, scale, amin in (("power_to_db", 10.0, 1e-10), ("amplitude_to_db", 20.0, 1e-5)):
                expected = decibels(S, scale, amin, level, top_db, over)
                same(getattr(spectro, name)(kind(S), ref=level, top_db=top_db, axes=axes), expected)


@pytest.mark.parametrize("name", ["power_to_db", "amplitude_to_db"])
@pytest.mark.parametrize("ref", [1.0, np.max, np.median])
def test_decibels_of_what_is_not_finite_are_the_installed_librosas(name, ref):
    for specials in SPECIALS.values():
        S = spectrograms(specials)[0]
        with np.errstate(all="ignore"):
            same(getattr(spectro, name)(S, ref=ref), getattr(librosa, name)(S.astype(np.float64), ref=ref))


@pytest.mark.parametrize("place", [0, 7, 16, 40000, 99998, 99999])
def test_a_nan_reaches_all_parts_of_a_large_spectrogram_and_no_other(place):
    S = np.float32(RNG.random((3, 100, 1000)) + 0.1)
    S[1].flat[place] = NAN
    got = spectro.power_to_db(S)
    assert np.isnan(got[1]).all()
    assert np.isfinite(got[[0, 2]]).all()
    assert np.isnan(spectro.power_to_db(S, top_db=None)).sum() == 1
    assert np.isnan(spectro.power_to_db(S, ref=np.median, top_db=None)[1]).all()


@pytest.mark.parametrize("max_size", [1, 2, 3, 5, 40])
@pytest.mark.parametrize("bands", [3, 16, 37])
def test_a_nan_goes_through_the_running_maximum(max_size, bands):
    S = 20 * RNG.standard_normal((bands, 6)).astype(np.float32)
    for band in {0, bands // 2, bands - 1}:
        holed = S.copy()
        holed[band, 2] = NAN
        got = spectro.onset_strength_multi(S=holed, max_size=max_size, aggregate=False, center=False)
        mirrored = np.pad(holed, [(max_size // 2, max_size // 2), (0, 0)], mode="symmetric")
        highest = np.lib.stride_tricks.sliding_window_view(mirrored, max_size, axis=0)[:bands].max(-1)
        expected = np.maximum(0, holed[:, 1:] - highest[:, :-1])
        same(got[:, 1:], expected, 1e-4)
        strength = spectro.onset_strength(S=holed, max_size=max_size, center=False)
        assert np.isnan(strength).tolist() == [False, False, True, True, False, False]


@pytest.mark.parametrize("power", [0.5, 0.7, 1.0, 1.3, 2.0, 3.0, 20.0])
@pytest.mark.parametrize("n_fft", [64, 63])
def test_a_nan_never_becomes_a_number(power, n_fft):
    y = RNG.standard_normal(1000).astype(np.float32)
    y[500] = NAN
    M = np.array(spectro.melspectrogram(y=mx.array(y), sr=8000, n_fft=n_fft, hop_length=50, n_mels=4, power=power))
    touched = np.abs(50 * np.arange(M.shape[1]) - 500) < 31
    assert np.isnan(M[:, touched]).all()
    assert np.isfinite(M[:, np.abs(50 * np.arange(M.shape[1]) - 500) > 33]).all()


AMPLITUDES = [1e-25, 1e-19, 1e-12, 1.0, 1e12, 1e20]


@pytest.mark.parametrize("power", [1.0, 0.5, 0.7])
@pytest.mark.parametrize("n_fft", [512, 255])
@pytest.mark.parametrize("amplitude", AMPLITUDES)
def test_magnitudes_in_all_of_single_precisions_range(amplitude, n_fft, power):
    y = (RNG.standard_normal(4096) * amplitude).astype(np.float32)
    y[1000:2000] = 0
    kwargs = {"power": power, "n_fft": n_fft, "hop_length": 128, "n_mels": 20}
    got = spectro.melspectrogram(y=y, **kwargs)
    expected = librosa.feature.melspectrogram(y=y.astype(np.float64), dtype=np.float64, **kwargs)
    tolerance = OF_TWO_AT_ONCE**power if TWO_AT_ONCE and power < 1 else PARITY
    assert_close(got.astype(np.float64) / expected.max(), expected / expected.max(), tolerance)
    # a form of degree p: its gradient times the signal is p times it, by Euler
    gradient = mx.grad(lambda y: (spectro.melspectrogram(y=y, **kwargs) / float(expected.max())).sum())(mx.array(y))
    product = (np.array(gradient).astype(np.float64) * y).sum()
    assert product == pytest.approx(power * (expected / expected.max()).sum(), rel=GRADIENT)


@pytest.mark.skipif(TWO_AT_ONCE, reason="a GPU transforms two frames at once: docs/backends.md says what they share")
@pytest.mark.parametrize("power", [1.0, 0.5])
def test_magnitudes_of_loud_and_quiet_frames_side_by_side(power):
    envelope = 10.0 ** RNG.integers(-25, 20, 100).repeat(64)
    y = (RNG.standard_normal(6400) * envelope).astype(np.float32)
    kwargs = {"power": power, "n_fft": 64, "hop_length": 64, "n_mels": 6, "center": False, "sr": 8000}
    expected = librosa.feature.melspectrogram(y=y.astype(np.float64), dtype=np.float64, **kwargs)
    np.testing.assert_allclose(spectro.melspectrogram(y=y, **kwargs), expected, rtol=1e-4)


def as_complex(x):
    return x[0] + 1j * x[1]


OF_SPECTRUM = {
    "magnitude": lambda x: spectro.magphase(as_complex(x))[0],
    "cosine": lambda x: spectro.magphase(as_complex(x))[1].real,
    "sine": lambda x: spectro.magphase(as_complex(x))[1].imag,
    "power-0.5": lambda x: spectro.magphase(as_complex(x), power=0.5)[0],
    "power-2": lambda x: spectro.magphase(as_complex(x), power=2)[0],
}


@pytest.mark.parametrize("name", OF_SPECTRUM)
@pytest.mark.parametrize("scale", [0.0, 1e-45, 1e-42, 1e-39, 1e-38, 1e-36, 1e-33, 1e-30, 1e-20, 1e-10, 1.0])
def test_derivatives_of_magnitude_and_phase_are_finite(name, scale):
    fn = OF_SPECTRUM[name]
    z = (RNG.standard_normal((2, 40)) * scale).astype(np.float32)
    x, weights = mx.array(z), mx.array(RNG.standard_normal((2, 40)).astype(np.float32))

    def gradient(x):
        return mx.grad(lambda x: fn(x).sum())(x)

    for values in (
        fn(x),
        gradient(x),
        mx.grad(lambda x: fn(x).square().sum())(x),
        mx.grad(lambda x: (gradient(x) * weights).sum())(x),
        mx.jvp(fn, [x], [weights])[1][0],
    ):
        assert np.isfinite(np.array(values)).all()


@pytest.mark.parametrize("scale", [1e-34, 1e-30, 1e-20, 1.0, 1e19, 1e30, 1e37])
def test_magnitude_and_phase_of_every_size(scale):
    z = (RNG.standard_normal((2, 40)) * scale).astype(np.float32)
    D = z[0].astype(np.float64) + 1j * z[1].astype(np.float64)
    S, P = spectro.magphase(z[0] + 1j * z[1])
    np.testing.assert_allclose(S, np.abs(D), rtol=1e-6)
    np.testing.assert_allclose(P, D / np.abs(D), rtol=0, atol=1e-6)
    gradient = mx.grad(lambda x: OF_SPECTRUM["magnitude"](x).sum())(mx.array(z))
    np.testing.assert_allclose(as_complex(np.array(gradient)), D / np.abs(D), rtol=0, atol=1e-5)
    if scale >= 1e-10:
        turned = mx.grad(lambda x: (OF_SPECTRUM["cosine"](x)).sum())(mx.array(z))
        expected = np.stack([D.imag**2, -D.real * D.imag]) / np.abs(D) ** 3
        tolerance = 1e-5 + FLUSHED * np.abs(D).max()
        np.testing.assert_allclose(np.array(turned) * np.abs(D), expected * np.abs(D), rtol=0, atol=tolerance)


def test_magnitude_of_what_is_not_finite():
    S, _ = spectro.magphase(np.array([INF + 1j, complex(1, -INF), NAN, 3 + 4j, 0], np.complex64))
    same(S, [INF, INF, NAN, 5, 0], 0)


def test_the_phase_of_a_decaying_tone_has_a_gradient():
    t = np.arange(4096) / 22050
    y = mx.array((np.exp(-400 * t) * np.sin(2 * np.pi * 440 * t)).astype(np.float32))
    for part in (lambda D: spectro.magphase(D)[1].real, lambda D: spectro.magphase(D)[0]):
        assert np.isfinite(np.array(mx.grad(lambda y, part=part: part(spectro.stft(y, n_fft=64)).sum())(y))).all()


REDUCERS = [np.mean, np.sum, np.std, np.var, mx.mean]


@pytest.mark.parametrize("reducer", REDUCERS, ids=lambda fn: f"{fn.__name__}-{type(fn).__name__}")
@pytest.mark.parametrize("axes", [None, -1, -2])
def test_references_do_not_drift_with_size(reducer, axes):
    peer = getattr(np, reducer.__name__)
    for S in (np.float32(RNG.random((32, 30011))), np.full((10, 50000), 0.1, np.float32)):
        with np.errstate(all="ignore"):
            ref = peer(S.astype(np.float64), axis=axes, keepdims=True)
        if ref.max() < 1e-3:
            continue  # the spread of a constant is rounding
        expected = 10 * np.log10(S.astype(np.float64)) - 10 * np.log10(ref)
        for given in (S, mx.array(S), mx.swapaxes(mx.array(S.T.copy()), 0, 1)):
            same(spectro.power_to_db(given, ref=reducer, top_db=None, axes=axes), expected, DECIBELS)


@pytest.mark.parametrize("aggregate", [np.std, np.var, np.mean, np.sum, np.median, np.max], ids=lambda fn: fn.__name__)
def test_aggregates_have_gradients_on_silence(aggregate):
    y = np.concatenate([RNG.standard_normal(4000), np.zeros(4000)]).astype(np.float32)
    peer = functools.partial(librosa.feature.melspectrogram, dtype=np.float64)
    expected = librosa.onset.onset_strength(y=y.astype(np.float64), aggregate=aggregate, feature=peer)
    assert_close(spectro.onset_strength(y, aggregate=aggregate), expected, 10 * PARITY)
    for signal in (y, np.zeros_like(y)):
        gradient = mx.grad(lambda y: spectro.onset_strength(y, aggregate=aggregate).sum())(mx.array(signal))
        assert np.isfinite(np.array(gradient)).all()


@pytest.mark.parametrize("kind", [np.asarray, mx.array])
def test_powers_too_large_for_half_precision(kind):
    y = (30 * RNG.standard_normal(8000)).astype(np.float16)
    mel = spectro.melspectrogram(kind(y))
    expected = spectro.melspectrogram(kind(y.astype(np.float32)))
    assert np.array(expected).max() > 65504
    np.testing.assert_allclose(np.array(mel), np.minimum(np.array(expected), 65504), rtol=1e-3)
    assert np.isfinite(np.array(spectro.power_to_db(mel))).all()
    for feature in (None, spectro.melspectrogram):
        strength = spectro.onset_strength(kind(y), feature=feature)
        wide = spectro.onset_strength(kind(y.astype(np.float32)), feature=feature)
        np.testing.assert_allclose(np.array(strength), np.array(wide), rtol=2e-3, atol=1e-2)


@pytest.mark.parametrize("aggregate", [np.std, np.var])
def test_the_spread_of_complex_numbers_is_that_of_their_distances(aggregate):
    x = (RNG.standard_normal((5, 40)) + 1j * RNG.standard_normal((5, 40))).astype(np.complex64)
    places = np.arange(0, 40, 8)
    for kind in (np.asarray, mx.array):
        got = spectro.util.sync(kind(x), places, aggregate=aggregate)
        expected = np.stack(
            [aggregate(part, axis=-1) for part in np.split(x.astype(np.complex128), places[1:], axis=-1)], -1
        )
        np.testing.assert_allclose(np.array(got), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ["stft", "feature.rms", "feature.chroma_stft", "iirt", "onset.onset_strength", "yin"])
def test_samples_beyond_single_precision_are_said_to_be(name):
    y = 1e100 * np.random.default_rng(0).standard_normal(8000)
    options = {"fmin": 100, "fmax": 2000} if name == "yin" else {}
    with pytest.raises(spectro.ParameterError, match=r"y must be at most 3\.4e\+38 everywhere, the largest float32"):
        functools.reduce(getattr, name.split("."), spectro)(y, **options)
    functools.reduce(getattr, name.split("."), spectro)(y / 1e70, **options)
