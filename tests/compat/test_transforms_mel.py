"""MelSpectrogramTransform, melscale_fbanks and the layer's amplitude_to_db: torchaudio's numbers."""

import inspect

import mlx.core as mx
import numpy as np
import pytest
from comparing import SIGNALS, assert_close
from tolerances import CONSTANTS, DECIBELS, GRADIENT, PARITY
from transforms_oracle import central_difference, decibels64, fbanks64, stft64, window64

from spectro import MelSpectrogramTransform, melscale_fbanks
from spectro.compat.mlx_spectro import amplitude_to_db
from spectro.compat.mlx_spectro.mel import MODES
from spectro.errors import ParameterError

BATCH = np.stack([SIGNALS["plucks"][:16000], 1e-3 * SIGNALS["noise"][:16000]])  # 60 dB between the examples
SMALL = {"sample_rate": 16000, "n_fft": 512, "hop_length": 160, "n_mels": 40}


def mel64(x, power=2.0, norm=None, scale="htk", f_min=0.0, f_max=8000.0, window=None, **framing):
    z = stft64(x, 512, 160, window64("hann", 512) if window is None else window, **framing)
    bank = fbanks64(257, f_min, f_max, 40, 16000, norm, scale)
    return np.einsum("fm,bft->bmt", bank, np.abs(z) ** power)


def test_the_signatures_are_the_layers():
    parameters = inspect.signature(MelSpectrogramTransform).parameters
    defaults = {
        "sample_rate": 24000,
        "n_fft": 2048,
        "hop_length": 240,
        "win_length": None,
        "n_mels": 128,
        "f_min": 0.0,
        "f_max": None,
        "power": 2.0,
        "norm": None,
        "mel_scale": "htk",
        "top_db": 80.0,
        "mode": "mlx_native",
    }
    assert {name: parameters[name].default for name in defaults} == defaults
    assert list(parameters)[: len(defaults)] == list(defaults)
    assert {"center", "periodic", "normalized"} < set(parameters)
    assert inspect.signature(MelSpectrogramTransform.mel_spectrogram).parameters["to_db"].default is True
    decibels = inspect.signature(amplitude_to_db).parameters
    expected = {"stype": "power", "top_db": 80.0, "amin": 1e-10, "ref_value": 1.0, "mode": "torchaudio_compat"}
    assert {name: decibels[name].default for name in expected} == expected
    assert all(decibels[name].kind is inspect.Parameter.KEYWORD_ONLY for name in expected)
    assert list(inspect.signature(melscale_fbanks).parameters) == (
        ["n_freqs", "f_min", "f_max", "n_mels", "sample_rate", "norm", "mel_scale"]
    )


@pytest.mark.parametrize("norm", [None, "slaney"])
@pytest.mark.parametrize("scale", ["htk", "slaney"])
@pytest.mark.parametrize(
    ("n_freqs", "f_min", "f_max", "n_mels", "rate"),
    [
        (257, 0, 8000, 40, 16000),
        (1025, 30, 11000, 128, 24000),
        (201, 20.5, 5512, 23, 11025),
        (1025, 0, 20000, 80, 44100),
    ],
)
def test_melscale_fbanks_are_torchaudios(n_freqs, f_min, f_max, n_mels, rate, norm, scale):
    bank = melscale_fbanks(n_freqs, f_min, f_max, n_mels, rate, norm=norm, mel_scale=scale)
    truth = fbanks64(n_freqs, f_min, f_max, n_mels, rate, norm, scale)
    assert bank.dtype == np.float32
    assert bank.shape == (n_freqs, n_mels)
    assert np.abs(np.array(bank) - truth).max() <= CONSTANTS


def test_bands_without_a_bin_warn_and_are_zero():
    with pytest.warns(UserWarning, match="Empty filters detected"):
        bank = np.array(melscale_fbanks(201, 0.0, 8000.0, 128, 16000))
    assert not bank[:, (fbanks64(201, 0, 8000, 128, 16000) == 0).all(axis=0)].any()
    with pytest.warns(UserWarning, match=r"\[MelSpectrogramTransform\] Empty filters detected"):
        MelSpectrogramTransform(16000, 400, 160)


