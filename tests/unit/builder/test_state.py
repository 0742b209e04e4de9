from __future__ import annotations

import threading

import pytest

from uvkit.builder import BuildState
from uvkit.errors import CancelledError
from uvkit.events import CancelToken


def test_no_more_run_at_once_than_there_are_slots() -> None:
    state = BuildState(2)
    lock = threading.Lock()
    running, most = 0, 0
    met = threading.Barrier(2)

    def build() -> None:
        nonlocal running, most
        with state.slot():
            with lock:
                running += 1
                most = max(most, running)
            met.wait(10)
            with lock:
                running -= 1

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert most == 2


def test_waiting_for_a_slot_ends_when_it_is_cancelled() -> None:
    state = BuildState(1)
    token = CancelToken()
    token.cancel()

    with state.slot(), pytest.raises(CancelledError), state.slot(token):
        pass
