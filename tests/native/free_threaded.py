"""Without the interpreter's lock: eight threads, sixty rounds each, and the numbers of one thread. Run it by itself."""

from __future__ import annotations

import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor

import mlx.core as mx
import numpy as np

import spectro
from spectro import _cpu, _gpu

THREADS, ROUNDS = 8, 60
mx.set_default_device(mx.cpu)


def work(seed: int, rounds: int) -> list[list[np.ndarray]]:
    """Transforms, banks, decibels, a gradient and plain loops of one signal, again and again."""
    y = np.random.default_rng(seed).standard_normal(4000 + 100 * seed).astype(np.float32)
    results = []
    for i in range(rounds):
        n_fft = 128 + 2 * (i % 7 if rounds > 1 else 0)
        D = spectro.stft(mx.array(y), n_fft=n_fft)
        S = spectro.melspectrogram(y=mx.array(y), n_fft=256, n_mels=16 + seed)
        slope = mx.grad(lambda x: mx.abs(spectro.stft(x, n_fft=64)).sum())(mx.array(y))
        lazy = (spectro.istft(D), spectro.power_to_db(S), slope)
        results.append([np.array(x) for x in lazy] + [spectro.stft(y, n_fft=128), spectro.yin(y, fmin=200, fmax=2000)])
    return results


def main() -> int:
    """Say whether the lock stayed away and the numbers stayed the same."""
    assert _cpu.unavailable() is None, _cpu.unavailable()
    assert _gpu.missing() is None, _gpu.missing()
    alone = [work(seed, ROUNDS) for seed in range(2)]
    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(lambda i: work(i % 2, ROUNDS), range(THREADS)))
    for i, rounds in enumerate(together):
        for got, expected in zip(rounds, alone[i % 2]):
            assert all(np.array_equal(a, b) for a, b in zip(got, expected))
    free = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(f"{sys.version.split()[0]}{'t' * free}: {THREADS} threads x {ROUNDS} rounds are right, the lock is {locked}")
    return int(free and locked)


if __name__ == "__main__":
    sys.exit(main())
