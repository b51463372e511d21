"""What the GPU tests share: the two ways to run a kernel, and answers in float64."""

from __future__ import annotations

import os

import mlx.core as mx
import numpy as np
import opencl
import pytest
from comparing import assert_close
from tolerances import GPU_GRADIENT, REFERENCE

import spectro
from spectro import _gpu, _reference
from spectro._constants.banks import MelBank
from spectro._engine import calls
from spectro._gpu.launch import build

REQUIRED = os.environ.get("SPECTRO_REQUIRE_GPU") == "1"
LAUNCHERS = ("pocl", "device")


@pytest.fixture(params=LAUNCHERS)
def launcher(request, monkeypatch):
    """Run kernels under PoCL and, where there is one, on the GPU; every output starts as NaN."""
    if request.param == "device":
        if _gpu.unavailable() and not REQUIRED:
            pytest.skip(_gpu.unavailable())
    else:
        if opencl.context() is None:
            pytest.skip("PoCL is not installed: pip install 'pyopencl[pocl]'")
        monkeypatch.setattr(build, "make", opencl.make)
        monkeypatch.setattr(calls._Planner, "kind_of", lambda *call: None)  # no plans of the other launcher
    monkeypatch.setattr(build, "FILL", float("nan"))
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")
    spectro.clear_cache()
    yield request.param
    spectro.clear_cache()


@pytest.fixture
def pocl(launcher):
    """PoCL alone, for what only the tests' own launches do."""
    if launcher != "pocl":
        pytest.skip("runs under PoCL")


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def window_of(n_fft):
    """A window without symmetry or zeros, so that no index can be wrong unseen."""
    return (0.6 - 0.4 * np.cos(2 * np.pi * (np.arange(n_fft) + 0.3) / n_fft) + 0.05 * np.arange(n_fft) / n_fft).astype(
        np.float32
    )


def stft64(y, window, n_fft, hop, pad_mode="constant"):
    """(rows, n) -> (rows, t, bins), centered, in float64."""
    padded = np.pad(y.astype(np.float64), [(0, 0), (n_fft // 2, n_fft // 2)], mode=pad_mode)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft, axis=-1)[:, ::hop]
    return np.fft.rfft(frames * window.astype(np.float64))


def istft64(D, window, n_fft, hop, length, floor, trim=None):
    """(rows, t, bins) -> (rows, length), centered unless told how much to trim, in float64."""
    start = n_fft // 2 if trim is None else trim
    frames = np.fft.irfft(D.astype(complex), n=n_fft) * window.astype(np.float64)
    total = np.zeros((len(D), (D.shape[1] - 1) * hop + n_fft + start + length))
    envelope = np.zeros(total.shape[1])
    for t in range(D.shape[1]):
        total[:, t * hop : t * hop + n_fft] += frames[:, t]
        envelope[t * hop : t * hop + n_fft] += window.astype(np.float64) ** 2
    total, envelope = (a[..., start : start + length] for a in (total, envelope))
    return np.where(envelope > floor, total / np.where(envelope > floor, envelope, 1), 0)


def arrays(*values):
    return [mx.array(v) for v in values]


def bank_of(n_fft, n_mels=12):
    return MelBank.of("test", sr=8000, n_fft=n_fft, n_mels=n_mels, fmin=50, fmax=None, htk=False, norm="slaney")


def both(op, plan, *given):
    """The same call on the GPU backend, which must say that it can, and on the reference."""
    assert _gpu.supports(op, plan, *given)
    with mx.stream(mx.cpu):  # whose FFTs are exact to rounding: MLX's on Metal take fast sines
        expected = getattr(_reference, op)(plan, *given)
    return getattr(_gpu, op)(plan, *given), expected


def agree(op, plan, *given, tolerance=REFERENCE):
    got, expected = both(op, plan, *given)
    assert_close(np.array(got), np.array(expected), tolerance, f"{op} {plan}")


def differentiate(op, plan, *given, tolerance=GPU_GRADIENT):
    """Cotangents and tangents of every argument."""
    shape, kind = (lambda r: (r.shape, r.dtype))(getattr(_reference, op)(plan, *given))
    mx.random.seed(3)

    def random(shape, dtype):
        x = mx.random.normal(shape)
        return x if dtype == mx.float32 else x + 1j * mx.random.normal(shape)

    cotangent, tangents = random(shape, kind), [random(a.shape, a.dtype) for a in given]
    results = []
    for backend in (_gpu, _reference):

        def call(*a, backend=backend):
            return getattr(backend, op)(plan, *a)

        results.append([*mx.vjp(call, list(given), [cotangent])[1], mx.jvp(call, list(given), tangents)[1][0]])
    for got, expected in zip(*results):
        assert np.abs(np.array(expected)).max() > 0
        assert_close(np.array(got), np.array(expected), tolerance, f"gradient of {op} {plan}")
