"""Decibels on the GPU, of arrays and at the end of an analysis: against the reference, and how callers get there."""

from __future__ import annotations

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from gpu import agree, bank_of, both, differentiate, launcher, noise, stft64, window_of  # noqa: F401
from tolerances import DECIBELS, REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._engine import calls, dispatch
from spectro._gpu.launch import build, fft
from spectro._gpu.ops.analysis import BANK, Analysis, Epilogue, constants, launch
from spectro._plans import DecibelPlan, SpectrogramPlan, StftPlan

pytestmark = pytest.mark.usefixtures("launcher")
EACH, ALL = (-2, -1), (-3, -2, -1)


def same_specials(got, expected):
    """NaN and infinities stand where the reference has them, and the rest is close."""
    got, expected = np.array(got), np.array(expected)
    finite = np.isfinite(expected)
    assert np.array_equal(got[~finite], expected[~finite], equal_nan=True)
    assert np.abs(got[finite] - expected[finite]).max() <= DECIBELS


def log_plan(power, n_fft, bands, top_db, axes=EACH, amin=1e-10):
    bank = bank_of(n_fft) if bands else None
    return SpectrogramPlan(StftPlan(n_fft, n_fft // 4, n_fft), power, bank, DecibelPlan(10.0, amin, top_db, axes))


@pytest.mark.parametrize("bands", [True, False])
@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
@pytest.mark.parametrize("n_fft", [64, 45, 37, 480])
def test_an_analysis_that_ends_in_decibels(n_fft, power, bands):
    y, w = noise(2, 3, 3 * n_fft + 1), mx.array(window_of(n_fft))
    y[1] *= 1e-3  # the range of each spectrogram is its own
    for top_db, axes in ((None, EACH), (20.0, EACH), (20.0, ALL), (0.0, EACH)):
        got, expected = both("spectrogram", log_plan(power, n_fft, bands, top_db, axes), mx.array(y), w)
        assert got.shape == expected.shape
        # rounding of a power far below the others is a fixed number of decibels
        assert np.abs(np.array(got) - np.array(expected)).max() <= DECIBELS
    agree("spectrogram", log_plan(power, n_fft, bands, 80.0), mx.array(y[0, 0]), w, tolerance=10 * REFERENCE)


def test_an_analysis_in_decibels_against_float64():
    n_fft, hop, bank = 512, 128, bank_of(512)
    y, w = 100 * noise(2, 2000), window_of(n_fft)
    mel = np.abs(stft64(y, w, n_fft, hop)) ** 2 @ np.array(bank.weights()).astype(np.float64).T
    a = Analysis(n_fft, hop, n_fft // 2, 1 + 2000 // hop)
    for each, amin in ((1, 1e-10), (2, 1e-10), (1, 30.0)):  # a floor above 1 is that of the reference value too
        t, e = fft.default(n_fft, each), Epilogue(BANK, 2.0, bank.n_bands, DecibelPlan(10.0, amin, None, EACH))
        got = launch(a, t, e, *y.shape)(mx.array(y), mx.array(w), *constants(t, bank.table()))
        expected = 10 * np.log10(np.maximum(mel, amin)) - 10 * np.log10(max(1, amin))
        assert_close(np.array(got), expected, REFERENCE)


@pytest.mark.parametrize("bands", [True, False])
@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
def test_silence_is_at_the_floor_and_has_no_gradient(power, bands):
    y, w = mx.zeros((2, 300)), mx.array(window_of(64))
    for top_db in (None, 80.0):
        plan = log_plan(power, 64, bands, top_db)
        agree("spectrogram", plan, y, w)
        slope = mx.vjp(lambda a, plan=plan: _gpu.spectrogram(plan, a, w), [y], [_gpu.spectrogram(plan, y, w)])[1][0]
        assert not np.array(slope).any()


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
@pytest.mark.parametrize("top_db", [None, 6.0])
@pytest.mark.parametrize("n_fft", [64, 37])
def test_gradients_of_an_analysis_in_decibels(power, top_db, n_fft):
    y, w = mx.array(noise(2, 300)), mx.array(window_of(n_fft))
    differentiate("spectrogram", log_plan(power, n_fft, True, top_db), y, w)
    differentiate("spectrogram", log_plan(power, n_fft, False, top_db, amin=0.5), y, w)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
@pytest.mark.parametrize("bands", [True, False])
def test_a_nan_in_the_signal_stays_one(power, bands):
    y, w = noise(2, 300), mx.array(window_of(64))
    y[1, 100] = np.nan
    same_specials(*both("spectrogram", log_plan(power, 64, bands, 80.0), mx.array(y), w))
    same_specials(*both("spectrogram", log_plan(power, 64, bands, None), mx.array(y), w))


@pytest.mark.parametrize("shape", [(), (3,), (7,), (1, 1), (5, 9), (2, 40, 17), (2, 3, 4, 5), (2, 30, 50)])
@pytest.mark.parametrize("top_db", [None, 0.0, 5.0, 80.0])
def test_decibels(shape, top_db):
    S = mx.square(mx.array(noise(*shape)))
    for axes in {None, tuple(range(-min(2, len(shape)), 0)), tuple(range(-min(1, len(shape)), 0)), ()}:
        inner = len(shape) if axes is None else len(axes)
        one_each = mx.array(np.abs(noise(*shape[: len(shape) - inner], *[1] * inner, seed=1)) + 1e-3)
        for scale, amin, ref in ((10.0, 1e-10, mx.array(0.3)), (20.0, 1e-2, one_each), (10.0, 1e-10, mx.zeros(()))):
            agree("decibels", DecibelPlan(scale, amin, top_db, axes), S, ref)


def test_decibels_of_arrays_that_are_not_rows_first():
    S = mx.square(mx.array(noise(3, 20, 30)))
    plan, ref = DecibelPlan(10.0, 1e-10, 20.0, EACH), mx.array(np.abs(noise(3, 1, 1)))
    for view in (S.swapaxes(1, 2), S[:, ::2, 1:], mx.broadcast_to(S[:1], S.shape)):
        agree("decibels", plan, view, ref)
    agree("decibels", plan, S, mx.broadcast_to(ref[:1], ref.shape))


def test_what_equals_its_reference_is_zero_to_the_bit():
    S = mx.abs(mx.array(noise(50, 1, 1)))
    assert not np.array(_gpu.decibels(DecibelPlan(10.0, 1e-10, 80.0, EACH), S, S)).any()


def test_decibels_keep_a_nan_and_infinities():
    S = np.abs(noise(4, 5, 6))
    S[1, 2, 3], S[2, 0, 0] = np.nan, np.inf
    for top_db in (None, 80.0):
        for ref in (mx.array(1.0), mx.array([1.0, 2.0, np.inf, np.nan]).reshape(4, 1, 1)):
            same_specials(*both("decibels", DecibelPlan(10.0, 1e-10, top_db, EACH), mx.array(S), ref))


def test_gradients_of_decibels():
    S = mx.array(np.abs(noise(2, 3, 9, 8)) + 0.01)
    for top_db in (None, 5.0):
        for axes, inner in ((EACH, (1, 1)), ((-1,), (8, 1)), (None, None)):
            if inner is not None:
                outer = (2, 3) if inner == (1, 1) else (2, 3, 9)
                ref = mx.array(np.abs(noise(*outer, *[1] * (4 - len(outer)), seed=1)) + 0.5)
                differentiate("decibels", DecibelPlan(10.0, 0.05, top_db, axes), S, ref)
            differentiate("decibels", DecibelPlan(20.0, 0.05, top_db, axes), S, mx.array(0.3))


def test_arrays_that_are_counted_with_64_bits(monkeypatch):
    monkeypatch.setattr(build, "WIDE", 1)
    agree("decibels", DecibelPlan(10.0, 1e-10, 7.0, EACH), mx.array(np.abs(noise(3, 8, 9))), mx.ones((3, 1, 1)))
    agree("spectrogram", log_plan(2.0, 64, True, 7.0), mx.array(noise(2, 300)), mx.array(window_of(64)))


@pytest.mark.skipif(_gpu.missing() is not None, reason=f"mx.vmap raises: {_gpu.missing()}")
def test_vmap_keeps_spectrograms_apart():
    S, refs = mx.array(np.abs(noise(3, 2, 6, 5))), mx.array(np.abs(noise(3, 2, 1, 1, seed=1)))
    S[1] *= 100
    for axes in (None, EACH):
        plan = DecibelPlan(10.0, 1e-10, 3.0, axes)
        each = [_reference.decibels(plan, a, mx.array(0.5)) for a in S]
        assert_close(np.array(mx.vmap(lambda a, p=plan: _gpu.decibels(p, a, mx.array(0.5)))(S)), each, REFERENCE)
    each = [_reference.decibels(plan, a, r) for a, r in zip(S, refs)]
    assert_close(np.array(mx.vmap(lambda a, r: _gpu.decibels(plan, a, r))(S, refs)), each, REFERENCE)
    each = [_reference.decibels(plan, a, refs[0]) for a in S]
    assert_close(np.array(mx.vmap(lambda a: _gpu.decibels(plan, a, refs[0]))(S)), each, REFERENCE)


def test_which_decibels_the_kernel_takes():
    S = mx.ones((2, 4, 5))
    for axes, ref in ((EACH, ()), (EACH, (2, 1, 1)), ((-1,), (2, 4, 1)), (None, (1, 1, 1)), ((), (2, 4, 5))):
        assert _gpu.supports("decibels", DecibelPlan(10.0, 1e-10, 80.0, axes), S, mx.ones(ref))
    for axes, ref in (((-2,), ()), (EACH, (4, 1)), (EACH, (2, 4, 1)), (None, (2, 1, 1))):
        assert not _gpu.supports("decibels", DecibelPlan(10.0, 1e-10, 80.0, axes), S, mx.ones(ref))
    assert not _gpu.supports("decibels", DecibelPlan(10.0, 1e-10, 80.0, EACH), mx.ones((0, 4)), mx.ones(()))
    gap = log_plan(2.0, 64, True, 80.0, (-4, -2, -1))
    assert not _gpu.supports("spectrogram", gap, mx.ones((2, 2, 2, 300)), mx.ones(64))


Y = noise(2, 2000)
SMALL = {"sr": 8000, "n_fft": 256, "hop_length": 64, "n_mels": 20}
TRANSFORM = {"sample_rate": 8000, "n_fft": 256, "hop_length": 64, "n_mels": 20}

# what a caller makes of a signal, and the kernels that it launches
CALLS = {
    "mfcc": (lambda y: spectro.mfcc(y, n_mfcc=5, **SMALL), ["stft", "filterbank"]),
    "onset": (lambda y: spectro.onset_strength(y, **SMALL), ["stft", "flux"]),
    "onsets": (lambda y: spectro.onset_strength_multi(y, channels=[0, 9, 20], **SMALL), ["stft", "flux"]),
    "example": (spectro.MelSpectrogramTransform(**TRANSFORM), ["stft"]),
    "batch": (spectro.MelSpectrogramTransform(**TRANSFORM, mode="torchaudio_compat"), ["stft"]),
    "power_to_db": (lambda y: spectro.power_to_db(spectro.melspectrogram(y, **SMALL)), ["stft", "decibels"]),
    "amplitude_to_db": (lambda y: spectro.amplitude_to_db(y, ref=np.max), ["decibels"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_callers_launch_the_fused_kernels(name, monkeypatch):
    launched, launch = [], build.Launch.__call__
    monkeypatch.setattr(dispatch, "device", lambda: "gpu")
    monkeypatch.setattr(_gpu, "unavailable", lambda: None)
    call, stems = CALLS[name]
    with dispatch.use_backend("gpu"):
        got = call(mx.array(Y))  # kernels are tried
        calls._memory.calls.clear()
        monkeypatch.setattr(
            build.Launch, "__call__", lambda self, *inputs: launched.append(self.kernel) or launch(self, *inputs)
        )
        got = call(mx.array(Y))
    assert [kernel.stem for kernel in launched] == stems
    if "decibels" not in stems:
        assert dict(launched[0].defines)["DECIBELS"] == 1
    with dispatch.use_backend("reference"):
        assert np.abs(np.array(got) - np.array(call(mx.array(Y)))).max() <= DECIBELS
