"""End to end: a script over ten minutes of audio files, and a separation loop over stereo chunks."""

from __future__ import annotations

import functools
import importlib
import os
import statistics
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from . import processes, timing
from .shapes import Shape, Truth, inverse
from .suite import Step
from .tables import RIGHT, Row, row
from .timing import error, quiet

FILE = Shape(1, 30 * 22050, 2048, 512, 22050, 128)
CHUNK = Shape(2, 10 * 44100, 2048, 512, 44100, 128)


def steps(device: str, quick: bool) -> Iterator[Step]:
    """Both programs."""
    yield Step("script", functools.partial(script, device, 2 if quick else 20, 1 if quick else 3))
    yield Step("separation", functools.partial(separation, device, 1 if quick else 6, 0.5 if quick else 5.0))


def clip(seed: int, s: Shape) -> np.ndarray:
    """Notes with attacks in a little noise: (batch, samples) float32 in [-1, 1]."""
    rng = np.random.default_rng(seed)
    t = np.arange(s.samples) / s.sr
    y = 0.01 * rng.standard_normal((s.batch, s.samples))
    for start in np.arange(0.0, t[-1], 0.25):
        since = t[int(start * s.sr) :] - start
        note = np.sin(2 * np.pi * rng.uniform(80, 4000) * since[: s.sr]) * np.exp(-6 * since[: s.sr])
        y[:, int(start * s.sr) :][:, : s.sr] += 0.2 * rng.uniform(0.3, 1, (s.batch, 1)) * note
    return np.clip(y, -1, 1).astype(np.float32)


def write_files(folder: Path, count: int) -> np.ndarray:
    """Files of 30 s, 16 bit; the samples of the last, as they are on disk."""
    for i in range(count):
        samples = np.round(clip(i, FILE)[0] * 32767).astype("<i2")
        with wave.open(str(folder / f"{i:02}.wav"), "wb") as file:
            file.setparams((1, 2, FILE.sr, 0, "NONE", ""))
            file.writeframes(samples.tobytes())
    return samples.astype(np.float32) / 32768


def script(device: str, files: int, repeats: int) -> list[Row]:
    """Seconds of a process that loads, describes and saves every file, its start and imports included."""
    errors: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in", Path(folder) / "out"
        source.mkdir()
        target.mkdir()
        truth = Truth(FILE, write_files(source, files))

        def one_round() -> dict[str, float]:
            seconds = {}
            for name in processes.able("describe"):
                begin = time.perf_counter()
                if processes.run("describe", name, device, source, target) is not None:
                    seconds[name] = time.perf_counter() - begin
                    errors[name] = described(target / f"{files - 1:02}.npz", truth)
            return seconds

        rounds = quiet(one_round, 0.0 if repeats == 1 else 8.0 * repeats, repeats)
    medians = {name: statistics.median(seconds[name] for seconds in rounds) for name in rounds[0]}
    case = f"{files * 30 // 60} min in {files} files"
    return [row("script", case, medians, errors)]


def described(path: Path, truth: Truth) -> float:
    """The larger error of the two results in a file."""
    with np.load(path) as saved:
        return max(error(saved["log_mel"], truth.mel_db), error(saved["onset"], truth.onset))


def separation(device: str, chunks: int, budget: float) -> list[Row]:
    """Seconds of stft, soft mask and istft over chunks of ten seconds of stereo."""
    import mlx.core as mx

    mixes = [clip(i, CHUNK) for i in range(chunks)]
    D = Truth(CHUNK, mixes[-1]).stft
    power = np.abs(D) ** 2
    truth = inverse(D * (power / (power + 1)), CHUNK)
    os.environ["BENCHMARKS_TORCH"] = processes.torch_device(device)
    before = mx.default_device()
    mx.set_default_device(getattr(mx, device))
    try:
        found = loops()
        errors = {name: error(loop(mixes)[-1], truth) for name, loop in found.items()}
        right = {name: functools.partial(loop, mixes) for name, loop in found.items() if errors[name] <= RIGHT}
        seconds = timing.medians(right, budget)
    finally:
        mx.set_default_device(before)
    return [row("separation", f"{chunks * 10} s of stereo, 10 s chunks", seconds, errors)]


def loops() -> dict[str, Callable[[list[np.ndarray]], list[np.ndarray]]]:
    """The separation loop of every library that runs here."""
    found = {}
    for name in processes.able("separate"):
        try:
            module = importlib.import_module(f"benchmarks.scripts.{processes.SCRIPTS[name]}")
            separate = importlib.reload(module).separate  # for the device that is asked for now
            separate(np.zeros((2, 4096), np.float32))
        except Exception:
            if name == "spectro":
                raise
            continue
        found[name] = lambda mixes, separate=separate: [separate(mix) for mix in mixes]
    return found
