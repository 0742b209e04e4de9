"""A real pypiserver in a process of its own, and a server that takes uploads and misbehaves as told."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.request import urlopen

USER, PASSWORD = "publisher", "s3cret"


@dataclass(frozen=True)
class PypiServer:
    """Where a pypiserver listens, and the folder in which it keeps what it gets."""

    root: str
    folder: Path

    @property
    def upload_url(self) -> str:
        return f"{self.root}/"

    @property
    def index_url(self) -> str:
        return f"{self.root}/simple/"


@contextmanager
def pypiserver(folder: Path) -> Iterator[PypiServer]:
    """Serve a folder; uploads need the user and the password."""
    packages = folder / "packages"
    packages.mkdir(parents=True)
    passwords = folder / "htpasswd"
    passwords.write_text(f"{USER}:{{SHA}}{_sha(PASSWORD)}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [sys.executable, "-W", "ignore", "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port)]
    argv += ["-P", str(passwords), "-a", "update", "--disable-fallback", "--backend", "simple-dir", str(packages)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/health", process)
            yield PypiServer(f"http://127.0.0.1:{port}", packages)
        finally:
            process.terminate()


def _sha(password: str) -> str:
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url):
                return
        except OSError:
            threading.Event().wait(0.05)
    raise RuntimeError("pypiserver did not start")


@dataclass
class Received:
    """One upload as a server saw it."""

    path: str
    headers: dict[str, str]
    fields: dict[str, list[str]]
    filename: str
    content: bytes


@dataclass
class UploadServer:
    """Takes uploads; `answers` are statuses with texts to give first, `gets` and `posts` JSON answers by path.

    With `hang_up`, so many connections are closed in the middle of an upload.
    """

    received: list[Received] = field(default_factory=list)
    answers: list[tuple[int, str, str]] = field(default_factory=list)
    documents: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    hang_up: int = 0
    url: str = ""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.document(self, b"")

            def do_POST(self) -> None:
                outer.take(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's parameter
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def document(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        path = handler.path
        self.asked.append((path, handler.headers.get("Authorization", ""), body))
        found = self.documents.get(path)
        status = 404 if found is None else 200
        _send(handler, status, "application/json", json.dumps(found).encode())

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        if self.hang_up:
            self.hang_up -= 1
            handler.rfile.read(64)
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if handler.path in self.documents:
            self.document(handler, body)
            return
        self.received.append(_parsed(handler, body))
        status, kind, text = self.answers.pop(0) if self.answers else (200, "text/plain", "")
        _send(handler, status, kind, text.encode())


def _send(handler: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _parsed(handler: BaseHTTPRequestHandler, body: bytes) -> Received:
    head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, list[str]] = {}
    filename, content = "", b""
    boundary = re.search("boundary=(.*)", handler.headers["Content-Type"])
    assert boundary is not None
    for part in body.split(f"--{boundary[1]}".encode())[1:-1]:
        header, _, value = part.partition(b"\r\n\r\n")
        value = value.removesuffix(b"\r\n")
        name = re.search(rb'name="([^"]*)"', header)
        assert name is not None
        if found := re.search(rb'filename="([^"]*)"', header):
            filename, content = found[1].decode(), value
        else:
            fields.setdefault(name[1].decode(), []).append(value.decode())
    assert message.is_multipart()
    return Received(
        handler.path, {name.lower(): value for name, value in handler.headers.items()}, fields, filename, content
    )
