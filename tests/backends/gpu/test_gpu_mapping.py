"""`mx.vmap` of the GPU's operations: past a primitive without vmap to the rule around it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import REQUIRED, launcher, noise, window_of  # noqa: F401
from tolerances import GPU_GRADIENT, REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._constants.banks import MelBank
from spectro._gpu.launch import build
from spectro._gpu.launch import compiled as native
from spectro._gpu.ops.linear import bilinear, linear
from spectro._plans import (
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


@pytest.fixture
def compiled():
    if native.missing():
        pytest.skip(native.missing())


@pytest.fixture
def cpu(compiled):
    """MLX's CPU, where primitives without vmap stand for kernels on any machine."""
    with mx.stream(mx.cpu):
        yield


@pytest.mark.skipif(not REQUIRED, reason="SPECTRO_REQUIRE_GPU is not set: vmap may be missing")
def test_a_gpu_that_is_required_can_be_mapped():
    assert native.missing() is None


def product(wrap=native.mappable):
    """x (..., n), w (n,) -> (...), with a primitive that has no vmap in the place of a kernel."""

    def launch(x, w):
        flat, whole = x.reshape(-1, x.shape[-1]), mx.array([[0, x.shape[-1]]], dtype=mx.uint32)
        return wrap(mx.segmented_mm(flat, w[:, None], whole)).reshape(x.shape[:-1])

    return bilinear(
        launch, lambda g, w, x: g[..., None] * w, lambda g, x, w: (g[..., None] * x).reshape(-1, w.size).sum(0)
    )


def direct(x, w):
    return (x * w).sum(-1)


def loss(f):
    return lambda x, w: (f(x, w) ** 3).sum()


def tangent(f):
    return lambda x, w: mx.jvp(f, [x, w], [x * x, w + 1])[1][0]


def twice(f, axes):
    """Over a batch of the mapped batch: the signals' new axis is the first, the windows have none."""
    inner = mx.vmap(f, in_axes=axes)
    return lambda x, w: mx.vmap(inner, in_axes=(0, None))(mx.stack([x, 2 * x]), w)


PROGRAMS = {
    "alone": lambda f, axes: mx.vmap(f, in_axes=axes),
    "to-the-end": lambda f, axes: mx.vmap(f, in_axes=axes, out_axes=-1),
    "twice": twice,
    "of-grad": lambda f, axes: mx.vmap(mx.grad(loss(f), argnums=(0, 1)), in_axes=axes),
    "grad-of": lambda f, axes: mx.grad(loss(mx.vmap(f, in_axes=axes)), argnums=(0, 1)),
    "of-jvp": lambda f, axes: mx.vmap(tangent(f), in_axes=axes),
    "jvp-of": lambda f, axes: tangent(mx.vmap(f, in_axes=axes)),
    "of-compile": lambda f, axes: mx.vmap(mx.compile(f), in_axes=axes),
    "compile-of": lambda f, axes: mx.compile(mx.vmap(f, in_axes=axes)),
    "compile-of-grad": lambda f, axes: mx.compile(mx.vmap(mx.grad(loss(f)), in_axes=axes)),
}
AXES = [(0, None), (1, None), (-1, None), (0, 0), (2, -1), (None, 0), (None, 1)]


@pytest.mark.parametrize("axes", AXES)
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.usefixtures("cpu")
def test_programs_with_vmap_take_the_rule(name, axes):
    x, w = mx.array(noise(3, 4, 5)), mx.array(noise(3, 5, seed=1))
    x, w = (a[0] if axis is None else mx.moveaxis(a, 0, axis) for a, axis in zip((x, w), axes))
    for got, expected in zip(*(PROGRAMS[name](f, axes)(x, w) for f in (product(), direct))):
        assert_close(got, expected, REFERENCE)


@pytest.mark.usefixtures("cpu")
def test_without_the_wrapper_mlx_refuses():
    with pytest.raises(ValueError, match="Not implemented"):
        mx.vmap(product(lambda launched: launched), in_axes=(0, None))(mx.array(noise(3, 4, 5)), mx.ones(5))


def strided(x, step):
    return native.mappable(mx.as_strided(x, (3,), (step,)))


@pytest.mark.usefixtures("cpu")
def test_a_launch_mapped_by_itself_has_a_shape_and_no_values():
    mapped = mx.vmap(lambda x: strided(x, 1), in_axes=1)(mx.zeros((9, 2)))
    assert mapped.shape == (2, 3)
    launch = lambda x, y: native.mappable(mx.segmented_mm(x, y, mx.array([[0, 4]], dtype=mx.uint32)))  # noqa: E731
    assert mx.vmap(launch, in_axes=(None, 2))(mx.zeros((3, 4)), mx.zeros((4, 5, 6))).shape == (6, 1, 3, 5)
    with pytest.raises(RuntimeError, match=r"\[launch\] only the operation around a launch"):
        mx.eval(mapped)


