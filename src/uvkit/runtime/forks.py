"""What a forked child must not take over: locks that threads of its parent hold, and what only one process may use."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Any, Protocol


class Renewable(Protocol):
    """Something that a forked child has to begin anew."""

    def renew_after_fork(self) -> None:
        """Give up what is the parent's; called in the child, which has no other thread yet."""
        ...


_locks: weakref.WeakSet[Any] = weakref.WeakSet()
_objects: weakref.WeakSet[Any] = weakref.WeakSet()


def new_lock() -> threading.Lock:
    """Return a lock that is free in a forked child, whoever held it."""
    made = threading.Lock()
    _locks.add(made)
    return made


def free_after_fork(lock: object) -> None:
    """Let a lock of the standard library be free in a forked child."""
    _locks.add(lock)


def renew_after_fork(one: Renewable) -> None:
    """Let an object begin anew in a forked child."""
    _objects.add(one)


def _begin() -> None:
    for lock in tuple(_locks):
        # As the standard library does with its own locks.
        lock._at_fork_reinit()  # noqa: SLF001  # there is no other way
    for one in tuple(_objects):
        one.renew_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin)
