"""Operations whose graphs are recorded: the same answers, whatever they do, on any stream, in any transformation."""

from __future__ import annotations

import lazy_kernels
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import bank_of, noise
from tolerances import COMPILED

import spectro
from spectro import _gpu
from spectro._engine import calls, dispatch
from spectro._engine.operations import OPERATIONS
from spectro._gpu.launch import build, graph, tuning
from spectro._gpu.ops import support
from spectro._plans import DecibelPlan, FluxPlan, IstftPlan, SpectrogramPlan, StftPlan

pytestmark = pytest.mark.skipif(graph.missing() is not None, reason=f"nothing is recorded: {graph.missing()}")

STFT, WINDOW = StftPlan(64, 16, 64), mx.array(np.hanning(64).astype(np.float32))
BANK, DECIBELS = bank_of(64), DecibelPlan(10.0, 1e-10, 80.0, (-2, -1))


def spectra(seed=0):
    return mx.array(noise(2, 30, 33, seed=seed) + 1j * noise(2, 30, 33, seed=seed + 1))


def signals(seed):
    return mx.array(noise(2, 500, seed=seed))


def bands(seed):
    return mx.array(abs(noise(2, 30, 33, seed=seed)))


# a call of each operation, and its open arrays
CALLS = {
    "stft": (lambda y: mx.swapaxes(_gpu.stft(STFT, y, WINDOW), -1, -2), signals),
    "istft": (lambda D: _gpu.istft(IstftPlan(64, 16, 64, True, 400), D, WINDOW), spectra),
    "spectrogram": (lambda y: _gpu.spectrogram(SpectrogramPlan(STFT, 2.0, BANK, DECIBELS), y, WINDOW), signals),
    "filterbank": (lambda S: _gpu.filterbank(BANK, S), bands),
    "decibels": (lambda S: _gpu.decibels(DECIBELS, S, mx.array(1.0)), bands),
    "flux": (lambda S: _gpu.flux(FluxPlan(2, 3, True), S, None), bands),
}


@pytest.fixture
def lazy_gpu(monkeypatch):
    """A GPU whose kernels are MLX's operations."""
    monkeypatch.setattr(build, "make", lazy_kernels.make)
    monkeypatch.setattr(dispatch, "device", lambda: "gpu")
    monkeypatch.setattr(_gpu, "unavailable", lambda: None)
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")

    def forget():
        calls._memory.calls.clear()
        support.forget()
        tuning.forget()

    forget()
    yield
    forget()


def test_every_operation_of_the_backend_is_here():
    assert set(CALLS) == {name for name, operation in OPERATIONS.items() if "gpu" in operation.fast}


@pytest.mark.usefixtures("lazy_gpu")
@pytest.mark.parametrize("name", CALLS)
def test_every_operation_is_recorded_and_gives_what_it_gave(name):
    call, array = CALLS[name]
    replayed = graph.prepared(call)
    for seed in (0, 0, 0, 1, 2):
        assert_close(replayed(array(seed)), call(array(seed)), COMPILED)
    assert len(replayed.recordings) == 1


def item(x):
    return x * x.sum().item()


TOTAL = {
    "two results": lambda x: (x + 1, x * 2),
    "no result": lambda x: None,
    "a list": lambda x: [x, x],
    "a value": item,
    "values of NumPy": lambda x: mx.array(np.asarray(x) * 2),
    "an unknown primitive": lambda x: mx.sort(x),
    "cumsum": lambda x: mx.cumsum(x),
    "argmax": lambda x: mx.argmax(x),
    "matmul": lambda x: x.reshape(2, 2) @ x.reshape(2, 2),
    "exp": lambda x: mx.exp(x),
    "floor": lambda x: mx.floor(x),
    "a number": lambda x: 3.0,
    "its argument": lambda x: x,
    "a constant": lambda x: mx.ones(3),
    "an evaluated result": lambda x: (mx.eval(x), x + 1)[1],
    "split": lambda x: mx.split(x, 2)[1],
}