@pytest.mark.parametrize("norm", [None, "slaney"])
@pytest.mark.parametrize("scale", ["htk", "slaney"])
@pytest.mark.parametrize("power", [2.0, 1.0, 0.5, 3])
def test_mel_spectrogram_is_the_bank_times_the_spectrogram(power, norm, scale):
    mel = MelSpectrogramTransform(**SMALL, f_min=50, f_max=7000, power=power, norm=norm, mel_scale=scale)
    spectrogram = mel.spectrogram(mx.array(BATCH))
    assert (spectrogram.shape, spectrogram.dtype) == ((2, 257, 101), mx.float32)
    assert_close(spectrogram, np.abs(stft64(BATCH, 512, 160, window64("hann", 512))) ** power, PARITY)
    got = mel.mel_spectrogram(mx.array(BATCH), to_db=False)
    assert got.shape == (2, 40, 101)
    assert_close(got, mel64(BATCH, power, norm, scale, 50, 7000), PARITY)


def test_every_option_of_the_transform_passes_through():
    x = mx.array(BATCH)
    window = window64("hamming", 400, 512, periodic=False)
    mel = MelSpectrogramTransform(**SMALL, win_length=400, window_fn="hamming", periodic=False, center=False)
    assert_close(mel.mel_spectrogram(x, to_db=False), mel64(BATCH, window=window, center=False), PARITY)
    custom = np.random.default_rng(3).random(512)
    mel = MelSpectrogramTransform(**SMALL, window=custom, normalized=True)
    assert_close(mel.mel_spectrogram(x, to_db=False), mel64(BATCH, window=custom / np.sqrt(512)), PARITY)


def test_f_max_is_half_the_rate_rounded_down():
    default = MelSpectrogramTransform(11025, 512, 160, n_mels=20)(mx.array(BATCH))
    assert_close(default, MelSpectrogramTransform(11025, 512, 160, n_mels=20, f_max=5512)(mx.array(BATCH)), 0)


@pytest.mark.parametrize(
    ("mode", "axes"),
    [("mlx_native", (-2, -1)), ("default", (-2, -1)), ("torchaudio_compat", (-3, -2, -1))],
)
@pytest.mark.parametrize("power", [2.0, 1.0])
@pytest.mark.parametrize("top_db", [80.0, 30.0, None])
def test_decibels_clip_each_example_or_the_batch(mode, axes, power, top_db):
    mel = MelSpectrogramTransform(**SMALL, power=power, top_db=top_db, mode=mode)
    truth = decibels64(mel64(BATCH, power), 10, top_db, axes)  # 10 log10, at power 1 too
    for got in (mel(mx.array(BATCH)), mel.mel_spectrogram(mx.array(BATCH)), mel(mx.array(BATCH), to_db=True)):
        assert np.abs(np.array(got) - truth).max() <= DECIBELS


def test_the_default_mode_is_the_native_one():
    modes = {mode: MelSpectrogramTransform(**SMALL, mode=mode).mode for mode in MODES}
    assert modes == {"mlx_native": "mlx_native", "default": "mlx_native", "torchaudio_compat": "torchaudio_compat"}


def test_the_modes_differ_on_a_batch_and_agree_on_one_example():
    native, compat = (MelSpectrogramTransform(**SMALL, top_db=30, mode=m) for m in ("mlx_native", "torchaudio_compat"))
    x = mx.array(BATCH)
    assert np.abs(np.array(native(x)[1] - compat(x)[1])).max() > 10
    assert_close(native(x)[1:], native(x[1]), 1e-6)
    assert_close(compat(x[1]), native(x[1]), 0)


@pytest.mark.parametrize("mode", ["torchaudio_compat", "per_example"])
@pytest.mark.parametrize("shape", [(6, 5), (2, 6, 5), (3, 2, 6, 5)])
def test_amplitude_to_db_takes_its_maximum_over_the_packed_batch_or_the_example(shape, mode):
    x = np.random.default_rng(1).random(shape) ** 12
    axes = tuple(range(-min(len(shape), 3 if mode == "torchaudio_compat" else 2), 0))
    for stype, multiplier in [("power", 10), ("magnitude", 20)]:
        got = amplitude_to_db(mx.array(x), stype=stype, top_db=40.0, ref_value=0.5, mode=mode)
        truth = decibels64(x, multiplier, 40.0, axes, 0.5)
        assert np.abs(np.array(got) - truth).max() <= DECIBELS


