"""Kinds of GPU, and what does well on each where nothing was measured on the machine itself."""

from __future__ import annotations

from dataclasses import dataclass

import mlx.core as mx

SIMD = 32  # threads that go together, on all of them
NEARLY = 0.95  # of the best: more would not show


@dataclass(frozen=True)
class GpuKind:
    """What launches of a kind of GPU go by."""

    name: str
    radix: int  # the largest that transforms are made of where their length allows it
    lanes: int  # threads of a transform at most
    free_registers: int  # complex numbers of a thread; more of them cost occupancy
    threads: int  # of a group, about
    core: tuple[int, int] | None = None  # bytes that the groups of a core share, and threads that fill it; None: unused

    def filled(self, threads: int, held: int) -> float:
        """Share of a core's threads that groups of so many threads and so many bytes keep at work."""
        assert self.core is not None
        memory, most = self.core
        taken = -(-threads // SIMD) * SIMD
        return min(memory // held, most // taken) * threads / most


# found by measuring on an H100 and an H200 in 2026
NVIDIA = GpuKind("NVIDIA", radix=16, lanes=256, free_registers=20, threads=128)

# Found by counting: no kernel was run on one. A core has about 60 KB for its groups, and registers for 768 threads of
# about 68 each, which the streaming synthesis takes with radices up to 8, and those of 16 take nearly twice.
APPLE = GpuKind("Apple", radix=10, lanes=512, free_registers=10, threads=128, core=(60 << 10, 768))

KINDS = (NVIDIA, APPLE)


def current() -> GpuKind:
    """Give the kind of this machine's GPU."""
    return APPLE if mx.metal.is_available() else NVIDIA
