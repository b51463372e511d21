"""Memory that the CPU backend keeps of past results: counted, bounded, and let go on demand."""

from __future__ import annotations

import pytest
from test_cpu import pytestmark  # noqa: F401
from test_cpu_process import run_python

from spectro import _cpu

START = """
import mlx.core as mx, numpy as np, os
from spectro import _cpu
from spectro._plans import StftPlan
plan, window = StftPlan.of("test", n_fft=2048), mx.array(np.hanning(2048).astype(np.float32))
y = mx.zeros(10_200 * 512)
mx.eval(y, window)
assert _cpu.unavailable() is None
most = _cpu._compiled().kept_at_most()
before = mx.get_active_memory()

def spectra():
    D = _cpu.stft(plan, y, window)
    mx.eval(D)
    return D
"""


def test_what_is_kept_is_counted_and_let_go():
    done = run_python(
        START
        + """
D = spectra()
assert D.nbytes > 79 << 20 and _cpu.kept_memory() == 0
del D
mx.clear_cache()
kept = _cpu.kept_memory()
assert (kept > 79 << 20) == (most > 90 << 20) and mx.get_active_memory() - before == kept
assert f"{kept / 2**20:.0f} of at most {most / 2**20:.0f} MiB kept" in _cpu.describe()
mx.clear_cache()
_cpu.clear_cache()
assert _cpu.kept_memory() == 0 and mx.get_active_memory() == before
mx.eval(abs(spectra()).max())  # and it goes on
"""
    )
    assert done.returncode == 0, done.stderr


def test_what_is_kept_serves_the_next_result_and_is_bounded():
    done = run_python(
        START
        + """
held = [spectra() for _ in range(4)]
del held
assert 0 <= _cpu.kept_memory() <= most <= 128 << 20
assert most <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") // 64
for _ in range(3):
    kept = _cpu.kept_memory()
    D = spectra()
    assert (_cpu.kept_memory() < kept) == (kept > 0)
    del D
    assert _cpu.kept_memory() == kept
"""
    )
    assert done.returncode == 0, done.stderr


def test_nothing_is_kept_where_nothing_was_compiled(monkeypatch):
    monkeypatch.setattr(_cpu, "_loaded", lambda: (None, "not compiled"))
    assert _cpu.kept_memory() == 0
    _cpu.clear_cache()


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_said_of_the_backend(count):
    before = _cpu.threads()
    try:
        _cpu.set_threads(count)
        assert f", {count} threads, " in _cpu.describe()
    finally:
        _cpu.set_threads(before)
