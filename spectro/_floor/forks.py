"""What a forked child needs before it can compute: streams of its own, and locks that nobody holds.

A thread that evaluates for MLX belongs to the parent. In a child that was forked after MLX was used, its stream would
wait for it for ever, so the child gets a new one. A GPU's memory cannot be reached from a forked child at all: there
the CPU computes, and constants are built anew. MLX's build for CUDA has all its memory from CUDA, the CPU's as well, so
that its every use ends such a child: there each call is refused. Locks of MLX's own are free at a fork, which waits for
other threads to rest (`_cpu/runtime/forking.h`).
"""

from __future__ import annotations

import mlx.core as mx

from . import caches, fallbacks

_of_cuda = False  # whether MLX here is CUDA's, which a child could not find out
is_lost = False


def prepare() -> None:
    """Find out in the parent what its child has to know."""
    global _of_cuda
    _of_cuda = mx.cuda.is_available()


def refuse_lost() -> None:
    """Refuse a call in a process that cannot compute."""
    if is_lost:
        raise RuntimeError(
            "[spectro] MLX's build for CUDA cannot be used in a forked process; start processes with "
            "multiprocessing.get_context('spawn') or 'forkserver'"
        )


def begin_child() -> None:
    """Make MLX and this package usable in the child of a fork."""
    global is_lost
    caches.unlock()
    fallbacks.unlock()
    if _of_cuda:
        is_lost = True
        return
    if mx.default_device() != mx.Device(mx.cpu):
        mx.set_default_device(mx.cpu)
        caches.clear()
        fallbacks.note(
            "fork",
            "a forked process cannot use its parent's GPU: its CPU computes; start processes with "
            "multiprocessing.get_context('spawn') to use the GPU in them",
        )
    mx.set_default_stream(mx.new_stream(mx.cpu))
