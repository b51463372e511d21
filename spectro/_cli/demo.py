"""`spectro demo`: the analysis of a clip made here, and its onsets found against the true ones."""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import mlx.core as mx
import numpy as np

from .._host import clip
from ..convert import note_to_hz
from . import peaks
from .analyze import prepare, report, sizes_of, write
from .features import blocks, features_of
from .outcome import OK
from .progress import Progress

STEM = "spectro-demo"
TITLE = "spectro demo: drums and a melody"


def run(options: argparse.Namespace) -> int:
    """Make the clip, analyze it, write the results and print how well its onsets were found."""
    prepare(options)
    began = time.perf_counter()
    sizes, samples, true = sizes_of(options), clip.samples(), clip.onsets()
    with Progress(blocks(len(samples), sizes) + 1) as progress:
        progress.stage("spectrogram")
        features = features_of(mx.array(samples), clip.SR, sizes, progress.step)
        found = peaks.pick(features.onset_envelope, features.times)
        progress.stage("writing")
        marks = {"true": np.array([onset.time for onset in true]), "found": found, "notes": _notes()}
        folder, figure = Path(options.output), not options.no_figure
        written = write(features, folder, STEM, TITLE, figure=figure, extra=_wav(samples), **marks)
        progress.step()
    print(f"{TITLE}\n{report(features, written, time.perf_counter() - began)}\n\n{table(true, found)}")
    return OK


def table(true: list[clip.Onset], found: np.ndarray) -> str:
    """Set the found onsets beside the true ones, with a summary line."""
    matches = peaks.match(np.array([onset.time for onset in true]), found)
    lines = ["  true (s)  found (s)  off (ms)  what starts"]
    errors = []
    for onset, match in zip(true, matches):
        cells = f"{'-':>9}  {'-':>8}"
        if match is not None:
            errors.append(1000 * (found[match] - onset.time))
            cells = f"{found[match]:9.3f}  {errors[-1]:+8.1f}"
        lines.append(f"  {onset.time:8.3f}  {cells}  {' + '.join(onset.names)}")
    hits = len(errors)
    recall, precision = hits / len(true), hits / max(len(found), 1)
    farthest = f", farthest {np.abs(errors).max():.1f} ms off" if errors else ""
    score = f"recall {recall:.0%}, precision {precision:.0%}"
    lines += ["", f"  {hits} of {len(true)} onsets found, {len(found) - hits} false: {score}{farthest}"]
    return "\n".join(lines)


def _notes() -> list[tuple[float, float, str]]:
    """List the melody as (seconds, Hz, name)."""
    return [(clip.START + beat * clip.BEAT, float(note_to_hz(name)), name) for beat, name in clip.MELODY]


def _wav(samples: np.ndarray) -> dict[str, Callable[[IO[bytes]], None]]:
    """Give a writer of the clip itself, if soundfile is there."""
    if importlib.util.find_spec("soundfile") is None:
        return {}
    import soundfile

    return {".wav": lambda file: soundfile.write(file, samples, clip.SR, format="WAV", subtype="PCM_16")}
