"""How a threadgroup does its Fourier transforms: radices, threads, the exchange buffer, and the table of twiddles.

Words, here and in the kernels (Metal's and CUDA's in brackets):

- *group*: threads that share memory (threadgroup, block); `threads` of them
- *team*: the `lanes` threads that do one complex transform; a group has `teams` teams
- *exchange buffer*: shared memory (threadgroup memory) through which a team reorders its points between two passes
- *pass*: one stage of the transform; each thread does butterflies of one radix, with points in registers (`keep`)
- *twiddle*: the factors between passes, from one table; `powers` says whether a butterfly's follow from two of them
- *each*: frames in one complex transform: 1, folded to half the points, or 2, as real and imaginary part
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

RADICES = (16, 10, 9, 8, 7, 6, 5, 4, 3, 2)
SMALLEST, LARGEST = 16, 4096
BUDGET = 32768  # bytes of threadgroup memory that Metal gives
DEFAULT_THREADS = 128
MAX_THREADS = 256
BANKS = 16  # pairs of floats that threadgroup memory serves at once


@dataclass(frozen=True)
class Transform:
    """A real transform of `n_fft` samples: `each` frames in a complex one by `lanes` threads, `teams` a group."""

    n_fft: int
    each: int  # 1: a frame folded to n_fft // 2 complex points; 2: two frames side by side, n_fft points
    radices: tuple[int, ...]
    lanes: int
    teams: int
    powers: bool = True  # twiddles of a butterfly from one table entry, not one entry each

    @property
    def points(self) -> int:
        """Points of the complex transform."""
        return self.n_fft * self.each // 2

    @property
    def threads(self) -> int:
        """Threads of a group."""
        return self.lanes * self.teams

    @property
    def keep(self) -> int:
        """Complex registers of a thread."""
        return max(-(-self.points // r // self.lanes) * r for r in self.radices)

    @property
    def exchange(self) -> int:
        """Complex numbers of the exchange buffer of one team."""
        need = max([self.points + 1] + [pad(self.points - 1, e) + 1 for e in exchanges(self)])
        if self.lanes >= BANKS or need * 8 * self.teams > BUDGET - 1024:
            return need
        return need + (self.lanes - need) % BANKS  # neighbouring teams on neighbouring banks

    @property
    def bytes(self) -> int:
        """Threadgroup memory of a group."""
        return 8 * self.exchange * self.teams


def supported(n_fft: int) -> bool:
    """Whether the fused kernels do this size."""
    each = 1 if n_fft % 2 == 0 else 2
    return SMALLEST <= n_fft <= LARGEST and bool(radices_of(n_fft * each // 2))


@functools.lru_cache(maxsize=256)
def radices_of(points: int) -> tuple[int, ...]:
    """Give the fewest passes, then the smallest butterflies, whose product is `points`; empty where there are none."""

    def search(rest: int, largest: int) -> list[tuple[int, ...]]:
        if rest == 1:
            return [()]
        return [(r, *tail) for r in RADICES if r <= largest and rest % r == 0 for tail in search(rest // r, r)]

    return min(search(points, RADICES[0]), key=lambda plan: (len(plan), sum(plan)), default=())


@functools.lru_cache(maxsize=256)
def default(n_fft: int, each: int = 0, threads: int = DEFAULT_THREADS) -> Transform:
    """Give the transform that is good without tuning."""
    each = each or (1 if n_fft % 2 == 0 else 2)
    points = n_fft * each // 2
    radices = radices_of(points)
    lanes = min(range(1, MAX_THREADS + 1), key=lambda count: _cost(points, radices, count))
    teams = max(1, threads // lanes)
    while teams > 1 and Transform(n_fft, each, radices, lanes, teams).bytes > BUDGET - 2048:
        teams -= 1
    return Transform(n_fft, each, radices, lanes, teams)


def _cost(points: int, radices: tuple[int, ...], lanes: int) -> tuple[float, int]:
    """Idle butterflies, and registers beyond sixteen complex numbers; ties go to fewer threads."""
    done = sum(-(-points // r // lanes) * lanes * r for r in radices)
    keep = max(-(-points // r // lanes) * r for r in radices)
    return done / (points * len(radices)) + 4.0 * max(0, keep - 20) + 0.01 * keep, lanes


def pad(index: int, exchange: tuple[int, int]) -> int:
    """Where a point lies in the exchange buffer: `by` places are left free after every `every`."""
    every, by = exchange
    return index + index // every * by if every else index


@functools.lru_cache(maxsize=256)
def exchanges(t: Transform) -> tuple[tuple[int, int], ...]:
    """Give the padding of each exchange between two passes: the one with the fewest bank conflicts that fits."""
    span, found = 1, []
    room = (BUDGET - 1024) // 8 // t.teams
    for radix, after in zip(t.radices, t.radices[1:]):
        choices = [(0, 0)] + [(every, by) for every in (16, 32, 64, 128, 256, 8) for by in (1, 2, 4, 8)]
        choices = [c for c in choices if pad(t.points - 1, c) < room] or [(0, 0)]
        found.append(min(choices, key=lambda c: (_conflicts(t, c, span, radix, after), pad(t.points, c))))
        span *= radix
    return tuple(found)


def _conflicts(t: Transform, exchange: tuple[int, int], span: int, radix: int, after: int) -> int:
    """Extra cycles that a half-simdgroup of the first team takes to write and to read one point a thread."""
    lanes = range(min(BANKS, t.lanes))
    write = [pad(j // span * span * radix + j % span, exchange) for j in lanes if j < t.points // radix]
    read = [pad(j, exchange) for j in lanes if j < t.points // after]
    return sum(max(np.bincount(np.array(places) % BANKS)) for places in (write, read))


@functools.lru_cache(maxsize=64)
def table(t: Transform) -> np.ndarray:
    """Twiddles as float32 pairs: each pass's from its second on, then the ones that unfold a folded frame."""
    parts, span = [np.zeros(0)], 1
    for radix in t.radices:
        if span > 1:
            parts.append(np.outer(np.arange(1, radix), np.arange(span)).ravel() / (span * radix))
        span *= radix
    turns = np.exp(-2j * np.pi * np.concatenate(parts))
    unfold = -0.5j * np.exp(-2j * np.pi * np.arange(t.points + 1) / t.n_fft)
    both = np.concatenate([turns, unfold if t.each == 1 else np.zeros(4)])
    return np.stack([both.real, both.imag], -1).astype(np.float32).ravel()


