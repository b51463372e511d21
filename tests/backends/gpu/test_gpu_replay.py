"""Calls that are recorded and replayed: whatever a call is, it answers as it does without; ours are all recorded."""

from __future__ import annotations

import functools
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import lazy_kernels
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import bank_of, noise, window_of
from tolerances import GPU_GRADIENT

import spectro
from spectro import _gpu, _reference
from spectro._constants.held import held
from spectro._engine import calls, dispatch
from spectro._gpu.launch import build, compiled, replay
from spectro._plans import (
    DecibelPlan,
    DirectionPlan,
    FirstOrderPlan,
    FluxPlan,
    FramewisePlan,
    IstftPlan,
    MagnitudePlan,
    ReducedPlan,
    ReductionsPlan,
    RephasePlan,
    SeparationPlan,
    SoftmaskPlan,
    SpectrogramPlan,
    StftPlan,
)
from spectro._plans.reductions import Bandwidth, Centroid, Energy, Frequencies

pytestmark = pytest.mark.skipif(_gpu.missing() is not None, reason=f"nothing is recorded: {_gpu.missing()}")


@pytest.fixture(autouse=True)
def clean():
    """On MLX's CPU, with nothing known."""
    with mx.stream(mx.cpu):
        spectro.clear_cache()
        replay.counts.clear()
        yield
        spectro.clear_cache()


@pytest.fixture
def lazy(monkeypatch):
    """Kernels that are MLX's operations."""
    monkeypatch.setattr(build, "make", lazy_kernels.make)
    monkeypatch.setattr(replay, "SHARED", replay.SHARED | lazy_kernels.PRIMITIVES)
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")


def squared(f):
    """A real function of the same arrays; MLX's abs of complex numbers has no CUDA code under mx.compile."""

    def real(*arrays):
        D = f(*arrays)
        return D.real * D.real + D.imag * D.imag if D.dtype == mx.complex64 else D * D

    return real


def gradient(f):
    return mx.grad(lambda y: squared(f)(y).sum())


def value_after_a_gradient(f):
    def both(y):
        slope = mx.grad(lambda a: (squared(f)(a) + squared(f)(2 * y)).sum())(y)
        return f(2 * y) + 0 * slope.sum()

    return both


def forward(f):
    return lambda y: mx.jvp(squared(f), [y], [0.5 * y])[1][0]


WAYS = {
    "eager": lambda f: f,
    "vmap": lambda f: mx.vmap(f),
    "axis 1": lambda f: mx.vmap(f, in_axes=1, out_axes=1),
    "twice": lambda f: mx.vmap(mx.vmap(f)),
    "gradient": gradient,
    "vmap of gradient": lambda f: mx.vmap(gradient(f)),
    "gradient of vmap": lambda f: gradient(mx.vmap(f)),
    "jvp": forward,
    "vmap of jvp": lambda f: mx.vmap(forward(f)),
    "value after a gradient": lambda f: mx.vmap(value_after_a_gradient(f)),
    "compile": lambda f: mx.compile(f),
    "compile of gradient": lambda f: mx.compile(gradient(f)),
    "vmap of compile": lambda f: mx.vmap(mx.compile(f)),
}

W = mx.array([0.5, 2.0, 1.0])
LAZY = mx.array([1.0, 2.0, 3.0]) * 2


def branches(y):
    return y * 2 if y.max().item() > 1 else y - 1


def hides_its_look(y):
    try:
        return y * y.max().item()
    except RuntimeError:
        return y * 3.0


def looks(y):
    return mx.array(np.asarray(y).cumsum())


def evaluates(y):
    out = y * 2
    mx.eval(out)
    return out


