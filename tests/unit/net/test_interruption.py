"""Sockets of a run that nobody wants any more are shut down, and nothing is tried again."""

from __future__ import annotations

import contextvars
import socket
import threading
from collections.abc import Iterator

import pytest

from uvkit.errors import CancelledError
from uvkit.net import HttpClient, Interruption, NetworkOptions, interruptible


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


class SilentServer:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        self.accepted = threading.Event()
        self._connections: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/"

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listening.accept()[0]
            except OSError:
                return
            self._connections.append(connection)
            connection.recv(65536)
            self.accepted.set()

    def close(self) -> None:
        # Waking the thread that accepts takes a shutdown; closing alone would leave it waiting.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for connection in (*self._connections, self._listening):
            connection.close()


@pytest.fixture
def silent() -> Iterator[SilentServer]:
    server = SilentServer()
    try:
        yield server
    finally:
        server.close()


def test_a_watched_socket_is_shut_down(pair: tuple[socket.socket, socket.socket]) -> None:
    interruption = Interruption()
    interruption.watch(pair[0])

    interruption.interrupt()

    assert pair[0].recv(1) == b""


def test_a_forgotten_socket_is_left_alone(pair: tuple[socket.socket, socket.socket]) -> None:
    interruption = Interruption()
    interruption.watch(pair[0])
    interruption.forget(pair[0])

    interruption.interrupt()
    pair[1].send(b"x")

    assert pair[0].recv(1) == b"x"


def test_what_is_watched_too_late_is_shut_down_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    interruption = Interruption()
    interruption.interrupt()

    interruption.watch(pair[0])

    assert pair[0].recv(1) == b""


def test_a_closed_socket_is_no_failure() -> None:
    interruption = Interruption()
    closed = socket.socket()
    closed.close()
    interruption.watch(closed)

    interruption.interrupt()

    with pytest.raises(CancelledError):
        interruption.check()


def test_a_pause_ends_with_the_run() -> None:
    interruption = Interruption()
    interruption.interrupt()

    with pytest.raises(CancelledError):
        interruption.pause(60)


def _fail(interruption: list[Interruption]) -> None:
    with interruptible() as current:
        interruption.append(current)
        raise ZeroDivisionError


def test_an_exception_interrupts_its_block_and_nothing_else() -> None:
    seen: list[Interruption] = []
    with interruptible() as outer:
        with pytest.raises(ZeroDivisionError):
            _fail(seen)
        outer.check()

    with pytest.raises(CancelledError):
        seen[0].check()


def test_a_run_interrupts_its_parts() -> None:
    with interruptible() as outer, interruptible() as inner:
        outer.interrupt()

        with pytest.raises(CancelledError):
            inner.check()


def test_a_part_that_begins_late_is_interrupted_too() -> None:
    with interruptible() as outer:
        outer.interrupt()
        with interruptible() as inner, pytest.raises(CancelledError):
            inner.check()


def test_a_request_that_waits_is_broken_off(silent: SilentServer) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            client.get(silent.url)
        except CancelledError as error:
            failures.append(error)

    with HttpClient(NetworkOptions(timeout=60, retries=5)) as client, interruptible() as interruption:
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(ask,))
        thread.start()
        silent.accepted.wait(10)
        interruption.interrupt()
        thread.join(10)

    assert not thread.is_alive()
    assert len(failures) == 1


def test_nothing_begins_after_an_interruption(silent: SilentServer) -> None:
    with HttpClient() as client, interruptible() as interruption:
        interruption.interrupt()

        with pytest.raises(CancelledError):
            client.get(silent.url)

    assert not silent.accepted.is_set()
