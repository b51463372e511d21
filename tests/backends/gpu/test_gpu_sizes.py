"""Every size that the fused kernels transform, against float64, with the launch geometry of a GPU."""

from __future__ import annotations

import itertools

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import agree, arrays, bank_of, differentiate, istft64, launcher, noise, stft64, window_of  # noqa: F401
from tolerances import REFERENCE

from spectro import _gpu, _reference
from spectro._gpu.launch import fft
from spectro._plans import IstftPlan, SpectrogramPlan, StftPlan


def covering(sizes, pairs=True):
    """The first sizes that have each radix at each place, each two in a row, and each number of passes."""
    kept, seen = [], set()
    for n_fft in sizes:
        plan = fft.default(n_fft)
        radices = plan.radices
        places = {(f"at {i}", radix) for i, radix in enumerate(radices)}
        own = {*places, *(itertools.pairwise(radices) if pairs else ())}
        own.add(("passes", len(radices), plan.frames_per_transform))
        if own - seen:
            kept.append(n_fft)
            seen |= own
    return kept


SMOOTH = covering(fft.smooth(16, 4096))
LARGE = [2187, 3645, 3969, 4410, 5120, 6144, 6561, 7680, 8192]
PRIMES = [51, 1102, 3159]  # small ones, which have butterflies
CHIRPS = [74, 1021, 1982, 2053]  # a large one: a convolution
# an inverse differs by its first pass and by what follows the last: it need not have all pairs
INVERSE = {*covering(fft.smooth(16, 4096), pairs=False), *LARGE, *PRIMES, *CHIRPS}


def test_the_sizes_are_all_products_of_two_three_five_and_seven_and_most_others():
    products = {2**a * 3**b * 5**c * 7**d for a in range(14) for b in range(9) for c in range(6) for d in range(5)}
    assert sorted(n for n in products if 16 <= n <= 8192) == list(fft.smooth(16, 8192))
    assert all(fft.supported(n) for n in fft.smooth(16, 8192))
    assert all(fft.supported(n) for n in (*range(17, 8192, 998), *range(1018, 8192, 998)) if n % 2 == 0 or n < 4096)
    assert not any(fft.supported(n) for n in (13, 4099, 8191, 8194))


@pytest.mark.parametrize("n_fft", SMOOTH + LARGE + PRIMES + CHIRPS)
def test_sizes_with_every_radix_at_every_place(launcher, n_fft):  # noqa: F811
    hop = n_fft // 3 + 1
    y, w = noise(1, n_fft + 3, seed=n_fft), window_of(n_fft)
    expected = stft64(y, w, n_fft, hop)
    (signal, window) = arrays(y, w)
    D = _gpu.stft(StftPlan(n_fft, hop, n_fft), signal, window)
    assert_close(np.array(D), expected, REFERENCE, f"stft {n_fft}")
    if n_fft not in INVERSE:
        return
    plan = IstftPlan(n_fft, hop, n_fft, True, y.shape[1] - 2)
    back = _gpu.istft(plan, mx.array(expected.astype(np.complex64)), window)
    expected = istft64(expected.astype(np.complex64), w, n_fft, hop, plan.length, plan.floor)
    assert_close(np.array(back), expected, REFERENCE, f"istft {n_fft}")


@pytest.mark.parametrize("n_fft", [7680, 8192, 6561, 1102])
def test_bands_and_streams_of_large_and_awkward_sizes(launcher, n_fft):  # noqa: F811
    y, w, hop = mx.array(noise(1, n_fft + 5)), mx.array(window_of(n_fft)), n_fft // 4
    stft = StftPlan(n_fft, hop, n_fft, True, "reflect")
    agree(
        "spectrogram", SpectrogramPlan(stft, 2.0, bank_of(n_fft, min(100, n_fft // 8))), y, w, tolerance=2 * REFERENCE
    )
    D = _reference.stft(stft, y, w)
    agree("istft", IstftPlan(n_fft, hop, n_fft, True, y.shape[1], 1e-3), D, w)


@pytest.mark.parametrize(("n_fft", "center"), [(8192, False), (4410, True), (1102, True)])
def test_gradients_of_large_and_awkward_sizes(launcher, n_fft, center):  # noqa: F811
    y, w, hop = mx.array(noise(1, n_fft + 9)), mx.array(window_of(n_fft)), n_fft // 4 + 1
    stft = StftPlan(n_fft, hop, n_fft, center, "reflect")
    differentiate("stft", stft, y, w)
    inverse = IstftPlan(n_fft, hop, n_fft, center, y.shape[1] - 9, 1e-3)
    differentiate("istft", inverse, _reference.stft(stft, y, w), w)