# calls that a recording must not change; those of True are recorded
CALLS = {
    "product": (lambda y: y * W, True),
    "shapes": (lambda y: mx.swapaxes(mx.broadcast_to(y.reshape(1, -1), (2, 3)), 0, 1), True),
    "input": (lambda y: y, True),
    "constant": (lambda y: W, True),
    "constant made each time": (lambda y: y * mx.array([1.0, 2.0, 3.0]), True),
    "captured and not evaluated": (lambda y: y + LAZY, True),
    "two results": (lambda y: (y * 2, y + 1), False),
    "a dictionary": (lambda y: {"y": y * 2}, False),
    "a number": (lambda y: y.shape[0], False),
    "nothing": (lambda y: None, False),
    "item": (lambda y: y * y.max().item(), False),
    "branches": (branches, False),
    "hides its look": (hides_its_look, False),
    "numpy": (looks, False),
    "evaluates": (evaluates, False),
    "unknown primitive": (lambda y: mx.cumsum(mx.exp(y)), False),
    "several outputs": (lambda y: mx.split(y, 3)[1] * 2, False),
    "random": (lambda y: y * mx.random.normal(y.shape), False),
    "random number": (lambda y: y * mx.random.uniform().item(), False),
    "random of a key": (lambda y: y * mx.random.normal(y.shape, key=mx.random.key(3)), True),
    "random of Python": (lambda y: y * random.random(), False),
}


def answers(call, way, signals):
    """What every call gives, or raises, with random numbers that begin anew."""
    mx.random.seed(0)
    random.seed(0)
    found = []
    for y in signals:
        try:
            out = WAYS[way](call)(y)
            found.append([np.array(a) for a in (out if isinstance(out, tuple) else (out,)) if isinstance(a, mx.array)])
        except (RuntimeError, ValueError, TypeError, AttributeError) as error:
            found.append(type(error))
    return found


@pytest.mark.parametrize("way", ["eager", "vmap", "gradient", "jvp", "compile", "vmap of gradient"])
@pytest.mark.parametrize("name", [name for name in CALLS if name != "random of Python"])
def test_any_call_answers_as_it_does_without(name, way):
    """In a transformation first, after a recording, and after it was given up."""
    call = CALLS[name][0]
    shape = (2, 3) if "vmap" in way else (3,)
    signals = [mx.array(noise(*shape, seed=i)) for i in range(4)]
    for before in (0, 1, 3):
        prepared = _gpu.prepared(call)
        for i in range(before):
            prepared(mx.array(noise(3, seed=i)))
        for got, expected in zip(answers(prepared, way, signals), answers(call, way, signals)):
            if isinstance(expected, type):
                assert got is expected
            else:
                assert [a.tolist() for a in got] == [a.tolist() for a in expected]


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_cannot_be_recorded_is_not_tried_again(name):
    call, recorded = CALLS[name]
    seen = []
    prepared = _gpu.prepared(lambda y: seen.append(y) or call(y))
    for i in range(6):
        prepared(mx.array(noise(3, seed=i)))
    assert (replay.counts["recorded"] == 1) is recorded
    assert sum(replay.counts.values()) == 1
    assert len(seen) <= (3 if recorded else 7)


def test_a_call_that_raises_goes_on_to_raise_and_to_answer():
    def call(y):
        if y.shape == (2,):
            raise KeyError("y")
        return y * 2

    prepared = _gpu.prepared(call)
    for shape in ((2,), (3,), (2,), (3,), (3,), (2,), (3,)):
        if shape == (2,):
            with pytest.raises(KeyError, match="y"):
                prepared(mx.ones(shape))
        else:
            assert prepared(mx.ones(shape)).tolist() == [2.0] * 3


def test_arrays_of_other_kinds_and_what_is_no_array_are_left_to_the_call():
    prepared = _gpu.prepared(lambda *arrays: sum(arrays[1:], arrays[0] * 2))
    for _ in range(4):
        assert prepared(mx.ones(3)).tolist() == [2.0] * 3
        assert prepared(mx.ones(2)).tolist() == [2.0] * 2
        assert prepared(mx.ones(3, dtype=mx.int32)).dtype == mx.int32
        assert prepared(mx.ones(3), mx.ones(3)).tolist() == [3.0] * 3
        assert prepared(mx.ones(3), 4).tolist() == [6.0] * 3
        assert prepared(5) == 10
    with pytest.raises(TypeError, match="arrays alone"):
        prepared(y=mx.ones(3))
    y = mx.ones(3)
    assert [prepared(y, y).tolist() for _ in range(3)] == [[3.0] * 3] * 3


