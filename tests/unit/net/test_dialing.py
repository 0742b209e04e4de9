from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from uvkit.net.dialing import Dialer


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def address(port: int, host: str = "127.0.0.1") -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port))


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_a_burst_asks_the_name_server_once(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [address(port)]

    dialer = Dialer(5, resolve=resolve)
    threads = [threading.Thread(target=lambda: dialer.connect("index.example", port).close()) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert asked == ["index.example"]


def test_an_answer_is_forgotten_after_a_while(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    now, asked = [0.0], []

    def resolve(host: str, port: int) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [address(port)]

    dialer = Dialer(5, resolve=resolve, clock=lambda: now[0])
    for moment in (0.0, 30.0, 100.0):
        now[0] = moment
        dialer.connect("index.example", port).close()

    assert len(asked) == 2


def test_the_next_address_is_tried_and_then_comes_first(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    addresses = [address(closed_port()), address(port)]
    dialer = Dialer(5, resolve=lambda host, port: addresses)

    dialer.connect("index.example", port).close()

    assert addresses[0] == address(port)


def test_a_host_without_a_listener_is_asked_for_anew(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    answers = [[address(closed_port())], [address(port)]]
    dialer = Dialer(5, resolve=lambda host, port: answers.pop(0))

    with pytest.raises(ConnectionRefusedError):
        dialer.connect("index.example", port)
    dialer.connect("index.example", port).close()

    assert answers == []


def test_of_several_dead_addresses_the_last_error_is_given() -> None:
    dialer = Dialer(5, resolve=lambda host, port: [address(closed_port()), address(closed_port())])

    with pytest.raises(ConnectionRefusedError):
        dialer.connect("index.example", 80)


def test_a_host_without_addresses_is_an_error() -> None:
    with pytest.raises(OSError, match="no address"):
        Dialer(5, resolve=lambda host, port: []).connect("index.example", 80)
