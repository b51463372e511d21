"""What happens to a chunk of files, whoever runs it: hashed, decoded ahead of computing, computed, written."""

from __future__ import annotations

import hashlib
import itertools
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, NamedTuple, Protocol

import mlx.core as mx
import numpy as np

from .._engine import dispatch
from ..audio.reading import load
from ..errors import sentence
from .computing import features_of
from .inputs import check_kind
from .recipe import WHERE, Recipe

AHEAD = 4  # files that are read or decoded before their turn
TOGETHER = 32  # files of one length that a GPU computes at once
LARGEST = 1 << 26  # bytes of results that wait to be written
PIECE = 1 << 20  # bytes hashed at a time

around_decoding: Callable[[], AbstractContextManager[None]] = nullcontext  # a worker mutes decoders


class Task(NamedTuple):
    """One file to do: its name in the results, where it lies, and the hashes of rows that are there already."""

    path: str
    place: str
    known: tuple[str, ...] = ()


class Sound(NamedTuple):
    """A file that was decoded."""

    path: str
    content: str  # hash
    y: np.ndarray  # (n,)
    sr: float


class Same(NamedTuple):
    """A file that has a row already."""

    path: str
    content: str


class Failure(NamedTuple):
    """A file that could not be done, and why."""

    path: str
    sentence: str


class Row(NamedTuple):
    """The results of one file."""

    path: str
    content: str
    duration: float  # seconds
    sr: float
    features: dict[str, np.ndarray]

    @property
    def size(self) -> int:
        """Bytes of its features."""
        return sum(value.nbytes for value in self.features.values())


class Outcome(NamedTuple):
    """What became of a chunk: content hashes by path, and sentences by path."""

    done: dict[str, str]
    same: dict[str, str]
    failed: dict[str, str]
    seconds: float  # of audio


class Results(Protocol):
    """Where rows go."""

    def write(self, rows: list[Row], recipe: Recipe) -> None:
        """Let rows become visible, each whole."""


def work(chunk: list[Task], recipe: Recipe, results: Results, stopped: Callable[[], bool] = bool) -> Outcome:
    """Do a chunk of files: rows are written as they fill a part, and at the end; a stop ends it after a file."""
    outcome = Outcome({}, {}, {}, 0.0)
    waiting: list[Row] = []
    size = 0
    for row in computed(decoded(chunk, recipe, stopped), recipe):
        if isinstance(row, Failure):
            outcome.failed[row.path] = row.sentence
        elif isinstance(row, Same):
            outcome.same[row.path] = row.content
        else:
            waiting.append(row)
            size += row.size
            if size > LARGEST:
                outcome, size = _written(waiting, recipe, results, outcome), 0
    return _written(waiting, recipe, results, outcome)


def _written(rows: list[Row], recipe: Recipe, results: Results, outcome: Outcome) -> Outcome:
    if rows:
        results.write(rows, recipe)
    outcome.done.update((row.path, row.content) for row in rows)
    seconds = outcome.seconds + sum(row.duration for row in rows)
    rows.clear()
    return outcome._replace(seconds=seconds)


def decoded(tasks: Iterable[Task], recipe: Recipe, stopped: Callable[[], bool]) -> Iterator[Sound | Same | Failure]:
    """Decode files: beside a GPU on a thread, ahead of what is asked for.

    Where this core computes, too, there is nothing to gain from a thread, and a third to lose by handing samples from
    one to another; the system is asked to have the next files in memory.
    """
    if on_gpu():
        yield from _decoded_ahead(tasks, recipe, stopped)
        return
    left, coming = iter(tasks), deque[Task]()
    while not stopped():
        for task in itertools.islice(left, AHEAD - len(coming)):
            _expect(task.place)
            coming.append(task)
        if not coming:
            return
        yield read(coming.popleft(), recipe.sr)


def _decoded_ahead(
    tasks: Iterable[Task], recipe: Recipe, stopped: Callable[[], bool]
) -> Iterator[Sound | Same | Failure]:
    left = iter(tasks)
    with ThreadPoolExecutor(1) as thread:
        coming: deque[Future[Sound | Same | Failure]] = deque()
        while True:
            coming.extend(thread.submit(read, task, recipe.sr) for task in itertools.islice(left, AHEAD - len(coming)))
            if not coming or stopped():
                thread.shutdown(wait=False, cancel_futures=True)
                return
            yield coming.popleft().result()


def _expect(place: str) -> None:
    """Have the system read a file that will be asked for soon."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
        finally:
            os.close(descriptor)


def read(task: Task, sr: float | None) -> Sound | Same | Failure:
    """Hash a file, and decode it unless a row of the same content is there."""
    try:
        check_kind(WHERE, task.place)
        digest = hashlib.sha256()
        with open(task.place, "rb") as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        content = digest.hexdigest()
        if content in task.known:
            return Same(task.path, content)
        with warnings.catch_warnings(), around_decoding():
            warnings.simplefilter("ignore")
            y, rate = load(task.place, sr=sr)
        return Sound(task.path, content, np.asarray(y), rate)
    except ImportError:
        raise  # it concerns every file
    except Exception as error:
        return Failure(task.path, sentence(error))


def on_gpu() -> bool:
    """Whether a GPU computes."""
    return dispatch.device() == "gpu"


def computed(sounds: Iterable[Sound | Same | Failure], recipe: Recipe) -> Iterator[Row | Same | Failure]:
    """Compute what was decoded; on a GPU all of one length together."""
    if not on_gpu():
        for sound in sounds:
            yield from _together([sound], recipe) if isinstance(sound, Sound) else [sound]
        return
    lengths: dict[tuple[int, float], list[Sound]] = {}
    for sound in sounds:
        if not isinstance(sound, Sound):
            yield sound
            continue
        group = lengths.setdefault((len(sound.y), sound.sr), [])
        group.append(sound)
        if len(group) == TOGETHER:
            yield from _together(lengths.pop((len(sound.y), sound.sr)), recipe)
    for group in lengths.values():
        yield from _together(group, recipe)


def _together(sounds: list[Sound], recipe: Recipe) -> Iterator[Row | Failure]:
    """Compute signals of one length; where that fails, each alone."""
    sr, first = sounds[0].sr, sounds[0].y
    stacked = np.stack([sound.y for sound in sounds]) if len(sounds) > 1 else first[None]
    y: Any = mx.array(stacked) if on_gpu() else stacked
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = features_of(recipe, y, sr)
    except ImportError:
        raise
    except Exception as error:
        if len(sounds) == 1:
            yield Failure(sounds[0].path, sentence(error))
        else:
            yield from (row for sound in sounds for row in _together([sound], recipe))
        return
    for sound, features in zip(sounds, found):
        yield Row(sound.path, sound.content, len(sound.y) / sr, sr, features)
