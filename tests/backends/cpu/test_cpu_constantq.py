"""The C++ forms of the constant-Q operations against their references."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from case import normal, spectrum
from comparing import assert_close

import spectro._cpu as cpu
from spectro import _reference
from spectro._constants.lowpass import GENTLE, SHARP
from spectro._constants.wavelets import WaveletBank
from spectro._plans import DoubledPlan, DualPlan, HalvedPlan, StftPlan, WaveletPlan

pytestmark = pytest.mark.skipif(cpu.unavailable() is not None, reason="the compiled part is not there")


def bank_of(bands: int, n_fft: int, seed: int = 3) -> WaveletBank:
    """A bank with a band without weights, one that is whole, and others with gaps."""
    rows = spectrum(bands, n_fft // 2 + 1, seed=seed)
    rows[:, ::3] = 0
    rows[0] = 0
    rows[-1] = spectrum(n_fft // 2 + 1, seed=seed + 1)
    return WaveletBank.of(rows)


def compared(fast, reference, *shape: int, of=normal) -> None:
    """Values and derivatives of two forms of a linear function."""
    x, direction = (
        mx.array(of(*shape, seed=seed).astype(np.complex64 if of is spectrum else np.float32)) for seed in (1, 2)
    )
    expected = reference(x)
    assert_close(fast(x), expected, tolerances.REFERENCE)
    (pushed,) = mx.jvp(fast, [x], [direction])[1]
    assert_close(pushed, mx.jvp(reference, [x], [direction])[1][0], tolerances.REFERENCE)
    (pulled,) = mx.vjp(fast, [x], [expected])[1]
    assert_close(pulled, mx.vjp(reference, [x], [expected])[1][0], tolerances.REFERENCE)


@pytest.mark.parametrize("filter", [*SHARP, GENTLE], ids=["2", "4", "8", "gentle"])
@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 20001])
def test_rates(n, filter):
    halved, doubled = HalvedPlan(1.5, filter), DoubledPlan(0.7, 2 * n - n % 2, filter)
    with mx.stream(mx.cpu):  # the reference's transforms too
        compared(lambda y: cpu.halved(halved, y), lambda y: _reference.halved(halved, y), 2, n)
        compared(lambda x: cpu.doubled(doubled, x), lambda x: _reference.doubled(doubled, x), 2, n)


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge", "symmetric", "linear_ramp"])
@pytest.mark.parametrize(("n_fft", "bands"), [(16, 1), (64, 3), (64, 12), (512, 24)])
def test_wavelets(n_fft, bands, mode):
    plan = WaveletPlan(StftPlan(n_fft, 7, n_fft, True, mode), bank_of(bands, n_fft))
    compared(lambda y: cpu.wavelets(plan, y), lambda y: _reference.wavelets(plan, y), 2, 301)


@pytest.mark.parametrize(("n_fft", "bands"), [(2, 1), (64, 3), (64, 12), (512, 24)])
def test_dual_wavelets(n_fft, bands):
    plan = DualPlan(bank_of(bands, n_fft))
    compared(lambda C: cpu.dual(plan, C), lambda C: _reference.dual(plan, C), 2, 19, bands, of=spectrum)


def test_any_memory_layout():
    y = mx.array(normal(40, 301).astype(np.float32)).T[::3, ::2]
    halved, wavelets = HalvedPlan(1.0, SHARP[0]), WaveletPlan(StftPlan(16, 5, 16), bank_of(3, 16))
    assert_close(cpu.halved(halved, y.T), _reference.halved(halved, mx.contiguous(y.T)), tolerances.REFERENCE)
    assert_close(cpu.wavelets(wavelets, y.T), _reference.wavelets(wavelets, y.T), tolerances.REFERENCE)
    C = mx.array(spectrum(5, 3, 19).astype(np.complex64)).swapaxes(-1, -2)
    dual = DualPlan(bank_of(3, 16))
    assert_close(cpu.dual(dual, C), _reference.dual(dual, C), tolerances.REFERENCE)
