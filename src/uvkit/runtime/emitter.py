"""Carry events from workers to the thread that called the verb."""

from __future__ import annotations

import itertools
import queue
import threading
import time

from uvkit.events import Event, EventSink, TaskAdvanced, TaskFinished, TaskId, TaskKind, TaskOutcome, TaskStarted

# A display cannot show more than about twenty updates a second, and each one costs the worker a queue operation.
ADVANCE_INTERVAL_SECONDS = 0.05

# One verb has several emitters, and one sink may serve several verbs: no two of their tasks have the same identifier.
_ids = itertools.count(1)


class Emitter:
    """A queue between workers and one sink.

    Workers call ``emit``; the owner calls ``deliver`` on its own thread whenever it waits. On the owner's thread
    ``emit`` delivers at once. Without a sink every call is a cheap no-op.
    """

    def __init__(self, sink: EventSink | None) -> None:
        self._sink = sink
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._owner = threading.get_ident()
        self._last_advance: dict[TaskId, float] = {}

    @property
    def active(self) -> bool:
        """Tell whether anybody listens."""
        return self._sink is not None

    def emit(self, event: Event) -> None:
        """Hand one event over; it reaches the sink on the owner's thread, in order."""
        if self._sink is None:
            return
        self._queue.put(event)
        if threading.get_ident() == self._owner:
            self.deliver()

    def start(self, kind: TaskKind, subject: str, *, total: int | None = None) -> TaskId:
        """Announce a task and return its identifier."""
        task = TaskId(next(_ids))
        if self._sink is not None:
            self.emit(TaskStarted(task, kind, subject, total))
        return task

    def advance(self, task: TaskId, completed: int) -> None:
        """Report bytes done, at most every 50 ms per task."""
        if self._sink is None:
            return
        now = time.monotonic()
        if now - self._last_advance.get(task, 0.0) >= ADVANCE_INTERVAL_SECONDS:
            self._last_advance[task] = now
            self.emit(TaskAdvanced(task, completed))

    def finish(self, task: TaskId, outcome: TaskOutcome = "done") -> None:
        """Announce the end of a task."""
        if self._sink is not None:
            self._last_advance.pop(task, None)
            self.emit(TaskFinished(task, outcome))

    def deliver(self) -> None:
        """Give everything queued to the sink; call on the owner's thread only."""
        if self._sink is None:
            return
        while True:
            try:
                event = self._queue.get_nowait()
            except queue.Empty:
                return
            self._sink(event)
