"""Servers on loopback for `parity_sources.py`: plain files, git over HTTP and git over SSH."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple


@contextmanager
def _served(handler: object) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]  # a partial class
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def plain_files(folder: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    with _served(partial(_Silent, directory=str(folder))) as address:
        yield address


class _GitHandler(BaseHTTPRequestHandler):
    """Hands requests to git's own program for them (git-http-backend)."""

    root = ""

    def do_GET(self) -> None:
        """Answer from the program's output."""
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": self.root,
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }
        body = self.rfile.read(length)
        done = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().splitlines() if ": " in line]
        status = next((int(value.split()[0]) for name, value in headers if name == "Status"), 200)
        self.send_response(status)
        for name, value in headers:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815  # the base class dispatches by these names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def git_over_http(folder: Path) -> Iterator[str]:
    """Serve the repositories in a folder and give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    with _served(type("Handler", (_GitHandler,), {"root": str(folder)})) as address:
        yield address


class Ssh(NamedTuple):
    """A server with the variables that let git log in."""

    address: str
    variables: dict[str, str]


@contextmanager
def git_over_ssh(folder: Path) -> Iterator[Ssh | None]:
    """Run an SSH server on loopback for a block, or give none where there is no such program."""
    program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if program is None:
        yield None
        return
    place = folder / "ssh"
    place.mkdir()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place / name)], check=True)
    shutil.copy(place / "user.pub", place / "authorized")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    config = (
        f"ListenAddress 127.0.0.1:{port}\nHostKey {place}/host\nPidFile none\nAuthorizedKeysFile {place}/authorized\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
    )
    (place / "config").write_text(config)
    os.makedirs("/run/sshd", exist_ok=True)
    server = subprocess.Popen([program, "-D", "-e", "-f", str(place / "config")], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        command = f"ssh -i {place}/user -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
        user = os.environ.get("USER") or "root"
        yield Ssh(f"ssh://{user}@127.0.0.1:{port}", {"GIT_SSH_COMMAND": command})
    finally:
        server.terminate()
        server.wait()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
