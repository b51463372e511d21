"""Bad input: one clear sentence that names the function, nothing from inside MLX, nothing changed."""

from __future__ import annotations

import inspect
import re
from functools import partial, reduce
from typing import Any

import mlx.core as mx
import numpy as np
import pytest
from cases import CASES as ROWS
from cases import FIRST
from comparing import parts

import spectro

pytestmark = pytest.mark.filterwarnings("ignore:.*Empty filters")

RNG = np.random.default_rng(2)
Y = RNG.standard_normal(100).astype(np.float32)
D = (RNG.standard_normal((9, 7)) + 1j * RNG.standard_normal((9, 7))).astype(np.complex64)
S = np.abs(RNG.standard_normal((6, 9))).astype(np.float32)
NAN, INF = float("nan"), float("inf")
KNOWN = {name: row.public.__known__ for name, row in FIRST.items() if hasattr(row.public, "__known__")}
OF_INTEGERS = ("get_duration", "effects.trim", "effects.split")  # which take samples of any kind
OF_AUDIO = sorted(name for name, known in KNOWN.items() if {"y", "hop_length"} <= known and name not in OF_INTEGERS)
FRAMED = [name for name in OF_AUDIO if "n_fft" in KNOWN[name]]
NEEDED = {  # keywords without a default
    "feature.chroma_vqt": {"intervals": "ji5"},
    "effects.time_stretch": {"rate": 2.0},
    **{name: {"fmin": 200, "fmax": 2000} for name in ("yin", "pyin")},
}
NOT_COUNTS = (0, -1, 2.0, 2.5, NAN, "512", True, [4], np.float32(8))
TOO_MANY = 2**31

Arguments = tuple[str, dict[str, Any], str]


def each(name: str, fixed: dict[str, Any], key: str, values: Any, message: str) -> list[Arguments]:
    """The same refusal for each value of one argument."""
    return [(name, {**fixed, key: value}, message) for value in values]


def signals() -> list[Arguments]:
    """What is no audio, for every function that takes audio."""
    refused = {
        "at least one dimension": (np.float32(1.0), 3.0, np.array(1.0)),
        "real floating-point audio, got .*complex": (Y.astype(np.complex64), [1j, 2.0]),
        "real floating-point audio, got .*int.*/ 32768": (np.arange(50, dtype=np.int16), np.arange(50)),
        "real floating-point audio, got .*bool": (Y > 0,),
        "array of numbers": (np.array(["a", "b"]), np.array([None, 1.0]), [[1.0], [1.0, 2.0]], object(), {"a": 1}),
        "must be an array, got the string 'song.ogg'; .*spectro.load": ("song.ogg",),
        "must be given": (None,),
        "finite everywhere, got NaN or infinity": (np.full(9, NAN), np.array([0.0, INF]), [0.0, -INF]),
    }
    return [
        case
        for message, values in refused.items()
        for name in OF_AUDIO
        for case in each(name, NEEDED.get(name, {}), "y", values, f"y must .*{message}|{message}")
    ]


