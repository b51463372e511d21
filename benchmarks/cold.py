"""Tables that need a fresh process: the first call, import included, and the peak of memory."""

from __future__ import annotations

import functools
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from . import processes
from .scripts.child import SR
from .shapes import LIBROSA, Shape, Truth, signal
from .suite import Step
from .tables import Row, row
from .timing import error, quiet

MINUTES = 600  # seconds that every library takes
HOUR = 3600  # seconds that only we take: a library that keeps the spectrum needs several GiB


def steps(device: str, quick: bool) -> Iterator[Step]:
    """First calls and peaks."""
    for function in ("stft", "mel"):
        yield Step(f"first_call {function}", functools.partial(first_call, device, function, 1 if quick else 5))
    if device == "cpu":  # the process's own memory says nothing about a GPU's
        for seconds in (MINUTES // 10,) if quick else (MINUTES, HOUR):
            yield Step(f"memory {seconds} s", functools.partial(memory, device, seconds))


def first_call(device: str, function: str, repeats: int) -> list[Row]:
    """Seconds from a started interpreter to the first answer; the first process of each only warms the disk's cache."""
    errors: dict[str, float] = {}
    truth = getattr(Truth(LIBROSA), function)
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "signal.npy", Path(folder) / "result.npy"
        np.save(source, signal(LIBROSA))

        def one_round() -> dict[str, float]:
            seconds = {}
            for name in processes.able(function):
                if (time := processes.run("first", name, device, function, source, result)) is not None:
                    seconds[name], errors[name] = time, error(np.load(result), truth)
            return seconds

        one_round()
        rounds = quiet(one_round, 0.0 if repeats == 1 else 4.0 * repeats, repeats)
    medians = {name: statistics.median(seconds[name] for seconds in rounds) for name in rounds[0]}
    return [row("first_call", f"import, {function} of 1 s", medians, errors)]


def memory(device: str, seconds: int) -> list[Row]:
    """MiB of the peak above the input, the result of which is a part."""
    y = np.random.default_rng(0).standard_normal(SR * seconds, dtype=np.float32)[: 10 * SR]
    truth = Truth(Shape(1, y.size, 2048, 512, SR, 128), y).mel[:, :400]
    peaks, errors = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name in processes.able("mel"):
            if seconds == HOUR and not name.startswith("spectro"):
                continue
            peak = processes.run("memory", name, device, seconds, Path(folder) / "result.npy")
            if peak is not None:
                peaks[name] = peak / 2**20
                errors[name] = error(np.load(Path(folder) / "result.npy"), truth)
    size = 4 * 128 * (1 + seconds * SR // 512) / 2**20
    case = f"mel, {seconds} s of 44.1 kHz, result {size:.0f} MiB"
    return [row("memory", case, peaks, errors, unit="MiB")]