def offsets(t: Transform) -> tuple[list[int], int]:
    """Where each pass's twiddles start in the table, and where the unfolding ones do."""
    starts, span, at = [], 1, 0
    for radix in t.radices:
        starts.append(at)
        at += (radix - 1) * span if span > 1 else 0
        span *= radix
    return starts, at


def passes(t: Transform) -> str:
    """Give the text that includes one `fft_pass.h` a pass, with its sizes and address maps."""
    starts, _ = offsets(t)
    maps = [(0, 0), *exchanges(t), (0, 0)]
    lines, span = [], 1
    for number, radix in enumerate(t.radices):
        columns = t.points // radix
        words = {
            "RADIX": radix,
            "SPAN": span,
            "TABLE": starts[number],
            "COLUMNS": columns,
            "ROUNDS": -(-columns // t.lanes),
            "READ_AT(first, r)": _address(maps[number], columns, columns % (maps[number][0] or 1) == 0),
            "WRITE_AT(first, r)": _address(maps[number + 1], span, _stays(maps[number + 1], span, radix)),
        }
        lines += [f"#define {word} {text}" for word, text in words.items()]
        lines.append('#include "fft_pass.h"')
        lines += [f"#undef {word.split('(')[0]}" for word in words]
        span *= radix
    return "\n".join(lines)


def _stays(exchange: tuple[int, int], span: int, radix: int) -> bool:
    """Whether the addresses that a butterfly writes are evenly spaced in the padded buffer."""
    every = exchange[0]
    return not every or span % every == 0 or every % (span * radix) == 0


def _address(exchange: tuple[int, int], step: int, even: bool) -> str:
    """Give the place of point `first + r step`, one addition a point where the spacing allows it."""
    every, by = exchange
    if not every:
        return f"((first) + (r) * {step})"
    if even:
        stride = step if step % every else pad(step, exchange)
        return f"((first) + (first) / {every} * {by} + (r) * {stride})"
    return f"(((first) + (r) * {step}) + ((first) + (r) * {step}) / {every} * {by})"


def defines(t: Transform) -> dict[str, str | int]:
    """Give the sizes that the kernels name."""
    return {
        "N_FFT": t.n_fft,
        "BINS": t.n_fft // 2 + 1,
        "POINTS": t.points,
        "FRAMES_EACH": t.each,
        "LANES": t.lanes,
        "TEAMS": t.teams,
        "THREADS": t.threads,
        "KEEP": t.keep,
        "EXCHANGE": t.exchange,
        "FIRST_RADIX": t.radices[0],
        "LAST_RADIX": t.radices[-1],
        "UNPACK_TABLE": offsets(t)[1],
        "TWIDDLE_POWERS": int(t.powers),
    }
