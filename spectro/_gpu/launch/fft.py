"""How a threadgroup does its Fourier transforms: a plan, its padding against bank conflicts, its twiddles, its text.

Words, here and in the kernels:

twiddle
    A root of unity that a point is multiplied by between two butterflies; a transform reads them from one table.
shared memory
    What the threads of a group share, `threadgroup` memory on Metal: 32 KiB.
exchange buffer
    The part of it through which the threads of one transform pass points from one pass to the next.
split
    How they do where it has no room for complex numbers: real parts first, imaginary ones after them.
convolved
    How a transform is made whose length has a large prime factor: as a convolution with a chirp, a signal whose
    frequency grows steadily, by two longer transforms (Bluestein 1970).
threads per transform, transforms per group, frames per transform
    A group does several transforms, each by some of its threads (`lane` counts them), and each of one real frame folded
    to half its length, or of two side by side.
registers
    Complex numbers that a thread holds.
run
    Hops of output that a transform's threads make in a synthesis; 0, where frames are made and then added up.
reciprocal envelope
    One over the sum of the squared windows, which an inverse transform is multiplied by.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace

import numpy as np

from . import kinds
from .kinds import GpuKind

RADICES = (16, 15, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2)
WIDE = (15, 12)  # that are used where they save a pass
PRIMES = (31, 29, 23, 19, 17, 13, 11)  # butterflies by their definition
SMALLEST, LARGEST = 16, 8192
SHARED_BYTES = 32768  # of shared memory, all that Metal gives
SPARE_BYTES = 1024  # of it that padding leaves alone
SPLIT_BYTES = SHARED_BYTES - SPARE_BYTES  # a larger exchange buffer of complex numbers is split
ROOMY_BYTES = SHARED_BYTES - 2048  # that a default takes at most
MAX_THREADS = 512  # of a group; Metal gives some kernels fewer than its 1024
USUAL_THREADS = 256  # that a default takes at most, unless one transform needs more
MOST_REGISTERS = 45
MOST_POINTS = 8192  # of a convolution
LONGER = 20  # numbers of points that are considered for one
PASSES_OF_A_CHIRP = 1  # that a convolution is slower beside its passes
POINT_BYTES = 8  # of a complex number
BANKS = 16  # pairs of floats that shared memory serves at once, or twice as many floats

# found by measuring on an H100 and an H200 in 2026
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
    def length(self) -> int:
        """Complex points of a transform."""
        return self.n_fft * self.frames_per_transform // 2

    @property
    def points(self) -> int:
        """Complex points of what the passes transform: more than `length` where that is convolved."""
        return math.prod(self.radices)

    @property
    def convolved(self) -> bool:
        """Whether a convolution makes the transform."""
        return self.points != self.length

    @property
    def chains(self) -> tuple[tuple[int, ...], ...]:
        """Radices of each transform: the second of a convolution finds its points where the first one leaves them."""
        return (self.radices, self.radices[::-1]) if self.convolved else (self.radices,)

    @property
    def threads(self) -> int:
        """Threads of a group."""
        return self.threads_per_transform * self.transforms_per_group

    @property
    def registers(self) -> int:
        """Complex registers of a thread."""
        return _registers(self.points, self.radices, self.threads_per_transform)

    @property
    def split(self) -> bool:
        """Whether real and imaginary parts go through the exchange buffer one after the other."""
        return POINT_BYTES * max(self.points, self.length + 1) > SPLIT_BYTES

    @property
    def place_bytes(self) -> int:
        """Of a number in the exchange buffer."""
        return POINT_BYTES // 2 if self.split else POINT_BYTES

    @property
    def banks(self) -> int:
        """Numbers of the exchange buffer that shared memory serves at once."""
        return BANKS * POINT_BYTES // self.place_bytes

    @property
    def exchange_points(self) -> int:
        """Numbers of the exchange buffer of one transform."""
        paddings = [p for chain in exchange_paddings(self) for p in chain]
        need = max([self.points, self.length + 1] + [padded(self.points - 1, p) + 1 for p in paddings])
        threads = self.threads_per_transform
        if threads >= self.banks or need * self.place_bytes * self.transforms_per_group > SHARED_BYTES - SPARE_BYTES:
            return need
        return need + (threads - need) % self.banks  # neighboring transforms on neighboring banks

    @property
    def bytes(self) -> int:
        """Shared memory of a group."""
        return self.place_bytes * self.exchange_points * self.transforms_per_group

    def fits(self, spare: int = 0) -> bool:
        """Whether a group keeps within what every device gives, and leaves some bytes of it."""
        paired = self.frames_per_transform == 2 and self.n_fft % 2 == 0  # whose powers would share a place
        room = self.bytes <= SHARED_BYTES - spare and not (self.split and paired)
        return self.threads <= MAX_THREADS and room and self.registers <= MOST_REGISTERS


def supported(n_fft: int) -> bool:
    """Whether the fused kernels do this size."""
    return _supported(n_fft, kinds.current())


@functools.lru_cache(maxsize=1024)
def _supported(n_fft: int, kind: GpuKind) -> bool:
    possible = SMALLEST <= n_fft <= LARGEST and bool(radices_of(_folded(n_fft), kind))
    return possible and default(n_fft, kind=kind).fits()


def _fewest_frames(n_fft: int) -> int:
    """One frame can be folded where its size is even."""
    return 1 if n_fft % 2 == 0 else 2


def _folded(n_fft: int) -> int:
    """Complex points of as few frames as can be transformed together."""
    return n_fft * _fewest_frames(n_fft) // 2


@functools.lru_cache(maxsize=1024)
def radices_of(length: int, kind: GpuKind) -> tuple[int, ...]:
    """Give the fewest passes, then the smallest butterflies, whose product is `length`.

    Where there are none: those of the least work that make a convolution of that length; empty where it is too long.
    """
    factors = _factors(length, kind.radix)
    if factors:
        return factors
    longer = [_factors(points, kind.radix) for points in smooth(2 * length - 1, MOST_POINTS)[:LONGER]]
    return min(longer, key=lambda radices: _cost_of_a_convolution(radices, kind), default=())


def _cost_of_a_convolution(radices: tuple[int, ...], kind: GpuKind) -> float:
    points = math.prod(radices)
    work = _cost(points, radices, _threads(points, radices, kind), kind)[0]
    return points * (len(radices) + PASSES_OF_A_CHIRP) * work


def _threads(points: int, radices: tuple[int, ...], kind: GpuKind) -> int:
    """Threads that do best with a transform."""
    return min(range(1, kind.lanes + 1), key=lambda count: _cost(points, radices, count, kind))


@functools.lru_cache(maxsize=256)
def smooth(least: int, most: int) -> tuple[int, ...]:
    """Give the products of 2, 3, 5 and 7 between two numbers."""
    found = [1]
    for prime in (2, 3, 5, 7):
        for number in found:  # to which it adds
            if number * prime <= most:
                found.append(number * prime)
    return tuple(sorted(number for number in found if number >= least))


@functools.lru_cache(maxsize=16384)
def _factors(points: int, most: int) -> tuple[int, ...]:
    """Give the fewest passes, then the smallest butterflies, whose product is `points`; empty where there are none.

    Radices are at most `most`, but for primes that a length has.
    """
    allowed = (*PRIMES, *(radix for radix in RADICES if radix <= most))

    def search(rest: int, largest: int) -> list[tuple[int, ...]]:
        if rest == 1:
            return [()]
        radices = [r for r in allowed if r <= largest and rest % r == 0]
        return [(r, *tail) for r in radices for tail in search(rest // r, r)]

    return min(search(points, PRIMES[0]), key=lambda f: (len(f), sum(r in WIDE for r in f), sum(f)), default=())


def default(n_fft: int, frames: int = 0, threads: int = 0, kind: GpuKind | None = None) -> FftPlan:
    """Give the plan that is good without tuning, on this machine's GPU or another kind; `threads` a group, if told."""
    return _default(n_fft, frames or _fewest_frames(n_fft), threads, kind or kinds.current())


