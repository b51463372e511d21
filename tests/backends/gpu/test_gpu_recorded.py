"""Public functions on a GPU's graphs, recorded and transformed in every way: kernels are lazy, and have no vmap."""

from __future__ import annotations

import lazy_kernels
import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import GPU_GRADIENT

import spectro
from spectro import _gpu
from spectro._engine import calls, dispatch
from spectro._gpu.launch import build, graph, tuning
from spectro._gpu.ops import support

pytestmark = pytest.mark.skipif(graph.missing() is not None, reason=f"mx.vmap raises: {graph.missing()}")

Y = np.random.default_rng(0).standard_normal((3, 2, 1500)).astype(np.float32)
MEL = {"sr": 8000, "n_fft": 256, "hop_length": 64, "n_mels": 12}
CALLS = {
    "stft": lambda y: spectro.stft(y, n_fft=256),
    "round trip": lambda y: spectro.istft(spectro.stft(y, n_fft=256), length=y.shape[-1]),
    "uneven hop": lambda y: spectro.istft(spectro.stft(y, n_fft=256, hop_length=50), hop_length=50, length=y.shape[-1]),
    "mel": lambda y: spectro.melspectrogram(y=y, **MEL),
    "mfcc": lambda y: spectro.mfcc(y=y, n_mfcc=5, **MEL),
}


def squared(f):
    """A real function of the same arrays; MLX's abs of complex numbers has no CUDA code under mx.compile."""

    def real(y):
        D = f(y)
        return D.real * D.real + D.imag * D.imag if D.dtype == mx.complex64 else D * D

    return real


def gradient(f):
    return mx.grad(lambda y: squared(f)(y).sum())


def value_after_a_gradient(f):
    def both(y):
        slope = mx.grad(lambda a: (squared(f)(a) + squared(f)(2 * y)).sum())(y)
        return f(2 * y) + 0 * slope.sum()

    return both


def forward(f):
    return lambda y: mx.jvp(squared(f), [y], [0.5 * y])[1][0]


WAYS = {
    "eager": lambda f: f,
    "vmap": lambda f: mx.vmap(f),
    "axis 1": lambda f: mx.vmap(f, in_axes=1, out_axes=1),
    "twice": lambda f: mx.vmap(mx.vmap(f)),
    "gradient": gradient,
    "vmap of gradient": lambda f: mx.vmap(gradient(f)),
    "gradient of vmap": lambda f: gradient(mx.vmap(f)),
    "jvp": forward,
    "vmap of jvp": lambda f: mx.vmap(forward(f)),
    "value after a gradient": lambda f: mx.vmap(value_after_a_gradient(f)),
}


@pytest.fixture
def lazy_gpu(monkeypatch):
    """A GPU whose kernels are MLX's operations."""
    monkeypatch.setattr(build, "make", lazy_kernels.make)
    monkeypatch.setattr(dispatch, "device", lambda: "gpu")
    monkeypatch.setattr(_gpu, "unavailable", lambda: None)
    monkeypatch.setenv("SPEC_MLX_AUTOTUNE", "0")

    def forget():
        calls._memory.calls.clear()
        support.forget()
        tuning.forget()

    forget()
    yield
    forget()


@pytest.mark.usefixtures("lazy_gpu")
@pytest.mark.parametrize("name", CALLS)
def test_recorded_calls_are_transformed_as_the_reference(name):
    call, y = CALLS[name], mx.array(Y)
    with spectro.use_backend("reference"):
        expected = {way: np.array(make(call)(y)) for way, make in WAYS.items()}
    calls._memory.calls.clear()
    for _ in range(3):
        mx.eval(call(y), call(y[0]), call(y[0, 0]))
    assert all(calls._memory.calls.values()), "recorded"
    for _ in range(2):
        for way, make in WAYS.items():
            assert_close(make(call)(y), expected[way], GPU_GRADIENT, way)
