"""Entries kept in memory between two uses in one process."""

from __future__ import annotations

from typing import Generic, TypeVar

from uvkit.runtime import new_lock

T = TypeVar("T")


class Memory(Generic[T]):
    """The most recently used values up to a total weight. Thread-safe."""

    __slots__ = ("_limit", "_lock", "_values", "_weight")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = new_lock()
        self._values: dict[str, tuple[T, int]] = {}
        self._weight = 0

    def get(self, key: str) -> T | None:
        """Return the value, or none."""
        with self._lock:
            found = self._values.pop(key, None)
            if found is None:
                return None
            # Dictionaries keep the order of insertion: the first is the one used longest ago.
            self._values[key] = found
            return found[0]

    def put(self, key: str, value: T, weight: int = 1) -> None:
        """Remember a value, forgetting those used longest ago where there are too many."""
        with self._lock:
            former = self._values.pop(key, None)
            if former is not None:
                self._weight -= former[1]
            self._values[key] = (value, weight)
            self._weight += weight
            while self._weight > self._limit and len(self._values) > 1:
                oldest = next(iter(self._values))
                self._weight -= self._values.pop(oldest)[1]

    def drop(self, key: str) -> None:
        """Forget one value."""
        with self._lock:
            former = self._values.pop(key, None)
            if former is not None:
                self._weight -= former[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._weight = 0
