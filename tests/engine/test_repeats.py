"""Calls like an earlier one are replayed: the same answers, the same complaints, and no sign of it but the time."""

from __future__ import annotations

import io
import threading

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close, vmap
from tolerances import COMPILED

import spectro
from spectro._engine import calls, dispatch
from spectro._floor import graph
from spectro.errors import ParameterError

pytestmark = pytest.mark.skipif(graph.missing() is not None, reason=f"nothing is replayed: {graph.missing()}")

FRAMES = {"n_fft": 64, "hop_length": 16}
CALLS = {
    "stft": lambda y: spectro.stft(y, **FRAMES),
    "istft": lambda y: spectro.istft(spectro.stft(y, **FRAMES), hop_length=16, length=y.shape[-1]),
    "melspectrogram": lambda y: spectro.melspectrogram(y=y, n_mels=8, **FRAMES),
    "mfcc": lambda y: spectro.mfcc(y=y, n_mfcc=5, n_mels=8, **FRAMES),
    "power_to_db": lambda y: spectro.power_to_db(y * y, ref=np.max),
    "amplitude_to_db": lambda y: spectro.amplitude_to_db(y, ref=0.5, axes=None),
    "onset_strength": lambda y: spectro.onset_strength(y=y, n_mels=8, **FRAMES),
    "onset_strength_multi": lambda y: spectro.onset_strength_multi(y=y, n_mels=8, aggregate=False, **FRAMES),
}

OPTIONS = {
    "lifter": lambda y: spectro.mfcc(y=y, n_mfcc=5, n_mels=8, lifter=3, **FRAMES),
    "detrend": lambda y: spectro.onset_strength(y=y, n_mels=8, detrend=True, max_size=3, **FRAMES),
    "channels": lambda y: spectro.onset_strength_multi(y=y, n_mels=8, channels=(0, 4, 8), center=False, **FRAMES),
    "maximum": lambda y: spectro.power_to_db(y * y, ref=np.max, axes=None),
    "power": lambda y: spectro.melspectrogram(y=y, n_mels=8, power=0.7, pad_mode="linear_ramp", **FRAMES),
    "prime": lambda y: spectro.stft(y, n_fft=37, window=("kaiser", 3.0), pad_mode="reflect"),
    "S": lambda y: spectro.melspectrogram(S=mx.abs(y.reshape(*y.shape[:-1], 25, 20)), n_mels=8),
}
ALL = {**CALLS, **OPTIONS}


@pytest.fixture(autouse=True)
def forgotten():
    """Each test begins without earlier calls."""
    calls._memory.calls.clear()


def signal(*shape, seed=0):
    return mx.array(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def squared(D):
    """MLX's abs of complex arrays has no CUDA code under mx.compile."""
    return D.real * D.real + D.imag * D.imag if D.dtype == mx.complex64 else D * D


def replays():
    """The calls that this thread would replay."""
    return [call for call in calls._memory.calls.values() if call]


@pytest.mark.parametrize("name", CALLS)
def test_the_third_call_answers_as_the_first(name):
    y, other = signal(2, 500), signal(2, 500, seed=1)
    first, expected = CALLS[name](y), CALLS[name](other)
    calls._memory.calls.clear()
    for _ in range(3):
        assert_close(CALLS[name](y), first, COMPILED)
    assert replays()
    assert_close(CALLS[name](other), expected, COMPILED)


@pytest.mark.parametrize("name", ALL)
def test_a_replay_is_mapped_and_differentiated_as_often_as_one_likes(name):
    """MLX's vmap changes some primitives where they stand; a recording must not be changed with them."""
    call, y = ALL[name], signal(3, 500)

    def loss(v):
        return squared(call(v)).sum()

    def inside(v):  # the derivative takes MLX's mark off the arrays that vmap traces
        u = 2 * v
        mx.grad(lambda a: loss(a) + loss(u))(v)
        return call(u)

    def everything():
        outer = vmap(mx.grad(loss))(y), vmap(inside)(y), vmap(call, in_axes=1)(y.T), mx.compile(loss)(y[0])
        forward = mx.jvp(lambda v: squared(call(v)), [y[0]], [y[1]])[1][0]
        return [*outer, forward, mx.vmap(mx.vmap(call))(mx.stack([y, y]))]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "signature", lambda *_: None)
        expected = everything()
    for _ in range(3):
        call(y[0])
    assert replays()
    for _ in range(3):
        for got, plain in zip(everything(), expected):
            assert_close(got, plain, COMPILED)


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
    fn, x = PRIMITIVES[name], signal(3, 4, 6)
    recording = graph.record(fn, [x[0]])
    for axis in (0, 1, 2, 0):
        moved = mx.moveaxis(x, 0, axis)
        got = mx.vmap(lambda a: recording.replay([a]), in_axes=axis)(moved)
        assert_close(got, mx.vmap(fn, in_axes=axis)(moved), COMPILED)
    assert_close(recording.replay([x[1]]), fn(x[1]), COMPILED)


