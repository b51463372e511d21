"""At the edges of what can be asked for: the answers and refusals of librosa."""

from __future__ import annotations

import sys
from functools import partial, reduce
from typing import Any

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from cases import FIRST

import spectro

pytestmark = pytest.mark.filterwarnings("ignore")

RNG = np.random.default_rng(5)
NOISE = RNG.standard_normal(4000).astype(np.float32)
POWERS = np.abs(RNG.standard_normal((1025, 6))).astype(np.float32)
ENVELOPE = np.abs(RNG.standard_normal(120)).astype(np.float32)


REFUSED, FAILED = "refused", "failed"


def of(library: Any, name: str) -> Any:
    return reduce(getattr, name.split("."), library)


def answer(library: Any, name: str, *args: Any, **keywords: Any) -> Any:
    """The result, or what stands for a refusal; ours is a sentence."""
    try:
        return of(library, name)(*args, **keywords)
    except librosa.ParameterError:
        return REFUSED
    except (IndexError, TypeError, ValueError) as error:
        if library is librosa:
            return FAILED
        return REFUSED if str(error).startswith(f"[{name.split('.')[-1]}] ") else error


def compare(name: str, *args: Any, tolerance: float = tolerances.PARITY, **keywords: Any) -> None:
    want, got = (answer(library, name, *args, **keywords) for library in (librosa, spectro))
    if want is FAILED:  # in the midst of it: an answer does no harm, and a sentence is better
        return
    assert (want is REFUSED) == (got is REFUSED), (want, got)
    if want is REFUSED:
        return
    for theirs, ours in zip(*(x if isinstance(x, tuple) else (x,) for x in (want, got))):
        assert np.shape(theirs) == np.shape(ours)
        if np.size(theirs):
            top = np.nanmax(np.abs(theirs), initial=1e-30, where=np.isfinite(theirs))
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * top)


OF_SIGNALS = [
    "stft",
    "feature.melspectrogram",
    "feature.mfcc",
    "onset.onset_strength",
    "onset.onset_strength_multi",
    "to_mono",
    "piptrack",
    "feature.spectral_centroid",
    "feature.spectral_bandwidth",
    "feature.spectral_rolloff",
    "feature.spectral_flatness",
    "feature.spectral_contrast",
    "feature.rms",
    "feature.zero_crossing_rate",
    "feature.chroma_stft",
    "feature.poly_features",
    "feature.tempogram",
    "feature.fourier_tempogram",
    "feature.tempo",
    "feature.tempogram_ratio",
    "onset.onset_detect",
    "beat.beat_track",
    "beat.plp",
    "effects.hpss",
    "effects.harmonic",
    "effects.deemphasis",
    "effects.preemphasis",
    "estimate_tuning",
]


@pytest.mark.parametrize("name", OF_SIGNALS)
def test_a_signal_without_samples_has_the_answer_of_the_reference(name):
    first = {"y": np.zeros(0, np.float32)}
    compare(name, **first)
    if (want := answer(spectro, name, **first)) is not REFUSED:
        got = of(spectro, name)(y=mx.zeros((0,)))
        parts = zip(*(x if isinstance(x, tuple) else (x,) for x in (want, got)))
        assert all(np.shape(theirs) == np.shape(ours) for theirs, ours in parts)


@pytest.mark.parametrize(
    "options", [{"n_fft": 5}, {"center": False}, {"pad_mode": "reflect"}, {"n_fft": 4, "hop_length": 1}]
)
@pytest.mark.parametrize("backend", ["auto", "reference"])
def test_a_signal_without_samples_is_refused_where_nothing_fills_a_frame(options, backend):
    with spectro.use_backend(backend):
        compare("stft", np.zeros((2, 0), np.float32), **options)


