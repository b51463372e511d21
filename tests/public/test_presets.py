"""Front ends of models, each against its original: a package, or the published formula in float64."""

from __future__ import annotations

import kaldi_native_fbank as knf
import mlx.core as mx
import numpy as np
import pytest
from rows_presets import TRUTHS, hann, slaney

import spectro
from spectro import presets
from spectro.presets import _kaldi_frames

CLOSE = 1e-4  # of logarithms
LEVELS = [name for name in TRUTHS if name != "torchaudio_mel"]


def clip(n: int) -> np.ndarray:
    """A sliding tone that begins after a silence, in a little noise, exact in float32."""
    t = np.arange(n) / 16000
    y = 0.3 * np.sin(2 * np.pi * (200 * t + 4000 * t**2)) * (t > t[n // 4])
    return np.float32(y + 0.05 * np.random.default_rng(2).standard_normal(n)).astype(np.float64)


def given(name: str, y: np.ndarray) -> np.ndarray:
    """A signal in the scale that a preset takes."""
    return 32768 * y if name.startswith("kaldi") else y


@pytest.mark.parametrize("n", [4800, 5003])
@pytest.mark.parametrize("name", LEVELS)
def test_levels_are_those_of_the_published_formula(name, n):
    y = given(name, clip(n))
    expected = TRUTHS[name](y)
    for array in (np.float32(y), mx.array(np.float32(y))):
        got = np.asarray(getattr(presets, name)(array))
        assert got.shape == expected.shape
        assert np.abs(got - expected).max() < CLOSE


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("whisper", {"n_mels": 128}),
        ("hifigan", {"fmax": None}),
        ("nemo", {"n_mels": 64, "normalize": None, "preemphasis": 0.0}),
        ("nemo", {"n_mels": 128}),
        ("kaldi_fbank", {"num_mel_bins": 40, "sr": 22050, "use_power": False}),
        ("kaldi_mfcc", {"use_energy": False, "htk_compat": True}),
    ],
)
def test_options_are_those_of_the_published_formula(name, options):
    y = given(name, clip(3000))
    got = getattr(presets, name)(np.float32(y), **options)
    assert np.abs(got - TRUTHS[name](y, **options)).max() < CLOSE


def test_bands_without_logarithms_are_torchaudios():
    y = clip(3000)
    with pytest.warns(UserWarning, match=r"\[torchaudio_mel\] Empty filters detected"):
        got = presets.torchaudio_mel(np.float32(y))
    expected = TRUTHS["torchaudio_mel"](y)
    assert got.shape == expected.shape == (128, 16)
    assert np.abs(got - expected).max() < 1e-5 * expected.max()


def original(kind: str, y: np.ndarray, **options) -> np.ndarray:
    """The features (rows, t) of the package, which has names of its own for some options."""
    made = knf.FbankOptions() if kind == "kaldi_fbank" else knf.MfccOptions()
    made.frame_opts.dither = 0.0
    made.mel_opts.num_bins = 80 if kind == "kaldi_fbank" else 23
    names = {"sr": "samp_freq", "frame_length": "frame_length_ms", "frame_shift": "frame_shift_ms"}
    names |= {"preemphasis_coefficient": "preemph_coeff", "num_mel_bins": "num_bins"}
    for option, value in options.items():
        name = names.get(option, option)
        holder = next(o for o in (made, made.frame_opts, made.mel_opts) if hasattr(o, name))
        setattr(holder, name, value)
    stream = (knf.OnlineFbank if kind == "kaldi_fbank" else knf.OnlineMfcc)(made)
    return read(stream, y, options.get("sr", 16000))


def read(stream, y: np.ndarray, sr: float = 16000) -> np.ndarray:
    """All frames that a stream of the package makes of a signal: (rows, t)."""
    stream.accept_waveform(sr, y.tolist())
    stream.input_finished()
    return np.stack([stream.get_frame(i) for i in range(stream.num_frames_ready)], axis=-1)


EITHER = [
    {},
    {"window_type": "hamming", "num_mel_bins": 30},
    {"window_type": "hanning", "preemphasis_coefficient": 0.5},
    {"window_type": "blackman", "blackman_coeff": 0.4},
    {"window_type": "sine", "preemphasis_coefficient": 0.0},
    {"window_type": "rectangular", "remove_dc_offset": False},
    {"snip_edges": False},
    {"snip_edges": False, "frame_length": 20.0, "frame_shift": 25.0},
    {"sr": 22050.0, "frame_length": 32.0, "frame_shift": 13.0},
    {"round_to_power_of_two": False},
    {"low_freq": 100.0, "high_freq": -400.0},
    {"low_freq": 0.0, "high_freq": 7000.0},
    {"use_energy": True, "raw_energy": False},
    {"use_energy": True, "htk_compat": True},
    {"use_energy": True, "energy_floor": 1e12},
    {"use_energy": False, "htk_compat": True},
]
OWN = {
    "kaldi_fbank": [{"use_power": False}, {"use_energy": True}],
    "kaldi_mfcc": [{"num_ceps": 20}, {"cepstral_lifter": 0.0}, {"cepstral_lifter": 30.0, "num_mel_bins": 40}],
}


