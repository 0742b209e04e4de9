"""A server on loopback that answers with the very bytes a test gives it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from uvkit.cache import Cache
from uvkit.net import HttpClient, NetworkOptions
from uvkit.testing import IndexServer


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    connection: int


@dataclass
class WireServer:
    """Gives each request to ``answer``, sends the bytes it returns, and closes when it returns none or says so."""

    answer: Callable[[Request], bytes | None] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    close_after: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def targets(self) -> list[str]:
        return [request.target for request in self.requests]

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(client, self.connections), daemon=True).start()

    def talk(self, client: socket.socket, number: int) -> None:
        with client:
            data = b""
            while True:
                while b"\r\n\r\n" not in data:
                    try:
                        more = client.recv(65536)
                    except OSError:
                        return
                    if not more:
                        return
                    data += more
                head, _, data = data.partition(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                method, target, _ = lines[0].split(" ")
                headers = {
                    name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
                }
                request = Request(method, target, headers, number)
                self.requests.append(request)
                answer = self.answer(request)
                if answer is None:
                    return
                try:
                    client.sendall(answer)
                except OSError:
                    return
                if self.close_after:
                    return


def response(body: bytes = b"", *, status: int = 200, length: int | None = None, **headers: str) -> bytes:
    """Return a response; ``length`` announces another length than the body has."""
    fields = {"Content-Length": str(len(body) if length is None else length)}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode("latin-1") + body


@contextmanager
def wire_server() -> Iterator[WireServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = WireServer(port=listener.getsockname()[1])
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def other_wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def naps() -> list[float]:
    """The delays that the client asked for; it waits for none of them."""
    return []


@pytest.fixture
def client(naps: list[float]) -> Iterator[HttpClient]:
    with HttpClient(NetworkOptions(timeout=5, connect_timeout=5), sleep=naps.append) as made:
        yield made


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def index_server(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "served") as server:
        yield server
