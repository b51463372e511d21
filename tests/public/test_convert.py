"""Unit conversions against librosa: numbers, shapes, kinds of arrays, notes, gradients, errors."""

from __future__ import annotations

import warnings

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest
from comparing import assert_close
from tolerances import GRADIENT

import spectro
from spectro import convert
from spectro.errors import ParameterError

FLOAT64 = 1e-12  # relative, float64 against float64
FLOAT32 = 6.1e-8  # relative, a float64 number rounded once
RNG = np.random.default_rng(0)
POSITIVE = RNG.uniform(0.5, 12000, (3, 50))
INDICES = RNG.integers(-1000, 100000, (2, 300))
FRACTIONS = RNG.uniform(-50, 50, 200)
KINDS = {
    "array": lambda x: x,
    "list": lambda x: x.tolist(),
    "float": lambda x: float(x.flat[0]),
    "scalar": lambda x: x.flat[0],
    "empty": lambda x: [],
}
MODES = ("maj", "minor", "ion", "dorian", "phryg", "lydian", "mix", "aeolian", "loc")
KEYS = [f"{tonic}{sign}:{mode}" for tonic in "CDEFGABc" for sign in ("", "#", "♭") for mode in MODES]
NOTES = [
    f"{letter}{sign}{octave}{cents}"
    for letter in "CDEFGABcg"
    for sign in ("", "#", "b", "♯", "♭", "##", "bb", "!", "𝄪", "𝄫", "♮")
    for octave, cents in (("", ""), ("-1", ""), ("4", "+50"), ("0", "-25"), ("10", "+5"))
]

FLOATS = ("hz_to_mel", "mel_to_hz", "hz_to_midi", "midi_to_hz", "frames_to_time", "samples_to_time")
INTEGERS = ("time_to_frames", "time_to_samples", "frames_to_samples", "samples_to_frames")


def assert_same(got, expected, what: str = "", function: str = "") -> None:
    """Equal in kind, shape, dtype and number."""
    expected = np.asarray(expected)[()] if np.ndim(expected) == 0 else expected  # librosa 0.11 gives some 0-d arrays
    expected = str(expected) if isinstance(expected, np.str_) else expected
    assert type(got) is type(expected), f"{what}: {type(got)}, expected {type(expected)}"
    assert np.asarray(got).dtype == np.asarray(expected).dtype, what
    assert np.shape(got) == np.shape(expected), what
    floating = np.asarray(expected).dtype.kind == "f"
    if function:
        parity.record(function, got, expected, f"{FLOAT64:.0e} each" if floating else "equal")
    if floating:
        np.testing.assert_allclose(got, expected, rtol=FLOAT64, atol=FLOAT64, err_msg=what)
    else:
        assert np.array_equal(got, expected), f"{what}: {got}, expected {expected}"


def check(name: str, *args, **kwargs) -> None:
    expected = getattr(librosa, name)(*args, **kwargs)
    assert_same(getattr(spectro, name)(*args, **kwargs), expected, f"{name}{kwargs}", name)


def check_frames(times, **kwargs) -> None:
    """As `check` of `time_to_frames`, where librosa's rounding does not lose the frame that a time is of."""
    expected = np.asarray(librosa.time_to_frames(times, **kwargs))
    for neighbor in (expected + 1, expected - 1):
        is_its_time = librosa.frames_to_time(neighbor, **kwargs) == np.asarray(times)
        expected = np.where(is_its_time, neighbor, expected)
    assert_same(spectro.time_to_frames(times, **kwargs), expected[()], f"time_to_frames{kwargs}")


@pytest.mark.parametrize("kind", KINDS)
def test_pitch_scales_are_librosas(kind):
    for htk in (False, True):
        check("hz_to_mel", KINDS[kind](POSITIVE), htk=htk)
        check("mel_to_hz", KINDS[kind](POSITIVE / 200), htk=htk)
    check("hz_to_midi", KINDS[kind](POSITIVE))
    check("midi_to_hz", KINDS[kind](POSITIVE / 100))


