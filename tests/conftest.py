"""What pytest is told for all tests: options, fixtures, names."""

from __future__ import annotations

import gc
import re
import warnings

import caches_of_numba  # noqa: F401, before librosa is imported
import hypothesis
import numpy as np
import pytest
from comparing import SIGNALS
from parity import backend, pytest_addoption, pytest_sessionfinish, pytest_testnodedown  # noqa: F401, pytest finds them here

import spectro
from spectro.errors import FallbackWarning

collect_ignore = ["native", "helpers/on_the_cpu"]  # programs of their own, and what processes begin with

# The same examples in every run: a failure is then always one of the change under test.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let a backend that is not compiled say so once, before the tests, which allow no such warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FallbackWarning)
        spectro.stft(np.zeros(64, np.float32), n_fft=16)


def pytest_collection(session: pytest.Session) -> None:
    """Look for no garbage while tests are collected: all of them stay."""
    gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what was collected out of later searches for garbage, each of which would walk through every test."""
    gc.freeze()
    gc.enable()


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
    return getattr(value, "__name__", None) or re.sub(r"<(\w+) (\S+) at 0x\w+>", r"\2", str(value))[:30]


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str:
    """Ids without addresses, so that parallel workers agree on the names of the tests."""
    return label(val)
