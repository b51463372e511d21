"""The kind, precision and layout of arrays: what comes in, what goes out."""

from __future__ import annotations

import functools
import re
import warnings
from concurrent.futures import ThreadPoolExecutor

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest
import tolerances
from case import MEL
from cases import CASES, COMPUTED, CONSTANTS, HOST, LAZY, PLAIN, ROWS
from comparing import assert_close

import spectro
from spectro._cpu import unavailable
from spectro._floor.kinds import use_arrays

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

RNG = np.random.default_rng(4)
Y = RNG.standard_normal(300).astype(np.float32)
HALVES = [name for name, row in LAZY.items() if row.halves]
CHANNELS = [name for name, row in LAZY.items() if row.channels]
OPERANDS = [(name, by) for name, row in LAZY.items() for by in row.arrays if by != row.data]


@pytest.mark.parametrize("row", COMPUTED, ids=lambda row: row.id)
def test_what_backends_compute_is_the_truth(row, backend):
    for arrays in (row.numpy(), row.mlx()):
        assert_close(row.call(**arrays), row.expected(), tolerances.PARITY, function=row.function)


@pytest.mark.parametrize("row", [*PLAIN, *HOST, *CONSTANTS, *ROWS], ids=lambda row: row.id)
def test_what_is_the_same_on_every_backend_is_the_truth(row):
    expected = row.expected()
    for arrays in (row.numpy(), row.mlx()):
        got = row.call(**arrays)
        if np.asarray(expected).dtype.kind not in "fc":
            parity.record(row.function, got, expected, "equal")
            assert np.array_equal(np.asarray(got), expected)
        elif row.kind == "constant":
            assert_close(got, expected, tolerances.CONSTANTS, function=row.function, peak=1.0)
        else:
            doubled = row.numpy_doubles and arrays == {name: x for name, x in arrays.items() if type(x) is np.ndarray}
            assert_close(got, expected, tolerances.DOUBLE if doubled else tolerances.PARITY, function=row.function)


@pytest.mark.parametrize("name", LAZY)
def test_the_kind_of_array_follows_the_input(name):
    row = LAZY[name]
    expected = row.call()
    assert type(expected) is np.ndarray
    lazy = row.call(**row.mlx())
    assert isinstance(lazy, mx.array)
    assert_close(lazy, expected, tolerances.COMPILED)
    listed = row.call(**{key: x.tolist() for key, x in row.arrays.items()})
    assert type(listed) is np.ndarray
    assert listed.dtype == row.call(**row.arrays).dtype
    assert_close(listed, expected, tolerances.COMPILED)


@pytest.mark.parametrize(("name", "by"), OPERANDS)
def test_an_mlx_array_among_the_arguments_gives_mlx(name, by):
    row = LAZY[name]
    got = row.call(**{by: row.mlx()[by]})
    assert isinstance(got, mx.array)
    assert_close(got, row.call(), tolerances.COMPILED)


@pytest.mark.parametrize("name", LAZY)
def test_double_precision_is_computed_in_single_but_for_units_and_plain_arrays(name):
    row = LAZY[name]
    double, once = row.call(**row.arrays), row.call()
    if row.keeps:
        assert double.dtype.itemsize == 2 * once.dtype.itemsize
    else:
        assert double.dtype == once.dtype
        single = (np.float32, np.complex64, np.bool_)
        assert double.dtype in ((np.float64, np.int64) if row.numpy_doubles else single)
    assert_close(double, once, tolerances.COMPILED)


@pytest.mark.parametrize("dtype", [mx.float16, mx.bfloat16])
@pytest.mark.parametrize("name", HALVES)
def test_half_precision_is_computed_in_single_and_returned_in_half(name, dtype):
    row = LAZY[name]
    rest, half = row.mlx(), row.mlx()[row.data].astype(dtype)
    got, expected = (row.call(**{**rest, row.data: x}) for x in (half, half.astype(mx.float32)))
    if expected.dtype == mx.complex64:
        assert got.dtype == mx.complex64
        assert_close(got, expected, tolerances.COMPILED)
    else:
        assert got.dtype == dtype
        assert_close(got.astype(mx.float32), expected, mx.finfo(dtype).eps)


