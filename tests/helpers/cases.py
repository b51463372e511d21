"""Every public function in one table of calls, from which tests are made: a new function is a new row.

A row is a call: the function's dotted name, a word that tells it from other calls of that function, and the call's
keywords. NumPy arrays among them are the arrays of the call, which tests give in every kind; the first is the data.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import librosa
import mlx.core as mx
import numpy as np
import scipy.fft
import scipy.signal

import spectro
from spectro import transforms

SR = 8000
FRAMES = {"n_fft": 16, "hop_length": 5}
MEL = {"sr": SR, "n_fft": 32, "hop_length": 8, "n_mels": 5}
PEERS = (
    librosa,
    librosa.feature,
    librosa.onset,
    librosa.filters,
    librosa.effects,
    librosa.beat,
    librosa.decompose,
    librosa.util,
    scipy.signal.windows,
)
DATA = {"y", "S", "D", "stft_matrix", "S_db"}  # signals, spectra and levels: may be silent, may have channels


def normal(*shape: int, seed: int = 3) -> np.ndarray:
    """Noise whose values are exact in float32."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32).astype(np.float64)


def levels(*shape: int, seed: int = 3) -> np.ndarray:
    """A spectrogram without zeros."""
    return np.float32(np.abs(normal(*shape, seed=seed)) + 1e-3).astype(np.float64)


def spectrum(*shape: int, seed: int = 3) -> np.ndarray:
    """A complex spectrogram."""
    real, imag = normal(2, *shape, seed=seed)
    return real + 1j * imag


def near_one(size: int, base: float = 1.0) -> np.ndarray:
    """A window without zeros."""
    return np.float32(base + 0.1 * normal(size)).astype(np.float64)


def found(package: Any, name: str) -> Any:
    """A function by its dotted name."""
    return functools.reduce(getattr, name.split("."), package)


class Case(NamedTuple):
    """One call: how it is made, what the truth is, and where it departs from what all functions do."""

    function: str
    variant: str
    arrays: dict[str, np.ndarray]  # in float64 or complex128, exact in single precision
    options: dict[str, Any]
    kind: str  # "lazy", "host" or "constant"
    truth: Callable[..., Any] | None  # of the same arguments, in float64
    by: tuple[str, ...]  # the arrays that it may be differentiated by
    part: int | None  # of a tuple that the function gives
    warns: str | None  # what good input warns of
    compiled: bool  # whether its compiled form is run, which may cost a run of a compiler
    channels: bool  # whether leading dimensions of the data are mapped one by one
    numpy_doubles: bool  # whether NumPy arrays are computed in float64, as conversions of units are
    halves: bool  # whether half precision comes back as half precision

    @property
    def id(self) -> str:
        """The name of the call in the names of tests."""
        return f"{self.function}-{self.variant}" if self.variant else self.function

    @property
    def data(self) -> str:
        """The name of the array that the call is about."""
        return next(iter(self.arrays))

    @property
    def public(self) -> Callable[..., Any]:
        """The public function."""
        return found(spectro, self.function)

    def call(self, **arrays: Any) -> Any:
        """Make the call, with other arrays where they are given."""
        return self._part(self.public(**{**self.numpy(), **arrays}, **self.options))

    def expected(self, **arrays: Any) -> Any:
        """The truth, in float64 and in silence."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._part(self.truth(**{**self.arrays, **arrays}, **self.options))

    def _part(self, out: Any) -> Any:
        return out if self.part is None else out[self.part]

    def numpy(self) -> dict[str, np.ndarray]:
        """The arrays in single precision."""
        return {name: single(x) for name, x in self.arrays.items()}

    def mlx(self) -> dict[str, mx.array]:
        """The arrays as MLX's."""
        return {name: mx.array(x) for name, x in self.numpy().items()}

    def others(self, count: int) -> list[dict[str, mx.array]]:
        """The arrays as MLX's, and other arrays of their kinds."""
        return [{name: (1 + k / 4) * x for name, x in self.mlx().items()} for k in range(count)]


def single(x: np.ndarray) -> np.ndarray:
    """An array in single precision."""
    return x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)


def case(
    function: str,
    variant: str = "",
    /,
    *,
    kind: str = "lazy",
    truth: Callable[..., Any] | None = None,
    by: tuple[str, ...] | None = None,
    part: int | None = None,
    warns: str | None = None,
    compiled: bool = False,
    channels: bool = True,
    numpy_doubles: bool = False,
    halves: bool = True,
    **call: Any,
) -> Case:
    """A row. By default librosa's function of that name is the truth, and the call is differentiated by every array."""
    arrays = {name: value for name, value in call.items() if isinstance(value, np.ndarray)}
    options = {name: value for name, value in call.items() if name not in arrays}
    by = tuple(arrays) if by is None else by
    truth = truth or of_librosa(function, options)
    halves = halves and not any(np.iscomplexobj(x) for x in arrays.values())
    own = (kind, truth, by, part, warns, compiled, channels and bool(DATA & arrays.keys()), numpy_doubles, halves)
    return Case(function, variant, arrays, options, *own)


