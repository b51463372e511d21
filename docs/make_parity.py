"""Measure spectro against the installed librosa and write docs/_generated/parity-<version>.md.

Every function is called on several signals, librosa in float64; the error is the largest difference over all of
them, relative to the peak of librosa's answer. `python docs/make_parity.py` uses MLX's default device.
"""

from __future__ import annotations

import math
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import librosa
import mlx.core as mx
import numpy as np

import spectro
from spectro import _dispatch
from spectro._app import clip

SR = 22050
GENERATED = Path(__file__).parent / "_generated"
VERSION = librosa.__version__.rsplit(".", 1)[0]
PER_SPECTROGRAM = (
    int(librosa.__version__.split(".")[0]) >= 1
)  # decibels: librosa 0.11 knows the whole array only


class Case(NamedTuple):
    """One row: how spectro and librosa are called on one signal."""

    function: str
    options: str
    ours: Callable[[np.ndarray], Any]
    theirs: Callable[[np.ndarray], Any]


def main() -> None:
    """Measure and write."""
    warnings.simplefilter("ignore")
    backends = [
        name
        for name in ("reference", "cpu", "gpu")
        if _dispatch.unavailable(name) is None
    ]
    rows = [(case, [error(case, name) for name in backends]) for case in cases()]
    device = "gpu-" if _dispatch.device() == "gpu" else ""
    path = GENERATED / f"parity-{device}{VERSION}.md"
    path.write_text(table(backends, rows), encoding="utf-8")
    print(
        f"wrote {path.name}: {len(rows)} rows, worst {np.nanmax([errors for _, errors in rows]):.1e}"
    )


def table(backends: list[str], rows: list[tuple[Case, list[float]]]) -> str:
    """The page's section, as Markdown."""
    head = f"## librosa {librosa.__version__}\n\n"
    head += f"MLX {mx.__version__}, device: {_dispatch.device()}. Largest error, relative to the peak.\n\n"
    lines = [
        "| function | options | " + " | ".join(backends) + " |",
        "|---|---|" + "--:|" * len(backends),
    ]
    previous = ""
    for case, errors in rows:
        name = "" if case.function == previous else f"`{case.function}`"
        previous = case.function
        lines.append(
            f"| {name} | {case.options} | " + " | ".join(map(shown, errors)) + " |"
        )
    return head + "\n".join(lines) + "\n"


def shown(value: float) -> str:
    """An error as the table prints it."""
    if math.isnan(value):
        return "–"
    return "exact" if value == 0 else f"{value:.0e}"


def error(case: Case, backend: str) -> float:
    """The largest error of a case over all signals; NaN when the backend declines."""
    worst = 0.0
    for y in SIGNALS.values():
        expected = case.theirs(y.astype(np.float64))
        try:
            with spectro.use_backend(backend):
                got = case.ours(y)
        except spectro.ParameterError:  # left to the reference
            return math.nan
        worst = max(worst, difference(got, expected))
    return worst


def difference(got: Any, expected: Any) -> float:
    """Largest difference of arrays, tuples of arrays or strings, relative to the peak of what is expected."""
    if isinstance(expected, tuple):
        return max(difference(*pair) for pair in zip(got, expected, strict=True))
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape:
        raise AssertionError(f"shape {got.shape}, expected {expected.shape}")
    if expected.dtype.kind == "U":
        return 0.0 if (got == expected).all() else np.inf
    peak = np.abs(expected).max(initial=0)
    off = np.abs(got.astype(np.result_type(got, np.float64)) - expected).max(initial=0)
    return float(off / peak) if peak > 0 else float(off)