@pytest.mark.parametrize("name", HALVES)
def test_numpy_half_precision(name):
    row = LAZY[name]
    half = row.numpy()[row.data].astype(np.float16)
    got, expected = (row.call(**{row.data: x}) for x in (half, half.astype(np.float32)))
    assert got.dtype == (np.complex64 if np.iscomplexobj(expected) else np.float16)
    assert_close(got.astype(expected.dtype), expected, mx.finfo(mx.float16).eps)


LAYOUTS = {
    "strided": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "reversed": lambda x: np.ascontiguousarray(x[..., ::-1])[..., ::-1],
    "fortran": np.asfortranarray,
    "transposed": lambda x: np.ascontiguousarray(x.T).T,
    "read-only": lambda x: np.frombuffer(x.tobytes(), dtype=x.dtype).reshape(x.shape),
    "big-endian": lambda x: x.astype(x.dtype.newbyteorder(">")),
    "matrix-slice": lambda x: np.stack([x, x], axis=1)[:, 0],
}


@pytest.mark.parametrize("name", LAZY)
def test_any_memory_layout_gives_the_same_and_no_argument_is_changed(name):
    row = LAZY[name]
    expected = row.call()
    for layout, laid in LAYOUTS.items():
        given = {key: laid(x) for key, x in row.numpy().items()}
        assert_close(row.call(**given), expected, tolerances.COMPILED, layout)
        for key, x in row.numpy().items():
            np.testing.assert_array_equal(given[key], x)


@pytest.mark.parametrize("name", LAZY)
def test_mlx_views_give_the_same(name):
    row = LAZY[name]
    expected = row.call(**row.mlx())
    for view in (lambda x: mx.repeat(x, 2, axis=-1)[..., ::2], lambda x: mx.contiguous(x.T).T):
        assert_close(row.call(**{key: view(x) for key, x in row.mlx().items()}), expected, tolerances.COMPILED)


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize("name", CHANNELS)
def test_a_batch_equals_its_channels(name, kind):
    row = LAZY[name]
    x = row.numpy()[row.data]
    scales = np.array([[1.0, 0.1, 7.0], [0.5, 3.0, 1e-3]], dtype=np.float32)
    batch = (scales.reshape(2, 3, *[1] * x.ndim) * x).astype(x.dtype)
    together = np.asarray(row.call(**{row.data: kind(batch)}))
    for i, j in np.ndindex(2, 3):
        alone = row.call(**{row.data: kind(batch[i, j])})
        assert_close(together[i, j], alone, tolerances.COMPILED, f"channel {i}, {j}")


@pytest.mark.parametrize("kind", [np.asarray, mx.array], ids=["numpy", "mlx"])
@pytest.mark.parametrize("name", CHANNELS)
def test_an_empty_batch_stays_one(name, kind):
    row = LAZY[name]
    x = row.numpy()[row.data]
    empty = np.asarray(row.call(**{row.data: kind(np.zeros((0, 2, *x.shape), x.dtype))}))
    assert empty.shape == (0, 2, *np.asarray(row.call()).shape)


@pytest.mark.parametrize("name", LAZY)
def test_torch_tensors_are_array_likes(name):
    torch = pytest.importorskip("torch")
    row = LAZY[name]
    got = row.call(**{key: torch.from_numpy(x) for key, x in row.numpy().items()})
    assert type(got) is np.ndarray
    assert_close(got, row.call(), tolerances.COMPILED)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", CASES)
def test_good_input_warns_of_what_its_row_says_and_of_nothing_else(name):
    row = CASES[name]
    for arrays in (row.numpy(), row.mlx()):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            row.call(**arrays)
        said = [str(warning.message) for warning in caught]
        assert len(said) == (row.warns is not None and not quiet(row, arrays))
        assert all(re.search(row.warns, message) for message in said)


def quiet(row, arrays):
    """A window of MLX would have to be evaluated before its squares are known to vanish."""
    return "squared windows" in row.warns and isinstance(arrays.get("window"), mx.array)


@pytest.mark.parametrize("row", CONSTANTS, ids=lambda row: row.id)
def test_a_constant_belongs_to_who_asked_for_it(row):
    first = row.call()
    if isinstance(first, (mx.array, np.ndarray)):
        kept = np.array(first)
        first[...] = 0
        np.testing.assert_array_equal(np.array(row.call()), kept)


