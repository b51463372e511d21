"""Functions of every subject beside librosa's, NumPy in and out; the truth is librosa's answer for float64."""

from __future__ import annotations

import functools
import inspect
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import environment
from .programs import FILE, clip, write_files
from .suite import Step
from .tables import RIGHT, Row, row
from .timing import error, medians

SR = FILE.sr


class Case(NamedTuple):
    """A function, called as a user of either library calls it: (library, input) -> answer."""

    table: str
    name: str
    call: Callable[[Any, Any], Any]
    right: float = RIGHT


def of_feature(name: str, right: float = RIGHT, **options: Any) -> Case:
    """A feature of the signal."""
    return Case("features", name, lambda library, y: getattr(library.feature, name)(y=y, **options), right)


def griffinlim(library: Any, y: np.ndarray) -> np.ndarray:
    """A signal from magnitudes; the iterations let rounding grow."""
    return library.griffinlim(np.abs(library.stft(y)), n_iter=4, init=None)


def pyin(library: Any, y: np.ndarray) -> np.ndarray:
    """Pitch by all transitions, as librosa 0.11 has it; later releases, and spectro, leave out the least likely."""
    every = {"transition_min_prob": None} if "transition_min_prob" in inspect.signature(library.pyin).parameters else {}
    return np.nan_to_num(library.pyin(y[: 10 * SR], fmin=65, fmax=2093, sr=SR, **every)[0])


CASES = (
    of_feature("mfcc", sr=SR),
    of_feature("chroma_stft", sr=SR, tuning=0.0),
    of_feature("spectral_centroid", sr=SR),
    of_feature("spectral_bandwidth", sr=SR),
    of_feature("spectral_contrast", right=1e-4, sr=SR),  # the valleys are of nearly silent bins
    of_feature("spectral_flatness"),
    of_feature("spectral_rolloff", sr=SR),
    of_feature("poly_features", sr=SR),
    of_feature("rms"),
    Case("features", "zero_crossing_rate", lambda library, y: library.feature.zero_crossing_rate(y)),
    Case("rhythm", "onset_detect", lambda library, y: library.onset.onset_detect(y=y, sr=SR)),
    Case("rhythm", "beat_track", lambda library, y: library.beat.beat_track(y=y, sr=SR)[1]),
    Case("rhythm", "tempo", lambda library, y: library.feature.tempo(y=y, sr=SR)),
    Case("rhythm", "tempogram", lambda library, y: library.feature.tempogram(y=y, sr=SR)),
    Case("rhythm", "plp", lambda library, y: library.beat.plp(y=y, sr=SR), 1e-4),
    Case("pitch", "yin", lambda library, y: library.yin(y[: 10 * SR], fmin=65, fmax=2093, sr=SR)),
    Case("pitch", "pyin", pyin),
    Case("pitch", "piptrack", lambda library, y: library.piptrack(y=y[: 10 * SR], sr=SR)[0]),
    # the octaves of a constant-Q transform are halved by another filter than soxr's
    Case("constantq", "cqt", lambda library, y: library.cqt(y, sr=SR, tuning=0.0), 1e-3),
    Case("constantq", "vqt", lambda library, y: library.vqt(y, sr=SR, tuning=0.0, intervals="equal"), 1e-3),
    Case("constantq", "chroma_cqt", lambda library, y: library.feature.chroma_cqt(y=y, sr=SR, tuning=0.0), 1e-3),
    Case("constantq", "tonnetz", lambda library, y: library.feature.tonnetz(y=y, sr=SR, tuning=0.0), 1e-3),
    Case("effects", "hpss", lambda library, y: np.stack(library.effects.hpss(y))),
    # sums phases, and rounding with them: librosa's answer for float32 is 0.2 away from its own for float64
    Case("effects", "time_stretch", lambda library, y: library.effects.time_stretch(y, rate=1.25), 0.3),
    Case("effects", "pcen", lambda library, y: library.pcen(library.feature.melspectrogram(y=y, sr=SR) * 2**31, sr=SR)),
    Case("effects", "resample", lambda library, y: library.resample(y, orig_sr=SR, target_sr=16000)),
    Case("effects", "griffinlim", griffinlim, 1e-3),
    Case("structure", "recurrence_matrix", lambda library, X: library.segment.recurrence_matrix(X, mode="affinity")),
    Case("structure", "dtw", lambda library, X: library.sequence.dtw(X, X[:, ::2])[0]),
    Case("structure", "agglomerative", lambda library, X: library.segment.agglomerative(X, 8)),
)


def steps(quick: bool) -> Iterator[Step]:
    """One for each function, where librosa is installed, whose answer is the truth."""
    if environment.missing("librosa"):
        return
    budget = 0.4 if quick else 2.5
    for case in CASES:
        yield Step(f"{case.table} {case.name}", functools.partial(measure, case, budget))
    yield Step("streams", functools.partial(streams, budget))


@functools.lru_cache(maxsize=1)
def music() -> np.ndarray:
    """Half a minute of notes."""
    return clip(0, FILE)[0]


@functools.lru_cache(maxsize=1)
def frames() -> np.ndarray:
    """Its MFCC, (20, 1292), what structure is found in."""
    import librosa

    return librosa.feature.mfcc(y=music(), sr=SR)


def measure(case: Case, budget: float) -> list[Row]:
    """A function on both libraries."""
    given = frames() if case.table == "structure" else music()
    return [compared(case, given, given.astype(np.float64), budget)]


def streams(budget: float) -> list[Row]:
    """The spectra of a file's blocks, read and transformed one after the other."""

    def blocks(library: Any, path: Path) -> np.ndarray:
        found = library.stream(path, block_length=64, frame_length=2048, hop_length=512)
        return np.concatenate([library.stft(block, center=False) for block in found], axis=-1)

    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), 1)
        path = Path(folder) / "00.wav"
        return [compared(Case("streams", "stft of each block", blocks), path, path, budget)]


def compared(case: Case, given: Any, exact: Any, budget: float) -> Row:
    """Seconds of those whose answer is right, and everyone's error."""
    import librosa

    import spectro

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        truth = np.asarray(case.call(librosa, exact))
        calls = {"spectro": functools.partial(case.call, spectro, given)}
        calls["librosa"] = functools.partial(case.call, librosa, given)
        errors = {name: error(call(), truth) for name, call in calls.items()}
        right = {name: call for name, call in calls.items() if errors[name] <= case.right}
        return row(case.table, case.name, medians(right, budget), errors, right=case.right)
