"""The engine that is embedded: processes of this machine, each with a chunk of files at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any

from .. import _cpu
from .._floor import settings
from .._floor.muting import muted
from . import stages
from .recipe import WHERE, Recipe
from .stages import Outcome, Results, Task, on_gpu, work

MOST_ON_A_GPU = 4  # workers by default: more contexts on one GPU take memory and give nothing
UNFINISHED = 2  # chunks a worker that wait or run, so that none waits for the next

_stop: Any = None  # in a worker: the event that says to end


def default_workers() -> int:
    """The cores that this process may use; on a GPU a few."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_ON_A_GPU) if on_gpu() else cores


class Workers:
    """Processes that start when their block begins, and end with it; none of them is no process at all."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __enter__(self) -> Workers:
        if self.count:
            context = multiprocessing.get_context("spawn")
            self._stop = context.Event()
            self._pool = ProcessPoolExecutor(self.count, context, initializer=_begin, initargs=(self._stop,))
            for _ in range(self.count):
                self._pool.submit(int)  # a process starts when there is something to do
        return self

    def __exit__(self, *_: object) -> None:
        if self.count:
            self._stop.set()
            self._pool.shutdown(wait=True, cancel_futures=True)

    def run(self, chunks: list[list[Task]], recipe: Recipe, results: Results) -> Iterator[Outcome]:
        """Do chunks of files, each as soon as a worker is free; without workers, here.

        Closing the iterator ends it cleanly: each worker writes what it has computed.
        """
        if not self.count:
            yield from (work(chunk, recipe, results) for chunk in chunks)
            return
        left = iter(chunks)
        running: set[Future[Outcome]] = set()
        try:
            while True:
                more = islice(left, UNFINISHED * self.count - len(running))
                running |= {self._pool.submit(_work, chunk, recipe, results) for chunk in more}
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        except BrokenProcessPool as error:
            raise RuntimeError(
                f"[{WHERE}] a worker ended: out of memory, or called without `if __name__ == '__main__':` around it; "
                "run it again with fewer workers to go on"
            ) from error
        finally:
            self.__exit__()


def _begin(stop: Any) -> None:
    """Prepare a worker: one thread that computes, no Ctrl-C of its own, and no life after its parent's."""
    global _stop
    _stop = stop
    stages.around_decoding = muted
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    threading.Thread(target=_follow, daemon=True).start()
    if settings.read("SPECTRO_NUM_THREADS") is None and _cpu.unavailable() is None:
        _cpu.set_threads(1)


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(chunk: list[Task], recipe: Recipe, results: Results) -> Outcome:
    return work(chunk, recipe, results, _stop.is_set)
