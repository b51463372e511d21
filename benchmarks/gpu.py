"""The GPU tables: `python -m benchmarks gpu`.

Throughput: many calls, one synchronization, inputs on the device. An answer is checked in float64 before it is timed,
and a wrong one has no speed.
"""

from __future__ import annotations

import functools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import mlx.core as mx
import numpy as np

import spectro

from . import cold, gpu_functions, programs
from .gpu_peers import LIBRARIES, N_MELS, SR, Mlx, cotangent
from .suite import Step
from .tables import Row, row
from .timing import error

SHAPES = (
    (1, 16_000, 512, 128),
    (4, 160_000, 1024, 256),
    (8, 160_000, 1024, 256),
    (1, 661_500, 2048, 512),
    (8, 480_000, 1024, 256),
    (4, 1_300_000, 1024, 256),
    (16, 1_300_000, 2048, 512),
)
QUICK = SHAPES[1:5:3]
OPERATIONS = {"stft": "stft", "istft": "istft", "mel": "mel", "gradient": "round_trip"}
CALLS, TOGETHER, REPEATS = 40, 8, 5
ROOM = 2**30  # bytes of results that are begun together, of which several wait
ACCURACY = 3e-5  # of the peak, against float64: what torchaudio's float32 filterbank reaches; our tests ask 1e-6
Numbers = dict[str, float]
Call = Callable[[], Any]


def steps(quick: bool) -> Iterator[Step]:
    """Everything there is to measure on this machine's GPU."""
    for shape in QUICK if quick else SHAPES:
        yield Step(f"operations {named(shape)}", functools.partial(measure, shape))
    yield from gpu_functions.steps(quick)
    yield from cold.steps("gpu", quick)
    yield from programs.steps("gpu", quick)


def named(shape: tuple[int, ...]) -> str:
    """A shape as the CPU tables write it."""
    return "{}x{} {}/{}".format(*shape)


def clock(run: Callable[[], Any], finish: Callable[[Any], None]) -> float:
    """Seconds of one call, of many that are waited for together: the median of several rounds."""
    for _ in range(3):
        result = run()
        finish(result)
    together = min(TOGETHER, max(1, ROOM // result.nbytes))
    rounds = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        for _ in range(CALLS // together):
            last = [run() for _ in range(together)]
            if isinstance(last[0], mx.array):
                mx.async_eval(last)  # lazy calls begin here, torch's have begun
        finish(last)
        rounds.append((time.perf_counter() - begin) / (CALLS // together * together))
    return statistics.median(rounds)


def latency(run: Callable[[], Any]) -> float:
    """Seconds of one call that is waited for."""
    mx.eval(run())
    rounds = []
    for _ in range(30):
        start = time.perf_counter()
        mx.eval(run())
        rounds.append(time.perf_counter() - start)
    return statistics.median(rounds)


def answers(y: np.ndarray, n_fft: int, hop: int) -> dict[str, np.ndarray]:
    """The first signal's spectrum, mel powers and gradient in float64."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    padded = np.pad(y[:1].astype(np.float64), [(0, 0), (n_fft // 2, n_fft // 2)])
    D = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, n_fft, axis=-1)[:, ::hop] * window)
    bank = np.array(spectro.filters.mel(sr=SR, n_fft=n_fft, n_mels=N_MELS, htk=True, norm=None)).astype(np.float64)
    mel = (np.abs(D) ** 2 @ bank.T).swapaxes(1, 2)
    return {"stft": D.swapaxes(1, 2), "mel": mel, "istft": y[:1], "gradient": cotangent(y)[:1]}


def traffic(shape: tuple[int, ...]) -> dict[str, int]:
    """Bytes that each operation must read and write once."""
    batch, n, n_fft, hop = shape
    frames = 1 + n // hop
    signal, spectrum, bands = (4 * batch * n, 8 * batch * frames * (n_fft // 2 + 1), 4 * batch * frames * N_MELS)
    moved = {"stft": signal + spectrum, "istft": signal + spectrum, "mel": signal + bands}
    moved["gradient"] = 4 * spectrum + 4 * signal
    return moved


@functools.lru_cache(maxsize=1)
def copy_speed() -> float:
    """Bytes read and written per second by the device's own addition of one."""
    x = mx.zeros(2**27)
    mx.eval(x)
    return 2 * x.nbytes / clock(lambda: x + 1, mx.eval)


def measure(shape: tuple[int, ...]) -> list[Row]:
    """One shape, all operations, and what a call costs that is waited for."""
    batch, n, n_fft, hop = shape
    y = np.random.default_rng(0).standard_normal((batch, n)).astype(np.float32)
    expected, moved, result = answers(y, n_fft, hop), traffic(shape), []
    libraries = [(made, names) for maker, names in LIBRARIES if (made := attempt(maker, y, n_fft, hop))]
    ours = libraries[0][0]
    for op, table in OPERATIONS.items():
        times, errors = {}, {}
        for library, names in libraries:
            if op in names:
                time_one(names[op], getattr(library, op), library, expected[op][0], times, errors)
        floor = moved[op] / copy_speed()
        slow = reference(getattr(ours, op), ours)
        times |= {"bytes at copy speed": floor} | ({} if slow is None else {"spectro, reference": slow})
        result.append(row(table, named(shape), times, errors, right=ACCURACY, bytes=moved[op]))
    result.append(row("dispatch", f"stft {named(shape)}, waited for", {"spectro": latency(ours.stft)}, {}))
    return result


def attempt(maker: type, y: np.ndarray, n_fft: int, hop: int) -> Any:
    """A library with its inputs on the device, None where it is not installed or cannot run; ours must."""
    try:
        return maker(y, n_fft, hop)
    except ImportError:  # the environment names what is not installed
        return None
    except Exception as problem:
        if maker is Mlx:
            raise
        print(f"{maker.__name__} left out: {str(problem).splitlines()[0][:200]}", file=sys.stderr)
        return None


def time_one(name: str, call: Call, library: Any, truth: np.ndarray, times: Numbers, errors: Numbers) -> None:
    """Check one function of a library and then time it; one that refuses has neither error nor time."""
    try:
        errors[name] = error(library.first(call()), truth)
    except Exception as problem:
        if name == "spectro":
            raise
        print(f"{name} cannot: {str(problem).splitlines()[0][:200]}", file=sys.stderr)
        return
    if errors[name] <= ACCURACY:
        times[name] = clock(call, library.finish)
    library.release()


def reference(run: Callable[[], Any], ours: Mlx) -> float | None:
    """The same call on the reference backend: what MLX's own operations take, where they can."""
    try:
        with spectro.use_backend("reference"):
            return clock(run, ours.finish)
    except RuntimeError:  # out of memory
        return None
    finally:
        ours.release()
