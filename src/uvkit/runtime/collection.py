"""Keep the garbage collector from walking a heap that grows fast and holds no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from .forks import new_lock

# Measured with 259 projects: at the default of 700 a resolution spends up to half of its time in collections that find
# nothing. At this one collections still happen, so a search that runs for minutes cannot pile garbage up.
ALLOCATIONS = 100_000

_lock = new_lock()
_depth = 0
_before = (0, 0, 0)


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Let the collector run only after many more allocations than usual, until the last such block has ended.

    A collector that is switched off stays off, and a threshold that somebody sets meanwhile is left alone.
    """
    global _depth, _before  # noqa: PLW0603  # the collector is the process's, so is the count of who asked
    with _lock:
        _depth += 1
        if _depth == 1:
            _before = gc.get_threshold()
            if 0 < _before[0] < ALLOCATIONS:
                gc.set_threshold(ALLOCATIONS, *_before[1:])
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0 and gc.get_threshold()[0] == ALLOCATIONS:
                gc.set_threshold(*_before)