def test_pitch_scales_at_their_joints_and_ends():
    for htk in (False, True):
        check("hz_to_mel", [0.0, 999.999, 1000.0, 1000.001, -5.0], htk=htk)
        check("mel_to_hz", [0.0, 14.999, 15.0, 15.001, -3.0], htk=htk)
    assert spectro.hz_to_midi(0) == -np.inf
    assert np.isnan(spectro.hz_to_midi(-1.0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hop_length", [512, 1, 100.5])
@pytest.mark.parametrize("n_fft", [None, 2048, 7])
def test_time_units_are_librosas(kind, hop_length, n_fft):
    grid = {"hop_length": hop_length, "n_fft": n_fft}
    for values in (INDICES, FRACTIONS):
        check("frames_to_samples", KINDS[kind](values), **grid)
        check("samples_to_frames", KINDS[kind](values), **grid)
        for sr in (22050, 44100.0):
            check("frames_to_time", KINDS[kind](values), sr=sr, **grid)
            check_frames(KINDS[kind](values / 100), sr=sr, **grid)
            check("time_to_samples", KINDS[kind](values / 100), sr=sr)
            check("samples_to_time", KINDS[kind](values), sr=sr)


def test_times_cut_to_the_same_sample_in_double_and_in_single():
    times = np.arange(0, 200000, 3) / 22050
    assert spectro.time_to_samples(123.456, sr=22050) == librosa.time_to_samples(123.456, sr=22050) == 2722204
    check("time_to_samples", times)
    check_frames(times)
    check("time_to_samples", times.astype(np.float32))
    check("time_to_frames", times.astype(np.float32))


def test_samples_come_back_from_times_of_mlx():
    """A float32 time next below its sample reaches it; up to 2^22 samples, where float32 tells them apart."""
    for sr in (22050, 44100, 16000):
        samples = mx.arange(0, 1 << 22, 7)
        assert mx.array_equal(spectro.time_to_samples(spectro.samples_to_time(samples, sr=sr), sr=sr), samples)
        assert mx.array_equal(spectro.time_to_samples(-spectro.samples_to_time(samples, sr=sr), sr=sr), -samples)
    frames = mx.arange(8000)
    assert mx.array_equal(spectro.time_to_frames(spectro.frames_to_time(frames)), frames)
    assert spectro.time_to_samples(mx.array([0.99999]), sr=1000).item() == 999


@pytest.mark.parametrize("sr", [22050, 44100, 16000.0, 44100.5, 22050 / 1.001, 3, 0.7])
@pytest.mark.parametrize("hop_length", [512, 1, 2, 441, 100.5, np.pi])
@pytest.mark.parametrize("n_fft", [None, 2048, 7])
def test_every_frame_comes_back_from_its_time(sr, hop_length, n_fft):
    grid = {"sr": sr, "hop_length": hop_length, "n_fft": n_fft}
    rng = np.random.default_rng(0)
    for most in (2**15, 2**31, 2**51):
        most = int(min(most, 2**51 / hop_length))  # samples that a float64 time tells apart
        frames = np.concatenate([np.arange(200), rng.integers(-most, most, 500), most - np.arange(9)])
        assert np.array_equal(spectro.time_to_frames(spectro.frames_to_time(frames, **grid), **grid), frames)
    assert spectro.time_to_frames(spectro.frames_to_time(15, **grid), **grid) == 15


@pytest.mark.parametrize("hop_length", [512, 160])
def test_frames_come_back_from_times_of_mlx(hop_length):
    """Up to 2^22 frames, where float32 tells their times apart."""
    frames = mx.arange(0, 1 << 22, 37)
    times = spectro.frames_to_time(frames, hop_length=hop_length)
    assert times.dtype == mx.float32
    assert mx.array_equal(spectro.time_to_frames(times, hop_length=hop_length), frames)


UNITS = {
    **{name: {} for name in (*FLOATS, *INTEGERS, "hz_to_octs", "octs_to_hz", "A4_to_tuning", "tuning_to_A4")},
    **{f"{curve}_weighting": {} for curve in "ABCDZ"},
    "blocks_to_frames": {"block_length": 16},
    "blocks_to_samples": {"block_length": 16, "hop_length": 512},
    "blocks_to_time": {"block_length": 16, "hop_length": 512, "sr": 22050},
}


@pytest.mark.parametrize("name", UNITS)
def test_a_number_needs_no_graph(name, monkeypatch):
    """What is not MLX's is NumPy's from beginning to end: a graph for a number costs fifty times the number."""
    monkeypatch.setattr("spectro._constants.float64.Double", None)
    monkeypatch.setattr("spectro._constants.float64.ops", None)
    numbers = [4.0, 3, np.float64(4), np.int64(3), np.float32(2.5), np.array(4.0), [4, 3], [4.5], np.arange(3.0), []]
    for given in numbers:
        got, expected = getattr(spectro, name)(given, **UNITS[name]), np.asarray(given)
        assert isinstance(got, np.ndarray) == (expected.ndim > 0)
        assert np.shape(got) == expected.shape
        assert np.array_equal(got, getattr(spectro, name)(expected.tolist(), **UNITS[name]), equal_nan=True)


def test_numbers_of_any_type_are_checked_alike():
    for value, said in ((10**400, "array of numbers"), (1j, "real"), ("4", "array"), (None, "array of numbers")):
        with pytest.raises(ParameterError, match=rf"^\[frames_to_time\] frames must be .*{said}"):
            spectro.frames_to_time(value)
    assert spectro.frames_to_time(2**60, sr=1, hop_length=1) == 2.0**60
    assert spectro.midi_to_hz(np.float16(69)).dtype == np.float16
    assert spectro.hz_to_midi(True) == spectro.hz_to_midi(1)


MASKED = np.ma.masked_array([440.0, 220.0, 880.0], mask=[0, 1, 0])


@pytest.mark.parametrize("name", [*FLOATS, *INTEGERS])
@pytest.mark.parametrize("mask", [[0, 1, 0], [0, 0, 0], [1, 1, 1]])
def test_masks_stay_in_unit_converters(name, mask):
    function, values = getattr(spectro, name), np.ma.masked_array(MASKED.data, mask=mask)
    got, plain = function(values), function(values.data)
    assert isinstance(got, np.ma.MaskedArray)
    assert got.dtype == plain.dtype
    assert got.mask.tolist() == [bool(one) for one in mask]
    assert got.compressed().tolist() == plain[~np.array(mask, bool)].tolist()
    assert values.mask.tolist() == got.mask.tolist()  # the caller's own is left alone


@pytest.mark.parametrize(
    ("name", "call"),
    {
        "hz_to_note": lambda x: spectro.hz_to_note(x),
        "midi_to_note": lambda x: spectro.midi_to_note(x),
        "power_to_db": lambda x: spectro.power_to_db(x),
        "amplitude_to_db": lambda x: spectro.amplitude_to_db(np.ones(3), ref=x),
        "db_to_power": lambda x: spectro.db_to_power(x),
        "stft": lambda x: spectro.stft(x, n_fft=2),
        "melspectrogram": lambda x: spectro.mfcc(S=x[:, None], n_mfcc=2),
        "magphase": lambda x: spectro.magphase(x),
    }.items(),
)
def test_masks_are_refused_where_they_would_be_lost(name, call):
    with pytest.raises(ParameterError, match=r"must have no masked values; fill them first"):
        call(MASKED)
    if name != "stft":
        call(np.ma.masked_array(MASKED.data, mask=False))


@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 5)])
def test_like_functions_follow_an_array(shape):
    for axis in (-1, 0):
        check("times_like", np.zeros(shape), axis=axis)
        check("samples_like", np.zeros(shape), axis=axis, hop_length=64, n_fft=100)
        times = spectro.times_like(mx.zeros(shape), sr=8000, axis=axis)
        assert times.dtype == mx.float32
        assert_close(times, librosa.times_like(np.zeros(shape), sr=8000, axis=axis), 1e-7, function="times_like")
        assert spectro.samples_like(mx.zeros(shape), axis=axis).dtype == mx.int64