# The package computes in float32, too, and is up to 3e-4 from float64; the lifter scales coefficients by up to 12.
# CUDA's FFTs, of sizes without a kernel, are another rounding away.
APART = {"kaldi_fbank": 3e-4 if mx.cuda.is_available() else 2e-4, "kaldi_mfcc": 4e-4}


@pytest.mark.parametrize(
    ("kind", "options"), [(kind, options) for kind in OWN for options in (*EITHER, *OWN[kind])], ids=str
)
def test_kaldis_features_are_those_of_the_package(kind, options):
    y = np.float32(32768 * clip(4000) + 100)
    got, expected = getattr(presets, kind)(y, **options), original(kind, y, **options)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() < APART[kind]


def test_kaldis_bands_without_logarithms_are_those_of_the_package():
    y = np.float32(32768 * clip(4000))
    expected = original("kaldi_fbank", y, use_log_fbank=False)
    assert np.abs(presets.kaldi_fbank(y, use_log_fbank=False) / expected - 1).max() < 2 * CLOSE


def test_nemos_levels_are_those_of_the_package():
    y = np.float32(clip(4000))
    stream = knf.OnlineNemoFbank(knf.NemoFbankOptions())
    stream.accept_waveform(16000, y.tolist())
    stream.input_finished()
    frames, _ = stream.get_frames(0, stream.num_frames_ready, True)
    assert np.abs(presets.nemo(y, normalize=None) - frames.T).max() < CLOSE


def test_whispers_levels_are_those_of_its_formula_in_torch():
    torch = pytest.importorskip("torch")
    y = torch.from_numpy(clip(4000))
    D = torch.stft(y, 400, 160, window=torch.hann_window(400, dtype=torch.float64), return_complex=True)
    power = D[:, :-1].abs() ** 2
    level = torch.from_numpy(slaney(power.numpy().T, 16000, 400, 80)).clamp(min=1e-10).log10()
    expected = (torch.maximum(level, level.max() - 8.0) + 4.0) / 4.0
    assert np.abs(presets.whisper(np.float32(y.numpy())) - expected.numpy()).max() < CLOSE


@pytest.mark.parametrize("name", ["tacotron2", "hifigan"])
def test_vocoders_levels_are_those_of_their_formulas_in_torch(name):
    torch = pytest.importorskip("torch")
    y, beside, tiny = torch.from_numpy(clip(4000)), *((512, 0.0) if name == "tacotron2" else (384, 1e-9))
    padded = torch.nn.functional.pad(y[None], (beside, beside), mode="reflect")[0]
    window = torch.from_numpy(hann(1024))
    D = torch.stft(padded, 1024, 256, window=window, center=False, return_complex=True)
    magnitude = torch.sqrt(D.abs() ** 2 + tiny).numpy().T
    expected = np.log(np.maximum(slaney(magnitude, 22050, 1024, 80, 8000.0), 1e-5))
    assert np.abs(getattr(presets, name)(np.float32(y.numpy())) - expected).max() < CLOSE


FLOORS = {
    "whisper": -1.5,
    "tacotron2": np.log(1e-5),
    "hifigan": np.log(1e-5),
    "vggish": np.log(0.01),
    "nemo": 0.0,
    "kaldi_fbank": np.log(2.0**-23),
}


@pytest.mark.parametrize("name", FLOORS)
def test_silence_lies_on_the_floor(name):
    assert np.allclose(getattr(presets, name)(np.zeros(2000, np.float32)), FLOORS[name], atol=1e-5)


def test_whisper_takes_thirty_seconds():
    y = np.float32(clip(2000))
    got = presets.whisper(y, pad_or_trim=True)
    assert got.shape == (80, 3000)
    assert np.array_equal(got, presets.whisper(np.pad(y, (0, 480000 - 2000))))
    longer = np.tile(y, (2, 250))
    assert np.array_equal(presets.whisper(longer, pad_or_trim=True), presets.whisper(longer[:, :480000]))


def test_whisper_looks_for_the_highest_level_of_each_signal_and_not_in_the_frame_that_is_left_out():
    loud = np.zeros(1600, np.float32)
    loud[-60:] = 1.0  # in the last frames alone
    quiet = np.float32(1e-6 * clip(1600))
    got = presets.whisper(np.stack([loud, quiet]))
    assert np.array_equal(got[1], presets.whisper(quiet))
    assert np.abs(got[0] - TRUTHS["whisper"](loud.astype(np.float64))).max() < CLOSE


