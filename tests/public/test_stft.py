"""`stft` against librosa in float64, against the sum that defines it, and against truths about signals."""

from __future__ import annotations

import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
from comparing import SR, assert_close
from tolerances import PARITY, REFERENCE

import spectro

pytestmark = pytest.mark.usefixtures("backend")

MODES = ["constant", "edge", "reflect", "symmetric", "linear_ramp"]


def dft_of_frames(y, n_fft, hop, window):
    """The definition, frame by frame in float64, of a signal that is padded already."""
    starts = range(0, len(y) - n_fft + 1, hop)
    turns = np.outer(np.arange(n_fft // 2 + 1), np.arange(n_fft)) % n_fft
    kernel = np.exp(-2j * np.pi * turns / n_fft)
    return np.stack([kernel @ (window * y[s : s + n_fft]) for s in starts], axis=-1)


def quiet_librosa_stft(y, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return librosa.stft(y.astype(np.float64), **kwargs)


@pytest.mark.parametrize("pad_mode", MODES)
@pytest.mark.parametrize("n_fft", [512, 2048])
def test_every_signal_and_pad_mode(signal, n_fft, pad_mode):
    got = spectro.stft(signal, n_fft=n_fft, pad_mode=pad_mode)
    assert_close(got, quiet_librosa_stft(signal, n_fft=n_fft, pad_mode=pad_mode), PARITY, function="stft")


@pytest.mark.parametrize(
    "kwargs",
    [
        {"n_fft": 1, "hop_length": 1},
        {"n_fft": 2, "hop_length": 1},
        {"n_fft": 3, "hop_length": 2},
        {"n_fft": 31, "hop_length": 7},
        {"n_fft": 401, "hop_length": 160, "win_length": 301},
        {"n_fft": 1021},
        {"n_fft": 400, "hop_length": 160},
        {"n_fft": 882, "hop_length": 441},
        {"n_fft": 512, "hop_length": 700},
        {"n_fft": 512, "hop_length": 1},
        {"n_fft": 512, "win_length": 300},
        {"n_fft": 513, "win_length": 3, "hop_length": 50},
        {"n_fft": 1024, "hop_length": 333, "center": False},
        {"n_fft": 6144, "hop_length": 1024},
    ],
)
def test_sizes(noise, kwargs):
    y = noise[:8000]
    assert_close(spectro.stft(y, **kwargs), quiet_librosa_stft(y, **kwargs), PARITY, function="stft")


@pytest.mark.parametrize("n_fft", [16, 17, 60, 97, 256])
def test_the_definition_in_float64(noise, n_fft):
    y = noise[:1000]
    window = np.hanning(n_fft + 1)[:-1]
    expected = dft_of_frames(y.astype(np.float64), n_fft, 10, window)
    assert_close(spectro.stft(y, n_fft=n_fft, hop_length=10, center=False), expected, REFERENCE)


@pytest.mark.parametrize("pad_mode", MODES)
@pytest.mark.parametrize("n", [1, 2, 3, 100, 255, 256, 257])
def test_a_signal_shorter_than_a_frame_is_padded_as_librosa_pads_it(noise, n, pad_mode):
    with pytest.warns(UserWarning, match=f"n_fft=600 is too large for input signal of length={n}"):
        got = spectro.stft(noise[:n], n_fft=600, pad_mode=pad_mode)
    assert_close(got, quiet_librosa_stft(noise[:n], n_fft=600, pad_mode=pad_mode), PARITY, function="stft")


@pytest.mark.parametrize(
    "window",
    ["hamming", "blackmanharris", "boxcar", ("kaiser", 4.0), ("tukey", 0.3), 8.6, np.hamming(700), list(np.ones(700))],
)
def test_windows_by_every_kind_of_name(noise, window):
    kwargs = {"n_fft": 1024, "win_length": 700, "window": window}
    assert_close(spectro.stft(noise, **kwargs), quiet_librosa_stft(noise, **kwargs), PARITY, function="stft")


def test_a_window_may_be_a_callable(noise):
    got = spectro.stft(noise, n_fft=512, window=np.hanning)
    assert_close(got, quiet_librosa_stft(noise, n_fft=512, window=np.hanning), PARITY, function="stft")


def test_a_pad_mode_may_be_a_callable(noise):
    def ones(vector, width, axis, kwargs):
        vector[: width[0]] = 1
        vector[len(vector) - width[1] :] = 1

    got = spectro.stft(mx.array(noise), n_fft=512, pad_mode=ones)
    assert isinstance(got, mx.array)
    assert_close(got, quiet_librosa_stft(noise, n_fft=512, pad_mode=ones), PARITY, function="stft")


def test_leading_dimensions_are_channels(noise):
    y = noise[:12000].reshape(2, 3, 2000)
    got = spectro.stft(y, n_fft=256)
    assert got.shape == (2, 3, 129, 32)
    for i in range(2):
        for j in range(3):
            assert np.array_equal(got[i, j], spectro.stft(y[i, j], n_fft=256))


def test_the_memory_is_frames_major(noise):
    D = spectro.stft(mx.array(noise), n_fft=512)
    frames = mx.swapaxes(D, -1, -2)
    assert np.array(frames, copy=False).flags.c_contiguous


def test_a_tone_lands_in_its_bin():
    n_fft, k = 1024, 37
    y = np.cos(2 * np.pi * k / n_fft * np.arange(8192)).astype(np.float32)
    S = np.abs(spectro.stft(y, n_fft=n_fft, center=False))
    assert (S.argmax(axis=0) == k).all()
    assert S[k] == pytest.approx(n_fft / 4, rel=1e-5)  # half the sum of a Hann window


def test_parseval(noise):
    n_fft = 512
    D = spectro.stft(noise, n_fft=n_fft, hop_length=n_fft, window="boxcar", center=False).astype(np.complex128)
    weights = np.r_[1, np.full(n_fft // 2 - 1, 2), 1][:, None]
    frames = noise[: D.shape[1] * n_fft].astype(np.float64)
    assert (weights * np.abs(D) ** 2).sum() / n_fft == pytest.approx((frames**2).sum(), rel=1e-6)


def test_silence_is_exactly_zero():
    assert not spectro.stft(np.zeros(SR, np.float32)).any()


@pytest.mark.parametrize("power", [1, 2, 0.5])
def test_magphase_against_librosa(signal, power):
    D = librosa.stft(signal.astype(np.float64))
    for got, expected in zip(spectro.magphase(D, power=power), librosa.magphase(D, power=power)):
        assert_close(got, expected, PARITY, function="magphase")


def test_the_magnitude_of_a_nan_is_one():
    D = np.array([3 + 4j, complex(np.nan, 1), complex(0, np.nan), 0j])
    for power in (1, 2, 0.5):
        for got, expected in zip(spectro.magphase(D, power=power), librosa.magphase(D, power=power)):
            assert np.array_equal(np.isnan(got), np.isnan(expected))


@pytest.mark.parametrize("pad_mode", ["constant", "reflect", "linear_ramp"])
def test_an_empty_batch_has_an_empty_gradient(pad_mode):
    def loss(y):
        D = spectro.stft(y, n_fft=32, pad_mode=pad_mode)
        mel = spectro.melspectrogram(y=y, n_fft=32, n_mels=4, pad_mode=pad_mode)
        return mx.abs(D).sum() + spectro.istft(D, length=200).sum() + mel.sum()

    for name in ("auto", "reference"):
        with spectro.use_backend(name):
            gradient = mx.grad(loss)(mx.zeros((0, 200)))
            mx.eval(gradient)
            assert gradient.shape == (0, 200)