OF_SPECTRA = [
    "feature.melspectrogram",
    "feature.mfcc",
    "onset.onset_strength",
    "onset.onset_strength_multi",
    "feature.spectral_centroid",
    "feature.spectral_bandwidth",
    "feature.spectral_rolloff",
    "feature.spectral_flatness",
    "feature.spectral_contrast",
    "feature.rms",
    "feature.chroma_stft",
    "feature.poly_features",
    "estimate_tuning",
    "piptrack",
]


@pytest.mark.parametrize("name", OF_SPECTRA)
@pytest.mark.parametrize("shape", [(1025, 0), (2, 1025, 0)])
def test_a_spectrogram_without_frames_has_the_answer_of_the_reference(name, shape):
    compare(name, S=np.zeros(shape, np.float32))


BAD = {"nan": np.nan, "inf": np.inf}


def spoiled(x: np.ndarray, value: float) -> np.ndarray:
    out = x.copy()
    out.reshape(-1)[x.size // 2] = value
    return out


@pytest.mark.parametrize("value", BAD.values(), ids=BAD)
@pytest.mark.parametrize(
    ("name", "key", "data", "options"),
    [
        ("feature.spectral_centroid", "S", POWERS, {}),
        ("feature.spectral_bandwidth", "S", POWERS, {}),
        ("feature.chroma_stft", "S", POWERS, {"tuning": 0.0}),
        ("feature.chroma_stft", "S", POWERS, {"tuning": 0.0, "norm": None}),
        ("feature.tempogram", "onset_envelope", ENVELOPE, {}),
        ("feature.tempogram", "onset_envelope", ENVELOPE, {"norm": None}),
        ("feature.fourier_tempogram", "onset_envelope", ENVELOPE, {}),
        ("feature.tempo", "onset_envelope", ENVELOPE, {}),
        ("feature.tempogram_ratio", "onset_envelope", ENVELOPE, {}),
        ("beat.beat_track", "onset_envelope", ENVELOPE, {}),
        ("beat.plp", "onset_envelope", ENVELOPE, {}),
        ("onset.onset_detect", "onset_envelope", ENVELOPE, {}),
        ("feature.rms", "S", POWERS, {}),
        ("effects.preemphasis", "y", NOISE, {}),
        ("effects.deemphasis", "y", NOISE, {}),
    ],
)
def test_numbers_that_are_not_finite_are_taken_where_the_reference_takes_them(name, key, data, options, value):
    compare(name, **{key: spoiled(data, value)}, **options)


ANSWERED = {
    "start-array": ("feature.tempo", {"onset_envelope": ENVELOPE, "start_bpm": np.array([90.0])}),
    "no-deviation": ("feature.tempo", {"onset_envelope": ENVELOPE, "std_bpm": 0}),
    "deviation-below-0": ("feature.tempo", {"onset_envelope": ENVELOPE, "std_bpm": -1.0}),
    "any-tempo": ("feature.tempo", {"onset_envelope": ENVELOPE, "max_tempo": np.inf}),
    "no-window": ("feature.tempo", {"onset_envelope": ENVELOPE, "ac_size": 0.02}),
    "no-tempograms": ("feature.tempo", {"tg": np.zeros((0, 384, 5))}),
    "ratio-start-array": ("feature.tempogram_ratio", {"onset_envelope": ENVELOPE, "start_bpm": np.array([90.0])}),
    "ratio-no-factors": ("feature.tempogram_ratio", {"onset_envelope": ENVELOPE, "factors": []}),
    "beat-start-array": ("beat.beat_track", {"onset_envelope": ENVELOPE, "start_bpm": np.array([90.0])}),
    "chroma-odd": ("feature.chroma_stft", {"y": NOISE, "n_fft": 1023}),
    "chroma-odd-S": ("feature.chroma_stft", {"S": POWERS, "n_fft": 2049}),
    "chroma-norm-false": ("feature.chroma_stft", {"S": POWERS, "norm": False, "tuning": 0}),
    "chroma-bank-norm-false": ("filters.chroma", {"sr": 22050, "n_fft": 512, "norm": False}),
    "mel-norm-false": ("feature.melspectrogram", {"S": POWERS, "norm": False}),
    "normalize-norm-false": ("util.normalize", {"S": POWERS, "norm": False}),
    "tempogram-norm-str": ("feature.tempogram", {"onset_envelope": ENVELOPE, "norm": "inf"}),
    "tempogram-norm-true": ("feature.tempogram", {"onset_envelope": ENVELOPE, "norm": True}),
    "flatness-power-0": ("feature.spectral_flatness", {"S": POWERS, "power": 0}),
    "flatness-power-0-silence": ("feature.spectral_flatness", {"S": 0 * POWERS, "power": 0}),
    "rms-double": ("feature.rms", {"y": NOISE, "dtype": np.float64}),
    "rms-double-S": ("feature.rms", {"S": POWERS, "dtype": "float64"}),
    "rms-whole": ("feature.rms", {"y": NOISE, "dtype": np.int16}),
    "crossings-axis": ("feature.zero_crossing_rate", {"y": NOISE, "axis": -2}),
    "crossings-threshold": ("feature.zero_crossing_rate", {"y": NOISE, "threshold": -1}),
    "crossings-reference": ("feature.zero_crossing_rate", {"y": NOISE, "threshold": 0.1, "ref_magnitude": 0}),
    "crossings-of-samples": ("zero_crossings", {"y": NOISE, "threshold": -1}),
    "resample-nothing": ("resample", {"y": NOISE[:0], "orig_sr": 8000, "target_sr": 4000}),
    "resample-channels": ("resample", {"y": np.zeros((2, 0)), "orig_sr": 8000, "target_sr": 4000}),
    "mel-of-no-mfcc": ("feature.inverse.mfcc_to_mel", {"mfcc": np.zeros((20, 0))}),
    "trim-no-channels": ("effects.trim", {"y": np.zeros((0, 50))}),
    "split-no-channels": ("effects.split", {"y": np.zeros((0, 50))}),
    "nnls-nan": ("util.nnls", {"A": np.eye(2), "B": np.array([1.0, np.nan])}),
}


@pytest.mark.parametrize("case", ANSWERED)
def test_what_the_reference_answers_is_answered(case):
    name, arguments = ANSWERED[case]
    compare(name, **arguments)


def test_double_precision_comes_where_it_is_asked_for_in_numpy_alone():
    assert spectro.feature.rms(NOISE, dtype=np.float64).dtype == np.float64
    with pytest.raises(spectro.ParameterError, match="dtype must be float32"):
        spectro.feature.rms(mx.array(NOISE), dtype=np.float64)


@pytest.mark.parametrize("shape", [(0, 384, 4), (0, 2, 384, 4)])
def test_no_tempograms_have_no_ratios(shape):
    assert spectro.feature.tempogram_ratio(tg=np.zeros(shape)).shape == (*shape[:-2], 13, 4)


def test_no_channels_have_no_spectra_of_mel():
    assert spectro.feature.inverse.mel_to_stft(np.zeros((0, 40, 3))).shape == (0, 1025, 3)


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (3, 0)])
def test_least_squares_without_numbers_have_zeros_for_an_answer(shape):
    assert spectro.util.nnls(np.zeros(shape), np.zeros(shape[0])).tolist() == [0.0] * shape[1]
    assert spectro.util.nnls(np.zeros(shape), np.zeros((2, shape[0], 4))).shape == (2, shape[1], 4)