def frames() -> list[Arguments]:
    """The frame arguments of every function that cuts frames."""
    found = []
    for name in FRAMED:
        y = {"y": Y}
        found += each(name, y, "n_fft", NOT_COUNTS, "n_fft must be a positive integer, got ")
        found += each(name, y, "hop_length", NOT_COUNTS, "hop_length must be a positive integer, got ")
        small = {"y": Y, "n_fft": 16}
        found += each(name, small, "win_length", (0, -4, 2.5, "a"), "win_length must be a positive integer, got ")
        found += each(name, small, "win_length", (17,), "win_length must be at most n_fft=16, got 17")
        modes = "pad_mode must be one of 'constant', 'edge', 'reflect', 'symmetric', 'linear_ramp'.*, got "
        found += each(name, small, "pad_mode", ("wrap", "mean", "median", "maximum", "zeros", None, 3, ["edge"]), modes)
        if not name.startswith("onset"):  # whose `center` is another one
            short = {**small, "n_fft": 101, "hop_length": 4}
            found += each(name, short, "center", (False,), "n_fft=101 is too large for an uncentered .*100 samples")
        found += each(
            name, small, "window", ("welch", "", ("hat", 2)), "window must be a known name, got .*known: .*hann"
        )
        found += each(name, small, "window", ("kaiser", ("gaussian",)), "needs its parameters: write window=")
        found += each(
            name, small, "window", (np.ones(12), [1.0] * 12), "window must have 16 samples, got an array of 12"
        )
        found += each(name, small, "window", (np.ones((1, 16)),), "window must have one dimension, got shape")
        found += each(name, small, "window", (None, True), "window must be a name, a tuple, .*got ")
        found += each(name, small, "window", (np.full(16, NAN),), "window must be finite")
        found += each(name, small, "window", (np.ones(16) * 1j,), "window must be real")
        found += each(
            name, small, "window", (lambda n: np.ones(n + 1),), "window must have 16 samples, got an array of 17"
        )
    return found


def inverse() -> list[Arguments]:
    given = {"stft_matrix": D}
    return [
        *each("istft", {}, "stft_matrix", ("a.wav",), "must be an array, got the string"),
        *each("istft", {}, "stft_matrix", (None,), "stft_matrix must be"),
        *each("istft", {}, "stft_matrix", (D[:, 0], np.complex64(1), D[:, :0]), r"must have shape \(..., bins, frames"),
        *each("istft", {}, "stft_matrix", (D[:0],), "."),
        *each("istft", given, "n_fft", (18, 15, 512), r"n_fft=\d+ has \d+ frequency bins, but the spectrogram has 9"),
        *each("istft", given, "n_fft", (0, -1, 2.5), "n_fft must be a positive integer, got "),
        *each("istft", given, "hop_length", NOT_COUNTS, "hop_length must be a positive integer, got "),
        *each("istft", given, "win_length", (17,), "win_length must be at most n_fft=16, got 17"),
        *each("istft", given, "length", NOT_COUNTS, "length must be a positive integer, got "),
        *each("istft", given, "window", (np.ones(12),), "window must have 16 samples, got an array of 12"),
        *each("istft", given, "window", ("welch",), "window must be a known name, got 'welch'; known: "),
        *each("istft", given, "dtype", (np.float64, "float64", np.complex64), "dtype must be float32"),
        *each("stft", {"y": Y}, "dtype", (np.complex128, "complex128", np.float32, 3), "dtype must be complex64"),
        *each("magphase", {"D": D}, "power", (NAN, "2", None), "power must be a"),
        *each("magphase", {}, "D", ("a.wav", None, [[1], [1, 2]]), "D must be an array"),
    ]


def mel() -> list[Arguments]:
    found = []
    for name, given in (("melspectrogram", {"y": Y}), ("mfcc", {"y": Y}), ("onset_strength", {"y": Y})):
        given = {**given, "n_fft": 64}
        found += each(name, given, "sr", (0, -8000, NAN, INF, "44100", None), "sr must be (a|positive)")
        found += each(name, given, "n_mels", NOT_COUNTS, "n_mels must be a positive integer, got ")
        found += each(name, {**given, "fmax": 300.0}, "fmin", (400.0, 300.0), "fmin must be below fmax=300, got ")
        found += each(name, given, "fmin", (-1.0, NAN, "a"), "fmin must be ")
        found += each(name, given, "fmax", (NAN, INF, "a"), "fmax must be ")
        found += each(name, given, "power", (0, -1.0, NAN, "a", None), "power must be ")
        found += each(name, given, "dtype", (np.float64, "float64", np.int16), "dtype must be float32")
    for name in ("melspectrogram", "filters.mel"):
        given = {"y": Y, "n_fft": 64} if name == "melspectrogram" else {"sr": 8000, "n_fft": 64}
        found += each(name, given, "norm", ("l2", -1, True), "norm must be None, 'slaney', .*got ")
    for shape in [(6,), (0, 9)]:
        for name in ("melspectrogram", "mfcc"):
            found += each(name, {}, "S", (np.zeros(shape, np.float32),), r"S must have shape \(..., f, t\)")
    found += each("melspectrogram", {}, "S", (D,), "S must be real, got complex values")
    found += each("melspectrogram", {}, "S", ("a.png", [[1], [1, 2]]), "S must be an array")
    found += each("mfcc", {"S": S}, "n_mfcc", NOT_COUNTS, "n_mfcc must be a positive integer")
    found += each("mfcc", {"S": S}, "dct_type", (0, 5, "2", None), "dct_type must be one of 1, 2, 3")
    found += each("mfcc", {"S": S}, "norm", ("slaney", 2), "norm must be one of None, 'ortho', 'backward', 'forward'")
    found += each("mfcc", {"S": S}, "lifter", (-1, NAN, "a"), "lifter must be ")
    return found


