"""Many files: log-mel, MFCC and onsets of a folder, beside the script that a user of librosa writes with joblib."""

from __future__ import annotations

import functools
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from . import processes
from .programs import clip, described
from .shapes import Shape, Truth
from .suite import Step
from .tables import Row, row

FILE = Shape(1, 10 * 22050, 2048, 512, 22050, 128)
DIFFERENT = 8  # clips; the others are their copies


def steps(device: str, quick: bool) -> Iterator[Step]:
    """One data set."""
    yield Step("data_set", functools.partial(data_set, device, 100 if quick else 1000))


def data_set(device: str, files: int) -> list[Row]:
    """Seconds from nothing imported to all results, with two workers and with one."""
    seconds: dict[str, float] = {}
    errors: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in"
        source.mkdir()
        truth = Truth(FILE, write_files(source, files))
        for workers in (2, 1):
            for name in processes.able("data_set"):
                shown = name if workers == 2 else f"{name}, 1 worker"
                target = Path(folder) / shown
                target.mkdir()
                began = time.perf_counter()
                if processes.run("data_set", name, device, source, target, workers) is not None:
                    seconds[shown] = time.perf_counter() - began
                    errors[shown] = described(next(target.glob("00000*.npz")), truth)
    return [row("data_set", f"{files} files of 10 s, 2 workers", seconds, errors)]


def write_files(folder: Path, count: int) -> np.ndarray:
    """Files of 10 s, 16 bit; the samples of the first, as they are on disk."""
    clips = [np.round(clip(i, FILE)[0] * 32767).astype("<i2") for i in range(min(count, DIFFERENT))]
    for i in range(count):
        with wave.open(str(folder / f"{i:05}.wav"), "wb") as file:
            file.setparams((1, 2, FILE.sr, 0, "NONE", ""))
            file.writeframes(clips[i % DIFFERENT].tobytes())
    return clips[0].astype(np.float32) / 32768
