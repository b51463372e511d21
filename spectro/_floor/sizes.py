"""Whether what is asked for can be had: MLX ends the process where memory runs out, so plans ask before."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import resource
from collections.abc import Iterator
from pathlib import Path

from ..errors import ParameterError

LONGEST = 2**31 - 1  # MLX counts along an axis in 32 bits
WINDOW = 72  # bytes for a sample of a window while it is made: several arrays of float64
# of each hierarchy of control groups, by its controllers: where it is mounted, and the file of its limit
CGROUPS = {"": ("/sys/fs/cgroup", "memory.max"), "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")}


def check_size(where: str, what: str, *shape: int, itemsize: int = 4, way_out: str) -> None:
    """Refuse an array of this shape where it cannot be had.

    `itemsize` counts bytes for a number; where more memory than the numbers' own is needed to make them, all of it.
    """
    count = math.prod(shape)
    size = count * itemsize
    if size > memory():
        most = f"the {_gigabytes(memory())} that this process may use"
    elif max(shape, default=0) > LONGEST:
        most = f"the {LONGEST} that MLX counts along an axis"
    else:
        return
    making = " in the making" if itemsize > 8 else ""
    held = f"{_number(count)} numbers ({_gigabytes(size)}{making})"
    raise ParameterError(f"[{where}] {what} would hold {held}, more than {most}; {way_out}")


@functools.lru_cache(maxsize=1)
def memory() -> int:
    """Bytes that this process can have at most: the machine's, or what its limits leave of them."""
    return min(_limits())


def _limits() -> Iterator[int]:
    yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for kind, mapped in ((resource.RLIMIT_AS, 0), (resource.RLIMIT_DATA, 5)):
        most, _ = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            yield most - _mapped(mapped)
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, group = line.split(":", 2)
            yield from _limits_of_group(controllers, group)


def _mapped(field: int) -> int:
    """What counts against a limit already, the whole address space (0) or its data (5), where the system says so."""
    with contextlib.suppress(OSError):
        pages = Path("/proc/self/statm").read_text(encoding="utf-8").split()
        return int(pages[field]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _limits_of_group(controllers: str, group: str) -> Iterator[int]:
    """The limits of a control group and of all that it lies in: containers and batch systems set them."""
    if controllers not in CGROUPS:
        return
    root, name = CGROUPS[controllers]
    inner = Path(root + group)
    for folder in (inner, *inner.parents):
        with contextlib.suppress(OSError, ValueError):  # no such file outside the hierarchy; "max" is no number
            yield int((folder / name).read_text(encoding="utf-8"))


def _number(count: int) -> str:
    """Spell a number shortly."""
    return str(count) if count < 10**30 else f"about 1e{int(math.log10(count))}"


def _gigabytes(size: int) -> str:
    """Spell a size with integers alone: a float ends at 1e308."""
    if size > 10**30:
        return f"{_number(size // 10**9)} GB"
    tenths = size // 10**8
    return f"{tenths // 10}.{tenths % 10} GB"
