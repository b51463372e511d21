"""Constants may be built on any thread and used on any other; caches are bounded."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlx.core as mx
import numpy as np
import pytest
import tolerances
from cases import CASES, FIRST
from comparing import assert_close, vmap

import spectro
from spectro._engine import calls

N_THREADS = 8
# `_cli` is the command line: nothing in it is computed twice.
MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(spectro.__path__, "spectro.")
    if not info.name.startswith(("spectro.__main__", "spectro._cli", "spectro._gpu", "spectro._cpu"))
]
CACHES = {
    f"{value.__module__}.{value.__qualname__}": value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, functools._lru_cache_wrapper)
}

# Every row, and a gradient; of the arrays only a scale is given, so that each thread may have others.
ROWS = {name: row for name, row in CASES.items() if row.kind != "host"}
CALLS = {
    **{name: lambda scale, row=row: _called(row, scale) for name, row in ROWS.items()},
    "gradient": lambda scale: mx.grad(lambda y: ROWS["mfcc-lifter"].call(y=y).sum())(scale * SIGNAL),
}
SIGNAL = ROWS["mfcc-lifter"].mlx()["y"]


def _called(row, scale: float):
    return row.call(**{name: scale * x for name, x in row.mlx().items()})


def forget() -> None:
    """Empty every cache of constants, and what this thread has planned with them."""
    calls._memory.calls.clear()
    for cache in CACHES.values():
        cache.cache_clear()


def evaluated(name: str, scale: float = 1.0) -> np.ndarray:
    return np.array(CALLS[name](scale))


def on_threads(count: int, task):
    """Results of `task(i)` on `count` threads that start at the same moment."""
    barrier = threading.Barrier(count)

    def wait_and_run(i):
        barrier.wait(timeout=30)
        return task(i)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(wait_and_run, range(count)))


def test_the_caches_of_windows_and_filterbanks_are_known():
    assert {
        "spectro._constants.banks._built",
        "spectro.windows.spec._cached_window",
        "spectro._host.nola.lost_samples",
    } <= set(CACHES)


@pytest.mark.parametrize("name", CACHES)
def test_caches_are_bounded(name):
    assert CACHES[name].cache_info().maxsize is not None


def test_old_windows_and_filterbanks_are_let_go():
    forget()
    windows, banks = CACHES["spectro.windows.spec._cached_window"], CACHES["spectro._constants.banks._built"]
    for i in range(max(windows.cache_info().maxsize, banks.cache_info().maxsize) + 5):
        spectro.stft(mx.zeros(64), n_fft=16, window=("kaiser", 1.0 + i))
        spectro.filters.mel(sr=8000, n_fft=256, n_mels=4, fmin=float(i))
    for cache in (windows, banks):
        assert cache.cache_info().currsize == cache.cache_info().maxsize


@pytest.mark.skipif(
    mx.cuda.is_available(),
    reason="MLX's transforms and products for CUDA end the process when threads compute them at once",
)
@pytest.mark.parametrize("name", ["gradient", *(row.id for row in FIRST.values() if row.kind != "host")])
def test_threads_that_start_together_on_empty_caches_agree(name):
    expected = evaluated(name)
    for _ in range(3):
        forget()
        for got in on_threads(N_THREADS, lambda i: evaluated(name)):
            same(got, expected)


def test_threads_with_different_work_do_not_mix():
    work = [(name, 1 + (i % 5) / 4) for i, name in enumerate([*CALLS, *CALLS])]
    expected = [evaluated(*one) for one in work]
    forget()
    for got, one in zip(on_threads(len(work), lambda i: evaluated(*work[i])), expected):
        same(got, one)


@pytest.mark.parametrize("name", CALLS)
def test_constants_of_a_thread_that_is_gone_serve_others(name):
    """Also where that thread evaluated nothing: a constant that is still lazy could never be evaluated elsewhere."""
    expected = evaluated(name)
    forget()
    on_threads(1, lambda i: type(CALLS[name](1.0)))
    same(evaluated(name), expected)
    forget()
    CALLS[name](1.0)
    for got in on_threads(2, lambda i: evaluated(name)):
        same(got, expected)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.kind == "constant"])
def test_what_a_constant_function_gives_can_be_read_on_any_thread(name):
    expected = evaluated(name)
    forget()
    (made,) = on_threads(1, lambda i: CALLS[name](1.0))
    same(np.array(made), expected)


@pytest.mark.parametrize("name", ["stft-win-length", "melspectrogram-window", "mfcc-lifter", "onset_strength"])
def test_constants_first_built_while_tracing_serve_later_calls(name):
    row = ROWS[name]
    x = row.mlx()[row.data]
    for transformed in (lambda call: vmap(call)(x[None])[0], lambda call: mx.compile(call)(x)):
        forget()
        traced = transformed(lambda x: row.call(**{row.data: x}))
        assert_close(traced, row.call(**{row.data: x}), tolerances.COMPILED)


def same(got, expected):
    """Equal as numbers, or as names."""
    if expected.dtype.kind in "fc":
        assert_close(got, expected, tolerances.COMPILED)
    else:
        np.testing.assert_array_equal(got, expected)


def test_a_forced_backend_is_of_its_thread():
    def force(i):
        with spectro.use_backend("reference" if i % 2 else "auto"):
            spectro.stft(mx.zeros(64), n_fft=16)
            return importlib.import_module("spectro._engine.dispatch").forced_backend()

    assert on_threads(N_THREADS, force) == ["auto", "reference"] * (N_THREADS // 2)


def test_modules_may_be_first_loaded_by_many_threads_at_once():
    code = """
import threading, mlx.core as mx, spectro
barrier, failed = threading.Barrier(8), []
def work(i):
    barrier.wait()
    try:
        y = mx.ones(3000)
        calls = (spectro.mfcc, spectro.onset_strength, spectro.melspectrogram, spectro.stft)
        mx.eval(calls[i % 4](y), spectro.mel_frequencies(n_mels=4), spectro.get_window("hann", 8))
    except BaseException as error:
        failed.append(repr(error))
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[thread.start() for thread in threads]
[thread.join(60) for thread in threads]
assert not failed and not any(thread.is_alive() for thread in threads), failed
"""
    root = Path(spectro.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, timeout=120)
    assert done.returncode == 0, done.stderr
