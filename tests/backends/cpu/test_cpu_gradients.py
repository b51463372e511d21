"""Derivatives, vectorization and compilation of the CPU backend against those of the reference."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from comparing import assert_close
from test_cpu import PAD_MODES, normal, pytestmark, spectra  # noqa: F401

from spectro import _cpu, _reference
from spectro._constants.banks import MelBank
from spectro._plans import DecibelPlan, FluxPlan, IstftPlan, SpectrogramPlan, StftPlan

SHAPES = [(16, 4, "constant", True), (15, 4, "reflect", True), (32, 40, "edge", True), (16, 5, "symmetric", True)]
SHAPES += [(12, 3, "linear_ramp", True), (16, 4, "constant", False), (34, 7, "reflect", True)]
N = 70


def signal_and_window(n_fft: int) -> list[mx.array]:
    return [mx.array(normal(1, 2, 3, N)), mx.array(1.5 + np.tanh(normal(2, n_fft)))]


def ops(n_fft: int, hop: int, pad_mode: str, center: bool) -> dict:
    """Each op with its primals."""
    stft = StftPlan.of("test", n_fft=n_fft, hop_length=hop, center=center, pad_mode=pad_mode)
    D = spectra(3, 2, 3, stft.frames(N), stft.n_bins)
    bank = MelBank(8000, n_fft, 3, 0.0, 4000.0, False, "slaney")
    signal, level = signal_and_window(n_fft), mx.square(mx.array(normal(4, 2, 9, 5))) + 0.01
    istft = IstftPlan(n_fft, hop, n_fft, center, N)
    flux, decibels = FluxPlan(2, 3, True), DecibelPlan(10.0, 1e-3, 15.0, (-2, -1))
    table = {
        "stft": ("stft", stft, signal),
        "istft": ("istft", istft, [D, signal[1]]),
        "flux": ("flux", flux, [level, level[:, ::-1]]),
        "decibels": ("decibels", decibels, [level, mx.array(0.7)]),
        "filterbank": ("filterbank", bank, [mx.abs(D)]),
    }
    for power in (2.0, 1.0, 0.5, 3.0):
        table[f"power {power}"] = ("spectrogram", SpectrogramPlan(stft, power), signal)
        table[f"mel {power}"] = ("spectrogram", SpectrogramPlan(stft, power, bank), signal)
    table["log mel"] = ("spectrogram", SpectrogramPlan(stft, 2.0, bank, decibels), signal)
    return table


NAMES = list(ops(*SHAPES[0]))


def like(x: mx.array, seed: int) -> mx.array:
    return spectra(seed, *x.shape) if x.dtype == mx.complex64 else mx.array(normal(seed, *x.shape))


def both(name: str, shape: tuple, use) -> None:
    """Compare what `use(f, primals)` returns for the two backends."""
    op, plan, primals = ops(*shape)[name]
    got, expected = (use(lambda *x, b=b: getattr(b, op)(plan, *x), primals) for b in (_cpu, _reference))
    for i, (ours, truth) in enumerate(zip(got, expected, strict=True)):
        assert ours.dtype == truth.dtype
        assert_close(ours, np.array(truth), tolerances.GRADIENT, f"{name} {i}")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_vjp(name, shape):
    both(name, shape, lambda f, x: mx.vjp(f, x, [like(f(*x), 5)])[1])


@pytest.mark.parametrize("shape", [s for s in SHAPES if s[0] % 2 == 0])  # MLX's own jvp of an odd irfft raises
@pytest.mark.parametrize("name", NAMES)
def test_jvp(name, shape):
    both(name, shape, lambda f, x: mx.jvp(f, x, [like(v, 6 + i) for i, v in enumerate(x)])[1])


@pytest.mark.parametrize("shape", [s for s in SHAPES if s[0] % 2 == 0])
@pytest.mark.parametrize("name", ["stft", "istft", "power 2.0", "mel 2.0"])
def test_second_derivatives(name, shape):
    def use(f, x):
        def slope(*x):
            loss = lambda *x: mx.square(mx.abs(f(*x))).sum()  # noqa: E731
            first = mx.grad(loss, argnums=tuple(range(len(x))))(*x)
            return sum((g * like(g, 8)).real.sum() for g in first)

        return mx.grad(slope, argnums=tuple(range(len(x))))(*x)

    both(name, shape, use)


@pytest.mark.parametrize("power", [1.0, 0.5])
def test_second_derivatives_of_roots_follow_from_homogeneity(power):
    """The Hessian of a function of degree p, times the point, plus the gradient, is p times the gradient."""
    stft = StftPlan.of("test", n_fft=16, hop_length=4, pad_mode="reflect")
    y, window = signal_and_window(16)
    gradient = mx.grad(lambda y: _cpu.spectrogram(SpectrogramPlan(stft, power), y, window).sum())
    product = mx.grad(lambda x: (gradient(x) * y).sum())(y)
    assert_close(product + gradient(y), power * gradient(y), tolerances.GRADIENT)


@pytest.mark.parametrize("name", NAMES)
def test_vmap_over_the_first_input_and_over_all(name):
    if name != "flux":  # whose reference has the shape of its spectrogram
        both(name, SHAPES[0], lambda f, x: [mx.vmap(f, in_axes=(1, *(None,) * (len(x) - 1)))(*x)])
    doubled = lambda v: mx.stack([v, 2 * v])  # noqa: E731
    both(name, SHAPES[1], lambda f, x: [mx.vmap(f)(*map(doubled, x))])


def test_vmap_of_flux_without_a_reference():
    S, plan = mx.array(normal(1, 3, 9, 5)), FluxPlan(1, 3, True)
    mapped = mx.vmap(lambda S: _cpu.flux(plan, S, None), in_axes=1)(mx.swapaxes(S, 0, 1))
    assert_close(mapped, _reference.flux(plan, S, None), tolerances.COMPILED)


@pytest.mark.parametrize("name", NAMES)
def test_compiled(name):
    def gradient(f):
        return mx.grad(lambda *x: mx.abs(f(*x)).sum())

    both(name, SHAPES[1], lambda f, x: [mx.compile(f)(*x)])
    both(name, SHAPES[1], lambda f, x: [mx.compile(gradient(f))(*x)])


def test_equal_calls_are_one_in_a_compiled_graph():
    y, window = signal_and_window(16)
    plans = [StftPlan.of("test", n_fft=16, hop_length=hop) for hop in (4, 4, 5)]
    same = mx.compile(lambda y: _cpu.stft(plans[0], y, window) - _cpu.stft(plans[1], y, window))
    assert not np.array(mx.abs(same(y))).any()
    other = mx.compile(lambda y: _cpu.stft(plans[0], y, window).shape[-2] - _cpu.stft(plans[2], y, window).shape[-2])
    assert other(y) != 0


@pytest.mark.parametrize("power", [2.0, 1.0, 0.5])
def test_silence_has_no_gradient(power):
    plan = SpectrogramPlan(StftPlan.of("test", n_fft=16), power)
    _, window = signal_and_window(16)
    grads = mx.grad(lambda y, w: _cpu.spectrogram(plan, y, w).sum(), argnums=(0, 1))(mx.zeros((2, N)), window)
    assert not any(np.array(g).any() for g in grads)


@pytest.mark.parametrize("n", [1, 2, 9, 40])
@pytest.mark.parametrize("mode", PAD_MODES)
@pytest.mark.parametrize("op", ["stft", "spectrogram"])
def test_gradients_of_signals_shorter_than_their_padding(op, mode, n):
    plan = StftPlan.of("test", n_fft=32, hop_length=5, pad_mode=mode)
    plan = plan if op == "stft" else SpectrogramPlan(plan)
    y, window = mx.array(normal(1, 2, n)), mx.array(1.5 + np.tanh(normal(2, 32)))

    def slopes(backend):
        def loss(y):
            return mx.square(mx.abs(getattr(backend, op)(plan, y, window)) * weights).sum()

        weights = like(getattr(backend, op)(plan, y, window).real, 3)
        first = mx.grad(loss)(y)
        return first, mx.grad(lambda y: (mx.grad(loss)(y) * like(y, 4)).sum())(y)

    for ours, truth in zip(slopes(_cpu), slopes(_reference)):
        assert_close(ours, np.array(truth), tolerances.GRADIENT)
