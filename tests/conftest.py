"""Signals and comparisons that all tests share."""

from __future__ import annotations

import re
import warnings

import hypothesis
import mlx.core as mx
import numpy as np
import parity
import pytest
from parity import backend, pytest_addoption, pytest_sessionfinish, pytest_testnodedown  # noqa: F401, pytest finds them here

import spectro
from spectro import _dispatch, _graph
from spectro.errors import FallbackWarning

SR = 22050

# The same examples in every run: a failure is then always one of the change under test.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let a backend that is not compiled say so once, before the tests, which allow no such warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FallbackWarning)
        spectro.stft(np.zeros(64, np.float32), n_fft=16)


def _signals() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    n = SR
    t = np.arange(n) / SR
    click = np.zeros(n)
    click[n // 2] = 1.0
    decay = np.exp(-6 * (t % 0.25))
    return {
        "noise": rng.standard_normal(n),
        "tone": np.sin(2 * np.pi * 440 * t),
        "chirp": np.sin(2 * np.pi * (50 * t + 4000 * t**2)),
        "plucks": decay * np.sin(2 * np.pi * 330 * t) + 0.01 * rng.standard_normal(n),
        "click": click,
        "silence": np.zeros(n),
    }


SIGNALS = {name: signal.astype(np.float32) for name, signal in _signals().items()}


@pytest.fixture(params=sorted(SIGNALS))
def signal(request: pytest.FixtureRequest) -> np.ndarray:
    """One second of float32 audio at 22050 Hz."""
    return SIGNALS[request.param].copy()


@pytest.fixture
def noise() -> np.ndarray:
    return SIGNALS["noise"].copy()


def label(value: object) -> str:
    """A test id that is the same in every process: functions by name."""
    if isinstance(value, dict):
        return ",".join(f"{key}={label(item)}" for key, item in value.items()) or "defaults"
    return getattr(value, "__name__", None) or str(value)[:30]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str:
    """Ids without addresses, so that parallel workers agree on the names of the tests."""
    return re.sub(r"<(\w+) (\S+) at 0x\w+>", r"\2", label(val))


def vmap(fn, **axes):
    """`mx.vmap`, of the reference where the backend in use cannot be mapped."""
    name = "reference" if _dispatch.device() == "gpu" and _graph.missing() else "auto"

    def mapped(*arrays):
        with spectro.use_backend(name):
            return mx.vmap(fn, **axes)(*arrays)

    return mapped


def assert_close(got, expected, tolerance: float, what: str = "", *, function: str = "", peak: float = 0.0) -> None:
    """Compare shapes, and the largest difference against `tolerance` times the peak of what is expected.

    `peak` is the least that counts as the peak. `function` names the row of the parity table that the error goes to.
    """
    kept, got, expected = got, np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, f"{what}: shape {got.shape}, expected {expected.shape}"
    if expected.size == 0:
        return
    assert np.isfinite(got).all(), f"{what}: not finite"
    error = np.abs(got.astype(np.result_type(got, np.float64)) - expected).max()
    peak = max(np.abs(expected).max(), np.finfo(np.float32).tiny, peak)
    if function:
        parity.record(function, kept, expected, f"{tolerance:.0e}" if tolerance else "equal", peak)
    assert error <= tolerance * peak, f"{what}: error {error / peak:.2e} of the peak, allowed {tolerance:.0e}"
