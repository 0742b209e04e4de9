"""Ctrl-C and cancellation reach those who wait, and nobody waits for what cannot be stopped."""

from __future__ import annotations

import threading

import pytest

from uvkit.errors import CancelledError
from uvkit.events import CancelToken
from uvkit.runtime import OnceMap, Pool


def _interrupt() -> int:
    raise KeyboardInterrupt


def test_who_waits_for_an_interrupted_job_is_cancelled() -> None:
    once: OnceMap[str, int] = OnceMap()
    begun, release = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def job() -> int:
        begun.set()
        release.wait(10)
        return _interrupt()

    def own() -> None:
        with pytest.raises(KeyboardInterrupt):
            once.get("a", job)

    def wait() -> None:
        try:
            once.get("a", job)
        except CancelledError as error:
            failures.append(error)

    owner, waiter = threading.Thread(target=own), threading.Thread(target=wait)
    owner.start()
    begun.wait(10)
    waiter.start()
    release.set()
    owner.join(10)
    waiter.join(10)

    # The second may have come too late to wait; then it ran the job itself, which ends the same way for its thread.
    assert len(failures) == 1 or "a" not in once


def test_a_cancellation_tells_those_who_run() -> None:
    told = threading.Event()
    token = CancelToken()

    def job(_: int) -> None:
        token.cancel()
        assert told.wait(10)

    with Pool(1) as pool, pytest.raises(CancelledError):
        pool.map(job, [1, 2], cancel=token, interrupted=told.set)


def test_nobody_waits_for_a_job_that_cannot_be_stopped() -> None:
    begun, release = threading.Event(), threading.Event()

    def stuck(_: int) -> None:
        begun.set()
        release.wait(60)

    def leave() -> None:
        begun.wait(10)
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt), Pool(1) as pool:
            pool.map(stuck, [1], while_waiting=leave)
        assert not release.is_set()
    finally:
        release.set()
