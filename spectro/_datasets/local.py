"""The engine that is embedded: processes of this machine, each with a chunk of files at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import connection
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
        self._processes: list[Any] = []

    def __enter__(self) -> Workers:
        if not self.count:
            return self
        context = multiprocessing.get_context("spawn")
        self._stop = context.Event()
        self._pool = ProcessPoolExecutor(self.count, context, initializer=_begin, initargs=(self._stop,))
        before = multiprocessing.active_children()
        try:
            with ctrl_c_later():
                for _ in range(self.count):
                    self._pool.submit(int)  # a process starts when there is something to do
                self._processes = [one for one in multiprocessing.active_children() if one not in before]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if not self.count:
            return
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        alive = [process.sentinel for process in self._processes]
        try:
            while alive:  # not for the pool's thread: a join that Ctrl-C interrupts takes a thread that runs for ended
                alive = [one for one in alive if one not in set(connection.wait(alive))]
        except KeyboardInterrupt:  # the second: whoever asked does not want to wait
            for process in self._processes:
                process.kill()
            raise

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
                with ctrl_c_later():
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


@contextmanager
def ctrl_c_later() -> Iterator[None]:
    """Put off Ctrl-C until a block ends; processes that start in it never hear of it, from their first moment on.

    A terminal sends it to them, too, and Python would end with a traceback before `_begin` can refuse it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    came: list[int] = []
    ours = threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT))
    # other threads are told of it, too, and pass it on to this one
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number)) if ours else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if ours:
            signal.signal(signal.SIGINT, handler)
    for number in came[:1]:
        signal.raise_signal(number)


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