def as_numpy(out):
    parts = out if isinstance(out, (tuple, list)) else [] if out is None else [out]
    return [np.array(part) for part in parts]


@pytest.mark.parametrize("name", TOTAL)
def test_whatever_an_operation_does_it_gives_what_it_would_have_given(name):
    call, streams = TOTAL[name], [mx.new_stream(mx.cpu), mx.new_stream(mx.cpu)]
    replayed = graph.prepared(call)
    for turn in range(8):
        x = mx.array([3.0, 1.0, 2.0, turn])
        with mx.stream(streams[turn % 2]):
            got = as_numpy(replayed(x))
            expected = as_numpy(call(x))
        assert len(got) == len(expected)
        for one, other in zip(got, expected):
            np.testing.assert_array_equal(one, other)


def test_random_numbers_are_drawn_every_time():
    replayed = graph.prepared(lambda x: x + mx.random.normal(x.shape))
    drawn = [tuple(replayed(mx.zeros(3)).tolist()) for _ in range(5)]
    assert len(set(drawn)) == 5


def test_what_raises_raises_every_time():
    def refuse(x):
        raise ZeroDivisionError("of the caller's")

    replayed = graph.prepared(refuse)
    for _ in range(4):
        with pytest.raises(ZeroDivisionError, match="of the caller's"):
            replayed(mx.ones(3))


def test_streams_take_turns_without_recording_anew():
    replayed, streams = graph.prepared(lambda x: x * 2), [mx.new_stream(mx.cpu) for _ in range(2)]
    for turn in range(20):
        with mx.stream(streams[turn % 2]):
            assert replayed(mx.ones(2)).tolist() == [2, 2]
    assert len(replayed.recordings) == 2
    for _ in range(20):
        with mx.stream(mx.new_stream(mx.cpu)):
            assert replayed(mx.ones(2)).tolist() == [2, 2]
    assert len(replayed.recordings) == graph.STREAMS


def test_a_changed_setting_is_not_replayed(monkeypatch):
    seen = []
    replayed = graph.prepared(lambda x: (seen.append(1), x + 1)[1])
    for _ in range(4):
        replayed(mx.ones(2))
    count = len(seen)
    for name in graph.SETTINGS:
        monkeypatch.setenv(name, "1")
        replayed(mx.ones(2))
        assert len(seen) > count, name
        count = len(seen)
    for name in graph.SETTINGS:
        monkeypatch.delenv(name)
    replayed(mx.ones(2))
    assert len(seen) == count, "recorded before"


TRACED = {
    "grad": lambda f: mx.grad(lambda x: f(x).sum()),
    "vmap": lambda f: mx.vmap(f),
    "vmap of grad": lambda f: mx.vmap(mx.grad(lambda x: f(x).sum())),
    "compile": lambda f: mx.compile(f),
    "jvp": lambda f: lambda x: mx.jvp(f, [x], [x])[1][0],
    "twice": lambda f: mx.grad(lambda x: mx.grad(lambda z: (f(z) ** 2).sum())(x).sum()),
}


@pytest.mark.parametrize("name", TRACED)
@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_traced_after_so_many_calls(name, number):
    def call(x):
        return mx.swapaxes(x.reshape(2, 3) * x.reshape(2, 3), 0, 1)

    x = mx.arange(12.0).reshape(2, 6)
    replayed = graph.prepared(call)
    for _ in range(number):
        replayed(x[0])
    given = x if "vmap" in name else x[0]
    for _ in range(3):
        assert_close(TRACED[name](replayed)(given), TRACED[name](call)(given), COMPILED)


