"""`spectro analyze`: the analysis of audio files, each written as .npz and .png."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

import mlx.core as mx
import numpy as np

from .._datasets.inputs import check_kind, gathered
from .._floor.folders import check_folder, whole
from ..errors import sentence
from .features import Features, Sizes, blocks, features_of
from .files import read, stems
from .info import backend_in_use, device_name
from .outcome import FAILED, OK
from .progress import Progress

STAGES = 3  # reading, one block of spectrogram, writing
WIDTH = 100  # of lines of times


class Written(NamedTuple):
    """Files that were written, and the seconds that the figure took."""

    paths: list[Path]
    drawing: float


def run(options: argparse.Namespace) -> int:
    """Analyze the files of a command line; one that fails does not stop the others."""
    prepare(options)
    files = [item.place for item in gathered("analyze", options.files)]
    failures = 0
    with Progress(STAGES * len(files)) as progress:
        for number, (file, stem) in enumerate(zip(files, stems(files)), start=1):
            label = f"{os.path.basename(file)} ({number}/{len(files)})" if len(files) > 1 else os.path.basename(file)
            try:
                if file not in options.files:  # a pipe that was asked for by name is read
                    check_kind("analyze", file)
                _one(file, stem, label, options, progress)
            except (ImportError, KeyboardInterrupt, BrokenPipeError):
                raise  # these concern every file
            except Exception as error:
                if options.debug:
                    raise
                failures += 1
                text = sentence(error)
                progress.complain(text if file in text else f"{file}: {text}")
        if failures and len(files) > 1:
            progress.complain(f"{failures} of {len(files)} files failed")
    return FAILED if failures else OK


def prepare(options: argparse.Namespace) -> None:
    """Find out before any work what would stop its results from being written."""
    check_folder(Path(options.output))
    backend_in_use()
    if not options.no_figure:
        try:
            import matplotlib  # noqa: F401
        except ImportError as error:
            raise ImportError("a figure needs matplotlib: pip install matplotlib, or --no-figure") from error


def sizes_of(options: argparse.Namespace) -> Sizes:
    """Take the sizes that a command line asks for."""
    return Sizes(options.n_fft, options.hop_length, options.n_mels)


def _one(file: str, stem: str, label: str, options: argparse.Namespace, progress: Progress) -> None:
    """Analyze one file, write its results and report."""
    began = time.perf_counter()
    progress.stage(f"{label}: reading")
    samples, sr = read(file, options.sr)
    y = mx.array(samples)
    progress.step()
    progress.stage(f"{label}: spectrogram")
    sizes = sizes_of(options)
    progress.more(blocks(len(y), sizes) - 1)
    features = features_of(y, sr, sizes, progress.step)
    progress.stage(f"{label}: writing")
    title, folder = os.path.basename(file), Path(options.output)
    written = write(features, folder, stem, title, figure=not options.no_figure)
    progress.step()
    seconds = time.perf_counter() - began
    if options.json:
        progress.say(json.dumps(described(file, features, written, seconds)))
    else:
        progress.say(f"{file}\n{report(features, written, seconds, events(features))}")


def write(
    features: Features,
    folder: Path,
    stem: str,
    title: str,
    *,
    figure: bool,
    extra: dict[str, Callable[[IO[bytes]], None]] | None = None,
    **marks: object,
) -> Written:
    """Write the results of one signal, all of them or none.

    Parameters
    ----------
    features : Features
        What to write.
    folder, stem : path, str
        The results are `folder/stem.npz` and `folder/stem.png`.
    title : str
        Heading of the figure.
    figure : bool
        Whether to draw it.
    extra : dict, optional
        Further files: writers by suffix.
    **marks
        What else `figure.draw` should show.

    Returns
    -------
    Written
        The files, and how long the figure took.
    """
    writers: dict[str, Callable[[IO[bytes]], None]] = {".npz": features.save}
    if figure:
        from .figure import draw

        writers[".png"] = lambda file: draw(file, features, title, **marks)  # type: ignore[arg-type]
    writers |= extra or {}
    paths = [folder / f"{stem}{suffix}" for suffix in writers]
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(whole(path)) for path in paths]
        spent = {suffix: _seconds(writer, file) for file, (suffix, writer) in zip(files, writers.items())}
    return Written(paths, spent.get(".png", 0.0))


def _seconds(writer: Callable[[IO[bytes]], None], file: IO[bytes]) -> float:
    began = time.perf_counter()
    writer(file)
    return time.perf_counter() - began


def report(features: Features, written: Written, seconds: float, more: tuple[tuple[str, str], ...] = ()) -> str:
    """Say what was done, in a few lines."""
    frames = len(features.times)
    lines = (
        ("duration", f"{features.duration:.2f} s at {features.sr:g} Hz"),
        ("frames", f"{frames} of {features.n_fft} samples, one every {features.hop_length}"),
        *more,
        ("device", device_name()),
        ("backend", backend_in_use()),
        ("time", _spent(seconds, written.drawing)),
        ("written", ", ".join(str(path) for path in written.paths)),
    )
    return "\n".join(f"  {name:<9} {value}" for name, value in lines)


def _spent(seconds: float, drawing: float) -> str:
    """The time, and where it went if drawing was most of it."""
    most = 2 * drawing > seconds
    return f"{seconds:.2f} s" + (f", of which {drawing:.2f} s drew the picture (--no-figure)" if most else "")


def events(features: Features) -> tuple[tuple[str, str], ...]:
    """Say what was heard: level, onsets, tempo and beats."""
    return (
        ("loudest", f"{10 * math.log10(features.reference):.1f} dB, the reference of the picture"),
        ("onsets", _times(features.onsets)),
        ("tempo", f"{features.tempo:.1f} beats a minute" if len(features.beats) else "none found"),
        ("beats", _times(features.beats)),
    )


def _times(seconds: np.ndarray) -> str:
    """A number of events, and when they are."""
    if not len(seconds):
        return "none found"
    text = textwrap.fill(" ".join(f"{time:.2f}" for time in seconds), WIDTH, subsequent_indent=" " * 12)
    return f"{len(seconds)}, in seconds:\n{' ' * 12}{text}"


def described(file: str, features: Features, written: Written, seconds: float) -> dict[str, object]:
    """What `--json` prints of a file: the report, in numbers."""
    times = {name: [round(float(t), 6) for t in getattr(features, name)] for name in ("onsets", "beats")}
    numbers = {
        name: getattr(features, name) for name in ("duration", "sr", "n_fft", "hop_length", "reference", "tempo")
    }
    marks = {"seconds": round(seconds, 4), "drawing_seconds": round(written.drawing, 4)}
    return {"file": file, **numbers, **times, **marks, "written": [str(path) for path in written.paths]}