def test_values_skip_the_rules_and_transformations_keep_them():
    """A custom function costs three nodes of a graph; a call on arrays with values needs its own one alone."""

    def drawn(out):
        text = io.StringIO()
        mx.export_to_dot(text, out)
        return text.getvalue()

    double = mx.custom_function(lambda x: mx.concatenate([x, x]))
    double.vjp(lambda x, cotangent, _: 10 * cotangent[: x.size])
    recording, x = graph.record(double, [mx.ones(3)]), mx.arange(3.0)
    mx.eval(x)
    assert "CustomTransforms" not in drawn(recording.replay([x]))
    assert "CustomTransforms" in drawn(recording.replay([2 * x]))
    for out in (recording.replay([x]), recording.replay([1 * x])):
        assert_close(out, mx.concatenate([x, x]), COMPILED)
    assert mx.grad(lambda x: recording.replay([x]).sum())(x).tolist() == [10, 10, 10]
    assert mx.grad(lambda a: recording.replay([a]).sum() + recording.replay([x]).sum())(x).tolist() == [10, 10, 10]


def test_what_is_not_known_to_is_not_recorded():
    assert graph.record(lambda x: mx.sort(x), [signal(5)]) is None


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
    with pytest.raises(ParameterError, match="hop_length must be a positive integer"):
        spectro.stft(y, n_fft=64, hop_length=bad)


def test_errors_and_warnings_come_at_every_call():
    y = signal(40)
    for _ in range(3):
        with pytest.warns(UserWarning, match="too large for input signal"):
            spectro.stft(y, n_fft=64)
        with pytest.raises(ParameterError, match="must be real floating-point audio"):
            spectro.stft(mx.zeros(500, dtype=mx.int32))
        with pytest.raises(TypeError, match="unknown keyword 'nfft'"):
            spectro.stft(y, nfft=64)
    assert not calls._memory.calls


def test_functions_of_the_caller_are_called_every_time():
    seen, S = [], mx.abs(signal(4, 20))

    def ref(S, axis, keepdims):
        seen.append(1)
        return mx.max(S, axis=axis, keepdims=keepdims)

    for _ in range(3):
        spectro.power_to_db(S, ref=ref)
    assert len(seen) == 3


def test_numpy_arrays_are_checked_every_time():
    y = np.zeros(500, np.float32)
    for _ in range(3):
        assert isinstance(spectro.stft(y, **FRAMES), np.ndarray)
    y[7] = np.nan
    with pytest.raises(ParameterError, match="finite"):
        spectro.stft(y, **FRAMES)


def test_a_forced_backend_is_obeyed(monkeypatch):
    y, asked = signal(500), []
    choose = dispatch.choose
    monkeypatch.setattr(dispatch, "choose", lambda *call: asked.append(choose(*call)) or asked[-1])
    for _ in range(3):
        spectro.stft(y, **FRAMES)
    asked.clear()
    for _ in range(3):
        with spectro.use_backend("reference"):
            spectro.stft(y, **FRAMES)
    assert [backend.__name__ for backend in asked] == ["spectro._reference"] * 2  # the third call is a replay
    asked.clear()
    monkeypatch.setenv("SPECTRO_BACKEND", "reference")
    spectro.stft(y, **FRAMES)
    assert [backend.__name__ for backend in asked] == ["spectro._reference"]