# MLX's primitives that recordings may share because mx.vmap leaves them as they are, each mapped here
PRIMITIVES = {
    "Abs Add AsType Multiply": lambda x: (mx.abs(x) + 2 * x).astype(mx.complex64),
    "Concatenate": lambda x: mx.concatenate([x, x], axis=-1),
    "Conjugate Imag Real": lambda x: mx.conjugate(x + 1j * x).imag + mx.conjugate(x * 1j).real,
    "Divide Log10 Power Sqrt Square": lambda x: mx.log10(mx.abs(x) + 1) / mx.sqrt(mx.square(x) + 1) + mx.power(x, 3),
    "Equal NotEqual Select": lambda x: mx.where(x == 0, 1.0, mx.where(x != 1, x, 2.0)),
    "ExpandDims Squeeze": lambda x: mx.squeeze(mx.expand_dims(x, 1) * 2, 1),
    "FFT": lambda x: mx.abs(mx.fft.ifft(mx.fft.rfft(x))),
    "Flatten": lambda x: mx.flatten(x, -2, -1) * 2,
    "Gather": lambda x: mx.take(x, mx.array([3, 1, 1]), axis=-1),
    "Greater Less": lambda x: mx.where(x > 0, x, mx.where(x < -1, 0.0, x)),
    "GreaterEqual LessEqual": lambda x: mx.where(x >= 0, x, mx.where(x <= -1, 0.0, x)),
    "Max Min Sum": lambda x: x.max(-1, keepdims=True) + x.min(-1, keepdims=True) + x.sum(0),
    "Maximum Minimum Negative Sin Subtract": lambda x: mx.maximum(mx.sin(x), 0.5) - mx.minimum(-x, 0.1),
    "Pad": lambda x: mx.pad(x, [(0, 0), (2, 1)]),
    "Reshape Transpose Broadcast": lambda x: mx.broadcast_to(mx.swapaxes(x.reshape(1, *x.shape), 1, 2), (2, 6, 4)) * 2,
    "Slice": lambda x: x[1:, ::2] * 2,
    "StopGradient": lambda x: mx.stop_gradient(x) * x,
}


@pytest.mark.parametrize("name", PRIMITIVES)
def test_recorded_primitives_come_out_of_vmap_as_they_went_in(name):
    fn, x = PRIMITIVES[name], mx.array(noise(3, 4, 6))
    replayed = graph.prepared(fn)
    replayed(x[0]), replayed(x[0])
    (recording,) = replayed.recordings
    assert set(name.split()) <= set(recording.primitives)
    for axis in (0, 1, 2, 0):
        moved = mx.moveaxis(x, 0, axis)
        assert_close(mx.vmap(replayed, in_axes=axis)(moved), mx.vmap(fn, in_axes=axis)(moved), COMPILED)
    assert_close(replayed(x[1]), fn(x[1]), COMPILED)


@pytest.mark.usefixtures("lazy_gpu")
def test_public_calls_replay_their_operations(monkeypatch):
    kept, make = [], graph.prepared
    monkeypatch.setattr(_gpu, "prepared", lambda call: kept.append(make(call)) or kept[-1])
    y = mx.array(noise(2, 500))
    for _ in range(3):
        spectro.stft(y, n_fft=64)
        spectro.melspectrogram(y=y, n_fft=64, n_mels=8)
        spectro.mfcc(y=y, n_fft=64, n_mels=8, n_mfcc=5)
        spectro.onset_strength(y=y, n_fft=64, hop_length=16, n_mels=8)
        spectro.power_to_db(y * y, ref=np.max)
        spectro.istft(spectro.stft(y, n_fft=64), length=500)
    assert len(kept) == 8, "one for each operation of each kind of call"
    assert all(len(replayed.recordings) == 1 for replayed in kept)


def test_an_operation_keeps_no_array_of_the_call_that_was_recorded():
    replayed, sizes = graph.prepared(lambda x: x * 2), []
    for _ in range(4):
        mx.eval(replayed(mx.zeros(2**20)))
        sizes.append(mx.get_active_memory())
    assert sizes[-1] - sizes[0] < 2**20
