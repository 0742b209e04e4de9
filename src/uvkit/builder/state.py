"""What the builds of one builder share: how many may run at once, and what backends were asked already."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from uvkit.errors import StorageError
from uvkit.fs import file_lock
from uvkit.model import Requirement
from uvkit.runtime import renew_after_fork

if TYPE_CHECKING:
    from uvkit.events import CancelToken

    from .backend import Slot

_POLL_SECONDS = 0.05


class BuildState:
    """Slots for running backends, and their answers in this process.

    A build holds a slot only while a hook runs: while what it needs is being built itself it waits without one, so
    that builds that need each other never wait for each other's slots.
    """

    def __init__(self, concurrency: int | None = None) -> None:
        self._concurrency = concurrency or os.cpu_count() or 1
        self._slots = threading.BoundedSemaphore(self._concurrency)
        self._answers: dict[str, tuple[Requirement, ...]] = {}
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Leave the parent the slots that its builds hold."""
        self._slots = threading.BoundedSemaphore(self._concurrency)

    @contextmanager
    def slot(self, cancel: CancelToken | None = None) -> Iterator[None]:
        """Hold a slot for a block.

        Raises:
            CancelledError: the token was set while waiting.
        """
        slots = self._slots
        while not slots.acquire(timeout=_POLL_SECONDS):
            if cancel is not None:
                cancel.check()
        try:
            yield
        finally:
            slots.release()

    def slot_for(self, lock: str) -> Slot:
        """Return what ``slot`` is for a tree with this lock file: only one at a time, of all processes, builds in it.

        Backends leave files in the tree while they build, under names that are always the same.
        """

        @contextmanager
        def alone(cancel: CancelToken | None = None) -> Iterator[None]:
            with ExitStack() as stack:
                try:
                    os.makedirs(os.path.dirname(lock), exist_ok=True)
                    check = None if cancel is None else cancel.check
                    stack.enter_context(file_lock(lock, remove=True, check=check))
                except (OSError, StorageError):
                    # A cache that cannot be written to; what is built is of no use to others then, either.
                    pass
                stack.enter_context(self.slot(cancel))
                yield

        return alone

    def answer(self, key: str) -> tuple[Requirement, ...] | None:
        """Return what a backend needs in addition, if it was asked before."""
        return self._answers.get(key)

    def remember(self, key: str, requires: tuple[Requirement, ...]) -> None:
        """Remember what a backend needs in addition."""
        self._answers[key] = requires
