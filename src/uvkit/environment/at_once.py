"""Do the parts of a change at once."""

from __future__ import annotations

import os
from collections.abc import Callable

from uvkit.events import CancelToken
from uvkit.runtime import Emitter, Pool

# Two threads saturate two cores; more than four wait for each other's locks in the interpreter and the file system.
MAX_THREADS = 4


def run_all(jobs: list[Callable[[], object]], *, cancel: CancelToken, emitter: Emitter, threads: int) -> None:
    """Run jobs with some threads, with a single one one after the other in this; raise the first failure."""
    if threads == 1:
        for job in jobs:
            job()
            cancel.check()
        return
    waiting = emitter.deliver if emitter.active else None
    with Pool(threads, name="uvkit-link") as pool:
        _, failures = pool.map(lambda job: job(), jobs, cancel=cancel, while_waiting=waiting)
    emitter.deliver()
    if failures:
        raise failures[0]


def usual_threads() -> int:
    """Return how many threads suit the machine."""
    return min(_cores(), MAX_THREADS)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