def decibels() -> list[Arguments]:
    found = []
    for name in ("power_to_db", "amplitude_to_db"):
        given = {"S": S}
        found += each(name, given, "top_db", (NAN, -1, -0.5, "80", -INF), "top_db must be ")
        found += each(name, given, "amin", (0, -1e-5, NAN, "a", None), "amin must be ")
        found += each(name, given, "axes", (2, -3, (0, 5), 1.5, True, "all"), "axes must be ")
        found += each(name, given, "axes", ((0, 0), (1, -1)), "axes must .*(once|different|repeat)")
        found += each(name, given, "ref", ("max", None, [[1], [1, 2]]), "ref must be ")
        found += each(name, given, "ref", (lambda S: S,), "ref must give one number for a slice, got")
        found += each(name, given, "ref", (lambda S: None, lambda S: "x"), "the result of ref must be an array")
        found += each(name, given, "ref", (float,), "ref must be a function of one array, but it failed: ")
        found += each(
            name, given, "ref", (np.ones((6, 8), np.float32), np.ones(4), np.ones((1, 6, 9))), r"ref .*\(6, 9\)"
        )
        found += each(name, {}, "S", ("a.png", None, [[1], [1, 2]], object()), "S must be an array")
    for name in ("db_to_power", "db_to_amplitude"):
        found += each(name, {}, "S_db", ("a", None, D), "S_db must be ")
        found += each(name, {"S_db": S}, "ref", ("max", 1j), "ref must be ")
    return found


def onsets() -> list[Arguments]:
    found = []
    for name in ("onset_strength", "onset_strength_multi"):
        given = {"S": S}
        found += each(name, given, "lag", NOT_COUNTS, "lag must be a positive integer, got ")
        found += each(name, given, "max_size", NOT_COUNTS, "max_size must be a positive integer, got ")
        found += each(name, given, "ref", (S[:, :8], S[:5]), r"ref must have the shape of S, \(6, 9\), got ")
        found += each(name, given, "aggregate", ("mean", 3, True), "aggregate must be a function")
        found += each(name, {}, "S", (D, "a.png"), "S must be ")
        found += each(name, {}, "S", (S[:0], np.float32(1)), "S must ")
        found += each(name, {"y": Y}, "feature", ("mel", 3), "feature must be a function")
    channels = ([0], [7, 9], [slice(6, 6)], [0, slice(1, 2)], ["a"], [], [0.5, 3], 4, "ab")
    return [
        *found,
        *each("onset_strength", {"S": S}, "aggregate", (False,), "onset_strength_multi"),
        *each("onset_strength_multi", {"S": S}, "channels", channels, "channels must "),
    ]


CASES = [*signals(), *frames(), *inverse(), *mel(), *decibels(), *onsets()]


def function(name: str) -> Any:
    return partial(reduce(getattr, name.split("."), spectro), **NEEDED.get(name, {}))


