"""`spectro analyze`: the analysis of audio files, each written as .npz and .png."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import mlx.core as mx

from ..audio.reading import load
from .features import Features, Sizes, blocks, features_of
from .files import check_folder, distinct, stems, whole
from .info import backend_in_use, device_name
from .outcome import FAILED, OK, sentence
from .progress import Progress

STAGES = 3  # reading, one block of spectrogram, writing


def run(options: argparse.Namespace) -> int:
    """Analyze the files of a command line; one that fails does not stop the others."""
    prepare(options)
    files = distinct(options.files)
    failures = 0
    with Progress(STAGES * len(files)) as progress:
        for number, (file, stem) in enumerate(zip(files, stems(files)), start=1):
            label = f"{os.path.basename(file)} ({number}/{len(files)})" if len(files) > 1 else os.path.basename(file)
            try:
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
            raise ImportError("a figure needs matplotlib: pip install 'spectro-mlx[plot]', or --no-figure") from error


def sizes_of(options: argparse.Namespace) -> Sizes:
    """Take the sizes that a command line asks for."""
    return Sizes(options.n_fft, options.hop_length, options.n_mels)


def _one(file: str, stem: str, label: str, options: argparse.Namespace, progress: Progress) -> None:
    """Analyze one file, write its results and report."""
    began = time.perf_counter()
    progress.stage(f"{label}: reading")
    samples, sr = load(file, sr=options.sr)
    y = mx.array(samples)
    progress.step()
    progress.stage(f"{label}: spectrogram")
    sizes = sizes_of(options)
    progress.more(blocks(len(y), sizes) - 1)
    features = features_of(y, sr, sizes, progress.step)
    progress.stage(f"{label}: writing")
    title = os.path.basename(file)
    written = write(features, Path(options.output), stem, title, figure=not options.no_figure)
    progress.step()
    progress.say(f"{file}\n{report(features, written, time.perf_counter() - began)}")


def write(
    features: Features,
    folder: Path,
    stem: str,
    title: str,
    *,
    figure: bool,
    extra: dict[str, Callable[[IO[bytes]], None]] | None = None,
    **marks: object,
) -> list[Path]:
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
    list of Path
        The files written.
    """
    writers: dict[str, Callable[[IO[bytes]], None]] = {".npz": features.save}
    if figure:
        from .figure import draw

        writers[".png"] = lambda file: draw(file, features, title, **marks)  # type: ignore[arg-type]
    writers |= extra or {}
    paths = [folder / f"{stem}{suffix}" for suffix in writers]
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(whole(path)) for path in paths]
        for file, writer in zip(files, writers.values()):
            writer(file)
    return paths


def report(features: Features, written: list[Path], seconds: float) -> str:
    """Say what was done, in a few lines."""
    frames = len(features.times)
    lines = (
        ("duration", f"{features.duration:.2f} s at {features.sr:g} Hz"),
        ("frames", f"{frames} of {features.n_fft} samples, one every {features.hop_length}"),
        ("device", device_name()),
        ("backend", backend_in_use()),
        ("time", f"{seconds:.2f} s"),
        ("written", ", ".join(str(path) for path in written)),
    )
    return "\n".join(f"  {name:<9} {value}" for name, value in lines)