def test_streams_in_turn_are_recorded_once_each():
    seen = []
    prepared = _gpu.prepared(lambda y: seen.append(None) or y * 2)
    streams = [mx.new_stream(mx.cpu) for _ in range(3)]
    for i in range(20):
        with mx.stream(streams[i % 3]):
            assert prepared(mx.array(noise(3, seed=i))).tolist() == (2 * noise(3, seed=i)).tolist()
    assert replay.counts == {"recorded": 3}
    assert len(seen) == 1 + 2 * 3


def test_recordings_of_many_streams_do_not_pile_up():
    prepared = _gpu.prepared(lambda y: y * 2)
    prepared(mx.ones(3))
    for _ in range(40):
        with mx.stream(mx.new_stream(mx.cpu)):
            assert [prepared(mx.ones(3)).tolist() for _ in range(3)] == [[2.0] * 3] * 3
    assert replay.counts == {"recorded": 40}


@pytest.mark.parametrize(
    "name", ["MLX_OLA_FUSE_NORM", "SPEC_MLX_TGX", "SPEC_MLX_AUTOTUNE", "SPEC_MLX_AUTOTUNE_CACHE_PATH"]
)
def test_a_setting_that_changes_is_seen(name, monkeypatch):
    import os

    prepared = _gpu.prepared(lambda y: y * float(os.environ.get(name, "1")))
    monkeypatch.delenv(name, raising=False)
    for value in ("1", "0", "0", "0", "0", None, "1"):
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
        assert prepared(mx.ones(2)).tolist() == [float(value or 1)] * 2


@pytest.mark.usefixtures("lazy")
def test_threads_of_a_group_that_change_reach_the_next_launch(monkeypatch):
    launched, launch = [], build.Launch.__call__
    monkeypatch.setattr(build.Launch, "__call__", lambda self, *a: launched.append(self.threads) or launch(self, *a))
    call = _gpu.prepared(lambda y: _gpu.stft(StftPlan(512, 128, 512), y, mx.ones(512)))
    for _ in range(4):
        call(mx.ones((1, 2000)))
    monkeypatch.setenv("SPEC_MLX_TGX", "64")
    call(mx.ones((1, 2000)))
    assert launched[0] == 128
    assert launched[-1] == 64


def test_shapeless_traces_are_left_to_the_call():
    seen = []
    prepared = _gpu.prepared(lambda y: seen.append(None) or y * 2)
    prepared(mx.ones(3))
    shapeless = mx.compile(lambda y: prepared(y) + 0, shapeless=True)
    for n in (3, 5):
        assert shapeless(mx.ones(n)).tolist() == [2.0] * n
    assert not replay.counts, "what is built there is not recorded"
    for _ in range(3):
        prepared(mx.ones(3))
    count = len(seen)
    mx.compile(lambda y: prepared(y) + 1, shapeless=True)(mx.ones(3))
    assert len(seen) == count + 1, "nor replayed"
    mx.compile(lambda y: prepared(y) + 2)(mx.ones(3))
    assert len(seen) == count + 1


def test_calls_within_calls_and_threads():
    inner = _gpu.prepared(lambda y: y * 2)
    outer = _gpu.prepared(lambda y: inner(y) + 1)

    def work(i):
        with mx.stream(mx.new_stream(mx.cpu)):
            return [outer(mx.array([float(i)])).item() for _ in range(20)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(16))) == [[2.0 * i + 1] * 20 for i in range(16)]


def test_nothing_is_recorded_without_the_compiled_part(monkeypatch):
    monkeypatch.setattr(compiled, "loaded", lambda: (None, "it was not compiled"))
    assert _gpu.prepared(looks) is looks