def test_like_functions_look_at_nothing_but_a_shape():
    torch = pytest.importorskip("torch")
    values = np.zeros((3, 4))

    class Table:  # as pandas' are
        shape = (3, 4)

    gradient = torch.zeros(3, 4, requires_grad=True)  # which has no values to NumPy
    for X in (values, torch.zeros(3, 4), gradient, memoryview(values), Table()):
        for axis in (-1, 0, np.int64(0), np.int8(-1)):
            for name in ("times_like", "samples_like"):
                expected = getattr(librosa, name)(values, axis=axis)
                assert_same(getattr(spectro, name)(X, axis=axis), expected, name)


def test_like_functions_take_a_number():
    for number in (5, 5.0):
        assert type(spectro.times_like(number)) is np.ndarray
        assert_close(spectro.times_like(number, sr=16000), librosa.times_like(number, sr=16000), 1e-7)
        assert spectro.samples_like(number).tolist() == librosa.samples_like(5).tolist()
    check("samples_like", np.int64(5))


def test_frequencies_are_librosas():
    for n_mels in (1, 2, 41, 128):
        for kwargs in ({}, {"htk": True}, {"fmin": 30, "fmax": 9000.0}):
            got, expected = spectro.mel_frequencies(n_mels, **kwargs), librosa.mel_frequencies(n_mels, **kwargs)
            assert got.dtype == expected.dtype
            parity.record("mel_frequencies", got, expected, f"{FLOAT32:.0e} each")
            np.testing.assert_allclose(np.array(got), expected, rtol=FLOAT32, atol=1e-9)
    for sr in (22050, 16000.0):
        for n_fft in (1, 2, 5, 2048):
            got, expected = spectro.fft_frequencies(sr=sr, n_fft=n_fft), librosa.fft_frequencies(sr=sr, n_fft=n_fft)
            assert got.dtype == expected.dtype
            assert got.shape == expected.shape
            parity.record("fft_frequencies", got, expected, f"{FLOAT32:.0e} each")
            np.testing.assert_allclose(np.array(got), expected, rtol=FLOAT32)
    assert spectro.mel_frequencies().shape == (128,)
    assert spectro.fft_frequencies().shape == (1025,)


