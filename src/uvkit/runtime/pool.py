"""A bounded pool of worker threads: ordered results, siblings cancelled on the first failure."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import copy_context
from functools import partial
from typing import Generic, Self, TypeVar

from uvkit.events import CancelToken

T = TypeVar("T")
R = TypeVar("R")

# A main thread that waits on a lock without a timeout cannot be interrupted by Ctrl-C on every platform.
POLL_SECONDS = 0.05
# What cannot be stopped within this time, such as the question to a name server that does not answer, ends by itself.
ABANDON_SECONDS = 2.0
# How often, and how long each time, to wait for a thread that may be about to start: a twentieth of a second in all.
_START_POLLS = 50
_SHORT_SECONDS = 0.001


class Pool:
    """At most ``workers`` threads, started when first needed and ended by ``close``.

    Jobs submitted while all workers are busy wait in order. Threads are daemons so that a caller that dies does not
    hang, and ``close`` joins them so that none outlives its owner.
    """

    def __init__(self, workers: int, *, name: str = "uvkit") -> None:
        self._limit = max(1, workers)
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._idle = 0
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.close(abandon=kind is not None)

    def submit(self, job: Callable[[], None]) -> None:
        """Run ``job`` on a worker; it must not raise. Where no thread can be started, those there or this one do it.

        Raises:
            RuntimeError: the pool is closed.
        """
        context = copy_context()
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._jobs.put(lambda: context.run(job))
            if self._idle > 0:
                self._idle -= 1
            elif len(self._threads) < self._limit:
                self._start()
            lonely = not self._threads
        if lonely:
            context.run(job)

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        try:
            thread.start()
        except RuntimeError:
            # A container allows so many threads in all, and a hundred sessions reach that; fewer do the same work.
            self._threads.remove(thread)
            if not self._threads:
                self._jobs.get_nowait()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            with self._lock:
                self._idle += 1

    def map(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        *,
        cancel: CancelToken | None = None,
        while_waiting: Callable[[], object] | None = None,
        interrupted: Callable[[], object] | None = None,
    ) -> tuple[list[R], list[BaseException]]:
        """Return the results of ``function`` over ``items`` in their order, and all failures.

        After the first failure or a cancellation no further item is started; those already running end by themselves.
        With failures the list of results is empty. ``while_waiting`` is called on this thread between waits, which is
        where events are delivered; an exception from it (or Ctrl-C) also stops what has not started. Then, and after a
        cancellation, ``interrupted`` is called, which may tell those running to end early.
        """
        rows = list(items)
        run = _Run(function, rows, cancel)
        try:
            for index in range(len(rows)):
                self.submit(partial(run.one, index))
            while not run.finished.wait(POLL_SECONDS if while_waiting is None else POLL_SECONDS / 2):
                if while_waiting is not None:
                    while_waiting()
                if interrupted is not None and cancel is not None and cancel.cancelled:
                    interrupted()
        except BaseException:
            if interrupted is not None:
                interrupted()
            run.stop()
            raise
        if cancel is not None and not run.failures:
            cancel.check()
        if run.failures:
            return [], [error for _, error in sorted(run.failures, key=lambda pair: pair[0])]
        return [run.results[index] for index in range(len(rows))], []

    def close(self, *, abandon: bool = False) -> None:
        """End the workers after the jobs already submitted, and wait for them; not for long if ``abandon`` is set."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for _ in self._threads:
                self._jobs.put(None)
        deadline = time.monotonic() + ABANDON_SECONDS if abandon else None
        for thread in self._threads:
            _join(thread, None if deadline is None else max(0.0, deadline - time.monotonic()))


def _join(thread: threading.Thread, timeout: float | None) -> None:
    """Wait for a thread whose start may have been interrupted by Ctrl-C, so that nobody knows whether it runs."""
    for _ in range(_START_POLLS):
        try:
            thread.join(timeout)
        except RuntimeError:
            time.sleep(_SHORT_SECONDS)
        else:
            return


class _Run(Generic[T, R]):
    """The state of one ``Pool.map``."""

    def __init__(self, function: Callable[[T], R], rows: list[T], cancel: CancelToken | None) -> None:
        self.function = function
        self.rows = rows
        self.cancel = cancel
        self.results: dict[int, R] = {}
        self.failures: list[tuple[int, BaseException]] = []
        self.stopped = False
        self.active = 0
        self.left = len(rows)
        self.lock = threading.Lock()
        self.finished = threading.Event()
        if not rows:
            self.finished.set()

    def stop(self) -> None:
        """Start nothing more, and wait for what runs, but not for long."""
        with self.lock:
            self.stopped = True
        deadline = time.monotonic() + ABANDON_SECONDS
        while self.active and time.monotonic() < deadline:
            time.sleep(_SHORT_SECONDS)

    def one(self, index: int) -> None:
        with self.lock:
            self.active += 1
            idle = self.stopped or (self.cancel is not None and self.cancel.cancelled)
        try:
            if not idle:
                self.results[index] = self.function(self.rows[index])
        except BaseException as error:  # noqa: BLE001  # handed to the caller of map
            with self.lock:
                self.stopped = True
                self.failures.append((index, error))
        finally:
            with self.lock:
                self.active -= 1
                self.left -= 1
                if self.left == 0:
                    self.finished.set()