@functools.lru_cache(maxsize=512)
def _default(n_fft: int, frames: int, threads: int, kind: GpuKind) -> FftPlan:
    radices = radices_of(n_fft * frames // 2, kind)
    points = math.prod(radices)
    one = FftPlan(n_fft, frames, radices, _threads(points, radices, kind), 1)
    if threads or kind.core is None:
        most = max(1, (threads or kind.threads) // one.threads)
        plans = [replace(one, transforms_per_group=count) for count in range(most, 0, -1)]
        return next((fft for fft in plans if fft.bytes <= ROOMY_BYTES), one)
    return _filling(one, kind)


def _filling(one: FftPlan, kind: GpuKind) -> FftPlan:
    """Give a transform the smallest group that keeps nearly as much of a core at work as any."""
    alone = kinds.SIMD % one.threads != 0  # its barriers hold up all of its group
    fewest = 1 if alone else max(1, kind.threads // one.threads)
    plans = [
        replace(one, transforms_per_group=count)
        for count in range(fewest, max(fewest, USUAL_THREADS // one.threads) + 1)
    ]
    plans = [fft for fft in plans if fft.bytes <= ROOMY_BYTES] or [one]
    shares = [kind.filled(fft.threads, fft.bytes) for fft in plans]
    return next(fft for fft, share in zip(plans, shares) if share >= kinds.NEARLY * max(shares))


def _cost(points: int, radices: tuple[int, ...], threads: int, kind: GpuKind) -> tuple[float, int]:
    """Butterflies with the idle ones, and registers; ties go to fewer threads."""
    done = sum(-(-points // r // threads) * threads * r for r in radices)
    registers = _registers(points, radices, threads)
    beyond = max(0, registers - kind.free_registers)
    work = done / (points * len(radices))
    return work + COST_OF_A_REGISTER * beyond + COST_OF_A_FREE_REGISTER * registers, threads


def _registers(points: int, radices: tuple[int, ...], threads: int) -> int:
    return max(-(-points // r // threads) * r for r in radices)


def padded(index: int, padding: tuple[int, int]) -> int:
    """Where a point lies in the exchange buffer: `by` places are left free after every `every`."""
    every, by = padding
    return index + index // every * by if every else index


@functools.lru_cache(maxsize=256)
def exchange_paddings(fft: FftPlan) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Give the padding of each exchange between two passes: the one with the fewest bank conflicts that fits."""
    room = (SHARED_BYTES - SPARE_BYTES) // fft.place_bytes // fft.transforms_per_group
    fitting = [(every, by) for every in (16, 32, 64, 128, 256, 8) for by in (1, 2, 4, 8)]
    choices = [(0, 0), *(c for c in fitting if padded(fft.points - 1, c) < room)]

    def best(span: int, radix: int, after: int) -> tuple[int, int]:
        return min(choices, key=lambda c: (_conflicts(fft, c, span, radix, after), padded(fft.points, c)))

    return tuple(
        tuple(best(span, *pair) for span, *pair in zip(_spans(chain)[:-1], chain, chain[1:])) for chain in fft.chains
    )


def _spans(radices: tuple[int, ...]) -> list[int]:
    """Give the product of the radices before each pass."""
    return [math.prod(radices[:i]) for i in range(len(radices))]


def _conflicts(fft: FftPlan, padding: tuple[int, int], span: int, radix: int, after: int) -> int:
    """Turns that the threads which shared memory serves at once take to write and to read one point each."""
    threads = range(min(fft.banks, fft.threads_per_transform))
    write = [padded(j // span * span * radix + j % span, padding) for j in threads if j < fft.points // radix]
    read = [padded(j, padding) for j in threads if j < fft.points // after]
    return sum(max(np.bincount(np.array(places) % fft.banks)) for places in (write, read))


@functools.lru_cache(maxsize=64)
def table(fft: FftPlan) -> np.ndarray:
    """Twiddles as float32 pairs: each pass's from its second on, those that unfold a folded frame, then a chirp's."""
    parts = [np.zeros(0)]
    for chain in fft.chains:
        for radix, span in list(zip(chain, _spans(chain)))[1:]:
            parts.append(np.outer(np.arange(1, radix), np.arange(span)).ravel() / (span * radix))
    twiddles = np.exp(-2j * np.pi * np.concatenate(parts))
    unfold = -0.5j * np.exp(-2j * np.pi * np.arange(fft.length + 1) / fft.n_fft)
    both = np.concatenate([twiddles, unfold if fft.frames_per_transform == 1 else np.zeros(4), *_chirps(fft)])
    return np.stack([both.real, both.imag], -1).astype(np.float32).ravel()


def _chirps(fft: FftPlan) -> list[np.ndarray]:
    """Give the chirp that the points of a convolution are multiplied by, and the spectrum that it convolves with."""
    if not fft.convolved:
        return []
    n = fft.length
    chirp = np.exp(-1j * np.pi * (np.arange(n) ** 2 % (2 * n)) / n)
    gap = np.zeros(fft.points - 2 * n + 1)
    return [chirp, np.fft.fft(np.concatenate([chirp, gap, chirp[:0:-1]]).conj()) / fft.points]


def offsets(fft: FftPlan) -> tuple[list[list[int]], int]:
    """Where each pass's twiddles start in the table, and where the unfolding ones do."""
    starts: list[list[int]] = []
    at = 0
    for chain in fft.chains:
        starts.append([])
        for radix, span in zip(chain, _spans(chain)):
            starts[-1].append(at)
            at += (radix - 1) * span if span > 1 else 0
    return starts, at


def passes(fft: FftPlan) -> str:
    """Give the text of a transform: its passes, or those of a convolution."""
    first, *second = [_passes(fft, number) for number in range(len(fft.chains))]
    if not second:
        return first
    begin, middle, end = "CHIRPED(a, k)", "cswap(cmul(a, table[CHIRP_TABLE + TRANSFORM + k]))", "CHIRPED(cswap(a), k)"
    outer, inner = fft.radices[0], fft.radices[-1]
    steps = [_pointwise(outer, begin), first, _pointwise(inner, middle), "SYNC();", *second, _pointwise(outer, end)]
    return "\n".join(steps)


def _pointwise(radix: int, point: str) -> str:
    """Give the text that changes each point `a`, the transform's k-th, where passes of a radix leave it."""
    words = {"RADIX": radix, "POINT(a, k)": point}
    lines = [f"#define {word} {text}" for word, text in words.items()]
    return "\n".join([*lines, '#include "pointwise.h"', "#undef RADIX", "#undef POINT"])


def _passes(fft: FftPlan, number: int) -> str:
    """Give the text that includes one `fft_pass.h` a pass of a chain, with its sizes and address maps."""
    starts, paddings, radices = offsets(fft)[0][number], exchange_paddings(fft)[number], fft.chains[number]
    lines = []
    for i, (radix, span) in enumerate(zip(radices, _spans(radices))):
        columns = fft.points // radix
        words: dict[str, object] = {"RADIX": radix, "SPAN": span, "TABLE": starts[i], "COLUMNS": columns}
        words["ROUNDS"] = -(-columns // fft.threads_per_transform)
        if i:
            former, padding = radices[i - 1], paddings[i - 1]
            before = span // former
            words["FORMER"] = former
            words["READ_AT(first, r)"] = _address(padding, columns, columns % (padding[0] or 1) == 0)
            words["WRITE_AT(first, r)"] = _address(padding, before, _stays(padding, before, former))
        lines += [f"#define {word} {text}" for word, text in words.items()]
        lines.append('#include "fft_pass.h"')
        lines += [f"#undef {word.split('(')[0]}" for word in words]
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
    unfolding = offsets(fft)[1]
    return {
        "N_FFT": fft.n_fft,
        "BINS": fft.n_fft // 2 + 1,
        "POINTS": fft.points,
        "TRANSFORM": fft.length,
        "FRAMES_PER_TRANSFORM": fft.frames_per_transform,
        "THREADS_PER_TRANSFORM": fft.threads_per_transform,
        "TRANSFORMS_PER_GROUP": fft.transforms_per_group,
        "THREADS_PER_GROUP": fft.threads,
        "REGISTERS": fft.registers,
        "EXCHANGE_POINTS": fft.exchange_points,
        "SPLIT": int(fft.split),
        "exchange_t": "float" if fft.split else "cfloat",
        "FIRST_RADIX": fft.radices[0],
        "LAST_RADIX": fft.chains[-1][-1],
        "UNPACK_TABLE": unfolding,
        "CHIRP_TABLE": unfolding + (fft.length + 1 if fft.frames_per_transform == 1 else 4),
        "TWIDDLE_POWERS": int(fft.twiddle_powers),
    }