@pytest.mark.usefixtures("cpu")
def test_a_launch_by_itself_has_no_derivatives():
    with pytest.raises(ValueError, match="Not implemented for MappableKernel"):
        mx.grad(lambda x: strided(x, 1).sum())(mx.zeros(9))
    (tangent,) = mx.jvp(lambda x: strided(x, 1), [mx.zeros(9)], [mx.ones(9)])[1]
    assert tangent.shape == (3,)
    with pytest.raises(RuntimeError, match=r"\[launch\] only the operation around a launch"):
        mx.eval(tangent)


@pytest.mark.usefixtures("cpu")
def test_arrays_without_a_primitive_stay_and_several_outputs_are_refused():
    for x in (mx.arange(3), mx.arange(3) + 1):
        mx.eval(x)
        assert_close(native.mappable(x), np.array(x), 0)
    with pytest.raises(ValueError, match="only output"):
        native.mappable(mx.split(mx.arange(4), 2)[0])


@pytest.mark.usefixtures("cpu")
def test_compiled_programs_keep_launches_apart():
    x = mx.arange(9)
    got = mx.compile(lambda x: (strided(x, 1), strided(x, 2), strided(x, 1) - strided(x, 2)))(x)
    for one, expected in zip(got, ([0, 1, 2], [0, 2, 4], [0, -1, -2])):
        assert_close(one, expected, 0)


@pytest.mark.usefixtures("cpu")
def test_streams_and_threads_of_their_own():
    def work(i):
        with mx.stream(mx.new_stream(mx.cpu)):
            x, w = mx.array(noise(3, 4, 5, seed=i)), mx.array(noise(5, seed=i))
            return [np.array(mx.vmap(f, in_axes=(0, None))(x, w)) for f in (product(), direct)]

    with ThreadPoolExecutor(4) as pool:
        for got, expected in pool.map(work, range(40)):
            assert_close(got, expected, REFERENCE)


@pytest.mark.usefixtures("cpu")
def test_nothing_is_kept_of_many_calls():
    """Neither arrays nor primitives, of which the smallest takes some 80 bytes."""
    if not sys.platform.startswith("linux"):
        pytest.skip("/proc tells the resident memory")
    double = linear(lambda x: native.mappable(mx.as_strided(x, x.shape)), lambda g, _: g)
    x = mx.zeros((2, 1000))

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    def call(times):
        for _ in range(times):
            mx.eval(mx.vmap(double)(x), mx.grad(lambda x: double(x).sum())(x))

    call(2000)
    arrays, memory = mx.get_active_memory(), resident()
    call(40_000)
    assert mx.get_active_memory() == arrays
    assert resident() - memory < 1 << 19


def mel(n_fft):
    return MelBank.of("test", sr=8000, n_fft=n_fft, n_mels=12, fmin=50, fmax=None, htk=False, norm="slaney")


def window():
    return mx.array(window_of(64))


def spectra(*shape):
    return mx.array(noise(*shape, seed=2) + 1j * noise(*shape, seed=3))


FRAMES = StftPlan(64, 16, 64, True, "reflect")
FEATURES = ReductionsPlan(Frequencies.of(np.arange(33.0)), (Centroid(), Bandwidth(2.0, True), Energy(64)))
OPERATIONS = {
    "stft": lambda of: (lambda y: of.stft(FRAMES, y, window()), mx.array(noise(3, 2, 200))),
    "stft-unfused": lambda of: (
        lambda y: of.stft(StftPlan(13, 3, 13), y, mx.array(window_of(13))),
        mx.array(noise(3, 2, 90)),
    ),
    "istft": lambda of: (
        lambda D: of.istft(IstftPlan(64, 16, 64, True, 150, 1e-3), D, window()),
        spectra(3, 2, 10, 33),
    ),
    "istft-masked": lambda of: (
        lambda D: of.istft(IstftPlan(64, 16, 64, True, 150, 1e-3), D, window(), mx.array(noise(10, 33, seed=1))),
        spectra(3, 2, 10, 33),
    ),
    "istft-mask": lambda of: (
        lambda mask: of.istft(IstftPlan(64, 16, 64, True, 150, 1e-3), spectra(10, 33), window(), mask),
        mx.array(noise(3, 2, 10, 33)),
    ),
    "softmask": lambda of: (
        lambda X: of.softmask(SoftmaskPlan(2.0), X, mx.ones(X.shape)),
        mx.abs(mx.array(noise(3, 2, 9, 8))),
    ),
    "power": lambda of: (lambda y: of.spectrogram(SpectrogramPlan(FRAMES, 2), y, window()), mx.array(noise(3, 2, 200))),
    "mel": lambda of: (
        lambda y: of.spectrogram(SpectrogramPlan(FRAMES, 1, mel(64)), y, window()),
        mx.array(noise(3, 2, 200)),
    ),
    "filterbank": lambda of: (lambda S: of.filterbank(mel(64), S), mx.array(noise(3, 2, 5, 33))),
    "flux": lambda of: (lambda S: of.flux(FluxPlan(2, 3, True), S, None), mx.array(noise(3, 2, 9, 8))),
    "flux over a reference": lambda of: (
        lambda S: of.flux(FluxPlan(2, 1, True), S, mx.array(noise(9, 8, seed=5))),
        mx.array(noise(3, 2, 9, 8)),
    ),
    "reduced": lambda of: (
        lambda y: of.reduced(ReducedPlan(FRAMES, FEATURES), y, window()),
        mx.array(noise(3, 2, 200)),
    ),
    "reductions": lambda of: (lambda S: of.reductions(FEATURES, S), mx.abs(mx.array(noise(3, 2, 5, 33)))),
    "framewise": lambda of: (lambda y: of.framewise(FramewisePlan(16, 4, 8, "constant"), y), mx.array(noise(3, 2, 90))),
    "magnitude": lambda of: (lambda D: of.magnitude(MagnitudePlan(), D), spectra(3, 2, 5)),
    "direction": lambda of: (lambda D: of.direction(DirectionPlan(), D) + 0.5, spectra(3, 2, 5)),
    "rephase": lambda of: (
        lambda D: of.rephase(RephasePlan(0.5), D, D * 1j, mx.ones_like(D.real)) + 0.5,
        spectra(3, 2, 4, 5),
    ),
    "separation": lambda of: (
        lambda S: of.separation(SeparationPlan(), S, S.real.square() + 1, S.imag.square() + 1),
        spectra(3, 2, 4, 5),
    ),
    "first_order": lambda of: (
        lambda x: of.first_order(FirstOrderPlan(0.5, 0.2, 0.9), x, None),
        mx.array(noise(3, 2, 90)),
    ),
}