@pytest.mark.parametrize("row", HOST, ids=lambda row: row.id)
def test_what_looks_at_values_gives_numpys_for_every_kind_of_array(row):
    expected = row.call()
    for arrays in (row.mlx(), {key: x.tolist() for key, x in row.arrays.items()}):
        got = row.call(**arrays)
        assert type(got) is type(expected)
        assert np.array_equal(np.asarray(got), np.asarray(expected))


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


def test_numbers_without_dimensions():
    assert isinstance(spectro.power_to_db(10.0), np.floating)
    assert spectro.power_to_db(mx.array(10.0)).shape == ()
    assert spectro.power_to_db(10.0, ref=np.max) == 0
    assert spectro.db_to_power(np.float64(20.0)) == pytest.approx(100, rel=tolerances.PARITY)
    assert spectro.amplitude_to_db([1, 10, 100]).tolist() == pytest.approx([0, 20, 40], abs=tolerances.DECIBELS)
    assert spectro.power_to_db(np.array([1, 10, 100])).dtype == np.float32


NUMBERS = [row for row in CONSTANTS if not row.function.startswith("note_to")]


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.id)
def test_where_no_array_goes_in_numpy_comes_out_unless_mlx_is_asked_for(row):
    got = row.call()
    assert type(got) is np.ndarray
    assert got.dtype == (
        np.float64 if "frequencies" in row.function or row.function in ("tone", "chirp") else np.float32
    )
    with spectro.use_arrays("mlx"):
        lazy = row.call()
    assert isinstance(lazy, mx.array)
    assert lazy.dtype == mx.float32
    np.testing.assert_array_equal(np.asarray(lazy), got.astype(np.float32))
    assert type(row.call()) is np.ndarray


def kind_now():
    return type(spectro.get_window("hann", 4)).__module__.partition(".")[0]


def test_a_choice_of_arrays_is_a_block_or_a_plain_call_in_one_thread():
    def chosen():
        seen = [kind_now()]
        spectro.use_arrays("mlx")
        seen.append(kind_now())
        with spectro.use_arrays("numpy"):
            seen.append(kind_now())
            spectro.use_arrays("mlx")
            seen.append(kind_now())
        seen.append(kind_now())
        spectro.use_arrays("numpy")
        return [*seen, kind_now()]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(chosen).result() == ["numpy", "mlx", "numpy", "mlx", "mlx", "numpy"]
    assert kind_now() == "numpy"


def test_a_block_of_arrays_may_be_entered_again_and_ends_with_an_error():
    block = spectro.use_arrays("mlx")
    with block:
        assert kind_now() == "mlx"
    assert kind_now() == "numpy"
    with pytest.raises(KeyError), block:
        raise KeyError
    assert kind_now() == "numpy"


def test_plain_calls_leave_no_chain_of_choices():
    def called():
        for kind in ["mlx", "numpy"] * 50:
            spectro.use_arrays(kind)
        return use_arrays.now()._outer

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(called).result() is None


def test_the_environment_chooses_for_a_whole_program(monkeypatch):
    monkeypatch.setenv("SPECTRO_ARRAYS", "MLX")
    assert kind_now() == "mlx"
    assert isinstance(spectro.stft(Y, n_fft=16), np.ndarray)
    with spectro.use_arrays("numpy"):
        assert kind_now() == "numpy"
    monkeypatch.setenv("SPECTRO_ARRAYS", "torch")
    with pytest.raises(spectro.ParameterError, match="SPECTRO_ARRAYS must be numpy or mlx, got 'torch'"):
        kind_now()


def test_unknown_kinds_of_arrays_are_refused():
    with pytest.raises(spectro.ParameterError, match=r"^\[use_arrays\] kind must be .*'numpy', 'mlx'.*'torch'"):
        spectro.use_arrays("torch")


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


@pytest.mark.skipif(unavailable() is not None, reason="MLX's own operations take MLX's arrays")
@pytest.mark.skipif(mx.default_device() != mx.Device(mx.cpu), reason="a GPU takes MLX's arrays")
def test_the_first_call_of_a_size_copies_nothing_into_mlx():
    y = np.zeros(1_234_567, np.float32)
    before = mx.get_active_memory()
    mx.reset_peak_memory()
    spectro.feature.rms(y=y)
    assert mx.get_peak_memory() - before < y.nbytes / 2