def test_amplitude_to_db_has_a_floor_at_amin():
    assert amplitude_to_db(mx.zeros((3, 4)), top_db=None).tolist() == [[-100.0] * 4] * 3
    assert amplitude_to_db(mx.zeros((3, 4)), amin=1e-3, ref_value=0.0, top_db=None).tolist() == [[0.0] * 4] * 3
    with pytest.raises(ParameterError, match="at least one dimension"):
        amplitude_to_db(mx.array(1.0))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sample_rate": 0}, "sample_rate must be positive"),
        ({"n_mels": 0}, "n_mels must be a positive integer"),
        ({"f_min": 9000.0}, "f_min must be below f_max=8000, got 9000"),
        ({"f_min": -1.0}, "f_min must be non-negative"),
        ({"power": 0.0}, "power must be positive"),
        ({"norm": "l2"}, "norm must be one of None, 'slaney'"),
        ({"mel_scale": "bark"}, "mel_scale must be one of 'htk', 'slaney'"),
        ({"top_db": -1.0}, "top_db must be non-negative"),
        ({"top_db": float("nan")}, "top_db must be a finite number"),
        ({"mode": "torch"}, "mode must be one of 'mlx_native', 'torchaudio_compat', 'default'"),
    ],
)
def test_bad_parameters_are_refused(options, words):
    with pytest.raises(ParameterError, match=rf"^\[MelSpectrogramTransform\] {words}"):
        MelSpectrogramTransform(**{**SMALL, **options})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"stype": "amplitude"}, "stype must be one of 'power', 'magnitude'"),
        ({"mode": "mlx_native"}, "mode must be one of 'torchaudio_compat', 'per_example'"),
        ({"amin": 0}, "amin must be positive"),
        ({"top_db": -3}, "top_db must be non-negative"),
        ({"ref_value": float("nan")}, "ref_value must be a finite number"),
    ],
)
def test_bad_decibel_options_are_refused(options, words):
    with pytest.raises(ParameterError, match=words):
        amplitude_to_db(mx.ones((3, 4)), **options)


def test_signals_are_refused_in_the_name_of_the_class():
    mel = MelSpectrogramTransform(**SMALL)
    for x, words in [
        (mx.zeros((1, 2, 999)), "1D or 2D"),
        (mx.zeros(256), "needs a longer signal"),
        ("a.wav", "string"),
        (mx.zeros(999, dtype=mx.int16), "real floating-point audio, got mlx.core.int16; scale it to floats"),
    ]:
        with pytest.raises(ParameterError, match=rf"^\[MelSpectrogramTransform\] .*{words}"):
            mel(x)


@pytest.mark.parametrize("power", [2.0, 1.0, 0.5])
@pytest.mark.parametrize("to_db", [True, False])
def test_gradients_are_finite_on_silence(power, to_db):
    mel = MelSpectrogramTransform(**SMALL, power=power)
    x = mx.stack([mx.zeros(2000), mx.array(BATCH[0, :2000])])
    gradient = np.array(mx.grad(lambda v: mel(v, to_db=to_db).sum())(x))
    assert np.isfinite(gradient).all()
    assert not gradient[0].any()
    assert gradient[1].any()


@pytest.mark.parametrize("power", [2.0, 1.0])
@pytest.mark.parametrize("mode", ["mlx_native", "torchaudio_compat"])
def test_gradients_are_the_slopes_of_the_decibels(power, mode):
    x = BATCH[:, :1000].astype(np.float64)
    weights = np.random.default_rng(5).standard_normal((2, 40, 7))
    axes = (-2, -1) if mode == "mlx_native" else (-3, -2, -1)
    mel = MelSpectrogramTransform(**SMALL, power=power, top_db=75.0, mode=mode)
    gradient = np.array(mx.grad(lambda v: (mel(v) * mx.array(weights)).sum())(mx.array(x)))

    def loss(v):
        return (decibels64(mel64(v, power), 10, 75.0, axes) * weights).sum()

    samples = np.random.default_rng(6).integers(0, 1000, 12)
    slopes = [[central_difference(loss, x, (b, int(i)), 1e-7) for i in samples] for b in (0, 1)]
    for got, expected, peak in zip(gradient[:, samples], slopes, np.abs(gradient).max(axis=1), strict=True):
        assert peak > 0
        assert np.abs(got - expected).max() <= GRADIENT * peak
