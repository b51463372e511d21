"""Launches with one thread for each element of arrays that lie over each other."""

from __future__ import annotations

import functools

import mlx.core as mx

from ..launch import build
from ..launch.accepting import accepted

Arrays = tuple[tuple[str, mx.Dtype], ...]  # names and types, in the order of the kernel


@functools.lru_cache(maxsize=256)
def pointwise(
    stem: str,
    arrays: Arrays,
    size: int,
    dtype: mx.Dtype = mx.float32,
    numbers: tuple[tuple[str, float], ...] = (),
    defines: tuple[tuple[str, str | int], ...] = (),
    headers: tuple[str, ...] = (),
) -> build.Launch | None:
    """Give the launch for `size` elements, if the device takes it."""
    told: build.Numbers = {"size": size, **dict(numbers)}
    words: build.Defines = {
        "THREADS_PER_GROUP": build.THREADS,
        "offset_t": build.offset_type(2 * size),
        **dict(defines),
    }
    names = tuple(name for name, _ in arrays)
    kernel = build.Kernel(stem, names, tuple(words.items()), headers, numbers=build.kinds(told))

    def launch(size: int) -> build.Launch:
        groups, values = -(-size // build.THREADS), build.values(told | {"size": size})
        return build.Launch(kernel, groups, build.THREADS, (size,), dtype, values)

    def small() -> tuple[build.Launch, list[mx.array]]:
        few = min(size, build.TINY)  # fewer elements may lie elsewhere
        return launch(few), [mx.ones(few, dtype=of) for _, of in arrays]

    wanted = launch(size)
    return wanted if accepted(wanted, small) else None
