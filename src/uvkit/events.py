"""What uvkit tells a caller while it works: a closed union of frozen events, a sink and a cancel token.

A sink is any callable that takes one event; it is called on the thread that called the verb, so it needs no lock
and may touch widgets. Per task the order is start, advances, finish, and it always ends in finish.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NewType, TypeAlias

from uvkit.errors import CancelledError

__all__ = [
    "Backtracked",
    "BuildOutput",
    "CancelToken",
    "CandidatePinned",
    "Event",
    "EventSink",
    "ForkOpened",
    "Notice",
    "Phase",
    "PhaseFinished",
    "PhaseStarted",
    "TaskAdvanced",
    "TaskFinished",
    "TaskId",
    "TaskKind",
    "TaskOutcome",
    "TaskStarted",
]

TaskId = NewType("TaskId", int)
Phase: TypeAlias = Literal["resolve", "fetch", "build", "install", "compile-bytecode", "publish"]
TaskKind: TypeAlias = Literal["listing", "metadata", "download", "checkout", "build", "link", "python", "upload"]
TaskOutcome: TypeAlias = Literal["done", "cached", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact about the outcome that the caller may want to know: a yanked version, an ignored marker."""

    code: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class PhaseStarted:
    """A phase began; ``total`` is the number of tasks, if known. One that has nothing to do is not announced."""

    phase: Phase
    total: int | None = None


@dataclass(frozen=True, slots=True)
class PhaseFinished:
    """A phase ended."""

    phase: Phase
    elapsed: timedelta


@dataclass(frozen=True, slots=True)
class TaskStarted:
    """A unit of work began; ``total`` is its size in bytes where that makes sense and is known."""

    task: TaskId
    kind: TaskKind
    subject: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class TaskAdvanced:
    """``completed`` bytes of a task are done."""

    task: TaskId
    completed: int


@dataclass(frozen=True, slots=True)
class TaskFinished:
    """A unit of work ended."""

    task: TaskId
    outcome: TaskOutcome


@dataclass(frozen=True, slots=True)
class CandidatePinned:
    """The resolver chose a version; ``decided`` counts the decisions that stand."""

    project: str
    version: str
    decided: int


@dataclass(frozen=True, slots=True)
class Backtracked:
    """The resolver gave up a version."""

    project: str
    rejected: str
    because: str


@dataclass(frozen=True, slots=True)
class ForkOpened:
    """The resolver began to solve for one part of all environments."""

    marker: str


@dataclass(frozen=True, slots=True)
class BuildOutput:
    """A build backend printed a line."""

    task: TaskId
    line: str


Event: TypeAlias = (
    Notice
    | PhaseStarted
    | PhaseFinished
    | TaskStarted
    | TaskAdvanced
    | TaskFinished
    | CandidatePinned
    | Backtracked
    | ForkOpened
    | BuildOutput
)
EventSink: TypeAlias = Callable[[Event], None]


class CancelToken:
    """A flag that another thread (or a signal handler) sets to stop a verb; the verb undoes what it began."""

    __slots__ = ("_flag", "_listeners")

    def __init__(self) -> None:
        self._flag = threading.Event()
        self._listeners: dict[object, Callable[[], object]] = {}

    def cancel(self) -> None:
        """Ask the verb to stop."""
        self._flag.set()
        for listener in tuple(self._listeners.values()):
            listener()

    @contextmanager
    def calling(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call ``listener`` when the token is set during the block, on the thread that sets it, or at once if it is.

        It must not raise, and may be called twice.
        """
        key = object()
        self._listeners[key] = listener
        try:
            if self._flag.is_set():
                listener()
            yield
        finally:
            del self._listeners[key]

    @property
    def cancelled(self) -> bool:
        """Tell whether ``cancel`` was called."""
        return self._flag.is_set()

    def check(self) -> None:
        """Raise ``CancelledError`` if ``cancel`` was called.

        Raises:
            CancelledError: the token is set.
        """
        if self._flag.is_set():
            raise CancelledError
