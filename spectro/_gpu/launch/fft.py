"""How a threadgroup does its Fourier transforms: a plan, its padding against bank conflicts, its twiddles, its text.

Words, here and in the kernels:

twiddle
    A root of unity that a point is multiplied by between two butterflies; a transform reads them from one table.
shared memory
    What the threads of a group share, `threadgroup` memory on Metal: 32 KiB.
exchange buffer
    The part of it through which the threads of one transform pass points from one pass to the next.
threads per transform, transforms per group, frames per transform
    A group does several transforms, each by some of its threads (`lane` counts them), and each of one real frame folded
    to half its length, or of two side by side.
registers
    Complex numbers that a thread holds.
tiling
    How groups share the output of a synthesis: `chunk` samples a group, or `run` hops a transform's threads.
reciprocal envelope
    One over the sum of the squared windows, which an inverse transform is multiplied by.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

RADICES = (16, 10, 9, 8, 7, 6, 5, 4, 3, 2)
SMALLEST, LARGEST = 16, 4096
SHARED_BYTES = 32768  # of shared memory, all that Metal gives
SPARE_BYTES = 1024  # of it that padding leaves alone
ROOMY_BYTES = SHARED_BYTES - 2048  # that a default takes at most
MAX_THREADS = 256  # of a group
MOST_REGISTERS = 32
POINT_BYTES = 8  # of a complex number
BANKS = 16  # pairs of floats that shared memory serves at once

# found by measuring on an H100 and an H200 in 2026
DEFAULT_THREADS = 128
FREE_REGISTERS = 20  # a thread that holds more of them costs occupancy
COST_OF_A_REGISTER, COST_OF_A_FREE_REGISTER = 4.0, 0.01  # where the work of the butterflies is 1


@dataclass(frozen=True)
class FftPlan:
    """A transform of `n_fft` real samples by a complex one, and how many of them a group does with how many threads."""

    n_fft: int
    frames_per_transform: int  # 1: a frame folded to n_fft // 2 complex points; 2: two side by side, n_fft points
    radices: tuple[int, ...]
    threads_per_transform: int
    transforms_per_group: int
    twiddle_powers: bool = True  # twiddles of a butterfly from two table entries, not one entry each

    @property
    def points(self) -> int:
        return self.n_fft * self.frames_per_transform // 2

    @property
    def threads(self) -> int:
        """Threads of a group."""
        return self.threads_per_transform * self.transforms_per_group

    @property
    def registers(self) -> int:
        """Complex registers of a thread."""
        return _registers(self.points, self.radices, self.threads_per_transform)

    @property
    def exchange_points(self) -> int:
        """Complex numbers of the exchange buffer of one transform."""
        need = max([self.points + 1] + [padded(self.points - 1, p) + 1 for p in exchange_paddings(self)])
        threads = self.threads_per_transform
        if threads >= BANKS or need * POINT_BYTES * self.transforms_per_group > SHARED_BYTES - SPARE_BYTES:
            return need
        return need + (threads - need) % BANKS  # neighbouring transforms on neighbouring banks

    @property
    def bytes(self) -> int:
        """Shared memory of a group."""
        return POINT_BYTES * self.exchange_points * self.transforms_per_group

    def fits(self, spare: int = 0) -> bool:
        """Whether a group keeps within what every device gives, and leaves some bytes of it."""
        return self.threads <= MAX_THREADS and self.bytes <= SHARED_BYTES - spare and self.registers <= MOST_REGISTERS


def supported(n_fft: int) -> bool:
    """Whether the fused kernels do this size."""
    return SMALLEST <= n_fft <= LARGEST and bool(radices_of(n_fft * _fewest_frames(n_fft) // 2))


def _fewest_frames(n_fft: int) -> int:
    """One frame can be folded where its size is even."""
    return 1 if n_fft % 2 == 0 else 2


@functools.lru_cache(maxsize=256)
def radices_of(points: int) -> tuple[int, ...]:
    """Give the fewest passes, then the smallest butterflies, whose product is `points`; empty where there are none."""

    def search(rest: int, largest: int) -> list[tuple[int, ...]]:
        if rest == 1:
            return [()]
        return [(r, *tail) for r in RADICES if r <= largest and rest % r == 0 for tail in search(rest // r, r)]

    return min(search(points, RADICES[0]), key=lambda plan: (len(plan), sum(plan)), default=())


@functools.lru_cache(maxsize=256)
def default(n_fft: int, frames: int = 0, threads: int = DEFAULT_THREADS) -> FftPlan:
    """Give the plan that is good without tuning, with about as many threads a group."""
    frames = frames or _fewest_frames(n_fft)
    points = n_fft * frames // 2
    radices = radices_of(points)
    per_transform = min(range(1, MAX_THREADS + 1), key=lambda count: _cost(points, radices, count))
    transforms = max(1, threads // per_transform)
    while transforms > 1 and FftPlan(n_fft, frames, radices, per_transform, transforms).bytes > ROOMY_BYTES:
        transforms -= 1
    return FftPlan(n_fft, frames, radices, per_transform, transforms)


def _cost(points: int, radices: tuple[int, ...], threads: int) -> tuple[float, int]:
    """Butterflies with the idle ones, and registers; ties go to fewer threads."""
    done = sum(-(-points // r // threads) * threads * r for r in radices)
    registers = _registers(points, radices, threads)
    beyond = max(0, registers - FREE_REGISTERS)
    work = done / (points * len(radices))
    return work + COST_OF_A_REGISTER * beyond + COST_OF_A_FREE_REGISTER * registers, threads


def _registers(points: int, radices: tuple[int, ...], threads: int) -> int:
    return max(-(-points // r // threads) * r for r in radices)


def padded(index: int, padding: tuple[int, int]) -> int:
    """Where a point lies in the exchange buffer: `by` places are left free after every `every`."""
    every, by = padding
    return index + index // every * by if every else index


@functools.lru_cache(maxsize=256)
def exchange_paddings(fft: FftPlan) -> tuple[tuple[int, int], ...]:
    """Give the padding of each exchange between two passes: the one with the fewest bank conflicts that fits."""
    span, found = 1, []
    room = (SHARED_BYTES - SPARE_BYTES) // POINT_BYTES // fft.transforms_per_group
    for radix, after in zip(fft.radices, fft.radices[1:]):
        choices = [(0, 0)] + [(every, by) for every in (16, 32, 64, 128, 256, 8) for by in (1, 2, 4, 8)]
        choices = [c for c in choices if padded(fft.points - 1, c) < room] or [(0, 0)]
        found.append(min(choices, key=lambda c: (_conflicts(fft, c, span, radix, after), padded(fft.points, c))))
        span *= radix
    return tuple(found)


def _conflicts(fft: FftPlan, padding: tuple[int, int], span: int, radix: int, after: int) -> int:
    """Turns that a half-simdgroup of the first transform takes to write and to read one point a thread."""
    threads = range(min(BANKS, fft.threads_per_transform))
    write = [padded(j // span * span * radix + j % span, padding) for j in threads if j < fft.points // radix]
    read = [padded(j, padding) for j in threads if j < fft.points // after]
    return sum(max(np.bincount(np.array(places) % BANKS)) for places in (write, read))


@functools.lru_cache(maxsize=64)
def table(fft: FftPlan) -> np.ndarray:
    """Twiddles as float32 pairs: each pass's from its second on, then the ones that unfold a folded frame."""
    parts, span = [np.zeros(0)], 1
    for radix in fft.radices:
        if span > 1:
            parts.append(np.outer(np.arange(1, radix), np.arange(span)).ravel() / (span * radix))
        span *= radix
    twiddles = np.exp(-2j * np.pi * np.concatenate(parts))
    unfold = -0.5j * np.exp(-2j * np.pi * np.arange(fft.points + 1) / fft.n_fft)
    both = np.concatenate([twiddles, unfold if fft.frames_per_transform == 1 else np.zeros(4)])
    return np.stack([both.real, both.imag], -1).astype(np.float32).ravel()