@pytest.mark.parametrize("remove", [True, False])
@pytest.mark.parametrize("batch", [(), (3,)])
def test_kaldis_frames_are_the_same_a_few_at_a_time(monkeypatch, batch, remove):
    y = np.float32(32768 * clip(4000)) * np.ones((*batch, 1), np.float32)
    options = {"use_energy": True, "remove_dc_offset": remove}
    whole = presets.kaldi_fbank(y, **options)
    monkeypatch.setattr(_kaldi_frames, "BLOCK", 3000)
    assert np.abs(presets.kaldi_fbank(y, **options) - whole).max() < 1e-6 * np.abs(whole).max()


def test_a_constant_does_not_change_kaldis_features():
    y = np.float32(32768 * clip(4000))
    assert np.abs(presets.kaldi_fbank(y + 5000) - presets.kaldi_fbank(y)).max() < 1e-2
    assert np.abs(presets.kaldi_fbank(y + 5000, remove_dc_offset=False) - presets.kaldi_fbank(y)).max() > 1


def test_dither_comes_from_the_generator_that_is_given():
    y = np.zeros(4000, np.float32)
    once, again = (presets.kaldi_mfcc(y, dither=1.0, generator=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, presets.kaldi_mfcc(y, dither=1.0, generator=np.random.default_rng(4)))
    energy = presets.kaldi_mfcc(mx.array(y), dither=10.0, generator=mx.random.key(1))[0]
    assert isinstance(energy, mx.array)
    assert np.abs(np.array(energy) - np.log(400 * 100)).max() < 0.5  # of 400 values of deviation 10
    drawn = np.asarray(presets.kaldi_mfcc(mx.array(y), dither=10.0, generator=np.random.default_rng(1)))
    assert np.abs(drawn[0] - np.log(400 * 100)).max() < 0.5


REFUSED = [
    ("whisper", {"n_mels": 64}, r"\[whisper\] n_mels must be one of 80, 128, got 64"),
    ("whisper", {"n": 150}, r"\[whisper\] y must have at least 160 samples, got 150"),
    ("hifigan", {"n": 255}, r"\[hifigan\] y must have at least 256 samples, got 255"),
    ("vggish", {"n": 399}, r"\[vggish\] y must have at least 400 samples, got 399"),
    ("nemo", {"n": 0}, r"\[nemo\] y must have at least 160 samples, got 0"),
    ("nemo", {"normalize": "all_features"}, r"\[nemo\] normalize must be one of 'per_feature', None"),
    ("kaldi_fbank", {"n": 399}, r"\[kaldi_fbank\] y must have at least 400 samples, which make one frame, got 399"),
    ("kaldi_fbank", {"n": 79, "snip_edges": False}, r"y must have at least 80 samples, which make one frame, got 79"),
    ("kaldi_fbank", {"window_type": "hann"}, r"\[kaldi_fbank\] window_type must be one of 'povey'"),
    ("kaldi_fbank", {"frame_shift": 0.01}, r"frame_shift must be at least 2 samples and 1, got 25 and 0.01 ms"),
    ("kaldi_fbank", {"preemphasis_coefficient": 1.5}, r"preemphasis_coefficient must be in 0 .. 1, got 1.5"),
    ("kaldi_fbank", {"high_freq": 9000.0}, r"must make a range in 0 .. sr / 2 = 8000, got 20 .. 9000"),
    ("kaldi_fbank", {"dither": 1.0}, r"\[kaldi_fbank\] generator must be given with dither, and only then"),
    ("kaldi_mfcc", {"generator": np.random.default_rng(0)}, r"got dither=0"),
    ("kaldi_mfcc", {"dither": 1.0, "generator": 7}, r"\[kaldi_mfcc\] generator must be given with dither"),
    ("kaldi_mfcc", {"num_ceps": 24}, r"\[kaldi_mfcc\] num_ceps must be at most num_mel_bins=23, got 24"),
]


@pytest.mark.parametrize(("name", "options", "message"), REFUSED, ids=lambda value: value if type(value) is str else "")
def test_what_cannot_be_is_refused_in_one_sentence(name, options, message):
    y = np.zeros(options.get("n", 1000), np.float32)
    with pytest.raises(spectro.ParameterError, match=message):
        getattr(presets, name)(y, **{key: value for key, value in options.items() if key != "n"})


def test_what_no_memory_holds_is_refused_before_it_is_made():
    message = r"\[kaldi_fbank\] the frames would .*; hand in fewer or shorter signals"
    with pytest.raises(spectro.ParameterError, match=message):
        presets.kaldi_fbank(mx.zeros((2**20, 2**20)))
    with pytest.raises(spectro.ParameterError, match=r"\[whisper\] the result would .*; hand in fewer"):
        presets.whisper(mx.zeros((2**20, 2**20)))


def test_bands_without_a_bin_are_warned_of():
    with pytest.warns(UserWarning, match=r"\[kaldi_fbank\] Empty filters detected"):
        presets.kaldi_fbank(np.zeros(1000, np.float32), num_mel_bins=200)
