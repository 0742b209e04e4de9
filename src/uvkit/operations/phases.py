"""Announce the phases of a verb: every one that begins also ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter
from typing import Protocol

from uvkit.events import EventSink, Phase, PhaseFinished, PhaseStarted


class Clock(Protocol):
    """Tells how long a phase has taken so far, and, once it has ended, how long it took."""

    def __call__(self) -> timedelta:
        """Return the time since the phase began."""
        ...


@contextmanager
def phase(emit: EventSink | None, name: Phase, total: int | None = None) -> Iterator[Clock]:
    """Announce a phase around a block, and give its clock."""
    started = perf_counter()
    ended: list[timedelta] = []

    def elapsed() -> timedelta:
        return ended[0] if ended else timedelta(seconds=perf_counter() - started)

    if emit is not None:
        emit(PhaseStarted(name, total))
    try:
        yield elapsed
    finally:
        ended.append(elapsed())
        if emit is not None:
            emit(PhaseFinished(name, ended[0]))
