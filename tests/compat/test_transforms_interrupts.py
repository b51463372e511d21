"""What an exception out of a signal's handler may not leave behind: locks, halves, another backend."""

import signal
import sys
import threading
import time

import mlx.core as mx
import numpy as np
import pytest
from comparing import assert_close
from tolerances import COMPILED

import spectro
from spectro import SpectralTransform, get_transform_mlx
from spectro._engine import dispatch
from spectro._floor.memo import Memo
from spectro.compat.mlx_spectro import cache

OPTIONS = {"win_length": None, "window_fn": "hann", "window": None, "periodic": True, "center": True}


class Interrupt(BaseException):
    """As KeyboardInterrupt, which nothing catches by accident."""


def interrupt(*_):
    raise Interrupt


def shared(hop):
    return get_transform_mlx(n_fft=64, hop_length=hop, normalized=False, **OPTIONS)


def use_elsewhere(transforms):
    """On another thread, which would wait for ever for a lock that is still held."""
    done = []
    work = threading.Thread(target=lambda: done.extend([shared(11), *(t.get_compiled_stft() for t in transforms)]))
    work.daemon = True
    work.start()
    work.join(timeout=20)
    assert len(done) == 1 + len(transforms), "a lock was left"


def check(transforms, x):
    """All is as if nothing had happened."""
    use_elsewhere(transforms)
    assert dispatch.forced_backend() == "auto"
    for key, transform in cache._transforms._known.items():
        assert (transform.n_fft, transform.hop_length) == key[:2]
        assert len(transform._compiled) <= transform._compiled.capacity
    for t in transforms:
        expected = SpectralTransform(64, t.hop_length).stft(x)
        assert_close(t.stft_compiled(x), expected, COMPILED)
        assert_close(t.istft(expected, length=300), t.istft_compiled(expected, length=300), COMPILED)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX timers")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a signal may come in a destructor
def test_a_storm_of_signals_leaves_shared_transforms_whole(monkeypatch):
    monkeypatch.setenv("SPEC_MLX_CACHE_STATS", "1")
    x, rng, stopped = mx.array(np.sin(np.arange(300.0))[None]), np.random.default_rng(1), 0
    mx.eval(x)
    before, until = signal.signal(signal.SIGALRM, interrupt), time.monotonic() + 3
    try:
        while time.monotonic() < until:
            try:
                try:
                    signal.setitimer(signal.ITIMER_REAL, float(rng.uniform(2e-5, 2e-3)))
                    for hop in rng.integers(1, 200, 20):
                        transform = shared(int(hop))
                        z = transform.stft_compiled(x)
                        transform.istft(z, int(hop), safety="always")
                        transform.istft_compiled(z, length=int(hop), backend_policy="mlx_fft")
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Interrupt:
                stopped += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    assert stopped > 100
    assert len(cache._transforms) <= cache.LIMIT
    check(list(cache._transforms._known.values())[::16], x)
    counts = spectro.get_cache_debug_stats(reset=True)["counts"]
    assert min(counts["transform_cache.hit"], counts["transform_cache.miss"]) > 0


def test_an_interrupt_at_any_call_leaves_a_memo_and_a_transform_whole(monkeypatch):
    """At each call and return of the layer and its memory in turn, as a signal could."""
    monkeypatch.setattr(cache, "_transforms", Memo(2))
    x = mx.ones((1, 300))
    watched = {cache.__name__, Memo.__module__, SpectralTransform.__module__, dispatch.__name__}

    def interrupted_at(place):
        passed = 0
        cache._transforms.clear()

        def watch(frame, event, _):
            nonlocal passed
            if frame.f_globals.get("__name__") in watched and event in ("call", "c_return"):
                passed += 1
                if passed == place:
                    interrupt()

        sys.setprofile(watch)
        try:
            for hop in (3, 5, 7, 3):
                shared(hop).get_compiled_stft()
            shared(3).istft(shared(3).stft(x), safety="always")
        except Interrupt:
            return True
        finally:
            sys.setprofile(None)
        return False

    place = 1
    while interrupted_at(place):
        place += 1
        assert dispatch.forced_backend() == "auto", f"place {place}"
        use_elsewhere(list(cache._transforms._known.values()))
    assert place > 100
    check(list(cache._transforms._known.values()), x)
    assert len(cache._transforms) == 2
