"""The constant-Q kernels against their references, under PoCL and on the GPU."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
from gpu import agree, differentiate, launcher, noise  # noqa: F401 (a fixture)

from spectro._constants.lowpass import GENTLE, SHARP
from spectro._constants.wavelets import WaveletBank
from spectro._plans import DoubledPlan, DualPlan, HalvedPlan, StftPlan, WaveletPlan

pytestmark = pytest.mark.usefixtures("launcher")


def bank_of(bands, n_fft):
    """A bank with a band without weights, one that is whole, and others with gaps."""
    real, imag = noise(2, bands, n_fft // 2 + 1, seed=4)
    rows = real + 1j * imag
    rows[:-1, ::3] = 0
    rows[0] = rows[0] * (bands == 1)
    return WaveletBank.of(rows)


@pytest.mark.parametrize("filter", [SHARP[0], GENTLE], ids=["sharp", "gentle"])
@pytest.mark.parametrize("n", [1, 2, 63, 1000])
def test_rates(n, filter):
    y = mx.array(noise(2, n))
    for op, plan in (("halved", HalvedPlan(1.5, filter)), ("doubled", DoubledPlan(0.7, 2 * n - n % 2, filter))):
        agree(op, plan, y)
        differentiate(op, plan, y)


@pytest.mark.parametrize("mode", ["constant", "reflect"])
@pytest.mark.parametrize(("n_fft", "bands"), [(16, 1), (64, 3), (256, 12)])
def test_wavelets(n_fft, bands, mode):
    plan, y = WaveletPlan(StftPlan(n_fft, 7, n_fft, True, mode), bank_of(bands, n_fft)), mx.array(noise(2, 301))
    agree("wavelets", plan, y)
    differentiate("wavelets", plan, y)


@pytest.mark.parametrize(("n_fft", "bands"), [(2, 1), (64, 3), (256, 12)])
def test_dual_wavelets(n_fft, bands):
    real, imag = noise(2, 2, 19, bands)
    plan, C = DualPlan(bank_of(bands, n_fft)), mx.array((real + 1j * imag).astype(np.complex64))
    agree("dual", plan, C)
    differentiate("dual", plan, C)