NEEDING = {
    "nnls": lambda: spectro.util.nnls(np.eye(2), np.ones(2)),
    "sparsify_rows": lambda: spectro.util.sparsify_rows(np.ones((2, 3))),
}


@pytest.mark.parametrize("name", NEEDING)
def test_what_needs_scipy_says_so(name, monkeypatch):
    for module in ("scipy", "scipy.optimize", "scipy.sparse"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf"^\[{name}\] needs SciPy: pip install scipy \("):
        NEEDING[name]()


def settled(x: Any) -> None:
    """Evaluate all that is lazy in a result."""
    if isinstance(x, mx.array):
        mx.eval(x)
    elif isinstance(x, (tuple, list)):
        for part in x:
            settled(part)


def assert_answered_or_refused(name: str, call: Any) -> None:
    """What is refused is refused in one short line that starts with the function's name."""
    try:
        settled(call())
    except spectro.ParameterError as error:
        said = str(error)
    except (TypeError, ImportError):  # Python's own, of what is no number
        return
    else:
        return
    assert said.startswith(f"[{name.split('.')[-1]}] "), said
    assert "\n" not in said, said
    assert len(said) < 500, said


ODD = {
    "no-samples": lambda x: x[..., :0],
    "no-channels": lambda x: x[:0],
    "one": lambda x: x[..., :1],
    "one-backwards": lambda x: x[..., 1:2][..., ::-1],
    "two": lambda x: x[..., :2],
    "number": lambda x: x.reshape(-1)[0],
    "more-dimensions": lambda x: x[None, None, None],
    "nothing-of-more-dimensions": lambda x: x[None, :0, None],
    "complex": lambda x: x * np.complex64(1j),
    "whole": lambda x: (x.real * 3).astype(np.int16),
    "flags": lambda x: x.real > 0,
    "nan": lambda x: x.real * np.nan,
    "huge": lambda x: x.real * 1e38,
    "read-only": lambda x: np.broadcast_to(x, x.shape),
    "every-other": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
}


