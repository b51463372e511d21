"""Reductions on the GPU: features of spectra that are not written, against the reference and float64."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import agree, both, differentiate, launcher, noise, stft64, window_of  # noqa: F401
from test_gpu_metal import CUDA_WORDS, compiler_says
from tolerances import GPU_GRADIENT, REFERENCE

from spectro import _gpu, _reference
from spectro._floor.operation import Kind
from spectro._gpu.launch import build, cuda, fft
from spectro._gpu.ops import analysis, program
from spectro._gpu.ops.analysis import REDUCED, Analysis, Epilogue
from spectro._plans import (
    DirectionPlan,
    FirstOrderPlan,
    FramewisePlan,
    MagnitudePlan,
    MedianPlan,
    ReducedPlan,
    ReductionsPlan,
    RephasePlan,
    SeparationPlan,
    SoftmaskPlan,
    StftPlan,
)
from spectro._plans.reductions import (
    Bandwidth,
    Centroid,
    Contrast,
    Energy,
    Flatness,
    Frequencies,
    Rolloff,
    Weighted,
)
from spectro.feature.polynomial import fit

pytestmark = pytest.mark.usefixtures("launcher")
SR = 8000.0


def hertz_of(n_fft):
    return Frequencies.of(np.arange(n_fft // 2 + 1) * SR / n_fft)


def features_of(n_fft, hertz=None):
    """Every feature, in an order of no meaning."""
    f = hertz or hertz_of(n_fft)
    contrast = Contrast.of("test", f, sr=SR, fmin=600.0, n_bands=2, quantile=0.2)
    return {
        "flatness": Flatness(1e-10, 2.0),
        "contrast": contrast,
        "bandwidth": Bandwidth(2.0, True),
        "flatness of roots": Flatness(0.1, 0.7),
        "rolloff": Rolloff(0.85),
        "centroid": Centroid(),
        "bandwidth of cubes": Bandwidth(3.0, False),
        "energy": Energy(n_fft),
        "lines": Weighted(fit(1, f)),
        "planes": Weighted(fit(2, f)),
    }


def plan_of(n_fft, names=None, **stft):
    found = features_of(n_fft)
    kept = tuple(found[name] for name in names or found)
    return ReducedPlan(StftPlan(n_fft, n_fft // 4, n_fft, **stft), ReductionsPlan(hertz_of(n_fft), kept))


def in_float64(S, hertz, n_fft):
    """Features of magnitudes (..., t, f), by their definitions."""
    f, known = hertz.hertz, features_of(n_fft)
    bands = [(np.sort(S[..., first:last]), count) for first, last, count in known["contrast"].bands]
    valleys, peaks = zip(*((band[..., :n].mean(-1), band[..., -n:].mean(-1)) for band, n in bands))
    weights = [np.array(known[name].bank.weights()).astype(float) for name in ("lines", "planes")]
    total = S.sum(-1, keepdims=True)
    center = (S * f).sum(-1, keepdims=True) / total
    reached = S.cumsum(-1) >= 0.85 * total
    P, Q = np.maximum(S**2, 1e-10), np.maximum(S**0.7, 0.1)
    half = np.ones(S.shape[-1])
    half[[0, -1] if n_fft % 2 == 0 else [0]] = 0.5
    return {
        "centroid": center,
        "bandwidth": np.sqrt((S / total * (f - center) ** 2).sum(-1, keepdims=True)),
        "bandwidth of cubes": (S * np.abs(f - center) ** 3).sum(-1, keepdims=True) ** (1 / 3),
        "rolloff": np.where(reached, f, np.inf).min(-1, keepdims=True),
        "flatness": np.exp(np.log(P).mean(-1, keepdims=True)) / P.mean(-1, keepdims=True),
        "flatness of roots": np.exp(np.log(Q).mean(-1, keepdims=True)) / Q.mean(-1, keepdims=True),
        "contrast": np.stack([*valleys, *peaks], axis=-1),
        "lines": S @ weights[0].T,
        "planes": S @ weights[1].T,
        "energy": np.sqrt(2 * (half * S**2).sum(-1, keepdims=True)) / n_fft,
    }


# folded and side by side, of few points, convolved, and through an exchange buffer that holds half of them
@pytest.mark.parametrize("n_fft", [16, 21, 37, 45, 64, 480, 1021, 1102, 2048, 3645, 7680, 8192])
def test_features_of_a_signal(n_fft):
    y, w = noise(2, 2 * n_fft + 3, seed=n_fft), window_of(n_fft)
    plan = plan_of(n_fft)
    assert fft.supported(n_fft)
    assert _gpu.supports("reduced", plan, mx.array(y), mx.array(w))
    got = np.array(_gpu.reduced(plan, mx.array(y), mx.array(w)))
    # sums of the reference, in single precision, lose more than those of the kernel
    truth = in_float64(np.abs(stft64(y, w, n_fft, n_fft // 4)), plan.reductions.frequencies, n_fft)
    for name, columns in zip(features_of(n_fft), plan.reductions.columns()):
        assert_close(got[..., columns], truth[name], REFERENCE, f"{name} of {n_fft}")


@pytest.mark.parametrize("name", features_of(64))
@pytest.mark.parametrize("n_fft", [64, 45])
def test_each_feature_alone(name, n_fft):
    y, w = mx.array(noise(3, 5 * n_fft)), mx.array(window_of(n_fft))
    agree("reduced", plan_of(n_fft, [name]), y, w)
    agree("reduced", plan_of(n_fft, [name], center=False), y[0], w)


@pytest.mark.parametrize("n_fft", [64, 45])
def test_features_of_silence_and_of_nan(n_fft):
    y, w, plan = np.zeros((3, 300), np.float32), mx.array(window_of(n_fft)), plan_of(n_fft)
    y[1] = noise(300)
    got, expected = (np.array(a) for a in both("reduced", plan, mx.array(y), w))
    for name, columns in zip(features_of(n_fft), plan.reductions.columns()):
        silent = got[::2, :, columns]
        assert_close(silent, np.full(silent.shape, "flatness" in name, np.float32), REFERENCE, name)
    y[1, 150] = np.nan
    got, expected = (np.array(a) for a in both("reduced", plan, mx.array(y), w))
    columns = np.concatenate(
        [
            np.arange(columns.start, columns.stop)
            for name, columns in zip(features_of(n_fft), plan.reductions.columns())
            if name not in ("rolloff", "contrast")  # of which the order of values that have none decides
        ]
    )
    missing = np.isnan(expected[..., columns])
    assert missing.any()
    assert np.isnan(got[..., columns][missing]).all()
    assert np.isfinite(got[::2]).all()


@pytest.mark.parametrize("amplitude", [1e-30, 1e-12, 1e12])
def test_features_of_faint_and_loud_signals(amplitude):
    y, w, names = noise(2, 300), mx.array(window_of(64)), ["centroid", "bandwidth", "rolloff", "contrast", "energy"]
    plan = plan_of(64, names if amplitude > 1e-20 else names[:3])
    got, expected = (np.array(a) for a in both("reduced", plan, mx.array(y * np.float32(amplitude)), w))
    for columns in plan.reductions.columns():
        peak = np.abs(expected[..., columns]).max()
        assert_close(got[..., columns] / peak, expected[..., columns] / peak, REFERENCE)


def test_a_part_of_the_sum_is_reached_to_the_bin():
    n_fft, hertz = 2048, np.arange(1025) * 4.0
    y, w = noise(20, 2 * n_fft), window_of(n_fft)
    S = np.abs(stft64(y, w, n_fft, n_fft // 4))
    for percent in (0.01, 0.5, 0.85, 0.99):
        reductions = ReductionsPlan(Frequencies.of(hertz), (Rolloff(percent),))
        got = _gpu.reduced(ReducedPlan(StftPlan(n_fft, n_fft // 4, n_fft), reductions), mx.array(y), mx.array(w))
        expected = hertz[(S.cumsum(-1) >= percent * S.sum(-1, keepdims=True)).argmax(-1)]
        np.testing.assert_array_equal(np.array(got)[..., 0], expected)


def test_a_part_is_reached_where_single_precision_loses_the_bins():
    S = np.full((1, 1025), 0.3, np.float32)
    S[0, 0] = 2.0**25  # beside which a bin is less than half of a step
    sums = S.astype(float).cumsum()
    for bin in (200, 513, 1000):
        plan = ReductionsPlan(Frequencies.of(np.arange(1025.0)), (Rolloff((sums[bin] - 0.15) / sums[-1]),))
        assert np.array(_gpu.reductions(plan, mx.array(S))).item() == bin


def test_bands_that_share_a_bin_and_frequencies_that_are_given():
    f = Frequencies.of(np.sort(np.abs(noise(33, seed=5))) * 3000)
    shared = Contrast(((0, 9, 2), (8, 20, 12), (19, 33, 1)))
    plan = ReductionsPlan(f, (Centroid(), shared, Rolloff(0.5), Bandwidth(1.5, True)))
    y, w = mx.array(noise(2, 300)), mx.array(window_of(64))
    agree("reduced", ReducedPlan(StftPlan(64, 16, 64), plan), y, w)


def test_features_that_the_program_does_not_have_are_put_together():
    y, w, f = mx.array(noise(2, 300)), mx.array(window_of(64)), hertz_of(64)
    deep = Contrast(((0, 9, 2), (6, 33, 12)))
    for features in ((deep,), (deep, deep), (Weighted(fit(17, f)),)):
        plan = ReductionsPlan(f, features)
        assert not program.suits(plan)
        agree("reduced", ReducedPlan(StftPlan(64, 16, 64), plan), y, w, tolerance=2 * REFERENCE)
    few = ReductionsPlan(hertz_of(13), (Centroid(), Flatness(1e-10, 2.0)))
    agree("reduced", ReducedPlan(StftPlan(13, 4, 13), few), y, mx.array(window_of(13)))


@pytest.mark.parametrize("n_fft", [64, 45, 37])
def test_gradients_of_features(n_fft):
    y, w = mx.array(noise(2, 300)), mx.array(window_of(n_fft))
    names = ["centroid", "bandwidth", "flatness of roots", "energy", "contrast", "lines"]
    for name in names:
        differentiate("reduced", plan_of(n_fft, [name]), y, w)
    differentiate("reduced", plan_of(n_fft, [*names, "rolloff"]), y, w)


@pytest.mark.parametrize("n_fft", [64, 2048, 8192, 1102])
def test_all_features_share_one_kernel(n_fft):
    found = set()
    for hop, pad_mode in ((128, "constant"), (441, "reflect")):
        for width in (1, 8, 14):
            e = Epilogue(REDUCED, 1.0, width)
            a = Analysis(n_fft, hop, n_fft // 2, 9, pad_mode)
            found.add(analysis.launch(a, analysis.chosen(a, e, 4), e, 4, 5000).kernel.name)
    assert len(found) == 1


@pytest.mark.parametrize("n_fft", [16, 45, 480, 1021, 1024, 2048, 3645, 6144, 7680, 8192])
def test_shared_memory_holds_the_sums(n_fft):
    plan = fft.default(n_fft)
    assert analysis.has_room(plan, REDUCED)
    beside = 0 if plan.frames_per_transform == 1 and not plan.split else 8 * plan.threads
    assert plan.bytes + beside <= 32768


def test_a_batch_of_features_is_one_launch_of_its_rows():
    y, w, plan = mx.array(noise(3, 2, 300)), mx.array(window_of(64)), plan_of(64)
    expected = np.array(_reference.reduced(plan, y, w))
    agree("reduced", plan, y, w)
    if _gpu.missing() is None:
        assert_close(mx.vmap(lambda y: _gpu.reduced(plan, y, w))(y), expected, REFERENCE)
        assert_close(mx.vmap(lambda y: _gpu.reduced(plan, y, w), in_axes=1, out_axes=1)(y), expected, REFERENCE)


def magnitudes(*shape, seed=0):
    """Levels of which some are zero."""
    S = np.abs(noise(*shape, seed=seed))
    S.flat[::7] = 0
    return mx.array(S)


def spectra(*shape, seed=0):
    """Complex numbers of which some are zero, and some have a part that is."""
    real, imag = noise(2, *shape, seed=seed)
    real.flat[::5] = 0
    imag.flat[::3] = 0
    return mx.array(real + 1j * imag)


@pytest.mark.parametrize("bins", [9, 33, 256, 257, 1025])
def test_features_of_magnitudes(bins):
    n_fft, S = 2 * (bins - 1), magnitudes(2, 3, bins, seed=bins)
    f = Frequencies.of(np.arange(bins) * 4000.0 / (bins - 1))
    plan = ReductionsPlan(f, tuple(features_of(n_fft, f).values()))
    assert _gpu.supports("reductions", plan, S)
    got, truth = np.array(_gpu.reductions(plan, S)), in_float64(np.array(S).astype(float), f, n_fft)
    for name, columns in zip(features_of(n_fft, f), plan.columns()):
        assert_close(got[..., columns], truth[name], REFERENCE, f"{name} of {bins}")
    strided = mx.contiguous(S.swapaxes(-1, -2)).swapaxes(-1, -2)
    assert_close(_gpu.reductions(plan, strided), got, 0)


def test_gradients_of_features_of_magnitudes():
    f, S = hertz_of(64), mx.array(np.abs(noise(2, 5, 33)) + 0.1)
    features = features_of(64)
    for name in ("centroid", "bandwidth", "flatness", "energy", "contrast", "planes"):
        differentiate("reductions", ReductionsPlan(f, (features[name],)), S)


def test_magnitudes_without_a_program_or_without_room_are_left_to_the_reference():
    deep = Contrast(((0, 9, 2), (6, 33, 12)))
    for feature, frames, bins, here in (
        (Centroid(), 5, 33, True),
        (Centroid(), 5, 4097, True),
        (Centroid(), 5, 8193, False),
        (Centroid(), 0, 33, False),
        (deep, 5, 33, False),
    ):
        plan = ReductionsPlan(hertz_of(2 * (bins - 1)), (feature,))
        assert _gpu.supports("reductions", plan, Kind((frames, bins), mx.float32)) is here


def test_the_two_parts_of_complex_numbers():
    for D in (spectra(2, 3, 17), spectra(5), spectra(1, 1), mx.zeros(9, dtype=mx.complex64)):
        agree("magnitude", MagnitudePlan(), D)
        agree("direction", DirectionPlan(), D)
    for exponent in (-40, -37, -20, 18, 30):
        D = spectra(20) * 2.0 ** (exponent / np.log10(2))
        got, expected = (np.array(_) for _ in both("magnitude", MagnitudePlan(), D))
        assert_close(got / max(expected.max(), 1e-37), expected / max(expected.max(), 1e-37), REFERENCE)
        agree("direction", DirectionPlan(), D)
    differentiate("magnitude", MagnitudePlan(), spectra(2, 9))
    differentiate("direction", DirectionPlan(), spectra(2, 9))
    bad = mx.array(np.array([np.nan, 1 + np.nan * 1j, np.inf, 3 + 4j], np.complex64))
    got, expected = (np.array(_) for _ in both("magnitude", MagnitudePlan(), bad))
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("momentum", [0.0, 0.4975])
def test_magnitudes_with_the_phase_of_an_estimate(momentum):
    D, earlier, S = spectra(2, 9, 33), spectra(2, 9, 33, seed=1), magnitudes(2, 9, 33)
    plan = RephasePlan(momentum)
    agree("rephase", plan, D, None, S)
    agree("rephase", plan, D, earlier, S)
    agree("rephase", plan, D[0, :2, :2], earlier[0, :2, :2], S[0, :2, :2])
    results = []
    for backend in (_gpu, _reference):
        run = lambda D, S, backend=backend: backend.rephase(plan, D, earlier, S)  # noqa: E731
        slopes = mx.vjp(run, [D + 0.5, S], [earlier])[1]
        results.append([*slopes, mx.jvp(run, [D + 0.5, S], [earlier, S])[1][0]])
    for got, expected in zip(*results):
        assert_close(got, np.array(expected), GPU_GRADIENT)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.7, float("inf")])
@pytest.mark.parametrize("masks", [True, False])
@pytest.mark.parametrize("margins", [(1.0, 1.0), (1.0, 5.0), (3.0, 2.0)])
def test_parts_of_spectrograms(power, masks, margins):
    plan = SeparationPlan(power, *margins, masks)
    for shape in ((9, 13), (2, 3, 20, 7), (1, 1)):
        estimates = magnitudes(*shape), magnitudes(*shape, seed=1)
        for S in (spectra(*shape), magnitudes(*shape, seed=2)):
            agree("separation", plan, S, *estimates)
    if power == 2 and not masks:
        differentiate("separation", plan, *(magnitudes(9, 13, seed=i) + 0.1 for i in range(3)))


def test_medians_of_spectra_are_those_of_their_magnitudes():
    D = spectra(2, 20, 21)
    for axis in (-2, -1):
        agree("running_median", MedianPlan(5, axis), D)
    differentiate("running_median", MedianPlan(3, -1), spectra(9, 12) + 0.5)


MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp")
FRAMES = {"rms": {}, "signs": {"threshold": 0.3}, "three signs": {"threshold": 0.3, "zero_is_positive": False}}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", FRAMES)
def test_frames_of_samples(kind, mode):
    y = noise(2, 3, 333)
    y[..., ::9] = 0
    for n, hop, padding in ((64, 16, 32), (45, 45, 22), (33, 7, 0), (1, 1, 0), (300, 200, 150)):
        for first in {False, "threshold" in FRAMES[kind]}:
            plan = FramewisePlan(n, hop, padding, mode, counts_first=first, **FRAMES[kind])
            agree("framewise", plan, mx.array(y))
    agree("framewise", FramewisePlan(64, 16, 32, mode, **FRAMES[kind]), mx.array(y[0, 0, :5]))
    if kind == "rms":
        differentiate("framewise", FramewisePlan(64, 16, 32, mode), mx.array(noise(2, 200)))


FILTERS = [(1.0, -0.97, 0.0), (0.025, 0.0, 0.975), (1.0, 0.0, 0.97), (1.0, -1.0, 0.99), (0.7, 0.2, -0.5), (1, 0, 0.998)]


@pytest.mark.parametrize("coefficients", FILTERS)
@pytest.mark.parametrize("n", [1, 2, 17, 4096, 4097, 20000])
def test_filters_of_first_order(coefficients, n):
    from scipy.signal import lfilter

    gain, zero, pole = coefficients
    plan, x, state = FirstOrderPlan(*coefficients), noise(2, 2, n, seed=n), noise(2, 2, 1, seed=1)
    impulse = np.eye(1, n)[0]
    for start in (None, mx.array(state)):
        assert _gpu.supports("first_order", plan, mx.array(x), start)
        got = _gpu.first_order(plan, mx.array(x), start)
        truth = lfilter([gain, zero], [1, -pole], x.astype(float))
        truth = truth if start is None else truth + state * lfilter([1], [1, -pole], impulse)
        assert_close(got, truth, REFERENCE)


@pytest.mark.parametrize("coefficients", FILTERS)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_filters_never_forget_what_is_not_finite(coefficients, value):
    x = noise(2, 30000)
    x[0, 17] = value
    plan = FirstOrderPlan(*coefficients)
    for start in (None, mx.array(noise(2, 1))):
        got, expected = (np.array(backend.first_order(plan, mx.array(x), start)) for backend in (_gpu, _reference))
        np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
        np.testing.assert_array_equal(np.isinf(got), np.isinf(expected))


def test_gradients_of_filters():
    x, state = mx.array(noise(2, 500)), mx.array(noise(2, 1))
    for coefficients in FILTERS[:5]:
        plan = FirstOrderPlan(*coefficients)
        differentiate("first_order", plan, x, state)
        results = []
        for backend in (_gpu, _reference):
            run = lambda x, backend=backend, plan=plan: backend.first_order(plan, x, None)  # noqa: E731
            results.append([mx.vjp(run, [x], [x * x])[1][0], mx.jvp(run, [x], [x * x])[1][0]])
        for got, expected in zip(*results):
            assert_close(got, np.array(expected), GPU_GRADIENT)


def test_filters_that_ring_too_long_are_left_to_the_reference():
    x = Kind((2, 10**6), mx.float32)
    assert _gpu.supports("first_order", FirstOrderPlan(pole=0.998), x, None)
    assert not _gpu.supports("first_order", FirstOrderPlan(pole=0.9999), x, None)
    assert not _gpu.supports("first_order", FirstOrderPlan(pole=1.0), x, None)
    assert _gpu.supports("first_order", FirstOrderPlan(pole=1.0), Kind((2, 10**4), mx.float32), None)


KINDS = {mx.float32: "float", mx.int32: "int32_t", mx.complex64: "complex64_t"}


def recorded(monkeypatch, launched):
    """Every kernel that calls make, with its arrays and the type of its output."""
    found = {}

    def make(kernel):
        def call(*, inputs, output_shapes, output_dtypes, **rest):
            found[kernel.name] = kernel, inputs, output_dtypes[0]
            return [mx.zeros(output_shapes[0], dtype=output_dtypes[0])]

        return call

    monkeypatch.setattr(build, "make", make)
    for call in launched:
        call()
    return list(found.values())


def metal_arguments(kernel, arrays, dtype):
    """What MLX writes before a body."""
    lines = []
    for name, array in zip((*kernel.arrays, "numbers"), (*arrays, mx.zeros(8, dtype=mx.int32))):
        lines.append(f"const device {KINDS[array.dtype]}* {name}")
        lines += [f"const constant int* {name}_shape"] if f"{name}_shape" in kernel.body else []
    lines.append(f"device {KINDS[dtype]}* {kernel.output}")
    lines += [f"uint3 {word}" for word in ("thread_position_in_threadgroup", "threadgroup_position_in_grid")]
    return ", ".join(lines)


def test_metal_and_cuda_get_what_a_cpp_compiler_takes(launcher, monkeypatch):  # noqa: F811
    if launcher != "pocl":
        pytest.skip("nothing runs")
    y, S, D = mx.zeros((2, 9000)), mx.zeros((2, 5, 33)), mx.zeros((2, 5, 33), dtype=mx.complex64)
    plan = FirstOrderPlan(pole=0.9)
    found = recorded(
        monkeypatch,
        [
            *(lambda n=n: _gpu.reduced(plan_of(n, center=False), y, mx.ones(n)) for n in (64, 45, 8192)),
            lambda: _gpu.reductions(plan_of(64).reductions, S),
            *(lambda p=p: _gpu.framewise(FramewisePlan(64, 16, 32, "edge", p), y) for p in (None, 0.1)),
            lambda: _gpu.magnitude(MagnitudePlan(), D),
            lambda: _gpu.direction(DirectionPlan(), D),
            lambda: _gpu.rephase(RephasePlan(0.5), D, D, S),
            *(lambda X=X: _gpu.separation(SeparationPlan(), X, S, S) for X in (D, S)),
            lambda: _gpu.softmask(SoftmaskPlan(), S, S),
            lambda: _gpu.first_order(plan, y, None),
        ],
    )
    assert len({kernel.stem for kernel, *_ in found}) == 8
    for kernel, arrays, dtype in found:
        text = f"{build.dialect('metal')}{kernel.header}void launched({metal_arguments(kernel, arrays, dtype)})"
        assert compiler_says(f"{text} {{\n{kernel.body}\n}}\n") == []
        text = CUDA_WORDS + cuda.Compiled(kernel, build.dialect("cuda"))._text(arrays, dtype)
        clang = pytest.importorskip("clang.cindex", reason="pip install libclang")
        unit = clang.Index.create().parse("kernel.cpp", ["-std=c++17"], unsaved_files=[("kernel.cpp", text)])
        assert [str(d) for d in unit.diagnostics if d.severity >= clang.Diagnostic.Error] == [], kernel.stem