@pytest.mark.parametrize("name", [*FLOATS, *INTEGERS])
def test_mlx_gives_mlx_lazily(name):
    function, values = getattr(spectro, name), np.linspace(0.51, 99.3, 60, dtype=np.float32).reshape(3, 20)
    values = values * 70 if name.startswith("hz") else values
    expected, dtype = getattr(librosa, name)(values), mx.int64 if name in INTEGERS else mx.float32
    for call in (function, mx.compile(function), mx.vmap(function)):
        got = call(mx.array(values))
        assert got.dtype == dtype
        assert_close(got, expected, 1e-6, function=name)
    assert function(mx.array([3, 4])).dtype == dtype  # integers
    assert function(mx.array(3.0)).shape == ()
    half = function(mx.array(values, dtype=mx.float16))
    assert half.dtype == (mx.int64 if name in INTEGERS else mx.float16)


def test_no_float64_leaks_to_mlx():
    """Whatever MLX array is among the arguments."""
    assert isinstance(spectro.frames_to_time(np.array([1, 2]), sr=mx.array(100)), np.ndarray)
    assert spectro.frames_to_time(mx.array([1, 2]), sr=np.float64(100)).dtype == mx.float32


@pytest.mark.parametrize("name", ["hz_to_mel", "mel_to_hz", "hz_to_midi", "midi_to_hz"])
@pytest.mark.parametrize("htk", [False, True])
def test_pitch_scales_have_gradients(name, htk):
    if "midi" in name and htk:
        pytest.skip("has no htk")
    kwargs = {} if "midi" in name else {"htk": htk}
    x = np.array([5.0, 14.0, 16.0, 40.0]) * (70 if name.startswith("hz") else 1)
    function, exact = getattr(spectro, name), getattr(librosa, name)
    expected = (exact(x + 1e-3, **kwargs) - exact(x - 1e-3, **kwargs)) / 2e-3
    gradient = mx.grad(lambda v: function(v, **kwargs).sum())(mx.array(x.astype(np.float32)))
    np.testing.assert_allclose(np.array(gradient), expected, rtol=GRADIENT)


def test_gradient_of_mel_is_finite_at_silence():
    gradient = mx.grad(lambda v: spectro.hz_to_mel(v).sum())(mx.array([0.0, 1000.0]))
    assert np.isfinite(np.array(gradient)).all()