def of_librosa(function: str, options: dict[str, Any]) -> Callable[..., Any] | None:
    """librosa's function of the same name, asked for double precision."""
    name = function.split(".")[-1]
    peer = next((getattr(home, name) for home in PEERS if hasattr(home, name)), None)
    if peer is None or "dtype" in options:
        return peer
    if name.startswith("onset_strength"):
        return lambda **call: peer(**call, **({"feature": _double_mel} if "y" in call else {}))
    doubled = name in ("melspectrogram", "mfcc", "mel", "window_sumsquare")
    return functools.partial(peer, dtype=np.float64) if doubled else peer


_double_mel = functools.partial(librosa.feature.melspectrogram, dtype=np.float64)


def constant(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a function into which no array goes."""
    return case(function, variant, kind="constant", by=(), **call)


def unit(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a conversion of units, which NumPy's arrays go through in double precision."""
    return case(function, variant, numpy_doubles=True, **call)


def counted(function: str, variant: str = "", /, **call: Any) -> Case:
    """A row of a conversion into whole numbers."""
    return unit(function, variant, by=(), halves=False, **call)


def _paddings() -> list[Case]:
    modes = ("constant", "edge", "reflect", "symmetric", "linear_ramp")
    short = "n_fft=16 is too large for input signal of length=5"
    return [
        *(case("stft", mode, y=normal(61), pad_mode=mode, compiled=mode == "reflect", **FRAMES) for mode in modes),
        *(case("stft", f"short-{mode}", y=normal(5), pad_mode=mode, warns=short, **FRAMES) for mode in modes),
    ]


def _decibels(name: str) -> list[Case]:
    def whole(axes: Any, **call: Any) -> Any:  # of a matrix: what librosa does by default
        return getattr(librosa, name)(**call)

    S = levels(6, 5)
    return [
        case(name, S=S),
        case(name, "number", S=S, ref=0.3),
        case(name, "clipped", S=S, top_db=6.0),
        case(name, "max", S=S, ref=np.max, top_db=None),
        case(name, "amax", S=S, ref=np.amax),
        case(name, "mean", S=S, ref=np.mean, top_db=10.0),
        case(name, "median", S=S, ref=np.median, compiled=name == "power_to_db"),
        case(name, "whole", S=S, ref=np.max, top_db=20.0, axes=None, truth=whole, channels=False),
    ]


def _relative_to_array(name: str, scale: int) -> Case:
    ref = np.array([0.5, 1.0, 1.5, 2.0, 3.0])
    return case(name, "array", S=levels(6, 5), ref=ref, truth=lambda S, ref: scale * np.log10(S / ref))


# What the backends compute.
COMPUTED = [
    *_paddings(),
    case("stft", "wide", y=normal(300), n_fft=64, hop_length=16),
    case("stft", "one-sample", y=normal(1), pad_mode="reflect", warns="too large for input signal", **FRAMES),
    case("stft", "uncentred", y=normal(61), center=False, **FRAMES),
    case("stft", "win-length", y=normal(61), win_length=11, **FRAMES),
    case("stft", "odd", y=normal(61), pad_mode="reflect", n_fft=15, hop_length=5),
    case("stft", "prime", y=normal(90), pad_mode="reflect", n_fft=37, window=("kaiser", 3.0)),
    case("stft", "gap", y=normal(61), n_fft=16, hop_length=23),
    case("stft", "kaiser", y=normal(61), window=("kaiser", 4.0), **FRAMES),
    case("stft", "n_fft-1", y=normal(9), n_fft=1, hop_length=1, window="boxcar"),
    case("stft", "window", y=normal(50, seed=5), window=normal(16), **FRAMES),
    case("stft", "window-short", y=normal(50, seed=5), window=normal(11), win_length=11, compiled=True, **FRAMES),
    case("stft", "window-odd", y=normal(50, seed=5), window=normal(15), n_fft=15, hop_length=5),
    case("stft", "window-gap", y=normal(50, seed=5), window=normal(16), n_fft=16, hop_length=23, pad_mode="reflect"),
    case("istft", stft_matrix=spectrum(9, 7), **FRAMES),
    case("istft", "wide", stft_matrix=spectrum(33, 12), n_fft=64, hop_length=16),
    case("istft", "uncentred", stft_matrix=spectrum(9, 7), center=False, window="hamming", **FRAMES),
    case("istft", "win-length", stft_matrix=spectrum(9, 7), win_length=11, compiled=True, **FRAMES),
    case("istft", "odd", stft_matrix=spectrum(8, 7), n_fft=15, hop_length=5),
    case("istft", "n_fft-1", stft_matrix=spectrum(1, 7), n_fft=1, hop_length=1, window="boxcar"),
    case("istft", "gap", stft_matrix=spectrum(9, 7), n_fft=16, hop_length=23, warns="squared windows vanish"),
    case("istft", "shorter", stft_matrix=spectrum(9, 7), length=20, **FRAMES),
    case("istft", "longer", stft_matrix=spectrum(9, 7), length=45, window="hamming", **FRAMES),
    case("istft", "window", stft_matrix=spectrum(9, 7), window=near_one(16, 1.5), compiled=True, **FRAMES),
    case("istft", "window-short", stft_matrix=spectrum(9, 7), window=near_one(11, 1.5), win_length=11, **FRAMES),
    case("istft", "window-uncentred", stft_matrix=spectrum(9, 7), window=near_one(16, 1.5), center=False, **FRAMES),
    *(case("melspectrogram", f"power-{p}", y=normal(70), power=p, compiled=p == 0.5, **MEL) for p in (1.0, 2.0, 0.5)),
    case(
        "melspectrogram",
        "reflect-short",
        y=normal(11),
        pad_mode="reflect",
        warns="n_fft=32 is too large for input signal of length=11",
        **MEL,
    ),
    case("melspectrogram", "win-length", y=normal(70), win_length=21, **MEL),
    case("melspectrogram", "odd", y=normal(70), **{**MEL, "n_fft": 31, "n_mels": 4}),
    case("melspectrogram", "gap", y=normal(70), htk=True, norm=None, **{**MEL, "hop_length": 40}),
    case("melspectrogram", "ramp", y=normal(70), power=0.7, pad_mode="linear_ramp", **MEL),
    case("melspectrogram", "window", y=normal(70, seed=5), window=near_one(32), **MEL),
    case("melspectrogram", "of-S", S=levels(17, 4), sr=SR, n_fft=32, n_mels=5),
    case("mfcc", y=normal(70), n_mfcc=4, **{**MEL, "n_mels": 6}),
    case("mfcc", "lifter", y=normal(70), n_mfcc=4, lifter=3, dct_type=3, compiled=True, **{**MEL, "n_mels": 6}),
    case("mfcc", "window", y=normal(70, seed=5), window=near_one(32), n_mfcc=4, **MEL),
    case("mfcc", "of-S", S=normal(6, 4), n_mfcc=4, lifter=5),
    *_decibels("power_to_db"),
    *_decibels("amplitude_to_db"),
    case("onset_strength", y=normal(90), **MEL),
    case("onset_strength", "lag", y=normal(90), lag=2, max_size=3, center=False, compiled=True, **MEL),
    case("onset_strength", "detrend", y=normal(90), detrend=True, max_size=3, **MEL),
    case("onset_strength", "window", y=normal(90, seed=5), window=near_one(32), **MEL),
    case("onset_strength", "of-S", S=20 * normal(6, 9), sr=SR, max_size=2),
    case("onset_strength", "of-S-detrend", S=20 * normal(6, 9), sr=SR, detrend=True, compiled=True),
    case("onset_strength", "of-S-median", S=20 * normal(6, 9), sr=SR, aggregate=np.median),
    case("onset_strength", "ref", S=20 * normal(6, 9, seed=5), ref=20 * normal(6, 9), sr=SR, channels=False),
    case("onset_strength_multi", y=normal(90), channels=[0, 2, 5], **MEL),
    case("onset_strength_multi", "channels", S=20 * normal(6, 9), sr=SR, channels=[0, 2, 6]),
    case("onset_strength_multi", "bands-of-y", y=normal(90), aggregate=False, **MEL),
    case("onset_strength_multi", "bands", S=20 * normal(6, 9), sr=SR, aggregate=False),
]

HERTZ = np.array([60.0, 440.0, 998.0, 1003.0, 3500.0])
NOTES = np.float32(HERTZ / 60).astype(np.float64)
COUNTS = np.array([[0.0, 3.0, 40.0], [7.0, 1000.0, 2.0]])

# What MLX's and NumPy's own operations compute, on every backend alike.
PLAIN = [
    *(
        case("magphase", f"{'phase' if part else 'magnitude'}-{power}", D=spectrum(5, 4), power=power, part=part)
        for part, power in ((0, 1), (0, 2), (0, 0.5), (1, 2))
    ),
    case("magphase", "phase", D=spectrum(5, 4), part=1, compiled=True),
    _relative_to_array("power_to_db", 10),
    _relative_to_array("amplitude_to_db", 20),
    case("db_to_power", S_db=normal(4, 3), ref=2.0),
    case("db_to_power", "ref", S_db=normal(4, 3), ref=levels(3), channels=False),
    case("db_to_amplitude", S_db=normal(4, 3), ref=2.0),
    case("filters.window_sumsquare", window=near_one(11), n_frames=5, win_length=11, halves=False, **FRAMES),
    unit("hz_to_mel", frequencies=HERTZ, compiled=True),
    unit("hz_to_mel", "htk", frequencies=HERTZ, htk=True),
    unit("mel_to_hz", mels=NOTES),
    unit("mel_to_hz", "htk", mels=HERTZ, htk=True),
    unit("hz_to_midi", frequencies=HERTZ),
    unit("midi_to_hz", notes=NOTES),
    unit("samples_to_time", samples=HERTZ, sr=SR),
    unit("frames_to_time", frames=COUNTS, sr=SR, hop_length=100, n_fft=16, by=()),  # librosa cuts frames to whole ones
    counted("frames_to_samples", frames=COUNTS, hop_length=100, n_fft=16),
    counted("samples_to_frames", samples=COUNTS, hop_length=100),
    counted("time_to_samples", times=COUNTS, sr=SR),
    counted("time_to_frames", times=COUNTS, sr=SR, hop_length=100),
    counted("samples_like", X=COUNTS, hop_length=100),
    unit("times_like", X=COUNTS, sr=SR, hop_length=100, by=(), halves=False),
    case("get_window", window=near_one(12), Nx=12, truth=lambda window, Nx: window, halves=False),
]

# Functions that look at values, and give NumPy's.
HOST = [
    case("hz_to_note", kind="host", frequencies=HERTZ, truth=lambda frequencies: librosa.hz_to_note(frequencies)),
    case("midi_to_note", kind="host", midi=np.array([60.0, 61.0, 0.0]), truth=lambda midi: librosa.midi_to_note(midi)),
    case("get_duration", kind="host", y=normal(90), sr=SR),
    case("get_duration", "of-S", kind="host", S=levels(9, 5), sr=SR, n_fft=16, hop_length=4),
]

SHARED = {"get_window"}  # which has rows by its flat name
WINDOWS = {
    "chebwin": {"at": 80.0},
    "dpss": {"NW": 2.5},
    "gaussian": {"std": 3.0},
    "general_cosine": {"a": [0.5, 0.3, 0.2]},
    "general_gaussian": {"p": 1.5, "sig": 3.0},
    "general_hamming": {"alpha": 0.6},
    "kaiser": {"beta": 5.0},
    "kaiser_bessel_derived": {"beta": 5.0},
}

CONSTANTS = [
    *(
        constant(f"windows.{name}", M=12, **WINDOWS.get(name, {}))
        for name in spectro.windows.__all__
        if name != "get_window"
    ),
    constant("get_window", "name", window="hann", Nx=12, truth=scipy.signal.get_window),
    constant("filters.mel", sr=SR, n_fft=64, n_mels=4),
    constant(
        "filters.dct",
        n_filters=3,
        n_input=6,
        truth=lambda n_filters, n_input: scipy.fft.dct(np.eye(n_input), norm="ortho", axis=0)[:n_filters],
    ),
    constant("filters.window_sumsquare", "name", window="hann", n_frames=5, **FRAMES),
    constant("mel_frequencies", n_mels=7),
    constant("fft_frequencies", sr=SR, n_fft=16),
    constant("note_to_hz", note=["A4", "C#2"]),
    constant("note_to_midi", note=["A4", "C#2"]),
]

# Public functions without a row, and why.
WITHOUT_A_ROW = {
    "load": "reads a file: test_audio.py",
    "show_versions": "prints: test_cli.py",
    "clear_cache": "gives nothing: test_caches.py",
    **dict.fromkeys(transforms.__all__, "the transform layer has conventions of its own: tests/compat"),
}

CASES = {row.id: row for row in (*COMPUTED, *PLAIN, *HOST, *CONSTANTS)}
LAZY = {name: row for name, row in CASES.items() if row.kind == "lazy"}
DIFFERENTIABLE = {f"{name}-by-{by}": (row, by) for name, row in LAZY.items() for by in row.by}
FIRST = {row.function: row for row in reversed(CASES.values())}  # one row of each function
