"""The GPU backend's operations against the reference: values, derivatives, batches and awkward shapes."""

from __future__ import annotations

import functools

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import agree, bank_of, both, differentiate, istft64, launcher, noise, stft64, window_of  # noqa: F401
from tolerances import GPU_GRADIENT, REFERENCE

from spectro import _gpu, _reference
from spectro._constants.held import is_constant
from spectro._gpu.launch import fft, tuning
from spectro._gpu.ops.analysis import BANK, POWER, SPECTRUM, Analysis, Epilogue, constants, launch
from spectro._gpu.ops.synthesis import Synthesis, steps
from spectro._plans import FluxPlan, IstftPlan, MedianPlan, SoftmaskPlan, SpectrogramPlan, StftPlan
from spectro.windows.spec import analysis_window

pytestmark = pytest.mark.usefixtures("launcher")
PAD_MODES = ("constant", "edge", "reflect", "symmetric", "linear_ramp")


@pytest.mark.parametrize("pad_mode", PAD_MODES)
@pytest.mark.parametrize("n", [1, 2, 5, 40, 333])
def test_padding_of_signals_of_any_length(pad_mode, n):
    for n_fft in (64, 45):
        y = mx.array(noise(2, n))
        agree("stft", StftPlan(n_fft, 12, n_fft, True, pad_mode), y, mx.array(window_of(n_fft)))


@pytest.mark.parametrize("hop", [1, 7, 16, 24, 64, 65, 200])
def test_any_hop(hop):
    y, w = mx.array(noise(3, 500)), mx.array(window_of(64))
    plan = StftPlan(64, hop, 64)
    agree("stft", plan, y, w)
    D = _reference.stft(plan, y, w)
    for length in (1, 300, 500, 640):
        agree("istft", IstftPlan(64, hop, 64, True, length, 1e-3), D, w)


@pytest.mark.parametrize("n_fft", [64, 45, 37])
def test_uncentered(n_fft):
    y, w = mx.array(noise(2, 300)), mx.array(window_of(n_fft))
    plan = StftPlan(n_fft, 16, n_fft, False)
    agree("stft", plan, y, w)
    agree("istft", IstftPlan(n_fft, 16, n_fft, False, 290, 1e-3), _reference.stft(plan, y, w), w)


@pytest.mark.parametrize("shape", [(100,), (3, 100), (2, 3, 101), (2, 1, 2, 99)])
def test_leading_dimensions_and_odd_numbers_of_frames(shape):
    w = mx.array(window_of(32))
    for hop in (8, 9):
        y = mx.array(noise(*shape))
        agree("stft", StftPlan(32, hop, 32), y, w)
        agree("istft", IstftPlan(32, hop, 32, True, 95, 1e-3), _reference.stft(StftPlan(32, hop, 32), y, w), w)


def test_strided_and_shifted_inputs():
    w, plan = mx.array(window_of(32)), StftPlan(32, 8, 32)
    y = mx.array(noise(200, 3))
    agree("stft", plan, y.T, w)
    agree("stft", plan, y.T[1:, 1:], w)
    agree("stft", plan, mx.array(noise(301))[1:], w)  # an odd offset: pairs of samples are not aligned
    agree("stft", plan, y.T[:, ::2], w)
    D = _reference.stft(plan, y.T, w)
    agree("istft", IstftPlan(32, 8, 32, True, 190), mx.contiguous(D.swapaxes(-1, -2)).swapaxes(-1, -2), w)
    agree("istft", IstftPlan(32, 8, 32, True, 90), D[:, 1:-3], w)


@pytest.mark.parametrize("n_fft", [2, 6, 11, 4099, 8194])
def test_sizes_without_a_fused_kernel(n_fft):
    assert not fft.supported(n_fft)
    y, w = mx.array(noise(2, 2 * n_fft + 50)), mx.array(window_of(n_fft))
    hop = max(1, n_fft // 4)
    agree("stft", StftPlan(n_fft, hop, n_fft, True, "reflect"), y, w)
    D = _reference.stft(StftPlan(n_fft, hop, n_fft), y, w)
    agree("istft", IstftPlan(n_fft, hop, n_fft, True, y.shape[-1], 1e-3), D, w)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5, 3.0])
