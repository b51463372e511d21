"""What was made once, by key: at most so many, the least recently used go first."""

from __future__ import annotations

import threading
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


_all: weakref.WeakValueDictionary[int, Memo[Any, Any]] = weakref.WeakValueDictionary()


def every() -> list[Memo[Any, Any]]:
    """All memories of the process, also those that objects hold."""
    return [memo for reference in _all.valuerefs() if (memo := reference()) is not None]


class Memo(Generic[K, V]):
    """A bounded mapping that threads share. `functools.lru_cache` does for functions whose arguments are the key."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = threading.RLock()
        self._known: OrderedDict[K, V] = OrderedDict()
        self.counts: Counter[str] = Counter()  # of what its owner tells it
        _all[id(self)] = self

    def __reduce__(self) -> tuple[type[Memo[K, V]], tuple[int]]:
        """What was made belongs to one process and one owner: a copy starts empty."""
        return Memo, (self.capacity,)

    def find(self, key: K, make: Callable[[], V]) -> V:
        """Give what is known, or make it and keep it. What two threads make at once is kept once."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            value = self._known.setdefault(key, made)
            self._known.move_to_end(key)
            while len(self._known) > self.capacity:
                self._known.popitem(last=False)
            return value

    def count(self, event: str) -> None:
        """Add one to the counter of an event."""
        with self._lock:
            self.counts[event] += 1

    def __contains__(self, key: K) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def unlock(self) -> None:
        """Take a new lock, in the child of a fork: a thread of the parent may have held the old one."""
        self._lock = threading.RLock()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