def in_mlx(value: Any) -> Any:
    """NumPy arrays of what MLX holds as MLX arrays."""
    return mx.array(value) if isinstance(value, np.ndarray) and value.dtype.kind in "biufc" else value


BY_ARGUMENT: dict[str, list[Arguments]] = {}  # the cases of each argument of each function
for case in CASES:
    BY_ARGUMENT.setdefault(f"{case[0]}-{list(case[1])[-1]}", []).append(case)


def refuse(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(spectro.ParameterError) as caught:
        function(name)(**arguments)
    said = str(caught.value)
    assert said.startswith(f"[{name.split('.')[-1]}] "), said
    assert re.search(message, said), said
    assert "\n" not in said.strip(), said


@pytest.mark.parametrize("argument", BY_ARGUMENT)
def test_bad_input_is_refused_in_a_sentence(argument):
    with parts() as part:
        for name, arguments, message in BY_ARGUMENT[argument]:
            with part(list(arguments.values())[-1]):
                before = {key: value.copy() for key, value in arguments.items() if isinstance(value, np.ndarray)}
                refuse(name, arguments, message)
                for key, value in before.items():
                    np.testing.assert_array_equal(arguments[key], value)


def lazy(arguments: dict[str, Any], message: str) -> bool:
    """Whether a refusal is the same for arrays of MLX, whose values are not looked at."""
    return "finite" not in message and any(in_mlx(value) is not value for value in arguments.values())


OF_MLX = {key: some for key, cases in BY_ARGUMENT.items() if (some := [case for case in cases if lazy(*case[1:])])}


@pytest.mark.parametrize("argument", OF_MLX)
def test_bad_input_is_refused_in_a_sentence_on_mlx_arrays(argument):
    with parts() as part:
        for name, arguments, message in OF_MLX[argument]:
            with part(list(arguments.values())[-1]):
                refuse(name, {key: in_mlx(value) for key, value in arguments.items()}, message)


FOREIGN = {
    "f_min": ("fmin", ("melspectrogram", "mfcc", "onset_strength")),
    "f_max": ("fmax", ("melspectrogram", "mfcc", "onset_strength", "filters.mel", "mel_frequencies")),
    "sample_rate": ("sr", ("melspectrogram", "mfcc", "onset_strength", "onset_strength_multi", "filters.mel")),
    "win_len": ("win_length", ("stft", "istft", "melspectrogram")),
    "ref_power": ("ref", ("power_to_db", "db_to_power", "amplitude_to_db")),
}
FOREIGN_CASES = [(name, theirs, ours) for theirs, (ours, names) in FOREIGN.items() for name in names]


@pytest.mark.parametrize(("name", "theirs", "ours"), FOREIGN_CASES)
def test_foreign_keywords_name_ours(name, theirs, ours):
    first = {"istft": (D,), "filters.mel": (), "mel_frequencies": ()}.get(name, (Y,))
    expected = rf"^\[{name.split('.')[-1]}\] unknown keyword '{theirs}'; use '{ours}'$"
    with pytest.raises(TypeError, match=expected):
        function(name)(*first, **{theirs: 1})


# Keywords of others': scikit-learn's, NumPy's.
@pytest.mark.parametrize("name", sorted(KNOWN.keys() - {"decompose.decompose", "filters.wavelet"}))
def test_unknown_keywords_are_refused_with_the_known_ones(name):
    given = {"S": S} if name.startswith("onset_strength") else {}
    said = rf"^\[{name.split('.')[-1]}\] unknown keyword 'wibble'; known: "
    with pytest.raises(TypeError, match=said) as caught:
        function(name)(**given, wibble=3)
    assert "\n" not in str(caught.value)
    for own in inspect.signature(function(name)).parameters.keys() - {"kwargs", "y", "S"}:
        assert own in str(caught.value)


NO_ARRAYS = {
    "string": "song.ogg",
    "ragged": [[1.0], [1.0, 2.0]],
    "object": object(),
    "strings": np.array(["a", "b"]),
    "dictionary": {"a": 1},
}
TAKEN = {(row.function, by): row for row in ROWS.values() for by in row.arrays}  # one row of each argument


@pytest.mark.parametrize(("name", "by"), TAKEN)
def test_what_is_no_array_is_refused_by_every_argument_that_takes_one(name, by):
    row = TAKEN[name, by]
    with parts() as part:
        for kind, arrays in {"numpy": row.numpy(), "mlx": row.mlx()}.items():
            for bad, value in NO_ARRAYS.items():
                with part(f"{bad} among {kind}"):
                    refuse(name, {**arrays, **row.options, by: value}, f"{by} (must|is) ")


GIVEN = [name for name, row in FIRST.items() if row.arrays and name in KNOWN and name != "to_stereo"]  # None is silence


@pytest.mark.parametrize("name", GIVEN)
def test_nothing_instead_of_data_is_refused(name):
    row = FIRST[name]
    refuse(name, {**row.numpy(), **row.options, row.data: None}, f"{row.data} must|must be given|give")


def test_keywords_of_a_given_feature_are_its_own_affair():
    def feature(y, wibble, **kwargs):
        return spectro.melspectrogram(y=wibble * y, **kwargs)

    assert spectro.onset_strength(y=Y, n_fft=64, hop_length=16, feature=feature, wibble=2.0).shape == (7,)


@pytest.mark.parametrize("key", ["wibble", "channels"])
@pytest.mark.parametrize("name", [name for name in OF_AUDIO if name != "onset_strength_multi"])
def test_unknown_keywords_of_a_call_with_audio_are_refused(name, key):
    with pytest.raises(TypeError, match=rf"^\[{name.split('.')[-1]}\] unknown keyword '{key}'"):
        function(name)(y=Y, **{key: 3})


def test_too_many_positional_arguments():
    with pytest.raises(TypeError, match="stft"):
        spectro.stft(Y, 512)


WARNED = {
    "empty mel bands": (partial(spectro.melspectrogram, Y, n_fft=64, n_mels=128), r"\[melspectrogram\] Empty filters"),
    "empty mel bands of mfcc": (partial(spectro.mfcc, Y, n_fft=64), r"\[mfcc\] Empty filters"),
    "empty mel bands of onsets": (partial(spectro.onset_strength, Y, n_fft=64), r"\[onset_strength\] Empty filters"),
    "short signal of mfcc": (
        partial(spectro.mfcc, Y),
        r"\[mfcc\] n_fft=2048 is too large for input signal of length=100",
    ),
    "bands above sr / 2": (partial(spectro.filters.mel, sr=8000, n_fft=512, fmax=16000.0), r"\[mel\] Empty filters"),
    "short signal": (partial(spectro.stft, Y), r"\[stft\] n_fft=2048 is too large for input signal of length=100"),
    "complex decibels": (partial(spectro.power_to_db, D), r"\[power_to_db\] S is complex: its phase is discarded"),
    "broken NOLA": (
        partial(spectro.istft, D, hop_length=20),
        r"\[istft\] .*n_fft=16, hop_length=20, win_length=16, window='hann'.* between 8 and ",
    ),
}


@pytest.mark.parametrize("name", WARNED)
def test_what_is_doubtful_warns_once_at_the_line_of_the_caller(name):
    call, message = WARNED[name]
    with pytest.warns(UserWarning, match=message) as caught:
        call()
    ours = [warning for warning in caught if re.search(message, str(warning.message))]
    assert len(ours) == 1
    assert "\n" not in str(ours[0].message)
    assert ours[0].filename == __file__


@pytest.mark.parametrize(("name", "data"), [("stft", Y), ("istft", D)])
def test_there_is_no_out_and_a_way_without_it(name, data):
    with pytest.raises(TypeError, match=rf"^\[{name}\] there is no out=.*; write out\[\.\.\.\] = {name}\(\.\.\.\)$"):
        getattr(spectro, name)(data, out=np.zeros(3))