@pytest.mark.parametrize("n_fft", [64, 45, 37, 480])
def test_powers_and_filterbanks(power, n_fft):
    y, w, stft = mx.array(noise(2, 3 * n_fft + 1)), mx.array(window_of(n_fft)), StftPlan(n_fft, n_fft // 4, n_fft)
    agree("spectrogram", SpectrogramPlan(stft, power), y, w, tolerance=2 * REFERENCE)
    agree("spectrogram", SpectrogramPlan(stft, power, bank_of(n_fft)), y, w)


@pytest.mark.parametrize("power", [1.0, 0.5, 0.7])
@pytest.mark.parametrize("amplitude", [1e-25, 1e-19, 1e-12, 1e12, 1e20])
@pytest.mark.parametrize("n_fft", [64, 45])
def test_powers_in_all_of_single_precisions_range(n_fft, amplitude, power):
    y, w = mx.array(noise(2, 300) * np.float32(amplitude)), mx.array(window_of(n_fft))
    for bank in (None, bank_of(n_fft)):
        plan = SpectrogramPlan(StftPlan(n_fft, n_fft // 4, n_fft), power, bank)
        got, expected = (np.array(run(plan, y, w)) for run in (_gpu.spectrogram, _reference.spectrogram))
        assert_close(got / expected.max(), expected / expected.max(), 2 * REFERENCE)
        peak = float(expected.max())
        gradient, slope = (
            np.array(mx.grad(lambda y, run=run, plan=plan, peak=peak: (run(plan, y, w) / peak).sum())(y))
            for run in (_gpu.spectrogram, _reference.spectrogram)
        )
        assert_close(gradient * amplitude, slope * amplitude, GPU_GRADIENT)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("n_fft", [64, 45, 37])
@pytest.mark.parametrize("power", [0.5, 0.7, 1.0, 2.0])
def test_what_is_not_finite_stays_in_its_frames(power, n_fft, bad):
    y, w = noise(1, 300), mx.array(window_of(n_fft))
    y[0, [0, 150, 151]] = bad
    for bank in (None, bank_of(n_fft)):
        plan = SpectrogramPlan(StftPlan(n_fft, 16, n_fft), power, bank)
        got, expected = (np.array(run(plan, mx.array(y), w)) for run in (_gpu.spectrogram, _reference.spectrogram))
        lost = ~np.isfinite(expected).all(-1)
        assert 0 < lost.sum() < lost.size
        assert np.array_equal(~np.isfinite(got).all(-1), lost)
        assert_close(got[~lost], expected[~lost], REFERENCE**power if power < 1 else REFERENCE)


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("powers", [True, False])
@pytest.mark.parametrize("n_fft", [64, 480, 2048])
def test_every_variant_of_the_transform(frames, powers, n_fft):
    y, w = noise(2, 3 * n_fft), window_of(n_fft)
    base = fft.default(n_fft, frames)
    hop, bank = n_fft // 4, bank_of(n_fft)
    a = Analysis(n_fft, hop, n_fft // 2, 1 + 3 * n_fft // hop)
    expected = stft64(y, w, n_fft, hop)
    weights = np.array(bank.weights()).astype(np.float64)
    answers = {SPECTRUM: expected, POWER: np.abs(expected) ** 2, BANK: np.abs(expected) ** 2 @ weights.T}
    one, base_threads = 1, base.threads_per_transform
    for together, threads in ((one, base_threads), (base.transforms_per_group, base_threads), (one, 2 * base_threads)):
        t = fft.FftPlan(n_fft, frames, base.radices[::-1], threads, together, powers)
        for kind, answer in answers.items():
            if kind != SPECTRUM and (together, threads) != (1, base_threads):
                continue
            e = Epilogue(kind, 2.0, bank.n_bands if kind == BANK else 0)
            table = bank.table() if kind == BANK else None
            got = launch(a, t, e, *y.shape)(mx.array(y), mx.array(w), *constants(t, table))
            assert_close(np.array(got), answer, REFERENCE, f"{t} {e}")


@pytest.mark.parametrize(("n_fft", "hop"), [(64, 16), (64, 8), (512, 128), (480, 120), (1024, 384), (2048, 512)])
def test_every_run_of_the_synthesis(n_fft, hop):
    w, floor, length = window_of(n_fft), 1e-4, 4 * n_fft + 5
    D = stft64(noise(2, 4 * n_fft), w, n_fft, hop).astype(np.complex64)
    s = Synthesis(n_fft, hop, n_fft // 2, length, 1 / n_fft, 1 / n_fft, floor)
    answer = istft64(D, w, n_fft, hop, length, floor)
    stream, usual = tuning.synthesis(n_fft, hop, 1)
    assert usual, "these hops stream"
    choices = [(stream, run) for run in (1, 3, 8)]
    choices += [(t, 0) for t in (fft.default(n_fft, 1), fft.default(n_fft, 2))]
    for t, run in choices:
        got = steps(s, t, run, *D.shape[:2])(mx.array(D), mx.array(w))
        assert_close(np.array(got), answer, REFERENCE, f"{t} {run}")


@pytest.mark.parametrize("n_fft", [64, 45, 37])
def test_frames_of_any_hop_are_added(n_fft):
    w, floor = window_of(n_fft), 1e-2
    for hop in (1, 7, 23, 50, n_fft, n_fft + 1, 3 * n_fft):
        count = 9 if hop > 1 else 150
        D = (noise(2, count, n_fft // 2 + 1) + 1j * noise(2, count, n_fft // 2 + 1, seed=1)).astype(np.complex64)
        for trim, length in ((n_fft // 2, (count - 1) * hop + 1), (0, count * hop + 3 * n_fft), (hop + 3, 2 * hop + 5)):
            s = Synthesis(n_fft, hop, trim, length, 1 / n_fft, 1 / n_fft, floor)
            run = steps(s, fft.default(n_fft), 0, *D.shape[:2])
            answer = istft64(D, w, n_fft, hop, length, floor, trim)
            assert_close(np.array(run(mx.array(D), mx.array(w))), answer, REFERENCE, f"{s}")


MASKED = [((2, 7), (2, 7)), ((2, 7), (3, 1, 7)), ((7,), (2, 7)), ((2, 3, 7), (3, 1))]  # leading dimensions and frames


@pytest.mark.parametrize(("n_fft", "hop"), [(64, 16), (64, 12), (45, 12), (37, 9)])
@pytest.mark.parametrize("kind", [mx.float32, mx.complex64])
def test_masks_of_spectra(n_fft, hop, kind):
    w, plan = mx.array(window_of(n_fft)), IstftPlan(n_fft, hop, n_fft, True, 7 * hop, 1e-3)

    def random(*shape, seed):
        real, imag = (mx.array(part) for part in noise(2, *shape, n_fft // 2 + 1, seed=seed))
        return real + 1j * imag

    for of_spectra, of_masks in MASKED:
        D, mask = random(*of_spectra, seed=1), random(*of_masks, seed=2)
        agree("istft", plan, D, w, mask if kind == mx.complex64 else mask.real)
    differentiate("istft", plan, D, w, mask if kind == mx.complex64 else mask.real)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.7])
@pytest.mark.parametrize("splits_zeros", [True, False])
def test_soft_masks(power, splits_zeros):
    plan = SoftmaskPlan(power, splits_zeros)
    for shape in [(3,), (2, 20, 13), (1, 1)]:
        X, X_ref = np.abs(noise(2, *shape))
        X.flat[0] = X_ref.flat[0] = X_ref.flat[-1] = 0
        agree("softmask", plan, mx.array(X), mx.array(X_ref))
    differentiate("softmask", plan, mx.array(np.abs(noise(20, 13))), mx.array(np.abs(noise(20, 13, seed=1))))


@pytest.mark.parametrize("max_size", [1, 2, 3, 5])
@pytest.mark.parametrize("mean", [True, False])
def test_flux(max_size, mean):
    S = mx.array(noise(2, 3, 20, 13))
    for lag in (1, 2, 19):
        plan = FluxPlan(lag, max_size, mean)
        agree("flux", plan, S, None)
        agree("flux", plan, S, mx.array(noise(2, 3, 20, 13, seed=1)))
    differentiate("flux", FluxPlan(1, max_size, mean), S, mx.array(noise(2, 3, 20, 13, seed=1)))


def test_flux_keeps_a_nan():
    S = noise(2, 9, 6)
    S[1, 4, 2] = np.nan
    for mean in (True, False):
        plan = FluxPlan(1, 3, mean)
        got, expected = _gpu.flux(plan, mx.array(S), None), _reference.flux(plan, mx.array(S), None)
        assert np.isnan(np.array(expected)).any()
        assert np.array_equal(np.isnan(np.array(got)), np.isnan(np.array(expected)))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 9, 31])
@pytest.mark.parametrize("axis", [-2, -1])
def test_running_medians(size, axis):
    plan = MedianPlan(size, axis)
    for shape in ((41, 23), (2, 3, 17, 70)):
        got, expected = both("running_median", plan, mx.array(noise(*shape)))
        np.testing.assert_array_equal(np.array(got), np.array(expected))


def test_running_medians_of_spectra_and_of_nan():
    D = mx.array(noise(20, 21) + 1j * noise(20, 21, seed=1))
    agree("running_median", MedianPlan(5, -2), D)
    differentiate("running_median", MedianPlan(5, -1), mx.array(noise(9, 12)))
    S = noise(20, 21)
    S[4, 3:5] = np.nan
    got, expected = both("running_median", MedianPlan(3, -1), mx.array(S))
    assert np.isnan(np.array(expected)).any()
    np.testing.assert_array_equal(np.array(got), np.array(expected))


def test_flux_of_too_few_frames_is_left_to_the_reference():
    assert not _gpu.supports("flux", FluxPlan(5, 1, True), mx.zeros((5, 8)), None)


@pytest.mark.parametrize("pad_mode", PAD_MODES)
def test_gradients_of_the_analysis(pad_mode):
    y = mx.array(noise(2, 300))
    differentiate("stft", StftPlan(64, 16, 64, True, pad_mode), y, mx.array(window_of(64)))
    differentiate("stft", StftPlan(45, 11, 45, True, pad_mode), y, mx.array(window_of(45)))


@pytest.mark.parametrize(("n_fft", "hop"), [(64, 16), (480, 120), (64, 23), (6, 2)])
def test_gradients_of_the_synthesis(n_fft, hop):
    w, y = mx.array(window_of(n_fft)), mx.array(noise(2, 5 * n_fft))
    D = _reference.stft(StftPlan(n_fft, hop, n_fft), y, w)
    differentiate("istft", IstftPlan(n_fft, hop, n_fft, True, 4 * n_fft, 1e-3), D, w)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
def test_gradients_of_spectrograms(power):
    y, w = mx.array(noise(2, 300)), mx.array(window_of(64))
    differentiate("spectrogram", SpectrogramPlan(StftPlan(64, 16, 64), power, bank_of(64)), y, w)
    silent = mx.vjp(
        lambda a: _gpu.spectrogram(SpectrogramPlan(StftPlan(64, 16, 64), power), a, w),
        [mx.zeros((2, 300))],
        [mx.ones((2, 19, 33))],
    )[1][0]
    assert np.array_equal(np.array(silent), np.zeros((2, 300)))


def test_gradients_and_batches_of_filterbanks():
    bank, S = bank_of(64), mx.array(noise(3, 5, 33))
    agree("filterbank", bank, S)
    differentiate("filterbank", bank, S)
    agree("filterbank", bank, S.swapaxes(0, 1))


def test_compiled_calls_and_gradients(launcher):  # noqa: F811
    if launcher == "pocl":
        pytest.skip("PoCL runs at once, which tracing forbids")
    w, y = mx.array(window_of(64)), mx.array(noise(2, 300))
    plan, back = StftPlan(64, 16, 64, True, "reflect"), IstftPlan(64, 16, 64, True, 300, 1e-3)

    def loss(a, v, w):
        # back with another window: with the same one, the way there and back does not depend on it
        return (mx.abs(_gpu.istft(back, _gpu.stft(plan, a, v) * 2, w)) ** 3).sum()

    for compiled, eager in (
        (mx.compile(lambda a: _gpu.stft(plan, a, w))(y), _gpu.stft(plan, y, w)),
        *zip(mx.compile(mx.grad(loss, argnums=(0, 1)))(y, w, w), mx.grad(loss, argnums=(0, 1))(y, w, w)),
    ):
        assert_close(np.array(compiled), np.array(eager), REFERENCE)


@pytest.mark.parametrize("n_fft", [64, 37])
def test_named_windows_take_a_shorter_way_back_to_the_same_derivatives(n_fft):
    hop = n_fft // 4
    named, y = analysis_window("test", "hamming", n_fft, n_fft), mx.array(noise(2, 300))
    given = mx.array(np.array(named))
    assert is_constant(named)
    assert not is_constant(given)
    stft = StftPlan(n_fft, hop, n_fft, True, "reflect")
    D = _reference.stft(stft, y, given)
    cases = [
        ("stft", stft, y),
        ("istft", IstftPlan(n_fft, hop, n_fft, True, 290), D),
        ("spectrogram", SpectrogramPlan(stft, 1.0, bank_of(n_fft)), y),
    ]
    for op, plan, x in cases:
        agree(op, plan, x, named)
        shape = getattr(_reference, op)(plan, x, given)
        cotangent, tangent = shape * 0.5 + 0.1, x * x
        results = []
        for backend, w in ((_gpu, named), (_reference, given)):
            run = functools.partial(lambda a, f, w, plan: f(plan, a, w), f=getattr(backend, op), w=w, plan=plan)
            results.append([mx.vjp(run, [x], [cotangent])[1][0], mx.jvp(run, [x], [tangent])[1][0]])
        for got, expected in zip(*results):
            assert_close(np.array(got), np.array(expected), GPU_GRADIENT, f"{op} {n_fft}")


def test_second_derivatives():
    plan, w = StftPlan(64, 16, 64, True, "reflect"), mx.array(window_of(64))
    y = mx.array(noise(2, 200))

    def bend(backend):
        energy = mx.grad(lambda a: (mx.abs(backend.stft(plan, a, w)) ** 4).sum())
        return mx.grad(lambda a: energy(a).square().sum())(y)

    assert_close(np.array(bend(_gpu)), np.array(bend(_reference)), GPU_GRADIENT)


def test_what_the_kernels_do_not_do_is_refused():
    w = mx.ones(64)
    assert not _gpu.supports("stft", StftPlan(64, 16, 64), mx.zeros((0, 100)), w)
    assert not _gpu.supports("stft", StftPlan(64, 16, 64), mx.zeros(100, dtype=mx.float16), w)
    assert not _gpu.supports("onset", None, mx.zeros(3))
