"""Every size that the fused kernels transform, against float64, with the launch geometry of a GPU."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import arrays, istft64, launcher, noise, stft64, window_of  # noqa: F401
from tolerances import REFERENCE

from spectro import _gpu
from spectro._gpu.launch import fft
from spectro._plans import IstftPlan, StftPlan

SMOOTH = [n for n in range(16, 4097) if fft.supported(n) and n % 7]
SEVENS = [28, 56, 63, 98, 441, 882, 1764, 2205, 3528]


def test_the_sizes_are_all_products_of_two_three_and_five():
    products = {2**a * 3**b * 5**c for a in range(13) for b in range(8) for c in range(6)}
    assert sorted(n for n in products if 16 <= n <= 4096) == SMOOTH
    assert all(fft.supported(n) for n in SEVENS)


@pytest.mark.parametrize("n_fft", SMOOTH + SEVENS)
def test_a_round_trip_of_every_size(launcher, n_fft):  # noqa: F811
    hop = n_fft // 3 + 1
    y, w = noise(2, 2 * n_fft + 3, seed=n_fft), window_of(n_fft)
    expected = stft64(y, w, n_fft, hop)
    (signal, window) = arrays(y, w)
    D = _gpu.stft(StftPlan(n_fft, hop, n_fft), signal, window)
    assert_close(np.array(D), expected, REFERENCE, f"stft {n_fft}")
    plan = IstftPlan(n_fft, hop, n_fft, True, y.shape[1] - 2)
    back = _gpu.istft(plan, mx.array(expected.astype(np.complex64)), window)
    expected = istft64(expected.astype(np.complex64), w, n_fft, hop, plan.length, plan.floor)
    assert_close(np.array(back), expected, REFERENCE, f"istft {n_fft}")
