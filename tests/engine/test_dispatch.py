"""Who computes: forced backends, and what an exception at any point leaves behind."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time

import mlx.core as mx
import numpy as np
import pytest

import spectro
from spectro._engine import dispatch
from spectro._floor import scopes


class Interrupt(BaseException):
    """What a signal's handler raises here."""


def test_blocks_nest_and_end():
    seen = []
    with spectro.use_backend("reference"):
        seen.append(dispatch.forced_backend())
        with spectro.use_backend("auto"):
            seen.append(dispatch.forced_backend())
        seen.append(dispatch.forced_backend())
    assert [*seen, dispatch.forced_backend()] == ["reference", "auto", "reference", "auto"]


def test_a_block_is_a_decorator_too():
    @spectro.use_backend("reference")
    def forced():
        return dispatch.forced_backend()

    assert [forced(), forced(), dispatch.forced_backend()] == ["reference", "reference", "auto"]


def test_a_block_is_its_threads_and_its_tasks_own():
    async def other():
        return dispatch.forced_backend()

    async def forced():
        with spectro.use_backend("reference"):
            inner = asyncio.ensure_future(other())
            return dispatch.forced_backend(), await inner

    async def both():
        return await asyncio.gather(forced(), other())

    assert asyncio.run(both()) == [("reference", "reference"), "auto"]
    seen = []
    with spectro.use_backend("reference"):
        thread = threading.Thread(target=lambda: seen.append(dispatch.forced_backend()))
        thread.start()
        thread.join()
    assert seen == ["auto"]


@pytest.mark.parametrize("outer", ["auto", "reference"])
def test_an_exception_wherever_a_signal_can_come_leaves_the_choice_as_it_was(outer):
    """Python runs handlers where functions begin and where calls of C end: raised at each such place in turn."""

    def interrupted_at(place):
        """Whether there was such a place while a block was entered, used and left."""
        passed = 0

        def watch(frame, event, _):
            nonlocal passed
            file = frame.f_globals.get("__name__")
            if file in (dispatch.__name__, scopes.__name__) and event in ("call", "c_return"):
                passed += 1
                if passed == place:
                    raise Interrupt

        sys.setprofile(watch)
        try:
            with spectro.use_backend("reference"):
                dispatch.forced_backend()
        except Interrupt:
            return True
        finally:
            sys.setprofile(None)
        return False

    with spectro.use_backend(outer):
        place = 1
        while interrupted_at(place):
            assert dispatch.forced_backend() == outer, f"place {place}"
            place += 1
    assert place > 10


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a signal may come in a destructor
def test_a_storm_of_signals_changes_neither_the_backend_nor_who_speaks():
    def handler(*_):
        raise Interrupt

    before, y, rng = signal.signal(signal.SIGALRM, handler), mx.ones(3000), np.random.default_rng(0)
    until, rounds = time.monotonic() + 2, 0
    try:
        while time.monotonic() < until:
            rounds += 1
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, float(rng.uniform(2e-5, 3e-4)))
                    for k in range(20):
                        with spectro.use_backend("reference"):
                            spectro.stft(y, n_fft=100 + (rounds + k) % 300)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupt:
                pass
            assert dispatch.forced_backend() == "auto"
            with pytest.raises(spectro.ParameterError, match=r"^\[mfcc\]"):
                spectro.mfcc(y=y, n_fft=-1)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rounds > 100