def test_replays_keep_nothing():
    if not sys.platform.startswith("linux"):
        pytest.skip("/proc tells the resident memory")

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    call, y = _gpu.prepared(lambda y: mx.swapaxes(y, 0, 1) * 2), mx.ones((2, 3))

    def run(times):
        for _ in range(times):
            mx.eval(call(y))

    run(2000)
    active, memory = mx.get_active_memory(), resident()
    run(40_000)
    assert mx.get_active_memory() == active
    assert resident() - memory < 1 << 19


def cases():
    """Each operation of the backend on arrays (3, 2, ...), in the forms that make graphs of their own."""
    y, S = mx.array(noise(3, 2, 300)), mx.abs(mx.array(noise(3, 2, 12, 33))) + 1
    log = DecibelPlan(10.0, 1e-10, 80.0, (-2, -1))
    for n in (64, 45, 13, 14):
        plan, w = StftPlan(n, n // 4, n), held(mx.array(window_of(n)))
        D = _reference.stft(plan, y, w)
        yield f"stft {n}", lambda of, y, p=plan, w=w: mx.swapaxes(of.stft(p, y, w), -1, -2), y
        inverse = IstftPlan(n, n // 4, n, True, 290, 1e-3)
        yield f"istft {n}", lambda of, D, p=inverse, w=w: of.istft(p, D, w), D
        masked = (lambda of, D, M, p=inverse, w=w: of.istft(p, D, w, M)) if n in (64, 37) else None
        yield from [(f"istft {n} masked", masked, D, mx.array(noise(*D.shape[-2:])))] if masked else []
        given = mx.array(window_of(n))
        yield f"istft {n} given", lambda of, D, w, p=inverse: of.istft(p, D, w), D, given
        for power in (1.0, 2.0, 0.5):
            bank = bank_of(n, min(12, n // 4)) if power == 1 else None
            whole = SpectrogramPlan(plan, power, bank, log if power == 2 else None)
            yield f"spectrogram {n} {power}", lambda of, y, p=whole, w=w: of.spectrogram(p, y, w), y
    yield "filterbank", lambda of, S: of.filterbank(bank_of(64), S), S
    for mean in (True, False):
        yield f"flux {mean}", lambda of, S, m=mean: of.flux(FluxPlan(1, 3, m), S, None), S
    frames, f = StftPlan(64, 16, 64), Frequencies.of(np.arange(33) * 100.0)
    features = ReductionsPlan(f, (Centroid(), Bandwidth(2.0, True), Energy(64)))
    window, whole = held(mx.array(window_of(64))), ReducedPlan(frames, features)
    yield "reduced", lambda of, y: of.reduced(whole, y, window), y
    yield "reductions", lambda of, S: of.reductions(features, S), S
    yield "framewise", lambda of, y: of.framewise(FramewisePlan(64, 16, 32, "constant"), y), y
    yield "first order", lambda of, y: of.first_order(FirstOrderPlan(1.0, -0.5, 0.3), y, None), y
    D = S + 1j * S[..., ::-1]
    yield "magnitude", lambda of, D: of.magnitude(MagnitudePlan(), D), D
    yield "direction", lambda of, D: of.direction(DirectionPlan(), D) + 0.5, D
    yield "rephase", lambda of, D: of.rephase(RephasePlan(0.5), D, D * 1j, mx.ones(D.shape)) + 0.5, D
    yield "separation", lambda of, S: of.separation(SeparationPlan(), S, S * 0.5 + 1, S + 1), S
    yield "softmask", lambda of, S: of.softmask(SoftmaskPlan(2.0), S, S * 0.5 + 1), S
    yield "flux of another", lambda of, S: of.flux(FluxPlan(1, 3, True), S, S[..., :1, :] * 0.5), S
    yield "decibels", lambda of, S: of.decibels(log, S, mx.array(1.0)), S
    yield "decibels of each", lambda of, S: of.decibels(log, S, mx.max(S, axis=(-2, -1), keepdims=True)), S


OPERATIONS = {name: (call, x, rest) for name, call, x, *rest in cases()} if not _gpu.missing() else {}


@pytest.mark.usefixtures("lazy")
@pytest.mark.parametrize("fused", ["1", "0"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_recorded_and_transformed_as_the_reference(name, fused, monkeypatch):
    if fused == "0" and "istft" not in name:
        pytest.skip("it has no envelope")
    monkeypatch.setenv("MLX_OLA_FUSE_NORM", fused)
    call, x, rest = OPERATIONS[name]
    prepared = _gpu.prepared(functools.partial(call, _gpu))
    for shaped in (x, x[0], x[0, 0]):
        for _ in range(3):
            mx.eval(prepared(shaped, *rest))
    assert replay.counts == {"recorded": 3}
    for way in (way for way in WAYS if "compile" not in way):  # which has a compiler make every graph anew
        make = WAYS[way]
        got, expected = (make(lambda x, f=f: f(x, *rest))(x) for f in (prepared, functools.partial(call, _reference)))
        assert_close(got, np.array(expected), GPU_GRADIENT, way)
    assert sum(replay.counts.values()) == replay.counts["recorded"]


def test_the_primitives_that_may_be_recorded_are_those_that_the_operations_make(monkeypatch):
    def make(kernel):
        def call(*, inputs, output_shapes, output_dtypes, **rest):
            (shape,) = output_shapes
            value = inputs[0] if inputs[0].dtype == output_dtypes[0] else mx.array(0, output_dtypes[0])
            return [mx.as_strided(value, shape, [0] * len(shape))]

        return call

    monkeypatch.setattr(build, "make", make)
    native, found = compiled.loaded()[0], set()
    for fused in "10":
        monkeypatch.setenv("MLX_OLA_FUSE_NORM", fused)
        for call, x, rest in OPERATIONS.values():
            for shaped in (x, x[0], x[0, 0]):
                graph = native.Recording(call(_gpu, shaped, *rest), [shaped, *rest], replay.SHARED)
                found |= graph.primitives
    assert found == replay.SHARED | native.MADE_ANEW


@pytest.fixture
def lazy_gpu(lazy, monkeypatch):
    """A GPU whose kernels are MLX's operations, for the public functions."""
    monkeypatch.setattr(dispatch, "device", lambda: "gpu")
    monkeypatch.setattr(_gpu, "unavailable", lambda: None)


MEL = {"sr": 8000, "n_fft": 256, "hop_length": 64, "n_mels": 12}
PUBLIC = {
    "stft": lambda y: spectro.stft(y, n_fft=256),
    "round trip": lambda y: spectro.istft(spectro.stft(y, n_fft=256), length=y.shape[-1]),
    "uneven hop": lambda y: spectro.istft(spectro.stft(y, n_fft=256, hop_length=50), hop_length=50, length=y.shape[-1]),
    "mel": lambda y: spectro.melspectrogram(y=y, **MEL),
    "mfcc": lambda y: spectro.mfcc(y=y, n_mfcc=5, **MEL),
    "onset": lambda y: spectro.onset_strength(y=y, **MEL),
}


@pytest.mark.usefixtures("lazy_gpu")
@pytest.mark.parametrize("name", PUBLIC)
def test_public_functions_are_recorded_and_transformed_as_the_reference(name):
    call, y = PUBLIC[name], mx.array(noise(3, 2, 1500))
    with spectro.use_backend("reference"):
        expected = {way: np.array(make(call)(y)) for way, make in WAYS.items()}
    calls._memory.calls.clear()
    for _ in range(3):
        mx.eval(call(y), call(y[0]), call(y[0, 0]))
    assert replay.counts["recorded"] >= 3
    for _ in range(2):
        for way, make in WAYS.items():
            assert_close(make(call)(y), expected[way], GPU_GRADIENT, way)
    assert sum(replay.counts.values()) == replay.counts["recorded"]