def offsets(fft: FftPlan) -> tuple[list[int], int]:
    """Where each pass's twiddles start in the table, and where the unfolding ones do."""
    starts, span, at = [], 1, 0
    for radix in fft.radices:
        starts.append(at)
        at += (radix - 1) * span if span > 1 else 0
        span *= radix
    return starts, at


def passes(fft: FftPlan) -> str:
    """Give the text that includes one `fft_pass.h` a pass, with its sizes and address maps."""
    starts, _ = offsets(fft)
    maps = [(0, 0), *exchange_paddings(fft), (0, 0)]
    lines, span = [], 1
    for number, radix in enumerate(fft.radices):
        columns = fft.points // radix
        words = {
            "RADIX": radix,
            "SPAN": span,
            "TABLE": starts[number],
            "COLUMNS": columns,
            "ROUNDS": -(-columns // fft.threads_per_transform),
            "READ_AT(first, r)": _address(maps[number], columns, columns % (maps[number][0] or 1) == 0),
            "WRITE_AT(first, r)": _address(maps[number + 1], span, _stays(maps[number + 1], span, radix)),
        }
        lines += [f"#define {word} {text}" for word, text in words.items()]
        lines.append('#include "fft_pass.h"')
        lines += [f"#undef {word.split('(')[0]}" for word in words]
        span *= radix
    return "\n".join(lines)


def _stays(padding: tuple[int, int], span: int, radix: int) -> bool:
    """Whether the addresses that a butterfly writes are evenly spaced in the padded buffer."""
    every = padding[0]
    return not every or span % every == 0 or every % (span * radix) == 0


def _address(padding: tuple[int, int], step: int, even: bool) -> str:
    """Give the place of point `first + r step`, one addition a point where the spacing allows it."""
    every, by = padding
    if not every:
        return f"((first) + (r) * {step})"
    if even:
        stride = step if step % every else padded(step, padding)
        return f"((first) + (first) / {every} * {by} + (r) * {stride})"
    return f"(((first) + (r) * {step}) + ((first) + (r) * {step}) / {every} * {by})"


def defines(fft: FftPlan) -> dict[str, str | int]:
    """Give the sizes that the kernels name."""
    return {
        "N_FFT": fft.n_fft,
        "BINS": fft.n_fft // 2 + 1,
        "POINTS": fft.points,
        "FRAMES_PER_TRANSFORM": fft.frames_per_transform,
        "THREADS_PER_TRANSFORM": fft.threads_per_transform,
        "TRANSFORMS_PER_GROUP": fft.transforms_per_group,
        "THREADS_PER_GROUP": fft.threads,
        "REGISTERS": fft.registers,
        "EXCHANGE_POINTS": fft.exchange_points,
        "FIRST_RADIX": fft.radices[0],
        "LAST_RADIX": fft.radices[-1],
        "UNPACK_TABLE": offsets(fft)[1],
        "TWIDDLE_POWERS": int(fft.twiddle_powers),
    }