@pytest.mark.parametrize("round_midi", [True, False])
def test_notes_have_librosas_midi_numbers(round_midi):
    check("note_to_midi", NOTES, round_midi=round_midi)
    check("note_to_midi", np.array(NOTES).reshape(9, -1), round_midi=round_midi)
    assert_same(
        spectro.note_to_midi(iter(NOTES), round_midi=round_midi), librosa.note_to_midi(NOTES, round_midi=round_midi)
    )
    for note in NOTES[::7]:
        assert spectro.note_to_midi(note, round_midi=round_midi) == librosa.note_to_midi(note, round_midi=round_midi)
    assert type(spectro.note_to_midi("A4")) is int
    check("note_to_hz", NOTES, round_midi=round_midi)
    check("note_to_hz", "A4+50", round_midi=round_midi)


def test_cents_count_in_note_to_hz():
    assert spectro.note_to_hz("A4+50") == pytest.approx(440 * 2 ** (0.5 / 12), rel=1e-12)
    assert spectro.note_to_midi("Cn4") == 60


def test_an_empty_name_is_not_a_number():
    assert np.isnan(spectro.note_to_midi(""))
    assert spectro.midi_to_note(np.nan) == ""
    assert spectro.hz_to_note([0.0, 440.0]).tolist() == ["", "A4"]
    assert np.isnan(spectro.note_to_midi(["C4", ""])[1])


@pytest.mark.parametrize("unicode", [True, False])
def test_notes_are_spelled_as_librosa_spells_them(unicode):
    check("midi_to_note", np.arange(-30, 140), unicode=unicode)
    for key in KEYS:
        check("midi_to_note", np.arange(12), key=key, unicode=unicode)
    with pytest.raises(ParameterError, match="must be a tonic and a mode"):
        spectro.midi_to_note(60, key="C:majj")


@pytest.mark.parametrize("kwargs", [{}, {"cents": True}, {"octave": False}, {"key": "Eb:min", "cents": True}])
def test_notes_are_named_as_librosa_names_them(kwargs):
    midi = np.round(RNG.uniform(-20, 130, 2000), 2)
    for values in (midi, midi[:6].reshape(2, 3).tolist(), 60.5, 61.5, 61, np.int64(60), np.array(60)):
        check("midi_to_note", values, **kwargs)
    for values in (POSITIVE, 440, [440.0, 220], np.array(32.7)):
        got, expected = spectro.hz_to_note(values, **kwargs), librosa.hz_to_note(values, **kwargs)
        parity.record("hz_to_note", got, expected, "equal")
        assert np.array_equal(got, expected)
    assert isinstance(spectro.hz_to_note(440, **kwargs), str)


def test_mlx_numbers_give_numpy_names():
    names = spectro.midi_to_note(mx.array([[60.0, 61.2]]), cents=True)
    assert isinstance(names, np.ndarray)
    assert names.tolist() == [["C4+0", "C♯4+20"]]
    assert spectro.hz_to_note(mx.array([440.0, 880.0])).tolist() == ["A4", "A5"]
    assert spectro.midi_to_note([]).shape == (0,)
    with pytest.raises(ParameterError, match=r"^\[hz_to_note\] frequencies needs the values"):
        mx.compile(lambda f: mx.array(len(spectro.hz_to_note(f))))(mx.array([440.0]))


