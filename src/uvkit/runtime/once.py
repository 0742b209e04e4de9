"""Run a keyed job exactly once; everyone else who asks waits for the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from uvkit.errors import CancelledError

from .forks import new_lock, renew_after_fork

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Slot(Generic[V]):
    __slots__ = ("done", "error", "value")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: BaseException | None = None
        self.value: V | None = None


class OnceMap(Generic[K, V]):
    """Results by key, each computed once.

    A job that raises raises for everybody who waits for it, and is then forgotten, so that a later call tries again.
    Only the one that gave its own job up, by its token or by Ctrl-C, is alone with that: the next one in line begins.
    """

    __slots__ = ("__weakref__", "_lock", "_slots")

    def __init__(self) -> None:
        self._lock = new_lock()
        self._slots: dict[K, _Slot[V]] = {}
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Forget the jobs that the parent's threads are at."""
        self._slots = {key: slot for key, slot in self._slots.items() if slot.done.is_set()}

    def get(self, key: K, job: Callable[[], V]) -> V:
        """Return the result for ``key``, running ``job`` if nobody has yet."""
        while True:
            slot = self._slots.get(key)
            if slot is None:
                mine: _Slot[V] = _Slot()
                with self._lock:
                    slot = self._slots.setdefault(key, mine)
                if slot is mine:
                    return self._run(key, slot, job)
            slot.done.wait()
            if slot.error is None:
                return slot.value  # type: ignore[return-value]  # set before done, and V may itself be None
            if not isinstance(slot.error, CancelledError):
                raise slot.error

    def _run(self, key: K, slot: _Slot[V], job: Callable[[], V]) -> V:
        try:
            slot.value = value = job()
        except BaseException as error:
            # Ctrl-C is for the thread that it met.
            slot.error = error if isinstance(error, Exception) else CancelledError()
            with self._lock:
                self._slots.pop(key, None)
            raise
        finally:
            slot.done.set()
        return value

    def peek(self, key: K) -> V | None:
        """Return the finished result for ``key``, or none if there is none yet."""
        slot = self._slots.get(key)
        return slot.value if slot is not None and slot.done.is_set() and slot.error is None else None

    def __contains__(self, key: K) -> bool:
        """Tell whether ``key`` is running or done."""
        return key in self._slots
