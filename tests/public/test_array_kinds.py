"""The kind, precision and layout of arrays: what comes in, what goes out."""

from __future__ import annotations

import functools
import warnings

import librosa
import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close

import spectro

RNG = np.random.default_rng(4)
Y = RNG.standard_normal(300).astype(np.float32)
BATCH = RNG.standard_normal((2, 3, 300)).astype(np.float32)
D = (RNG.standard_normal((9, 12)) + 1j * RNG.standard_normal((9, 12))).astype(np.complex64)
S = np.abs(RNG.standard_normal((6, 9))).astype(np.float32)
MEL = {"sr": 8000, "n_fft": 64, "hop_length": 16, "n_mels": 5}

# Functions of one array, the array first; each also maps leading dimensions one by one.
OF_SIGNALS = {
    "stft": functools.partial(spectro.stft, n_fft=64),
    "stft-reflect": functools.partial(spectro.stft, n_fft=64, pad_mode="reflect", window="hamming"),
    "melspectrogram": functools.partial(spectro.melspectrogram, **MEL),
    "mfcc": functools.partial(spectro.mfcc, n_mfcc=4, **MEL),
    "onset_strength": functools.partial(spectro.onset_strength, **MEL),
    "onset_strength_multi": functools.partial(spectro.onset_strength_multi, channels=[0, 2, 5], **MEL),
}
OF_LEVELS = {
    "power_to_db": spectro.power_to_db,
    "power_to_db-max": functools.partial(spectro.power_to_db, ref=np.max, top_db=20.0),
    "amplitude_to_db": functools.partial(spectro.amplitude_to_db, ref=np.median),
    "db_to_power": spectro.db_to_power,
    "db_to_amplitude": spectro.db_to_amplitude,
    "onset_strength-S": lambda S: spectro.onset_strength(S=S),
    "mfcc-S": lambda S: spectro.mfcc(S=S, n_mfcc=4),
    "melspectrogram-S": lambda S: spectro.melspectrogram(S=S, sr=8000, n_mels=2),
}
OF_SPECTRA = {
    "istft": functools.partial(spectro.istft, hop_length=4),
    "magphase-0": lambda D: spectro.magphase(D)[0],
    "magphase-1": lambda D: spectro.magphase(D)[1],
}
POINTS = {
    **{name: (call, Y) for name, call in OF_SIGNALS.items()},
    **{name: (call, S) for name, call in OF_LEVELS.items()},
    **{name: (call, D) for name, call in OF_SPECTRA.items()},
}


@pytest.mark.parametrize("name", POINTS)
def test_the_kind_of_array_follows_the_input(name):
    call, x = POINTS[name]
    expected = call(x)
    assert type(expected) is np.ndarray
    assert expected.dtype in (np.float32, np.complex64)
    lazy = call(mx.array(x))
    assert isinstance(lazy, mx.array)
    assert_close(lazy, expected, tolerances.COMPILED)
    listed = call(x.tolist())
    assert type(listed) is np.ndarray
    assert listed.dtype == expected.dtype
    assert_close(listed, expected, tolerances.COMPILED)


WITH_ANOTHER = {
    "stft-window": lambda array: spectro.stft(Y, n_fft=16, window=array(np.hanning(16))),
    "istft-window": lambda array: spectro.istft(D, window=array(np.hamming(16))),
    "mel-window": lambda array: spectro.melspectrogram(Y, window=array(np.hanning(64)), **MEL),
    "mfcc-window": lambda array: spectro.mfcc(Y, n_mfcc=3, window=array(np.hanning(64)), **MEL),
    "onset-window": lambda array: spectro.onset_strength(Y, window=array(np.hanning(64)), **MEL),
    "db-ref": lambda array: spectro.power_to_db(S, ref=array(np.ones((6, 1)))),
    "onset-ref": lambda array: spectro.onset_strength(S=S, ref=array(S)),
}


@pytest.mark.parametrize("name", WITH_ANOTHER)
def test_an_mlx_array_among_the_arguments_gives_mlx(name):
    call = WITH_ANOTHER[name]
    expected = call(np.asarray)
    assert type(expected) is np.ndarray
    got = call(lambda x: mx.array(x, dtype=mx.float32))
    assert isinstance(got, mx.array)
    assert_close(got, expected, tolerances.COMPILED)


@pytest.mark.parametrize("name", POINTS)
def test_double_precision_is_computed_in_single(name):
    call, x = POINTS[name]
    double = call(x.astype(np.complex128 if np.iscomplexobj(x) else np.float64))
    assert double.dtype in (np.float32, np.complex64)
    assert_close(double, call(x), tolerances.COMPILED)


