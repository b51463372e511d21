"""Arrays that begin between two pairs of floats, as slices of odd offsets do: every argument of every operation."""

from __future__ import annotations

import re
from pathlib import Path

import mlx.core as mx
import numpy as np
import opencl
import pytest
from gpu import agree, bank_of, differentiate, launcher, noise, pocl, window_of  # noqa: F401
from tolerances import REFERENCE

from spectro import _reference
from spectro._constants.lowpass import SHARP
from spectro._constants.wavelets import WaveletBank
from spectro._gpu.launch import build
from spectro._gpu.launch.kernel import Kernel
from spectro._plans import (
    DecibelPlan,
    DoubledPlan,
    DualPlan,
    FluxPlan,
    HalvedPlan,
    IstftPlan,
    MedianPlan,
    SoftmaskPlan,
    SpectrogramPlan,
    StftPlan,
    WaveletPlan,
)

TABLE = ("starts", "counts", "offsets", "weights")  # of a bank
KERNELS = Path(build.__file__).parents[1] / "kernels"


@pytest.fixture
def shifted(launcher, monkeypatch):  # noqa: F811
    """Give a function that moves arrays of some names by one float: under PoCL in the launch, on a GPU by slicing."""

    def of(*names):
        monkeypatch.setattr(opencl, "SHIFTED", frozenset(names if launcher == "pocl" else ()))

        def move(name, x):
            if launcher == "pocl" or name not in names:
                return x
            floats = mx.contiguous(x).view(mx.float32).reshape(-1)
            return mx.concatenate([mx.zeros(1), floats])[1:].view(x.dtype).reshape(x.shape)

        return move

    return of


def spectra(*shape, seed=0):
    real, imag = noise(2, *shape, seed=seed)
    return mx.array((real + 1j * imag).astype(np.complex64))


def check(op, plan, *given):
    agree(op, plan, *given)
    differentiate(op, plan, *given)


@pytest.mark.parametrize("names", [("y",), ("window",), ("y", "window")], ids="-".join)
@pytest.mark.parametrize("n_fft", [64, 45, 74])
def test_signals_and_windows(shifted, n_fft, names):
    move = shifted(*names)
    y, w = move("y", mx.array(noise(2, 300))), move("window", mx.array(window_of(n_fft)))
    check("stft", StftPlan(n_fft, 16, n_fft, True, "reflect"), y, w)
    stft = StftPlan(n_fft, 12, n_fft)
    agree("spectrogram", SpectrogramPlan(stft, 1.0, bank_of(n_fft)), y, w)
    levels = SpectrogramPlan(stft, 2.0, None, DecibelPlan(10.0, 1e-2, None, (-2, -1)))
    agree("spectrogram", levels, y, w, tolerance=10 * REFERENCE)


MASKS = {"none": None, "real": mx.float32, "complex": mx.complex64}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("hop", [16, 12])
@pytest.mark.parametrize("n_fft", [64, 45])
def test_spectra_and_masks(shifted, n_fft, hop, mask):
    for name in ("spectrum", "window", *(["mask"] if MASKS[mask] else [])):
        move, bins = shifted(name), n_fft // 2 + 1
        given = [move("spectrum", spectra(2, 9, bins)), move("window", mx.array(window_of(n_fft)))]
        if MASKS[mask]:
            factors = spectra(9, bins, seed=1)
            given.append(move("mask", factors if mask == "complex" else factors.real))
        check("istft", IstftPlan(n_fft, hop, n_fft, True, 8 * hop, 1e-3), *given)


def test_sizes_without_a_fused_kernel(shifted):
    move, stft = shifted("y", "window", "cuts"), StftPlan(11, 3, 11, True, "reflect")
    y, w = move("y", mx.array(noise(2, 60))), move("window", mx.array(window_of(11)))
    check("stft", stft, y, w)
    check("istft", IstftPlan(11, 3, 11, True, 60, 1e-3), _reference.stft(stft, y, w), w)


def test_levels(shifted):
    move = shifted("values", "ref", "peak", "levels", "reference", "rest", "bins", *TABLE)
    S = move("levels", mx.array(np.abs(noise(2, 20, 13)) + 0.1))
    other = move("rest", mx.array(np.abs(noise(2, 20, 13, seed=1)) + 0.1))
    for shape in ((1,), (2, 1, 1)):
        ref = move("ref", mx.array(np.abs(noise(*shape, seed=2)) + 0.1))
        for top_db in (None, 10.0):
            check("decibels", DecibelPlan(10.0, 1e-10, top_db, (-2, -1)), S, ref)
    check("flux", FluxPlan(1, 3, True), S, other)
    check("softmask", SoftmaskPlan(2.0, True), S, other)
    for axis in (-2, -1):
        agree("running_median", MedianPlan(5, axis), S)
    check("filterbank", bank_of(64), move("bins", mx.array(noise(2, 5, 33))))


def test_octaves(shifted):
    move = shifted("samples", "taps", "bins", "y", "window", *TABLE)
    bank = WaveletBank.of(np.array(spectra(3, 33)))
    y, C = move("samples", mx.array(noise(2, 301))), move("bins", spectra(2, 19, 3))
    check("halved", HalvedPlan(1.5, SHARP[0]), y)
    check("doubled", DoubledPlan(0.7, 601, SHARP[0]), y)
    check("wavelets", WaveletPlan(StftPlan(64, 7, 64), bank), y)
    check("dual", DualPlan(bank), C)


def test_pairs_of_a_callers_array_are_read_through_the_words_that_are_checked():
    """Beside these, a cast to pairs is of twiddles, or of what the kernel writes; both begin where memory does."""
    for file in KERNELS.glob("*.h"):
        if not file.name.startswith("dialect_"):
            casts = re.findall(r"(?:AS_CONST_PAIRS|AS_PAIRS)\((\w+)\)", file.read_text())
            assert set(casts) <= {"twiddles", "out"}, file.name


class Pair(Kernel):
    """A kernel that reads a pair and asks nothing before."""

    header, body = "", "out[0] = LOAD_PAIR(y, 0, 0).x;"


def test_pocl_sees_a_pair_that_is_read_where_none_begins(pocl, monkeypatch):  # noqa: F811
    launch = build.Launch(Pair("pair", ("y",), ()), 1, 1, (1,))
    assert np.array(launch(mx.ones(4))) == 1
    monkeypatch.setattr(opencl, "SHIFTED", {"y"})
    assert np.isnan(np.array(launch(mx.ones(4))))
