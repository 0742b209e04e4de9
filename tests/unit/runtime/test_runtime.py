"""The pool, the once-map and the emitter, under real threads."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from uvkit.errors import CancelledError
from uvkit.events import CancelToken, Event, Notice, TaskAdvanced, TaskFinished, TaskStarted
from uvkit.runtime import Emitter, OnceMap, Pool


def test_results_come_back_in_the_order_of_the_items() -> None:
    with Pool(4) as pool:
        results, failures = pool.map(lambda n: n * n, range(50))

    assert results == [n * n for n in range(50)]
    assert failures == []


def test_no_more_threads_run_than_the_limit() -> None:
    running = 0
    most = 0
    lock = threading.Lock()
    gate = threading.Barrier(3, timeout=5)

    def job(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait()
        with lock:
            running -= 1

    with Pool(3) as pool:
        _, failures = pool.map(job, range(9))

    assert failures == []
    assert most == 3


def test_the_first_failure_keeps_the_rest_from_starting() -> None:
    started: list[int] = []

    def job(number: int) -> int:
        started.append(number)
        if number == 0:
            raise ValueError("first")
        return number

    with Pool(1) as pool:
        results, failures = pool.map(job, range(100))

    assert results == []
    assert [str(failure) for failure in failures] == ["first"]
    assert started == [0]


def test_a_cancelled_token_stops_the_map() -> None:
    token = CancelToken()
    token.cancel()

    with Pool(2) as pool, pytest.raises(CancelledError):
        pool.map(lambda n: n, range(3), cancel=token)


def test_an_exception_on_the_waiting_thread_waits_for_running_jobs() -> None:
    release = threading.Event()
    ended: list[bool] = []

    def job(_: int) -> None:
        release.wait(5)
        ended.append(True)

    def interrupt() -> None:
        release.set()
        raise KeyboardInterrupt

    with Pool(1) as pool, pytest.raises(KeyboardInterrupt):
        pool.map(job, range(3), while_waiting=interrupt)

    assert ended == [True]


def test_a_closed_pool_refuses_work() -> None:
    pool = Pool(1)
    pool.close()

    with pytest.raises(RuntimeError):
        pool.submit(lambda: None)


def test_a_job_runs_once_for_all_who_ask() -> None:
    calls: list[int] = []
    slots: OnceMap[str, int] = OnceMap()
    gate = threading.Barrier(8, timeout=5)

    def ask(_: int) -> int:
        gate.wait()
        return slots.get("key", lambda: calls.append(1) or 42)  # type: ignore[func-returns-value]

    with Pool(8) as pool:
        results, _ = pool.map(ask, range(8))

    assert results == [42] * 8
    assert calls == [1]


def test_a_job_that_failed_may_be_tried_again() -> None:
    slots: OnceMap[str, int] = OnceMap()

    def fail() -> int:
        raise OSError("no")

    with pytest.raises(OSError, match="no"):
        slots.get("key", fail)

    assert slots.peek("key") is None
    assert slots.get("key", lambda: 7) == 7
    assert slots.peek("key") == 7


def test_events_of_workers_reach_the_sink_on_the_owners_thread() -> None:
    seen: list[tuple[int, Event]] = []
    emitter = Emitter(lambda event: seen.append((threading.get_ident(), event)))

    with Pool(2) as pool:
        pool.map(lambda n: emitter.emit(Notice("n", str(n))), range(5), while_waiting=emitter.deliver)
    emitter.deliver()

    assert {thread for thread, _ in seen} == {threading.get_ident()}
    assert sorted(event.message for _, event in seen if isinstance(event, Notice)) == list("01234")


def test_a_task_starts_advances_and_finishes_in_order() -> None:
    seen: list[Event] = []
    emitter = Emitter(seen.append)

    task = emitter.start("download", "a.whl", total=10)
    emitter.advance(task, 5)
    emitter.advance(task, 6)
    emitter.finish(task)

    assert [type(event) for event in seen] == [TaskStarted, TaskAdvanced, TaskFinished]


def test_without_a_sink_nothing_is_queued() -> None:
    emitter = Emitter(None)

    emitter.finish(emitter.start("link", "a"))
    emitter.deliver()

    assert not emitter.active


FEW_THREADS = """
import resource, threading
from pathlib import Path
from uvkit.runtime import Pool

def leave_room_for(stacks):
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + int(stacks * STACK), resource.RLIM_INFINITY))

def job(number):
    names.add(threading.current_thread().name)
    if number == 40:
        gate.set()
    elif number == 0:
        gate.wait(10)
    return number

STACK = 1 << 30
threading.stack_size(STACK)
gate, names = threading.Event(), set()
leave_room_for(0.5)
with Pool(30) as pool:
    assert pool.map(lambda n: threading.current_thread().name, range(2)) == (["MainThread"] * 2, [])

leave_room_for(2.5)
with Pool(30) as pool:
    assert pool.map(job, range(60)) == (list(range(60)), [])
assert len(names) == 2, names
"""


@pytest.mark.skipif(sys.platform != "linux", reason="sets a limit that is not everywhere")
def test_where_no_further_thread_can_be_started_those_there_do_the_work() -> None:
    done = subprocess.run([sys.executable, "-c", FEW_THREADS], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")
