"""The programs of the gallery on librosa and on spectro: results compared, times measured, pictures drawn."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / "docs" / "gallery"
RESULTS = ROOT / "docs" / "_generated" / "gallery.json"
PICTURES = ROOT / "docs" / "_generated" / "gallery"

CLOSE = 1e-4  # of the peak: decibels and logarithms of what is nearly silent show the rounding of float32
LOOSER = {  # programs with a result that rounding alone moves further, by how much at most, and why
    "augment": (
        0.1,
        "librosa's own result for float64 audio is as far from it, and within 1e-3 of spectro's",
    ),
    "chords": (0.01, "a logarithm of bins that are nearly silent shows the low-pass filter between two octaves"),
    "genre": (0.01, "where two bins are all but equal, a roll-off falls on the one or the other"),
    "moments": (0.01, "the valleys of the spectral contrast are sorted by values that are all but equal"),
    "structure": (0.001, "in the first frame, before the music, chroma is the ratio of two faint noises"),
}
NOISE = 3e-4  # of full scale, which is 70 dB down
SOUNDS = {  # file -> the example sound that it is a copy of, and its seconds
    "song.wav": ("vibeace", 30),
    "chords.wav": ("brahms", 30),
    "voice.wav": ("libri1", 15),
    "birds.wav": ("robin", 12),
    "melody.wav": ("drese", 30),
    "melody_faster.wav": ("drese2", 30),
}


class Program(NamedTuple):
    """A file of the gallery: what it says it does, what it computes, and what it draws."""

    name: str
    title: str
    text: str
    code: str
    picture: str

    def computing(self, library: str) -> str:
        """The code with one of the libraries, without the picture."""
        return re.sub(r"^import librosa$", f"import {library} as librosa", self.code, flags=re.MULTILINE)


def programs() -> list[Program]:
    """All, by name."""
    return [parsed(path) for path in sorted(PROGRAMS.glob("*.py"))]


def parsed(path: Path) -> Program:
    """A file in its parts: docstring, code, and what follows the comment `# Picture`."""
    source = path.read_text(encoding="utf-8")
    found = re.fullmatch(r'"""(.+?)\.\n\n(.+?)\n"""\n\n(.+)', source, re.DOTALL)
    if found is None:
        raise ValueError(f"{path.name} does not begin with a title and a sentence in a docstring")
    code, _, picture = found[3].partition("\n# Picture\n")
    return Program(path.stem, found[1], found[2], code, picture)


@contextlib.contextmanager
def among_sounds() -> Iterator[None]:
    """Work in a folder that holds the files of `SOUNDS`, in the noise of a quiet room.

    Without it there would be true silence, in which phases and the ratios of bands are rounding and nothing else.
    """
    import soundfile

    import spectro

    before, rng = Path.cwd(), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        for name, (key, seconds) in SOUNDS.items():
            samples, sr = soundfile.read(spectro.example(key), frames=seconds * 22050)
            soundfile.write(Path(folder) / name, samples + NOISE * rng.standard_normal(len(samples)), sr)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def run(program: Program, library: str) -> tuple[dict[str, Any], str]:
    """The variables of a program, and what it prints."""
    names: dict[str, Any] = {"__name__": program.name}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program.computing(library), f"{program.name}.py", "exec"), names)
    return names, printed.getvalue()


def difference(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[float, str]:
    """The largest difference of all variables, by the peak of librosa's, and which variable has it."""
    shared = [name for name in theirs if name in ours and not name.startswith("_")]
    return max((apart(ours[name], theirs[name]), name) for name in shared)


def apart(a: Any, b: Any) -> float:
    """How far two values are from each other; what is discrete is the same, or infinitely far."""
    if isinstance(b, dict):
        return apart(list(a.values()), list(b.values())) if isinstance(a, dict) else np.inf
    if isinstance(b, (list, tuple)):
        return max((apart(x, y) for x, y in zip(a, b)), default=0.0) if len(a) == len(b) else np.inf
    if not isinstance(b, (np.ndarray, np.generic, float, int, str)):
        return 0.0
    x, y = np.asarray(a), np.asarray(b)
    if x.shape != y.shape or y.dtype.kind not in "fc":
        return 0.0 if np.array_equal(x, y) else np.inf
    peak = np.abs(y).max(initial=0.0)
    return float(np.abs(x - y).max(initial=0.0) / (peak or 1.0))


def measured(program: Program, budget: float) -> dict[str, Any]:
    """The shortest of several runs on each library, which take turns, and how far their results are from each other."""
    from .timing import BUSY, SETTLE, Watch

    (ours, printed), (theirs, _) = run(program, "spectro"), run(program, "librosa")
    error, variable = difference(ours, theirs)
    seconds = {"librosa": np.inf, "spectro": np.inf}
    watch, begin, rounds = Watch(), time.perf_counter(), 0
    while rounds < 3 or time.perf_counter() - begin < budget:
        for library in seconds:
            time.sleep(SETTLE)
            start = time.perf_counter()
            run(program, library)
            seconds[library] = min(seconds[library], time.perf_counter() - start)
        rounds += 1
    share = watch.share()
    draw(program, ours)
    busy = {"disturbed": f"other programs used {share:.0%} of a core"} if share > BUSY else {}
    return {**seconds, "rounds": rounds, "error": error, "variable": variable, "prints": printed, **busy}


def draw(program: Program, names: dict[str, Any]) -> None:
    """Write what a program draws, if it does, of spectro's results."""
    if not program.picture:
        return
    from matplotlib import pyplot

    size = {"figure.figsize": (6.4, 2.4), "font.size": 9, "figure.constrained_layout.use": True}
    with pyplot.rc_context({"backend": "agg", **size}):
        exec(compile(program.picture, f"{program.name}.py", "exec"), names)
        PICTURES.mkdir(parents=True, exist_ok=True)
        pyplot.gcf().savefig(PICTURES / f"{program.name}.png", dpi=110)
        pyplot.close("all")


def main(quick: bool, only: list[str] | None) -> int:
    """Run the programs and write what the gallery shows; 1 when results differ."""
    from . import environment

    here = environment.describe()
    print("\n".join(environment.lines(here)), flush=True)
    found = load()["programs"] if RESULTS.exists() and only else {}
    wrong = 0
    with among_sounds():
        for program in programs():
            if only and not program.name.startswith(tuple(only)):
                continue
            result = measured(program, 0.0 if quick else 5.0)
            found[program.name] = result
            wrong += not is_right(program.name, result["error"])
            print(line(program.name, result), flush=True)
            kept = {"environment": here, "programs": dict(sorted(found.items()))}
            RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return int(wrong > 0)


def is_right(name: str, error: float) -> bool:
    """Whether a program's results are those of librosa."""
    return error <= LOOSER.get(name, (CLOSE,))[0]


def load() -> dict[str, Any]:
    """What was measured last."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def line(name: str, result: dict[str, Any]) -> str:
    """A result as text."""
    from .tables import digits, shown

    times = f"librosa {shown(result['librosa'], 's')}, spectro {shown(result['spectro'], 's')}"
    ratio = digits(result["librosa"] / result["spectro"])
    mark = "" if is_right(name, result["error"]) else " DIFFERS"
    busy = f"  DISTURBED: {result['disturbed']}" if "disturbed" in result else ""
    return f"{name:<11} {times} ({ratio}x)  {result['error']:.0e} in {result['variable']}{mark}{busy}"