@pytest.mark.parametrize("dtype", [mx.float16, mx.bfloat16])
@pytest.mark.parametrize("name", [name for name in POINTS if name not in OF_SPECTRA])
def test_half_precision_is_computed_in_single_and_returned_in_half(name, dtype):
    call, x = POINTS[name]
    half = mx.array(x).astype(dtype)
    got, expected = call(half), call(half.astype(mx.float32))
    if expected.dtype == mx.complex64:
        assert got.dtype == mx.complex64
        assert_close(got, expected, tolerances.COMPILED)
    else:
        assert got.dtype == dtype
        assert_close(got.astype(mx.float32), expected, mx.finfo(dtype).eps)


@pytest.mark.parametrize("name", [name for name in POINTS if name not in OF_SPECTRA])
def test_numpy_half_precision(name):
    call, x = POINTS[name]
    half = x.astype(np.float16)
    got, expected = call(half), call(half.astype(np.float32))
    assert got.dtype == (np.float16 if expected.dtype == np.float32 else np.complex64)
    assert_close(got.astype(expected.dtype), expected, mx.finfo(mx.float16).eps)


REFERENCES = {
    "max": (np.max, np.max),
    "amax": (np.amax, np.max),
    "min": (np.min, np.min),
    "amin": (np.amin, np.min),
    "mean": (np.mean, np.mean),
    "median": (np.median, np.median),
    "builtin": (max, np.max),
    "mlx": (mx.max, np.max),
    "lambda": (lambda S: S.max(), np.max),
    "lambda-numpy": (lambda S: np.percentile(S, 90), functools.partial(np.percentile, q=90)),
    "lambda-axis": (lambda S, axis: S.mean(axis=axis), np.mean),
    "lambda-number": (lambda S: 0.25, 0.25),
    "partial": (functools.partial(np.percentile, q=90), functools.partial(np.percentile, q=90)),
    "int": (2, 2.0),
    "float": (0.5, 0.5),
    "numpy-number": (np.float64(0.5), 0.5),
    "0-d": (np.array(0.5), 0.5),
}


@pytest.mark.parametrize("kind", ["numpy", "mlx", "list", "float16"])
@pytest.mark.parametrize("shape", [(7,), (6, 9), (3, 6, 9)])
@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("function", ["power_to_db", "amplitude_to_db"])
def test_references_of_any_kind_on_arrays_of_any_kind(function, name, shape, kind):
    x = (np.abs(RNG.standard_normal(shape)) + 0.1).astype(np.float16).astype(np.float32)
    given = {
        "numpy": x,
        "mlx": mx.array(x),
        "list": x.tolist(),
        "float16": mx.array(x).astype(mx.float16),
    }[kind]
    ours, truth = REFERENCES[name]
    got = getattr(spectro, function)(given, ref=ours, top_db=30.0)
    assert isinstance(got, mx.array) == (kind in ("mlx", "float16"))
    spectrograms = x.reshape(-1, *x.shape[-2:]).astype(np.float64)
    expected = [getattr(librosa, function)(one, ref=truth, top_db=30.0) for one in spectrograms]
    tolerance = mx.finfo(mx.float16).eps if kind == "float16" else tolerances.PARITY
    got = got.astype(mx.float32) if isinstance(got, mx.array) else got
    assert_close(got, np.reshape(expected, shape), tolerance)


@pytest.mark.parametrize("axes", [None, 0, (0, 2), (-1,), [1, 2]])
@pytest.mark.parametrize("name", ["max", "amax", "median", "lambda", "lambda-numpy", "lambda-axis", "partial"])
def test_references_over_any_axes(name, axes):
    x = np.abs(RNG.standard_normal((3, 4, 5))).astype(np.float32) + 0.1
    ours, truth = REFERENCES[name]
    over = tuple(axes) if isinstance(axes, list) else axes
    level = 10 * np.log10(x.astype(np.float64) / np.asarray(truth(x.astype(np.float64), axis=over, keepdims=True)))
    for given in (x, mx.array(x)):
        assert_close(spectro.power_to_db(given, ref=ours, top_db=None, axes=axes), level, tolerances.PARITY)


