"""SpectralTransform.stft: PyTorch's numbers, shapes and refusals."""

import inspect

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import CONSTANTS, REFERENCE, TORCH
from transforms_oracle import centered64, stft64, window64

import spectro
from spectro import MelSpectrogramTransform, SpectralTransform
from spectro.errors import ParameterError

SIZES = [(400, 160), (400, 100), (512, 66), (960, 480), (2048, 240), (5120, 1280), (6144, 1024), (7680, 1920)]


def noise(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def test_the_signature_is_the_layers():
    sizes, rest = ["n_fft", "hop_length"], [None, "hann", None, True, True, False, None]
    names = [*sizes, "win_length", "window_fn", "window", "periodic", "center", "normalized", "istft_backend_policy"]
    parameters = inspect.signature(SpectralTransform).parameters
    assert list(parameters) == names
    assert [parameters[name].default for name in names[2:]] == rest
    stft = inspect.signature(SpectralTransform.stft).parameters
    assert list(stft) == ["self", "x", "output_layout"]
    assert stft["output_layout"].default == "bfn"


@pytest.mark.parametrize(("n_fft", "hop"), SIZES)
def test_centered_frames_are_reflected_at_the_ends(n_fft, hop, signal):
    x = np.stack([signal[:12000], signal[-12000:]])
    z = SpectralTransform(n_fft, hop).stft(mx.array(x))
    assert z.dtype == mx.complex64
    assert z.shape == (2, n_fft // 2 + 1, 1 + 12000 // hop)
    assert_close(z, stft64(x, n_fft, hop, window64("hann", n_fft)), REFERENCE)


@pytest.mark.parametrize("window_fn", ["hann", "hamming", "rect"])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize(("n_fft", "hop", "win"), [(512, 128, 400), (513, 100, 512), (31, 40, 31), (8, 1, 3)])
def test_every_window_and_framing(window_fn, periodic, center, n_fft, hop, win):
    x = noise(3, 2000)
    z = SpectralTransform(n_fft, hop, win, window_fn, None, periodic, center).stft(mx.array(x))
    assert_close(z, stft64(x, n_fft, hop, window64(window_fn, win, n_fft, periodic), center), REFERENCE)


def test_numpy_half_and_strided_signals_give_complex64():
    transform = SpectralTransform(64, 16)
    x = noise(2, 640)
    truth = stft64(x, 64, 16, window64("hann", 64))
    for form in (x, x.astype(np.float64), x.tolist(), mx.array(np.repeat(x, 2, axis=1))[:, ::2], mx.array(x.T).T):
        z = transform.stft(form)
        assert isinstance(z, mx.array)
        assert z.dtype == mx.complex64
        assert_close(z, truth, REFERENCE)
    half = x.astype(np.float16)
    assert_close(transform.stft(mx.array(half)), stft64(half, 64, 16, window64("hann", 64)), REFERENCE)


def test_one_signal_is_a_batch_of_one_and_layouts_are_each_others_transpose():
    transform, x = SpectralTransform(256, 64), mx.array(noise(2000))
    bfn = transform.stft(x)
    assert bfn.shape == (1, 129, 32)
    assert transform.stft(x, "bnf").shape == (1, 32, 129)
    assert_close(transform.stft(x[None], output_layout="bnf"), np.array(bfn).swapaxes(1, 2), 0)
    assert_close(transform.stft(x, output_layout="bfn"), bfn, 0)


@pytest.mark.parametrize("layout", ["nbf", "fnb", None, 3])
def test_an_unknown_layout_lists_the_known_ones(layout):
    with pytest.raises(ParameterError, match="output_layout must be one of 'bfn', 'bnf'"):
        SpectralTransform(64, 16).stft(mx.zeros(640), output_layout=layout)


@pytest.mark.parametrize("shape", [(1, 2, 640), (1, 1, 1, 640)])
def test_only_1d_and_2d_signals(shape):
    with pytest.raises(ParameterError, match=r"1D or 2D, got shape \("):
        SpectralTransform(64, 16).stft(mx.zeros(shape))


@pytest.mark.parametrize("n_fft", [64, 65])
def test_a_signal_too_short_to_reflect_is_refused_and_the_next_longer_one_is_not(n_fft):
    transform = SpectralTransform(n_fft, 16)
    with pytest.raises(ParameterError, match=r"reflect padding of n_fft // 2 = 32 samples .* got 32 samples"):
        transform.stft(mx.zeros((2, 32)))
    x = noise(1, 33)
    assert_close(transform.stft(mx.array(x)), stft64(x, n_fft, 16, window64("hann", n_fft)), REFERENCE)


@pytest.mark.parametrize("length", [1, 63])
def test_not_centered_a_short_signal_is_filled_on_the_right_to_one_frame(length):
    x = noise(2, length)
    z = SpectralTransform(64, 16, center=False).stft(mx.array(x))
    full = np.pad(x, ((0, 0), (0, 64 - length)))
    assert_close(z, stft64(full, 64, 16, window64("hann", 64), center=False), REFERENCE)


@pytest.mark.parametrize("center", [True, False])
def test_bad_signals_are_refused(center):
    transform = SpectralTransform(64, 16, center=center)
    for x, words in [
        (mx.zeros((2, 0)), "x must have at least one sample"),
        (mx.zeros(640).astype(mx.complex64), "x must be real"),
        ("song.wav", "x must be an array, got the string"),
        (None, "x must be given: an array"),
        (mx.array(1.0), "x must have at least one dimension"),
    ]:
        with pytest.raises(ParameterError, match=rf"^\[SpectralTransform.stft\] {words}"):
            transform.stft(x)


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint32", "bool_"])
@pytest.mark.parametrize("kind", [mx, np])
def test_integers_are_refused_in_the_sentence_of_the_functions(kind, dtype):
    x = kind.ones((2, 640)).astype(getattr(kind, dtype))
    with pytest.raises(ParameterError) as refused:
        spectro.stft(x)
    sentence = str(refused.value).replace("[stft] y", "[{}] x").replace("y /", "x /")
    assert "must be real floating-point audio, got" in sentence
    transform, mel = SpectralTransform(64, 16), MelSpectrogramTransform(8000, 64, 16, n_mels=4)
    for name, call in [
        ("SpectralTransform.stft", transform.stft),
        ("SpectralTransform.stft", transform.differentiable_stft),
        ("SpectralTransform.stft", transform.stft_compiled if kind is mx else transform.stft),
        ("MelSpectrogramTransform", mel),
        ("MelSpectrogramTransform", mel.spectrogram),
    ]:
        with pytest.raises(ParameterError) as refused:
            call(x)
        assert str(refused.value) == sentence.format(name)


def test_whole_numbers_in_a_list_are_samples():
    assert_close(SpectralTransform(8, 2).stft([0, 1] * 10), stft64([[0, 1] * 10], 8, 2, window64("hann", 8)), REFERENCE)


def test_an_empty_batch_stays_empty():
    assert SpectralTransform(64, 16).stft(mx.zeros((0, 640))).shape == (0, 33, 41)


def test_normalized_divides_by_the_root_of_n_fft():
    x = noise(2, 3000)
    z = SpectralTransform(480, 120, 400, "hamming", normalized=True).stft(mx.array(x))
    truth = stft64(x, 480, 120, window64("hamming", 400, 480)) / np.sqrt(480)
    assert_close(z, truth, REFERENCE)


@pytest.mark.parametrize("size", [48, 64])
def test_a_custom_window_counts_and_may_be_as_long_as_either_size(size):
    x, samples = noise(2, 640), noise(size, seed=5)
    for window in (mx.array(samples), samples, samples.tolist()):
        z = SpectralTransform(64, 16, 48, "rect", window).stft(mx.array(x))
        assert_close(z, stft64(x, 64, 16, centered64(samples, 64)), REFERENCE)


def test_a_half_precision_window_is_used_in_float32():
    samples = noise(64, seed=5).astype(np.float16)
    z = SpectralTransform(64, 16, window=mx.array(samples)).stft(mx.array(noise(1, 640)))
    assert_close(z, stft64(noise(1, 640), 64, 16, samples.astype(np.float64)), REFERENCE)


def test_a_tone_lands_in_its_bin():
    t = np.arange(16000) / 16000
    z = SpectralTransform(400, 160).stft(mx.array(np.sin(2 * np.pi * 1000 * t).astype(np.float32)))
    assert (np.abs(np.array(z))[0, :, 2:-2].argmax(axis=0) == 25).all()  # bins of 40 Hz


def test_a_transform_tells_its_sizes():
    transform = SpectralTransform(512, 128, 400, "hamming", periodic=False, center=False, normalized=True)
    assert (transform.n_fft, transform.hop_length, transform.win_length) == (512, 128, 400)
    assert (transform.center, transform.normalized, transform.window_fn) == (False, True, "hamming")
    assert np.abs(np.array(transform.window) - window64("hamming", 400, 512, False)).max() <= CONSTANTS


def test_sizes_default_as_in_pytorch():
    transform = SpectralTransform(512, None)
    assert (transform.hop_length, transform.win_length) == (128, 512)


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("normalized", [True, False])
@pytest.mark.parametrize(("n_fft", "hop", "win"), [(400, 160, 400), (512, 66, 512), (960, 480, 960), (2048, 512, 1200)])
def test_torch_agrees(n_fft, hop, win, normalized, center):
    torch = pytest.importorskip("torch", reason="PyTorch is an extra; the NumPy answers above stand without it")
    x = noise(2, 9000)
    z = SpectralTransform(n_fft, hop, win, center=center, normalized=normalized).stft(mx.array(x))
    truth = torch.stft(
        torch.from_numpy(x.astype(np.float64)),
        n_fft,
        hop,
        win,
        torch.hann_window(win, dtype=torch.float64),
        center=center,
        normalized=normalized,
        return_complex=True,
    )
    assert_close(z, truth.numpy(), TORCH)