@pytest.mark.usefixtures("compiled", "launcher")
@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_mapped_over_any_axis_and_over_two(name):
    (ours, x), (theirs, _) = (OPERATIONS[name](of) for of in (_gpu, _reference))
    expected = np.array(theirs(x))
    assert_close(mx.vmap(ours)(x), expected, REFERENCE)
    assert_close(mx.vmap(ours, in_axes=1, out_axes=1)(x), expected, REFERENCE)
    assert_close(mx.vmap(mx.vmap(ours))(x), expected, REFERENCE)


@pytest.mark.usefixtures("compiled", "launcher")
@pytest.mark.parametrize("name", OPERATIONS)
def test_derivatives_of_operations_are_mapped(name):
    got = []
    for of in (_gpu, _reference):
        f, x = OPERATIONS[name](of)
        gradient = mx.grad(lambda x, f=f: (mx.abs(f(x)) ** 2).sum())
        mapped = mx.grad(lambda x, f=f: (mx.abs(mx.vmap(f)(x)) ** 2).sum())
        forward = mx.vmap(lambda x, f=f: mx.jvp(f, [x], [0.5 * x])[1][0])
        got.append([np.array(call(x)) for call in (mx.vmap(gradient), mapped, forward)])
    for ours, theirs in zip(*got):
        assert_close(ours, theirs, GPU_GRADIENT)


@pytest.mark.usefixtures("compiled", "launcher")
def test_windows_are_mapped_with_signals_and_alone():
    y, windows = mx.array(noise(3, 2, 200)), mx.stack([window(), 2 * window(), 3 * window()])
    expected = np.array(_reference.stft(FRAMES, y, window())) * np.arange(1, 4)[:, None, None, None]
    assert_close(mx.vmap(lambda a, w: _gpu.stft(FRAMES, a, w))(y, windows), expected, REFERENCE)
    alone = mx.vmap(lambda w: _gpu.stft(FRAMES, y[0], w), in_axes=1, out_axes=-1)(windows.T)
    assert_close(alone[..., 0], expected[0], REFERENCE)
    assert_close(alone[..., 2], 3 * expected[0], REFERENCE)


@pytest.mark.usefixtures("launcher")
def test_without_the_compiled_part_vmap_of_an_operation_raises(monkeypatch):
    monkeypatch.setattr(build, "mappable", lambda launched: launched)
    with pytest.raises(ValueError, match="Not implemented"):
        mx.vmap(lambda y: _gpu.stft(FRAMES, y, window()))(mx.array(noise(3, 200)))


def test_a_missing_compiled_part_is_told(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))  # whose cache has no build
    monkeypatch.setitem(sys.modules, "spectro._gpu._native", None)
    monkeypatch.delitem(vars(mx).get("_spectro_modules", {}), "spectro._gpu._native", raising=False)
    native.loaded.cache_clear()
    try:
        x = mx.arange(3)
        assert native.mappable(x) is x
        spectro.show_versions()
    finally:
        native.loaded.cache_clear()
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("  repeated calls "))
    assert "planned anew each time, and mx.vmap raises on a GPU: it was" in line
    assert "not compiled" in line
    assert "python -m spectro build" in line
