"""`extract`: the features of many files, once each."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from .._floor.checks import non_negative_int, one_of, shown
from .._floor.folders import check_folder, sweep, whole
from ..errors import ParameterError
from . import cluster, failures, local
from .computing import tried
from .inputs import Input, gathered
from .npz import Npz
from .parquet import Parquet
from .progress import Progress, length
from .recipe import WHERE, Recipe, recipe_of
from .stages import Outcome, Task

FORMATS: dict[str, Any] = {"parquet": Parquet, "npz": Npz}
ENGINES = ("local", "ray")
RECIPE = "_recipe.json"  # a name that readers of a folder of Parquet files pass over
MOST_WORKERS = 1024
LEAST, MOST = 8, 128  # files of a chunk
LARGEST = 1 << 26  # bytes of the files of a chunk, unless it is one file
SHARES = 16  # chunks a worker, so that all end at about the same time


class Summary(NamedTuple):
    """What a run did."""

    files: int
    done: int
    unchanged: int
    failed: dict[str, str]  # the sentence of each, by path
    others: int  # rows of other recipes that are in the folder
    audio: float  # seconds of what was done
    seconds: float  # that it took
    output: str

    def __str__(self) -> str:
        parts = [f"{self.done} done", f"{self.unchanged} unchanged", f"{len(self.failed)} failed"]
        if self.failed:
            parts[-1] += f" (see {os.path.join(self.output, failures.NAME)})"
        said = [f"{counted(self.files, 'file')}: {', '.join(parts)}"]
        if self.done:
            said.append(f"{length(self.audio)} of audio in {length(self.seconds)}")
        if self.others:
            stay = "stays" if self.others == 1 else "stay"
            said.append(
                f"{counted(self.others, 'row')} of other recipes {stay}, of files that were not among the inputs"
            )
        return "; ".join(said)


def counted(number: int, name: str) -> str:
    """A number of things, which are one or many."""
    return f"{number} {name}{'' if number == 1 else 's'}"


def extract(
    inputs: Any,
    output: str | os.PathLike[str],
    *,
    features: Any = None,
    sr: float | str | None = "auto",
    preset: str | None = None,
    recipe: Any = None,
    format: str = "parquet",
    workers: int | None = None,
    engine: str = "local",
    address: str | None = None,
    progress: bool = True,
) -> Summary:
    """Compute the features of many audio files, and write them so that nothing is lost and nothing done twice.

    A run that was stopped in whatever way goes on where it was when it is called again. Files that changed since are
    done anew, as are all files after a change of the recipe.

    Parameters
    ----------
    inputs : path or iterable of paths
        Audio files, folders, globs, and tables with a column ``path`` (``.csv``, ``.parquet``) or with one path a line
        (``.txt``).
    output : path
        Folder of the results: ``part-*.parquet`` with one row a file, or one ``.npz`` a file; ``_recipe.json``; and
        ``failed.csv``, if files failed.
    features : str, iterable or dict, optional
        Names, also as one text with commas, or a dictionary of columns, each with its keywords or a function. A name is
        one of spectro's, ``"module:function"`` of any other, or ``log_mel``: ``power_to_db(melspectrogram(y))``. By
        default ``log_mel``, ``mfcc`` and ``onset_strength``, which share one mel spectrogram.
    sr : number > 0, 'auto' or None
        Sampling rate of the samples in Hz; ``None`` or ``'native'`` for each file's own; by default that of the
        preset, or 22050.
    preset : str, optional
        Name of a function of ``spectro.presets``, computed beside `features`, if these are given.
    recipe : dict or path, optional
        ``sr`` and ``features``, as a dictionary or in a ``.toml`` or ``.json`` file; the arguments above overrule it.
    format : {'parquet', 'npz'}
        How results are written.
    workers : int >= 0, optional
        Processes that compute, each on one core; by default as many as there are cores. With 0 this process computes.
    engine : {'local', 'ray'}
        Processes of this machine, or Ray Data.
    address : str, optional
        Of a Ray cluster; by default Ray runs on this machine. All machines must see inputs and `output`.
    progress : bool
        Draw a bar on a terminal.

    Returns
    -------
    Summary
        Numbers of ``files``, ``done`` and ``unchanged``; ``failed``, a dictionary of sentences by path; ``audio`` and
        ``seconds``.

    Raises
    ------
    ParameterError
        There are no inputs, a feature cannot be computed, or another run writes to `output`.
    OSError
        `output` cannot be written; what is there stays, and the next run goes on from it.
    ImportError
        pyarrow or ray is not installed.

    Notes
    -----
    A row has ``path``, ``content_hash`` (SHA-256 of the file), ``duration`` in seconds, ``sr``, ``recipe_hash``, and
    each feature as float32 in C order in a column of its name, beside its shape in ``NAME_shape``. Channels are
    averaged.

    Examples
    --------
    >>> import tempfile, numpy as np, soundfile, spectro
    >>> folder = tempfile.mkdtemp()
    >>> soundfile.write(f"{folder}/a.wav", np.zeros(22050), 22050)
    >>> spectro.extract(folder, f"{folder}/out", features="rms", format="npz", workers=0).done
    1
    >>> spectro.extract(folder, f"{folder}/out", features="rms", format="npz", workers=0).unchanged
    1
    """
    began = time.perf_counter()
    one_of(WHERE, "engine", engine, ENGINES)
    results = FORMATS[one_of(WHERE, "format", format, tuple(FORMATS))](_folder(output))
    count = local.default_workers() if workers is None else _count(workers)
    wanted = recipe_of(features, sr, preset, recipe)
    found = gathered(WHERE, inputs)
    _there(found)
    if engine == "ray":
        cluster.check(format)
    with local.Workers(min(count, len(found)) if engine == "local" else 0) as workers:
        results.check()  # which imports pyarrow while the workers start
        tried(wanted)
        check_folder(results.folder)
        with _alone_in(results.folder):
            tasks = _tasks(found, wanted, results, engine)
            chunks = list(_chunks(tasks, count))
            outcomes = (
                cluster.run(chunks, wanted, results, count, address)
                if engine == "ray"
                else workers.run(chunks, wanted, results)
            )
            total, others = _followed(outcomes, results, wanted, Progress(len(tasks), progress))
    seconds = time.perf_counter() - began
    sizes = (len(tasks), len(total.done), len(total.same))
    return Summary(*sizes, total.failed, others, total.seconds, seconds, str(results.folder))


def _there(found: list[Input]) -> None:
    """Refuse inputs none of which is there, before anything is made."""
    if not any(os.path.exists(item.place) for item in found):
        others = f", nor any of the other {len(found) - 1}" if len(found) > 1 else ""
        raise FileNotFoundError(f"[{WHERE}] there is no file {found[0].path}{others}")


def _tasks(found: list[Input], recipe: Recipe, results: Any, engine: str) -> list[Task]:
    """Store the recipe, and see which rows are there."""
    with whole(results.folder / RECIPE) as file:
        file.write(f"{recipe.text}\n".encode())
    if engine == "ray":
        cluster.adopt(results.folder)
    known = results.known(recipe, [item.path for item in found])
    return [Task(item.path, item.place, known.get(item.path, ())) for item in found]


def _followed(outcomes: Any, results: Any, recipe: Recipe, progress: Progress) -> tuple[Outcome, int]:
    """Gather what becomes of all chunks; what is outdated goes at the end, also of a run that was stopped."""
    total = Outcome({}, {}, {}, 0.0)
    try:
        with closing(outcomes), progress:
            for outcome in outcomes:
                for all_of, some in zip(total[:3], outcome[:3]):
                    all_of.update(some)
                total = total._replace(seconds=total.seconds + outcome.seconds)
                progress.step(outcome)
    except BaseException as error:
        with suppress(OSError):  # the disk may be full
            _tidy(results, recipe, total)
        if isinstance(error, OSError):
            said = f"[{WHERE}] results cannot be written to {results.folder}: {error.strerror or error}"
            raise OSError(f"{said}; run it again to go on") from error
        raise
    return total, _tidy(results, recipe, total)


def _tidy(results: Any, recipe: Recipe, total: Outcome) -> int:
    """Drop what is outdated and write which files failed; count the rows of other recipes."""
    current = {**total.done, **total.same, **dict.fromkeys(total.failed)}
    failures.write(results.folder, total.failed, current)
    return results.keep(recipe, current)


def _chunks(tasks: list[Task], workers: int) -> Iterator[list[Task]]:
    """Divide files among workers: many enough to end together, and few enough that each part is worth a file."""
    share = -(-len(tasks) // max(workers, 1))
    most = max(min(LEAST, share), min(MOST, share // SHARES)) if workers > 1 else MOST
    chunk: list[Task] = []
    size = 0
    for task in tasks:
        chunk.append(task)
        size += _size(task.place)
        if len(chunk) == most or size > LARGEST:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _count(workers: Any) -> int:
    count = non_negative_int(WHERE, "workers", workers)
    if count > MOST_WORKERS:
        raise ParameterError(f"[{WHERE}] workers must be at most {MOST_WORKERS}, got {shown(workers)}")
    return count


def _size(place: str) -> int:
    try:
        return os.path.getsize(place)
    except OSError:
        return 0


def _folder(output: Any) -> Path:
    if not isinstance(output, (str, os.PathLike)) or not os.fspath(output):
        raise ParameterError(f"[{WHERE}] output must be a folder, got {shown(output)}")
    return Path(output)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder, which is made; the system lets go of it however this process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(folder, descriptor)
        sweep(folder)
        yield
    except KeyboardInterrupt:
        sweep(folder)  # of workers that were asked twice to end
        raise
    finally:
        os.close(descriptor)


def _lock(folder: Path, descriptor: int) -> None:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ParameterError(f"[{WHERE}] another run writes to {folder}; wait for it, or take another folder") from None
    except (ImportError, OSError):
        return  # a system or a file system without locks