REDUCTIONS = ("sum", "prod", "mean", "var", "std", "any", "all", "logsumexp")


@pytest.fixture
def nothing_is_reduced_to_something(monkeypatch):
    """MLX's CPU backend has no end where an axis without elements is reduced and something comes out."""

    def watched(reduction):
        def reduce_axes(x, axis=None, *args, **keywords):
            out = reduction(x, axis, *args, **keywords)
            assert x.size or not out.size or axis is None, f"{x.shape} reduced over {axis}"
            return out

        return reduce_axes

    for owner in (mx, mx.array):
        for name in set(REDUCTIONS) & set(dir(owner)):
            monkeypatch.setattr(owner, name, watched(getattr(owner, name)))


@pytest.mark.usefixtures("nothing_is_reduced_to_something")
@pytest.mark.parametrize("kind", [np.asarray, lambda x: mx.array(np.array(x, order="C"))], ids=["numpy", "mlx"])
@pytest.mark.parametrize("name", [name for name, row in FIRST.items() if row.arrays])
def test_odd_arrays_are_answered_or_refused_in_a_sentence(name, kind):
    row = FIRST[name]
    for key, given in row.numpy().items():
        for odd in ODD.values():
            with np.errstate(all="ignore"):
                x = kind(odd(np.atleast_1d(given)))
            arrays = {other: kind(value) if other != key else x for other, value in row.numpy().items()}
            assert_answered_or_refused(name, partial(row.call, **arrays))


@pytest.mark.parametrize("order", [2, 6])
@pytest.mark.usefixtures("nothing_is_reduced_to_something")
def test_a_prediction_may_be_longer_than_its_signal(order):
    y = NOISE[:6].reshape(2, 3)
    np.testing.assert_allclose(np.array(spectro.lpc(mx.array(y), order=order)), spectro.lpc(y, order=order), atol=1e-6)


WRONG = (None, "x", -1, 0, 1e-300, 1e300, 10**400, float("nan"), float("-inf"), [1], (), True, np.ones(3), mx.ones(2))
UNSETTLED = {"n_iter", "filename", "path"}  # an endless loop; and file 1 is where the tests write


@pytest.mark.parametrize("name", FIRST)
def test_wrong_options_are_answered_or_refused_in_a_sentence(name):
    row, function = FIRST[name], of(spectro, name)
    known = set(getattr(function, "__known__", ())) - row.arrays.keys() - UNSETTLED
    for key in sorted(known):
        for value in WRONG:
            given = {**row.numpy(), **row.options, key: value}
            assert_answered_or_refused(name, partial(function, **given))
