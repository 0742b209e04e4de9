"""Ctrl-C and cancellation reach those who wait, and nobody waits for what cannot be stopped."""

from __future__ import annotations

import threading

import pytest

from uvkit.errors import CancelledError
from uvkit.events import CancelToken
from uvkit.runtime import OnceMap, Pool


@pytest.mark.parametrize("reason", [KeyboardInterrupt, CancelledError])
def test_who_waits_for_a_job_that_its_owner_gave_up_does_it(reason: type[BaseException]) -> None:
    once: OnceMap[str, int] = OnceMap()
    begun, release = threading.Event(), threading.Event()
    results: list[int] = []

    def given_up() -> int:
        begun.set()
        release.wait(10)
        raise reason

    def own() -> None:
        with pytest.raises(reason):
            once.get("a", given_up)

    owner = threading.Thread(target=own)
    waiters = [threading.Thread(target=lambda: results.append(once.get("a", lambda: 7))) for _ in range(3)]
    owner.start()
    begun.wait(10)
    for waiter in waiters:
        waiter.start()
    release.set()
    for thread in (owner, *waiters):
        thread.join(10)

    assert results == [7, 7, 7]
    assert once.peek("a") == 7


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
