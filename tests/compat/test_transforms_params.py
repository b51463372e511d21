"""FFT sizes and windows of the transform layer."""

import inspect

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import CONSTANTS
from transforms_oracle import centered64, window64

import spectro
from spectro import make_window, resolve_fft_params
from spectro._floor.docs import FRAGMENTS
from spectro.errors import ParameterError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((2048, 512, 1024), (2048, 512, 1024)),
        ((2048, None, None), (2048, 512, 2048)),
        ((1022, None, None), (1022, 255, 1022)),
        ((512, None, 400, 64), (640, 128, 400)),
        ((512, 66, None, 3), (518, 66, 512)),
        ((np.int64(400), np.int32(160), 400.0), (400, 160, 400)),
    ],
)
def test_defaults_come_from_the_unpadded_size(given, expected):
    sizes = resolve_fft_params(*given)
    assert sizes == expected
    assert all(type(size) is int for size in sizes)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((0, 1, 1), "n_fft must be positive"),
        ((-512, None, None), "n_fft must be positive"),
        ((512, 0, None), "hop_length must be positive"),
        ((512, -3, None), "hop_length must be positive"),
        ((3, None, None), "hop_length must be positive"),
        ((512, None, 0), "win_length must be positive"),
        ((512, None, 600), "win_length 600 must be <= n_fft 512"),
        ((512, None, None, -1), "pad must be >= 0"),
        (("512", None, None), "n_fft must be an integer, got '512'"),
        ((512, 0.5, None), "hop_length must be an integer, got 0.5"),
        ((512, True, None), "hop_length must be an integer, got True"),
        ((float("nan"), 1, None), "n_fft must be an integer, got nan"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(given, words):
    with pytest.raises(ParameterError, match=words) as error:
        resolve_fft_params(*given)
    assert isinstance(error.value, ValueError)


@pytest.mark.parametrize("make", [spectro.SpectralTransform, spectro.MelSpectrogramTransform])
def test_the_classes_refuse_the_same_sizes_in_their_own_name(make):
    known = {"n_fft": 512, "hop_length": 128}
    for bad, words in [
        ({"n_fft": 0}, "n_fft must be positive, got 0"),
        ({"hop_length": 0}, "hop_length must be positive, got 0"),
        ({"hop_length": -5}, "hop_length must be positive, got -5"),
        ({"win_length": -1}, "win_length must be positive, got -1"),
        ({"win_length": 513}, "win_length 513 must be <= n_fft 512"),
        ({"n_fft": None}, "n_fft must be an integer, got None"),
    ]:
        with pytest.raises(ParameterError, match=rf"^\[SpectralTransform\] {words}"):
            make(**{**known, **bad})


@pytest.mark.parametrize("name", ["hann", "hamming", "rect"])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize(("win", "n_fft"), [(400, 400), (400, 512), (5, 8), (7680, 7680), (1, 4), (2, 2)])
def test_named_windows_are_centered_cosines(name, periodic, win, n_fft):
    window = make_window(None, name, win, n_fft, periodic)
    assert window.dtype == mx.float32
    assert window.shape == (n_fft,)
    assert np.abs(np.array(window) - window64(name, win, n_fft, periodic)).max() <= CONSTANTS


def test_ones_and_boxcar_are_rect():
    rect = make_window(None, "rect", 5, 8, True).tolist()
    assert rect == [0, 1, 1, 1, 1, 1, 0, 0]
    assert make_window(None, "ones", 5, 8, True).tolist() == make_window(None, "boxcar", 5, 8, True).tolist() == rect


@pytest.mark.parametrize("size", [5, 8])
@pytest.mark.parametrize(
    "kind",
    [
        mx.array,
        np.array,
        list,
        lambda v: np.array(v, dtype=np.float16),
        lambda v: np.array(v, dtype=np.int16),
        lambda v: mx.array(v, dtype=mx.float16),
        lambda v: mx.array(v, dtype=mx.int32),
        lambda v: np.array(v, dtype=np.float64)[::-1][::-1],
    ],
)
def test_window_arrays_of_every_kind_are_cast_and_centered(size, kind):
    values = list(range(1, size + 1))
    window = make_window(kind(values), "ignored", 5, 8, True)
    assert window.dtype == mx.float32
    np.testing.assert_array_equal(np.array(window), centered64(values, 8))


@pytest.mark.parametrize("window", [mx.ones(6), np.ones(6), mx.ones(0), mx.ones(9)])
def test_a_window_of_another_length_names_all_lengths(window):
    with pytest.raises(ParameterError, match=rf"window length must be win_length=5 or n_fft=8, got {window.size}"):
        make_window(window, "hann", 5, 8, True)


@pytest.mark.parametrize("window", [mx.ones((1, 8)), np.ones((8, 1)), mx.array(1.0)])
def test_a_window_that_is_not_one_dimensional_is_refused(window):
    with pytest.raises(ParameterError, match="window must be one-dimensional"):
        make_window(window, "hann", 8, 8, True)


def test_complex_windows_and_strings_in_their_place_are_refused():
    with pytest.raises(ParameterError, match="window must be real"):
        make_window(mx.ones(8).astype(mx.complex64), "hann", 8, 8, True)
    with pytest.raises(ParameterError, match="window must be an array, got the string 'hann'"):
        make_window("hann", "hann", 8, 8, True)


@pytest.mark.parametrize("name", ["blackmann", "", None, ["hann"], 3])
def test_an_unknown_window_fn_lists_the_known_ones(name):
    for make in (
        lambda: make_window(None, name, 8, 8, True),
        lambda: spectro.SpectralTransform(8, 2, window_fn=name),
        lambda: spectro.MelSpectrogramTransform(window_fn=name),
    ):
        with pytest.raises(ParameterError, match=r"Unknown window_fn .*hann, hamming, rect, ones, boxcar"):
            make()


def test_a_window_longer_than_the_frame_is_refused():
    with pytest.raises(ParameterError, match=r"\[make_window\] win_length 9 must be <= n_fft 8"):
        make_window(mx.ones(9), "hann", 9, 8, True)


def test_a_window_array_is_read_once():
    samples = np.ones(64, dtype=np.float32)
    transform = spectro.SpectralTransform(64, 16, window=samples)
    x = mx.random.normal((1, 640))
    before = np.array(transform.stft(x))
    samples[:] = 0
    assert_close(transform.stft(x), before, 0)


@pytest.mark.parametrize("name", sorted(set(spectro.transforms.__all__) - {"melscale_fbanks"}))
def test_what_is_kept_for_programs_says_so(name):
    value = getattr(spectro.transforms, name)
    if (callable(value) and inspect.isroutine(value)) or inspect.isclass(value):
        assert FRAGMENTS["mlx_spectro"] in value.__doc__


def test_names_for_annotations_are_exported():
    for name in ("WindowLike", "ISTFTBackendPolicy", "STFTOutputLayout"):
        assert getattr(spectro, name) is getattr(spectro.transforms, name)
    assert set(spectro.transforms.__all__) <= set(dir(spectro.transforms))
    assert spectro.transforms.amplitude_to_db is not spectro.amplitude_to_db
