"""Networks of minima and maxima that select the medians of neighboring windows together.

Windows that lie next to each other share most of their values. These are sorted once; then half of the windows get the
values that only they share, and so on until each has its own. A value is dropped as soon as too many are known to be
smaller, or larger, for it to be a median (Adams, "Fast median filters using separable sorting networks", 2021).
"""

from __future__ import annotations

import functools
from typing import NamedTuple

MOST_OUTPUTS = 16  # windows selected together
Values = tuple[int, ...]


class Network(NamedTuple):
    """Steps (a, b, low, high) over registers: register low becomes the smaller of a and b, register high the larger.

    The first `inputs` registers hold neighboring values before it, and register `outputs[i]` the median of the
    `size` values from i on after it. The last register takes what nobody needs.
    """

    inputs: int
    registers: int
    steps: tuple[tuple[int, int, int, int], ...]
    outputs: Values


@functools.lru_cache(maxsize=32)
def median_network(size: int) -> Network:
    """The network of the values of rank `size // 2` among `size`."""
    count = 1
    while 2 * count <= min((size + 1) // 2, MOST_OUTPUTS):
        count *= 2
    building = _Building(size, count)
    return building.placed(building.select(0, count, building.sort(count - 1, size), size // 2))


class _Building:
    """Steps over values, each of which is made once: value v is an input where v < inputs."""

    def __init__(self, size: int, count: int) -> None:
        self.size, self.inputs = size, size + count - 1
        self.steps: list[tuple[int, int]] = []  # the two that are compared make values inputs + 2 * place and the next
        self.sorted: dict[tuple[int, int], Values] = {}

    def compare(self, a: int, b: int) -> tuple[int, int]:
        """The smaller and the larger of two."""
        self.steps.append((a, b))
        low = self.inputs + 2 * (len(self.steps) - 1)
        return low, low + 1

    def sort(self, start: int, stop: int) -> Values:
        """Inputs start .. stop - 1 in ascending order."""
        if stop - start < 2:
            return tuple(range(start, stop))
        if (start, stop) not in self.sorted:
            middle = (start + stop) // 2
            self.sorted[start, stop] = self.merge(self.sort(start, middle), self.sort(middle, stop))
        return self.sorted[start, stop]

    def merge(self, a: Values, b: Values) -> Values:
        """Two ascending sequences in one, by Batcher's odd-even merge."""
        if not a or not b:
            return a + b
        if len(a) == len(b) == 1:
            return self.compare(a[0], b[0])
        evens, odds = self.merge(a[::2], b[::2]), self.merge(a[1::2], b[1::2])
        pairs = [self.compare(odd, even) for odd, even in zip(odds, evens[1:])]
        middle = tuple(value for pair in pairs for value in pair)
        return evens[:1] + middle + odds[len(pairs) :] + evens[1 + len(pairs) :]

    def select(self, first: int, count: int, shared: Values, rank: int) -> Values:
        """The medians of windows first .. first + count - 1, whose shared values are sorted, but for those dropped."""
        dropped = max(0, rank - (count - 1))
        shared, rank = shared[dropped : rank + 1], rank - dropped
        if count == 1:
            return (shared[rank],)
        half = count // 2
        left = self.sort(first + half - 1, first + count - 1)
        right = self.sort(first + self.size, first + self.size + half)
        return self.select(first, half, self.merge(shared, left), rank) + self.select(
            first + half, half, self.merge(shared, right), rank
        )

    def placed(self, outputs: Values) -> Network:
        """Leave out what no output needs, and let values share registers."""
        last: dict[int, int] = dict.fromkeys(outputs, len(self.steps))  # the last step that reads a value
        for place in reversed(range(len(self.steps))):
            made = self.inputs + 2 * place
            if made in last or made + 1 in last:
                for value in self.steps[place]:
                    last.setdefault(value, place)
        register = {value: value for value in range(self.inputs)}
        free = [value for value in range(self.inputs) if value not in last]
        registers, steps = self.inputs, []
        for place, (a, b) in enumerate(self.steps):
            both = self.inputs + 2 * place, self.inputs + 2 * place + 1
            kept = [value for value in both if value in last]
            if not kept:
                continue
            free += [register[value] for value in (a, b) if last[value] == place]
            for value in kept:
                if not free:
                    free.append(registers)
                    registers += 1
                register[value] = free.pop()
            low, high = (register[value] if value in last else -1 for value in both)
            steps.append((register[a], register[b], low, high))
        spare = registers  # where values go that no output needs
        placed = tuple((a, b, spare if low < 0 else low, spare if high < 0 else high) for a, b, low, high in steps)
        return Network(self.inputs, registers + 1, placed, tuple(register[value] for value in outputs))