def signals() -> dict[str, np.ndarray]:
    """Noise, a chirp, a click, silence and the demo clip, one second or more of each."""
    t = np.arange(SR) / SR
    click = np.zeros(SR)
    click[SR // 2] = 1
    made = {
        "noise": np.random.default_rng(7).standard_normal(SR),
        "chirp": np.sin(2 * np.pi * (50 * t + 4000 * t**2)),
        "click": click,
        "silence": np.zeros(SR),
        "music": clip.samples(),
    }
    return {name: y.astype(np.float32) for name, y in made.items()}


def cases() -> list[Case]:
    """Every function of the flat API, most of them with several options."""
    return [
        *spectra(),
        *features(),
        *onsets(),
        *decibels(),
        *units(),
        *constants(),
        *audio(),
    ]


def same(
    name: str, theirs: Callable, shown_options: str = "defaults", **options: Any
) -> Case:
    """A case in which both are called alike on the signal."""
    ours = getattr(spectro, name)
    return Case(
        name,
        shown_options,
        lambda y: ours(y, **options),
        lambda y: theirs(y, **options),
    )


def spectra() -> list[Case]:
    """Transforms."""

    def there(y: np.ndarray) -> np.ndarray:
        return librosa.stft(y, n_fft=1024)

    both = (
        {},
        {"n_fft": 400, "hop_length": 160},
        {"n_fft": 1023, "hop_length": 300},
        {"n_fft": 1024, "win_length": 800, "window": "blackman"},
        {"n_fft": 1024, "center": False},
        {"n_fft": 1024, "pad_mode": "reflect"},
        {"n_fft": 1024, "hop_length": 1500, "pad_mode": "symmetric"},
    )
    rows = [
        same("stft", librosa.stft, described(options), **options) for options in both
    ]
    rows += [
        Case(
            "istft",
            described(options) if options else "defaults",
            lambda y, o=options: spectro.istft(there(y).astype(np.complex64), **o),
            lambda y, o=options: librosa.istft(
                there(y).astype(np.complex64).astype(complex), **o
            ),
        )
        for options in ({}, {"length": SR}, {"window": "hamming", "center": False})
    ]
    magnitude = Case(
        "magphase",
        "power=1",
        lambda y: spectro.magphase(there(y))[0],
        lambda y: np.abs(there(y)),
    )
    return [*rows, magnitude]


def features() -> list[Case]:
    """Mel features."""
    mel, cepstrum = librosa.feature.melspectrogram, librosa.feature.mfcc
    both = (
        {},
        {"n_fft": 1024, "hop_length": 256, "n_mels": 80},
        {"htk": True, "norm": None, "power": 1.0},
        {"fmin": 50.0, "fmax": 8000.0, "n_mels": 40},
    )
    rows = [
        Case(
            "melspectrogram",
            described(o),
            lambda y, o=o: spectro.melspectrogram(y=y, sr=SR, **o),
            lambda y, o=o: mel(y=y, sr=SR, **o),
        )
        for o in both
    ]
    rows += [
        Case(
            "mfcc",
            described(o),
            lambda y, o=o: spectro.mfcc(y=y, sr=SR, **o),
            lambda y, o=o: cepstrum(y=y, sr=SR, **o),
        )
        for o in ({}, {"n_mfcc": 13, "lifter": 22}, {"dct_type": 3, "n_mels": 40})
    ]
    return rows


def onsets() -> list[Case]:
    """Onset strength."""
    one, many = librosa.onset.onset_strength, librosa.onset.onset_strength_multi
    rows = [
        Case(
            "onset_strength",
            described(o),
            lambda y, o=o: spectro.onset_strength(y=y, sr=SR, **o),
            lambda y, o=o: one(y=y, sr=SR, **o),
        )
        for o in (
            {},
            {"lag": 2, "max_size": 3},
            {"aggregate": np.median},
            {"detrend": True},
        )
    ]
    rows += [
        Case(
            "onset_strength_multi",
            described(o),
            lambda y, o=o: spectro.onset_strength_multi(y=y, sr=SR, **o),
            lambda y, o=o: many(y=y, sr=SR, **o),
        )
        for o in ({"channels": [0, 32, 64, 96, 128]}, {"aggregate": False})
    ]
    return rows


def decibels() -> list[Case]:
    """Decibels, of one spectrogram and of a batch of two whose second is 40 dB quieter."""

    def power(y: np.ndarray) -> np.ndarray:
        S = np.abs(librosa.stft(y.astype(np.float64), n_fft=1024)) ** 2
        return np.stack([S, 1e-4 * S]).astype(np.float32)

    rows = []
    for name, kind in (("power_to_db", lambda S: S), ("amplitude_to_db", np.sqrt)):
        ours, theirs = getattr(spectro, name), getattr(librosa, name)
        batches = [
            ("axes=None", {"axes": None}, {"axes": None} if PER_SPECTROGRAM else {})
        ]
        if PER_SPECTROGRAM:
            batches.append(("defaults", {}, {}))
        for text, here, there in (
            ("ref=np.max", {"ref": np.max}, {"ref": np.max}),
            ("top_db=None", *[{"top_db": None}] * 2),
        ):
            rows.append(
                Case(
                    name,
                    f"one spectrogram, {text}",
                    lambda y, f=ours, k=kind, o=here: f(k(power(y))[0], **o),
                    lambda y, f=theirs, k=kind, o=there: f(
                        k(power(y))[0].astype(float), **o
                    ),
                )
            )
        for text, here, there in batches:
            rows.append(
                Case(
                    name,
                    f"batch, ref=np.max, {text}",
                    lambda y, f=ours, k=kind, o=here: f(k(power(y)), ref=np.max, **o),
                    lambda y, f=theirs, k=kind, o=there: f(
                        k(power(y)).astype(float), ref=np.max, **o
                    ),
                )
            )
    for name in ("db_to_power", "db_to_amplitude"):
        rows.append(same(name, getattr(librosa, name)))
    return rows


def units() -> list[Case]:
    """Conversions, of numbers that the signals have no part in."""
    hertz, midi = np.linspace(20, 10000, 200), np.linspace(20, 110, 91)
    frames, samples, seconds = (
        np.arange(50),
        np.arange(0, 20000, 333),
        np.linspace(0, 5, 77),
    )
    notes = ["C4", "A#3", "Gb5", "E2"]
    given = {
        "hz_to_mel": (hertz, {"htk": True}),
        "mel_to_hz": (np.linspace(0, 50, 200), {}),
        "mel_frequencies": (64, {"fmin": 30.0, "fmax": 8000.0}),
        "hz_to_midi": (hertz, {}),
        "midi_to_hz": (midi, {}),
        "hz_to_note": (hertz, {}),
        "note_to_hz": (notes, {}),
        "midi_to_note": (midi, {}),
        "note_to_midi": (notes, {}),
        "frames_to_time": (frames, {"sr": 44100, "n_fft": 2048}),
        "time_to_frames": (seconds, {}),
        "frames_to_samples": (frames, {}),
        "samples_to_frames": (samples, {}),
        "samples_to_time": (samples, {}),
        "time_to_samples": (seconds, {}),
        "times_like": (np.zeros((4, 30)), {}),
        "samples_like": (np.zeros((4, 30)), {}),
    }
    rows = [
        plain(name, getattr(librosa, name), value, **options)
        for name, (value, options) in given.items()
    ]
    rows.append(
        Case(
            "fft_frequencies",
            "sr=44100",
            lambda y: spectro.fft_frequencies(sr=44100),
            lambda y: librosa.fft_frequencies(sr=44100),
        )
    )
    rows.append(
        Case(
            "get_duration",
            "y",
            lambda y: spectro.get_duration(y=y),
            lambda y: librosa.get_duration(y=y),
        )
    )
    return rows


def plain(name: str, theirs: Callable, value: Any, **options: Any) -> Case:
    """A case that no signal enters."""
    ours = getattr(spectro, name)
    return Case(
        name,
        described(options),
        lambda y: ours(value, **options),
        lambda y: theirs(value, **options),
    )


def constants() -> list[Case]:
    """Windows and filterbanks."""
    rows = [
        Case(
            "get_window",
            repr(w),
            lambda y, w=w: spectro.get_window(w, 1000),
            lambda y, w=w: librosa.filters.get_window(w, 1000),
        )
        for w in ("hann", "hamming", ("kaiser", 8.0), ("tukey", 0.3))
    ]
    banks = ({}, {"n_mels": 40, "htk": True, "norm": None}, {"n_mels": 64, "norm": 1})
    rows += [
        Case(
            "filters.mel",
            described(o),
            lambda y, o=o: spectro.filters.mel(sr=SR, n_fft=2048, **o),
            lambda y, o=o: librosa.filters.mel(
                sr=SR, n_fft=2048, dtype=np.float64, **o
            ),
        )
        for o in banks
    ]
    options = {"window": "hann", "n_frames": 20, "hop_length": 300, "n_fft": 1024}
    squares = Case(
        "filters.window_sumsquare",
        described(options),
        lambda y: spectro.filters.window_sumsquare(**options),
        lambda y: librosa.filters.window_sumsquare(dtype=np.float64, **options),
    )
    return [*rows, squares]


def audio() -> list[Case]:
    """Reading a file, with and without resampling."""
    import soundfile

    folder = Path(tempfile.mkdtemp())

    def written(y: np.ndarray) -> Path:
        path = folder / "signal.wav"
        soundfile.write(path, y.astype(np.float32), SR, subtype="FLOAT")
        return path

    return [
        Case(
            "load",
            described(o),
            lambda y, o=o: spectro.load(written(y), **o)[0],
            lambda y, o=o: librosa.load(written(y), **o)[0],
        )
        for o in ({}, {"sr": 16000}, {"sr": None, "offset": 0.1, "duration": 0.5})
    ]


def described(options: dict[str, Any]) -> str:
    """Options as they would be written in a call."""
    parts = [
        f"{key}={getattr(value, '__name__', None) or repr(value)}"
        for key, value in options.items()
    ]
    return ", ".join(parts) or "defaults"


SIGNALS = signals()

if __name__ == "__main__":
    main()
