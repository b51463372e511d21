"""Calls like an earlier one are planned once: the same answers, the same complaints, and no sign of it but the time."""

from __future__ import annotations

import threading
import time
import warnings

import mlx.core as mx
import numpy as np
import pytest
from case import normal
from cases import CASES, DIFFERENTIABLE, LAZY
from comparing import assert_close, vmap
from differentiable import ours, point_mlx
from tolerances import COMPILED

import spectro
from spectro._engine import calls

pytestmark = pytest.mark.filterwarnings("ignore:.*too large for input signal", "ignore:.*squared windows vanish")

BY_DATA = {name: (row, by) for name, (row, by) in DIFFERENTIABLE.items() if by == row.data}
FRAMES = {"n_fft": 64, "hop_length": 16}


def forget() -> None:
    """As if nothing had been planned in this thread."""
    calls._memory.calls.clear()


def anew(row, arrays):
    """What a call gives where none came before."""
    forget()
    return np.array(row.call(**arrays))


def equal(got, expected) -> bool:
    """Bit for bit, and of one type."""
    got = np.array(got)
    return got.dtype == expected.dtype and np.array_equal(got, expected, equal_nan=True)


def signal(*shape, seed=0):
    return mx.array(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


@pytest.mark.parametrize("name", LAZY)
def test_later_calls_answer_as_a_first_one_would(name):
    """The same arrays and others; on two streams in turn; between calls of other shapes, types and kinds."""
    row = LAZY[name]
    arrays, others = row.others(2)
    expected, of_others = anew(row, arrays), anew(row, others)
    forget()
    for _ in range(3):
        assert equal(row.call(**arrays), expected)
    assert equal(row.call(**others), of_others)
    for stream in 2 * [mx.new_stream(mx.default_device()), mx.new_stream(mx.default_device())]:
        with mx.stream(stream):
            assert equal(row.call(**others), of_others)
            assert equal(row.call(**arrays), expected)
    row.call()
    row.call(**{key: x.tolist() for key, x in row.arrays.items()})
    if row.channels:
        row.call(**{row.data: mx.stack([arrays[row.data]] * 2)})
    if row.halves:
        row.call(**{row.data: arrays[row.data].astype(mx.float16)})
    assert equal(row.call(**arrays), expected)


@pytest.mark.parametrize("name", LAZY)
def test_numpys_arrays_are_looked_at_at_every_call(name):
    row = LAZY[name]
    expected = np.asarray(row.call())
    for scale in (1, 2, 1):
        scaled = {key: scale * x for key, x in row.numpy().items()}
        forget()
        first = np.asarray(row.call(**scaled))
        assert equal(row.call(**scaled), first)
    assert equal(row.call(), expected)


@pytest.mark.parametrize("name", [name for name, row in LAZY.items() if row.function != "magphase"])
def test_a_forced_backend_is_obeyed_between_calls_of_another(name):
    row = LAZY[name]
    arrays = row.mlx()
    with spectro.use_backend("reference"):
        by_reference = anew(row, arrays)
    expected = anew(row, arrays)
    for _ in range(2):
        assert equal(row.call(**arrays), expected)
        with spectro.use_backend("reference"):
            assert equal(row.call(**arrays), by_reference)


@pytest.mark.parametrize("name", BY_DATA)
def test_calls_that_were_planned_are_transformed_as_those_that_were_not(name):
    """Gradients, forward derivatives, maps and compiled functions, and these of each other."""
    fn, x = ours(*BY_DATA[name]), point_mlx(*BY_DATA[name])
    batch = mx.stack([x, 0.75 * x, 1.5 * x])
    weights = normal(*fn(x).shape)
    aside = x * mx.array(1 + 0.5 * np.cos(np.arange(x.size)), dtype=mx.float32).reshape(x.shape)

    def loss(x):
        return (fn(x) * mx.array(weights, dtype=mx.float32)).sum()

    def inside(v):  # a derivative takes MLX's mark off the arrays that vmap traces
        u = 2 * v
        mx.grad(lambda a: loss(a) + loss(u))(v)
        return fn(u)

    def transformed():
        return [
            mx.grad(loss)(x),
            mx.jvp(fn, [x], [aside])[1][0],
            *vmap(fn)(batch),
            *vmap(mx.grad(loss))(batch),
            *vmap(inside)(batch),
            *vmap(vmap(fn))(mx.stack([batch, batch]))[1],
            mx.grad(lambda x: (mx.grad(loss)(x) * aside).sum())(x),
        ]

    forget()
    expected = [np.array(out) for out in transformed()]
    for _ in range(3):
        fn(x)
    for _ in range(2):
        for got, first in zip(transformed(), expected):
            assert_close(got, first, COMPILED, peak=1e-6)
        fn(x)


@pytest.mark.parametrize("name", [name for name, (row, _) in BY_DATA.items() if row.compiled])
def test_a_planned_call_is_compiled_and_a_compiled_one_is_called(name):
    fn, x = ours(*BY_DATA[name]), point_mlx(*BY_DATA[name])
    forget()
    compiled = mx.compile(fn)
    for scale in (1.0, 0.5, 1.0):
        assert_close(compiled(scale * x), fn(scale * x), COMPILED)


@pytest.mark.parametrize("name", [name for name, row in CASES.items() if row.warns])
def test_warnings_come_at_every_call(name):
    row = CASES[name]
    forget()
    for arrays in (row.mlx(), row.numpy()):
        heard = []
        for _ in range(3):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                row.call(**arrays)
            heard.append([str(warning.message) for warning in caught])
        assert heard[0] == heard[1] == heard[2]
    assert heard[0]


@pytest.mark.parametrize("name", [name for name, row in LAZY.items() if row.data != "window"])
def test_exceptions_come_at_every_call(name):
    row = LAZY[name]
    for _ in range(3):
        row.call(**row.mlx())
        with pytest.raises(spectro.ParameterError, match=rf"^\[{row.function.split('.')[-1]}\] {row.data} "):
            row.call(**{**row.mlx(), row.data: "song.ogg"})
        with pytest.raises(TypeError, match="unknown keyword 'wibble'"):
            row.public(**row.mlx(), **row.options, wibble=3)


def test_what_tells_calls_apart():
    y = signal(3, 500)
    for _ in range(3):
        assert spectro.stft(y, **FRAMES).shape == (3, 33, 32)
    assert spectro.stft(y[:2], **FRAMES).shape == (2, 33, 32)
    assert spectro.stft(y, n_fft=64, hop_length=32).shape == (3, 33, 16)
    assert spectro.stft(y, n_fft=64, hop_length=16, center=False).shape == (3, 33, 28)
    assert spectro.stft(y.astype(mx.float16), **FRAMES).dtype == mx.complex64
    assert spectro.melspectrogram(y.astype(mx.float16), n_mels=8, **FRAMES).dtype == mx.float16


@pytest.mark.parametrize("bad", [64.0, True, "64"])
def test_values_that_are_equal_but_of_another_type_are_refused_as_ever(bad):
    y = signal(500)
    good = 1 if bad is True else 64
    for _ in range(3):
        spectro.stft(y, n_fft=64, hop_length=good)
    with pytest.raises(spectro.ParameterError, match="hop_length must be a positive integer"):
        spectro.stft(y, n_fft=64, hop_length=bad)


@pytest.mark.parametrize("make", [np.array, mx.array])
def test_a_list_that_its_caller_changes_is_another_option(make):
    S, channels = make(np.random.default_rng(0).random((8, 30), np.float32)), [0, 4, 8]
    first = np.array(spectro.onset_strength_multi(S=S, channels=channels))
    channels[1] = 3
    changed = np.array(spectro.onset_strength_multi(S=S, channels=channels))
    np.testing.assert_array_equal(changed, np.array(spectro.onset_strength_multi(S=S, channels=(0, 3, 8))))
    assert not np.array_equal(changed, first)
    np.testing.assert_array_equal(np.array(spectro.onset_strength_multi(S=S, channels=[0, 4, 8])), first)


def test_integers_are_refused_after_floats_of_their_shape():
    for _ in range(3):
        spectro.stft(signal(500), **FRAMES)
        with pytest.raises(spectro.ParameterError, match="must be real floating-point audio"):
            spectro.stft(mx.zeros(500, dtype=mx.int32), **FRAMES)


def test_numpy_arrays_are_checked_every_time():
    y = np.zeros(500, np.float32)
    for _ in range(3):
        assert isinstance(spectro.stft(y, **FRAMES), np.ndarray)
    y[7] = np.nan
    with pytest.raises(spectro.ParameterError, match="finite"):
        spectro.stft(y, **FRAMES)


def test_functions_of_the_caller_are_called_every_time():
    seen, S = [], mx.abs(signal(4, 20))

    def ref(S, axis, keepdims):
        seen.append(1)
        return mx.max(S, axis=axis, keepdims=keepdims)

    for _ in range(3):
        spectro.power_to_db(S, ref=ref)
    assert len(seen) == 3


def test_a_window_that_is_differentiated_is_an_argument():
    y, w = signal(500), mx.ones(64)
    for _ in range(3):
        spectro.stft(y, window=w, **FRAMES)
    assert_close(spectro.stft(y, window=2 * w, **FRAMES), 2 * spectro.stft(y, window=w, **FRAMES), COMPILED)
    gradient = mx.grad(lambda w: mx.abs(spectro.stft(y, window=w, **FRAMES)).sum())(w)
    assert np.abs(np.array(gradient)).min() > 0


def test_a_setting_that_changes_is_obeyed(monkeypatch):
    y = signal(500)
    for _ in range(3):
        spectro.stft(y, **FRAMES)
    monkeypatch.setenv("SPECTRO_BACKEND", "gpu" if mx.default_device() == mx.Device(mx.cpu) else "cpu")
    with pytest.raises(spectro.ParameterError, match="was forced, but"):
        spectro.stft(y, **FRAMES)


def test_each_thread_answers_for_itself_and_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(calls, "CAPACITY", 4)
    y, results = signal(600), []
    expected = np.array(spectro.stft(y, **FRAMES))

    def work():
        for n in range(500, 510):
            spectro.stft(y[:n], **FRAMES)
        for _ in range(4):
            out = spectro.stft(y, **FRAMES)
        results.append((np.array(out), len(calls._memory.calls)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for got, kept in results:
        assert_close(got, expected, COMPILED)
        assert kept == 4


def test_a_call_inside_another_may_drive_it_out_of_memory(monkeypatch):
    monkeypatch.setattr(calls, "CAPACITY", 1)
    y = signal(500)
    for _ in range(4):
        out = spectro.onset_strength(y=y, feature=spectro.melspectrogram, n_mels=8, **FRAMES)
    assert out.shape == (32,)


def held_since(before, limit):
    """How much more memory is active: a GPU's is given back some time after its work is done."""
    until = time.monotonic() + 10
    while mx.get_active_memory() - before >= limit and time.monotonic() < until:
        time.sleep(0.01)
    return mx.get_active_memory() - before


def test_a_planned_call_keeps_no_array_of_its_callers():
    kept = []
    for _ in range(4):
        mx.eval(spectro.stft(mx.zeros(2**20), n_fft=2048))
        kept.append(mx.get_active_memory())
    assert held_since(kept[0], 2**20) < 2**20


def test_nothing_is_kept_of_a_lazy_constant():
    """Those of the reference's istft take hundreds of MiB."""
    D = spectro.stft(signal(20000), n_fft=512)
    mx.eval(D)
    with spectro.use_backend("reference"):
        mx.eval(spectro.istft(D))
        before = mx.get_active_memory()
        for _ in range(3):
            spectro.istft(D)
            mx.eval(spectro.istft(D))
        assert held_since(before, 4096) < 4096


OPTIONS_OF_MLX = {
    "power_to_db": lambda y: spectro.power_to_db(mx.abs(y), top_db=mx.array(40.0)),
    "stft": lambda y: spectro.stft(y, center=mx.array(True), **FRAMES),
    "melspectrogram": lambda y: spectro.melspectrogram(y=y, power=mx.array(2.0), n_mels=8, **FRAMES),
    "channels": lambda y: spectro.onset_strength_multi(y=y, n_mels=8, channels=mx.array([0, 4, 8]), **FRAMES),
}


@pytest.mark.parametrize("name", OPTIONS_OF_MLX)
def test_options_given_as_mlx_arrays_are_looked_at_every_time(name):
    first = OPTIONS_OF_MLX[name](signal(500))
    for _ in range(3):
        assert_close(OPTIONS_OF_MLX[name](signal(500)), first, COMPILED)


def test_a_function_compiled_for_any_size_leaves_plans_as_they_were():
    S = mx.abs(signal(1, 20))
    mx.eval(S)

    def call(S):
        return spectro.power_to_db(S, ref=np.max, axes=0)

    expected = np.array(call(S))
    forget()
    for _ in range(3):
        mx.compile(call, shapeless=True)(S)
    assert_close(call(S), expected, COMPILED)
