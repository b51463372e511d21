"""Every public function in one table of calls, from which tests are made: a new function is a new row."""

from __future__ import annotations

from typing import Any

import librosa
import numpy as np
import rows_chroma
import rows_constantq
import rows_core
import rows_effects
import rows_features
import rows_notation
import rows_pitch
import rows_presets
import rows_rhythm
import rows_sequence
import rows_structure
import rows_timescale
import rows_util
import scipy.fft
import scipy.signal
from case import FRAMES, MEL, SR, Case, case, constant, counted, levels, near_one, normal, spectrum, unit

import spectro
from spectro import transforms


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


def _masked(stft_matrix: Any, mask: Any, **call: Any) -> Any:
    return librosa.istft(stft_matrix * mask, **call)


# What the backends compute.
COMPUTED = [
    *_paddings(),
    case("stft", "wide", y=normal(300), n_fft=64, hop_length=16),
    case("stft", "one-sample", y=normal(1), pad_mode="reflect", warns="too large for input signal", **FRAMES),
    case("stft", "uncentered", y=normal(61), center=False, **FRAMES),
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
    case("istft", "uncentered", stft_matrix=spectrum(9, 7), center=False, window="hamming", **FRAMES),
    case("istft", "win-length", stft_matrix=spectrum(9, 7), win_length=11, compiled=True, **FRAMES),
    case("istft", "odd", stft_matrix=spectrum(8, 7), n_fft=15, hop_length=5),
    case("istft", "n_fft-1", stft_matrix=spectrum(1, 7), n_fft=1, hop_length=1, window="boxcar"),
    case("istft", "gap", stft_matrix=spectrum(9, 7), n_fft=16, hop_length=23, warns="squared windows vanish"),
    case("istft", "shorter", stft_matrix=spectrum(9, 7), length=20, **FRAMES),
    case("istft", "longer", stft_matrix=spectrum(9, 7), length=45, window="hamming", **FRAMES),
    case("istft", "window", stft_matrix=spectrum(9, 7), window=near_one(16, 1.5), compiled=True, **FRAMES),
    case("istft", "window-short", stft_matrix=spectrum(9, 7), window=near_one(11, 1.5), win_length=11, **FRAMES),
    case("istft", "mask", stft_matrix=spectrum(9, 7), mask=levels(9, 7), truth=_masked, compiled=True, **FRAMES),
    case("istft", "complex-mask", stft_matrix=spectrum(9, 7), mask=spectrum(9, 1, seed=5), truth=_masked, **FRAMES),
    case("istft", "window-uncentered", stft_matrix=spectrum(9, 7), window=near_one(16, 1.5), center=False, **FRAMES),
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
    *rows_features.ROWS,
    *rows_presets.ROWS,
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
    "loadx": "reads a file: test_examples.py",
    "to_multi": "signals by place: test_signals.py",
    "get_samplerate": "reads a file: test_streaming.py",
    "stream": "reads a file: test_streaming.py",
    "resample": "MLX arrays go through a filter of their own: test_signals.py",
    "pitch_shift": "resamples: test_timescale.py",
    "extract": "reads files: tests/datasets",
    "show_versions": "prints: test_cli.py",
    **dict.fromkeys(("ex", "example", "example_info", "list_examples"), "makes a file or prints: test_examples.py"),
    **dict.fromkeys(("buf_to_float", "valid_audio", "stack"), "takes some kinds of arrays alone: test_util.py"),
    **dict.fromkeys(("is_positive_int", "valid_int", "tiny", "dtype_c2r", "dtype_r2c"), "of no array: test_util.py"),
    **dict.fromkeys(("axis_sort", "nnls", "sparsify_rows"), "looks at values and gives matrices: test_util.py"),
    "fill_off_diagonal": "changes an array in place: test_util.py",
    "find_files": "looks at a folder: test_util.py",
    **dict.fromkeys(("cmap", "infer_cmap", "specshow", "waveshow"), "draws: test_display.py"),
    **dict.fromkeys(("multiplot", "wavebars", "wavef0"), "draws: test_display.py"),
    **dict.fromkeys(("colorbar_db", "colorbar_phase", "legend_for_axes", "highlight"), "draws: test_display.py"),
    **dict.fromkeys(("key_to_notes", "key_to_degrees", "fifths_to_note"), "of a name: test_notation.py"),
    **dict.fromkeys(("list_mela", "list_thaat", "mela_to_degrees", "mela_to_svara"), "of a name: test_notation.py"),
    **dict.fromkeys(("thaat_to_degrees", "note_to_svara_h", "note_to_svara_c"), "of a name: test_notation.py"),
    "clear_cache": "gives nothing: test_caches.py",
    **dict.fromkeys(("to_mlx", "to_numpy"), "change the kind of an array: test_transfers.py"),
    "timelag_filter": "gives a function: test_segment.py",
    **dict.fromkeys(transforms.__all__, "the transform layer has conventions of its own: tests/compat"),
}

ROWS = [
    *rows_chroma.ROWS,
    *rows_constantq.ROWS,
    *rows_core.ROWS,
    *rows_effects.ROWS,
    *rows_notation.ROWS,
    *rows_pitch.ROWS,
    *rows_rhythm.ROWS,
    *rows_sequence.ROWS,
    *rows_structure.ROWS,
    *rows_timescale.ROWS,
    *rows_util.ROWS,
]
CASES = {row.id: row for row in (*COMPUTED, *PLAIN, *HOST, *CONSTANTS, *ROWS)}
LAZY = {name: row for name, row in CASES.items() if row.kind == "lazy"}
DIFFERENTIABLE = {f"{name}-by-{by}": (row, by) for name, row in LAZY.items() for by in row.by}
FIRST = {row.function: row for row in reversed(CASES.values())}  # one row of each function