def test_names_and_numbers_are_inverse():
    assert spectro.note_to_midi(spectro.midi_to_note(np.arange(128))).tolist() == list(range(128))
    flats = spectro.midi_to_note(np.arange(12, 128), key="F:maj", unicode=False)
    assert spectro.note_to_midi(flats).tolist() == list(range(12, 128))


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "message"),
    [
        ("hz_to_mel", ("a",), {}, "frequencies must be an array"),
        ("hz_to_mel", (None,), {}, "frequencies must be an array of numbers"),
        ("hz_to_mel", (3j,), {}, "frequencies must be real"),
        ("mel_to_hz", (mx.array([1j]),), {}, "mels must be real"),
        ("frames_to_time", (3,), {"sr": 0}, "sr must be positive, got 0"),
        ("frames_to_time", (3,), {"sr": -1}, "sr must be positive, got -1"),
        ("frames_to_time", (3,), {"hop_length": 0}, "hop_length must be positive, got 0"),
        ("time_to_frames", (3,), {"hop_length": -4}, "hop_length must be positive, got -4"),
        ("time_to_frames", (3,), {"n_fft": 0}, "n_fft must be a positive integer, got 0"),
        ("time_to_samples", (3,), {"sr": np.nan}, "sr must be a finite number"),
        ("samples_to_time", (3,), {"sr": None}, "sr must be a number, got None"),
        ("samples_to_frames", (3,), {"hop_length": 0}, "hop_length must be positive"),
        ("frames_to_samples", (["a"],), {}, "frames must be an array of numbers"),
        ("times_like", ("x",), {}, "X must be an array or a number of frames, got 'x'"),
        ("times_like", (-1,), {}, "got -1"),
        ("samples_like", (2.5,), {}, "got 2.5"),
        ("times_like", (np.nan,), {}, "got nan"),
        ("times_like", (np.inf,), {}, "got inf"),
        ("times_like", (np.zeros((3, 4)),), {"axis": 2}, "axis must be one of the 2 axes of X, got 2"),
        ("times_like", (5,), {"sr": 0}, "sr must be positive"),
        ("mel_frequencies", (0,), {}, "n_mels must be a positive integer, got 0"),
        ("mel_frequencies", (4,), {"fmin": 9.0, "fmax": 3.0}, "fmin must be at most fmax=3, got 9"),
        ("mel_frequencies", (4,), {"fmin": -9.0}, "fmin must be non-negative"),
        ("fft_frequencies", (), {"sr": 0}, "sr must be positive"),
        ("fft_frequencies", (), {"n_fft": 0}, "n_fft must be a positive integer"),
        ("note_to_midi", ("H4",), {}, "note must look like .* got 'H4'"),
        ("note_to_midi", ("C4 ",), {}, "got 'C4 '"),
        ("note_to_midi", (60,), {}, "note must be a string or strings, got 60"),
        ("note_to_midi", (["A4", 3],), {}, "got 3"),
        ("note_to_midi", (b"A4",), {}, "got b'A4'"),
        ("note_to_hz", ("x",), {}, "got 'x'"),
        ("midi_to_note", (60,), {"octave": False, "cents": True}, "cents=True needs octave=True"),
        ("midi_to_note", ("x",), {}, "midi must be an array"),
    ],
)
def test_bad_arguments_are_refused(name, args, kwargs, message):
    with pytest.raises(ParameterError, match=rf"^\[{name}\] .*{message}"):
        getattr(spectro, name)(*args, **kwargs)


def test_unknown_keywords_name_ours():
    with pytest.raises(TypeError, match=r"\[frames_to_time\] unknown keyword 'sample_rate'; use 'sr'"):
        spectro.frames_to_time(3, sample_rate=8000)
    with pytest.raises(TypeError, match=r"\[hz_to_note\] unknown keyword 'kei'"):
        spectro.hz_to_note(440, kei="C:maj")


def test_the_flat_names_are_those_of_the_module():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in convert.__all__:
            assert getattr(spectro, name) is getattr(convert, name)


@pytest.mark.parametrize("name", ["A_weighting", "B_weighting", "C_weighting", "D_weighting", "Z_weighting"])
def test_a_weighting_has_no_slope_where_there_is_no_frequency(name):
    slope = mx.grad(lambda f: getattr(spectro, name)(f).sum())(mx.array([0.0, 1e-30, 1e-12]))
    assert slope.tolist() == [0.0, 0.0, 0.0]


def test_where_the_mel_scale_bends_its_slope_is_that_of_the_logarithm():
    assert abs(mx.grad(lambda f: spectro.hz_to_mel(f).sum())(mx.array(1000.0)).item() - 27 / np.log(6.4) / 1000) < 1e-6
    assert abs(mx.grad(lambda m: spectro.mel_to_hz(m).sum())(mx.array(15.0)).item() - np.log(6.4) / 27 * 1000) < 1e-3


def test_a_mask_is_the_results_own():
    given = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
    spectro.frames_to_time(given)[0] = np.ma.masked
    assert given.mask.tolist() == [False, True, False]