def test_derivatives_maps_and_recordings_of_a_replayed_call():
    y, batch = signal(500), signal(3, 500)

    def loss(y):
        return spectro.melspectrogram(y=y, n_mels=8, **FRAMES).sum()

    plain = mx.grad(loss)(y)
    for _ in range(3):
        loss(y)
        loss(batch[0])
    assert_close(mx.grad(loss)(y), plain, COMPILED)
    assert_close(vmap(mx.grad(loss))(batch)[1], mx.grad(loss)(batch[1]), COMPILED)
    assert_close(mx.compile(loss)(y), loss(y), COMPILED)


def test_a_window_that_is_differentiated_is_an_argument():
    y, w = signal(500), mx.ones(64)
    for _ in range(3):
        spectro.stft(y, window=w, **FRAMES)
    assert_close(spectro.stft(y, window=2 * w, **FRAMES), 2 * spectro.stft(y, window=w, **FRAMES), COMPILED)
    gradient = mx.grad(lambda w: mx.abs(spectro.stft(y, window=w, **FRAMES)).sum())(w)
    assert np.abs(np.array(gradient)).min() > 0


def test_each_thread_records_for_itself_and_forgets_the_oldest(monkeypatch):
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


def test_streams():
    y = signal(500)
    expected = spectro.stft(y, **FRAMES)
    for _ in range(3):
        with mx.stream(mx.new_stream(mx.cpu)):
            assert_close(spectro.stft(y, **FRAMES), expected, COMPILED)


def test_a_replayed_call_keeps_no_array_of_the_call_it_recorded():
    kept = []
    for _ in range(4):
        mx.eval(spectro.stft(mx.zeros(2**20), n_fft=2048))
        kept.append(mx.get_active_memory())
    assert kept[-1] - kept[0] < 2**20


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


def test_a_recording_evaluates_nothing_and_keeps_only_what_had_values():
    """Lazy constants are built anew: kept, those of the reference's istft take hundreds of MiB."""
    D = spectro.stft(signal(20000), n_fft=512)
    mx.eval(D)
    with spectro.use_backend("reference"):
        mx.eval(spectro.istft(D))
        before = mx.get_active_memory()
        spectro.istft(D)
        assert mx.get_active_memory() - before < 4096
        for _ in range(3):
            mx.eval(spectro.istft(D))
        assert mx.get_active_memory() - before < 4096


def test_nothing_is_recorded_while_mlx_does_not_know_the_sizes():
    S = mx.abs(signal(1, 20))
    mx.eval(S)

    def call(S):
        return spectro.power_to_db(S, ref=np.max, axes=0)

    expected = call(S)
    calls._memory.calls.clear()
    for _ in range(3):
        mx.compile(call, shapeless=True)(S)
    assert not replays()
    assert_close(call(S), expected, COMPILED)


def test_deep_graphs():
    def deep(x):
        for _ in range(100_000):
            x = x + 1
        return x

    recording = graph.record(deep, [mx.zeros(1)])
    assert recording.replay([mx.zeros(1)]).tolist() == [100_000]


def test_what_is_wrong_in_a_replay_is_said_or_planned_again(monkeypatch):
    y = signal(500)
    expected = spectro.stft(y, **FRAMES)
    record = graph.record

    def meanwhile(*call):
        recording = record(*call)
        monkeypatch.setenv("MLX_OLA_FUSE_NORM", "0")
        return recording

    monkeypatch.setattr(graph, "record", meanwhile)
    assert_close(spectro.stft(y, **FRAMES), expected, COMPILED)
    with pytest.raises(ValueError, match="as many arrays"):
        record(mx.abs, [y]).replay([])


def test_a_call_inside_another_may_drive_it_out_of_memory(monkeypatch):
    monkeypatch.setattr(calls, "CAPACITY", 1)
    y = signal(500)
    for _ in range(4):
        out = spectro.mfcc(y=y, n_mfcc=5, n_mels=8, **FRAMES)  # which calls others
    assert out.shape == (5, 32)
