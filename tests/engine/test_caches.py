"""What is kept for later calls, and how it is let go."""

from __future__ import annotations

import copy
import pickle

import mlx.core as mx
import numpy as np
import pytest

import spectro
from spectro._engine import calls, dispatch
from spectro._floor import caches
from spectro._floor.memo import Memo, every


def test_a_memo_keeps_the_latest():
    made = []
    memo = Memo(2)

    def find(key):
        return memo.find(key, lambda: made.append(key) or key)

    for key in (1, 2, 1, 3, 1, 2):
        assert find(key) == key
    assert made == [1, 2, 3, 2]  # 1 was used before 3 came, so 2 went
    assert len(memo) == 2
    memo.clear()
    assert 1 not in memo


def test_a_copy_of_a_memo_starts_empty_and_a_memo_is_known_while_it_lives():
    memo = Memo(2)
    memo.find("a", object)
    memo.count("seen")
    for copied in (copy.deepcopy(memo), pickle.loads(pickle.dumps(memo))):
        assert (copied.capacity, len(copied), len(memo), memo.counts["seen"]) == (2, 0, 1, 1)
        assert any(known is copied for known in every())
    gone = id(memo)
    del memo
    assert gone not in map(id, every())


def test_clearing_forgets_everything_and_changes_nothing():
    y = mx.array(np.random.default_rng(0).standard_normal(2000).astype(np.float32))
    before = np.array(spectro.mfcc(y=y, n_fft=256, n_mels=20))
    assert calls._memory.calls
    assert any(cache.cache_info().currsize for cache in caches._all() if not isinstance(cache, Memo))
    spectro.clear_cache()
    assert not calls._memory.calls
    assert [cache for cache in caches._all() if not isinstance(cache, Memo) and cache.cache_info().currsize > 1] == []
    np.testing.assert_array_equal(np.array(spectro.mfcc(y=y, n_fft=256, n_mels=20)), before)


@pytest.mark.skipif(dispatch.device() != "cpu" or dispatch.unavailable("cpu"), reason="needs the CPU backend")
def test_memory_that_the_cpu_backend_keeps_is_let_go():
    spectro.clear_cache()
    before = mx.get_active_memory()
    D = spectro.stft(mx.zeros(5_000_000))
    mx.eval(D)
    del D
    spectro.clear_cache()
    assert mx.get_active_memory() - before < 2**20
