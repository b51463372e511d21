"""Signals and comparisons that tests share."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator

import librosa
import mlx.core as mx
import numpy as np
import parity
import pytest

import spectro
from spectro import _gpu
from spectro._engine import dispatch

SR = 22050
RELEASE = tuple(map(int, librosa.__version__.split(".")[:2]))  # of the librosa that is compared with


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


def vmap(fn, **axes):
    """`mx.vmap`, of the reference where the backend in use cannot be mapped."""
    name = "reference" if dispatch.device() == "gpu" and _gpu.missing() else "auto"

    def mapped(*arrays):
        with spectro.use_backend(name):
            return mx.vmap(fn, **axes)(*arrays)

    return mapped


@contextlib.contextmanager
def parts() -> Iterator[Callable[[object], contextlib.AbstractContextManager[None]]]:
    """Run all parts of a test, `with part(name): ...` each, and fail with the names of all that fail.

    A test costs more than most calls take, so calls that share what they need are parts of one.
    """
    failed: list[str] = []

    @contextlib.contextmanager
    def part(name: object) -> Iterator[None]:
        try:
            yield
        except (Exception, pytest.fail.Exception):
            failed.append(f"[{name}] {traceback.format_exc()}")

    yield part
    if failed:
        pytest.fail("\n".join([f"{len(failed)} parts failed", *failed]), pytrace=False)


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