LAYOUTS = {
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "reversed": lambda x: np.ascontiguousarray(x[..., ::-1])[..., ::-1],
    "fortran": np.asfortranarray,
    "transposed": lambda x: np.ascontiguousarray(x.T).T,
    "read-only": lambda x: np.frombuffer(x.tobytes(), dtype=x.dtype).reshape(x.shape),
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "matrix-slice": lambda x: np.stack([x, x], axis=1)[:, 0],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", POINTS)
def test_any_memory_layout_gives_the_same(name, layout):
    call, x = POINTS[name]
    given = LAYOUTS[layout](x)
    before = given.copy()
    assert_close(call(given), call(x), tolerances.COMPILED)
    np.testing.assert_array_equal(given, before)


@pytest.mark.parametrize("name", POINTS)
def test_mlx_views_give_the_same(name):
    call, x = POINTS[name]
    strided = mx.repeat(mx.array(x), 2, axis=-1)[..., ::2]
    transposed = mx.contiguous(mx.array(x).T).T
    for view in (strided, transposed):
        assert_close(call(view), call(mx.array(x)), tolerances.COMPILED)


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize("name", POINTS)
def test_a_batch_equals_its_channels(name, kind):
    call, x = POINTS[name]
    scales = np.array([[1.0, 0.1, 7.0], [0.5, 3.0, 1e-3]], dtype=np.float32)
    batch = (scales.reshape(2, 3, *[1] * x.ndim) * x).astype(x.dtype)
    together = np.asarray(call(kind(batch)))
    for i, j in np.ndindex(2, 3):
        assert_close(together[i, j], call(kind(batch[i, j])), tolerances.COMPILED, f"channel {i}, {j}")


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize("name", POINTS)
def test_an_empty_batch_stays_one(name, kind):
    call, x = POINTS[name]
    empty = np.asarray(call(kind(np.zeros((0, 2, *x.shape), x.dtype))))
    assert empty.shape == (0, 2, *np.asarray(call(x)).shape)


def test_numbers_without_dimensions():
    assert isinstance(spectro.power_to_db(10.0), np.floating)
    assert spectro.power_to_db(mx.array(10.0)).shape == ()
    assert spectro.power_to_db(10.0, ref=np.max) == 0
    assert spectro.db_to_power(np.float64(20.0)) == pytest.approx(100, rel=tolerances.PARITY)
    assert spectro.amplitude_to_db([1, 10, 100]).tolist() == pytest.approx([0, 20, 40], abs=tolerances.DECIBELS)
    assert spectro.power_to_db(np.array([1, 10, 100])).dtype == np.float32


def test_where_no_array_goes_in_mlx_comes_out():
    assert isinstance(spectro.filters.mel(sr=8000, n_fft=64, n_mels=4), mx.array)
    assert isinstance(spectro.mel_frequencies(n_mels=4), mx.array)
    assert isinstance(spectro.fft_frequencies(sr=8000, n_fft=64), mx.array)
    assert isinstance(spectro.get_window("hann", 8), mx.array)


def test_the_memory_is_frames_major():
    """As librosa's: the transposed view of frames after each other."""
    assert librosa.stft(Y, n_fft=16).T.flags.c_contiguous
    assert spectro.stft(Y, n_fft=16).T.flags.c_contiguous


def test_results_belong_to_the_caller():
    """Writing into a result or into a window afterwards changes no later result."""
    first = spectro.stft(Y, n_fft=16)
    kept = first.copy()
    first[:] = 0
    spectro.filters.mel(sr=8000, n_fft=64, n_mels=4)[:] = 0
    spectro.get_window("hann", 16)[:] = 0
    np.testing.assert_array_equal(spectro.stft(Y, n_fft=16), kept)
    assert mx.abs(spectro.filters.mel(sr=8000, n_fft=64, n_mels=4)).max().item() > 0


@pytest.mark.parametrize("name", POINTS)
def test_torch_tensors_are_array_likes(name):
    torch = pytest.importorskip("torch")
    call, x = POINTS[name]
    got = call(torch.from_numpy(x.copy()))
    assert type(got) is np.ndarray
    assert_close(got, call(x), tolerances.COMPILED)


def test_torch_tensors_with_gradients_and_in_half_precision():
    torch = pytest.importorskip("torch")
    with pytest.raises(spectro.ParameterError, match=r"^\[stft\] y must be an array of numbers: .*detach"):
        spectro.stft(torch.ones(64, requires_grad=True), n_fft=16)
    assert type(spectro.melspectrogram(torch.from_numpy(Y).half(), **MEL)) is np.ndarray


def test_array_likes_of_other_packages():
    class Wrapped:
        def __array__(self, dtype=None, copy=None):
            return Y if dtype is None else Y.astype(dtype)

    assert_close(spectro.stft(Wrapped(), n_fft=16), spectro.stft(Y, n_fft=16), tolerances.COMPILED)
    masked = np.ma.masked_array(Y, mask=np.zeros(Y.shape, bool))
    assert_close(spectro.stft(masked, n_fft=16), spectro.stft(Y, n_fft=16), tolerances.COMPILED)
    assert_close(spectro.stft(memoryview(Y), n_fft=16), spectro.stft(Y, n_fft=16), tolerances.COMPILED)
    assert_close(spectro.stft(tuple(Y.tolist()), n_fft=16), spectro.stft(Y, n_fft=16), tolerances.COMPILED)


def test_no_warning_on_good_input():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call, x in POINTS.values():
            call(x)
            call(mx.array(x))
