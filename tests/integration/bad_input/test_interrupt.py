"""Ctrl-C and SIGTERM at a real process: nothing is left half done, and the next run continues."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer

from .conftest import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")


class StallingServer(IndexServer):
    """An index that stops in the middle of one path until it is told to go on."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.stalled = ""
        self.reached = threading.Event()
        self.released = threading.Event()

    def _send(self, handler: BaseHTTPRequestHandler, status: int, *, headers: Mapping[str, str], body: bytes) -> None:
        if handler.path != self.stalled:
            super()._send(handler, status, headers=headers, body=body)
            return
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        self.reached.set()
        self.released.wait(30)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[StallingServer]:
    with StallingServer(tmp_path / "index") as server:
        for version in ("1.0", "2.0"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="large", version="1.0", files={"large.bin": os.urandom(100_000)}))
        many = {f"many/{number // 100}/{number}.py": b"" for number in range(6000)}
        server.add(Distribution(name="many", version="1.0", files=many))
        yield server
        server.released.set()


def _started(world: World, *argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "uvkit", *(argv or ("sync",))],
        cwd=world.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _interrupted(
    process: subprocess.Popen[str], when: Callable[[], bool], *, by: signal.Signals = signal.SIGINT
) -> str:
    """Press Ctrl-C as soon as a condition holds; the process must end at once, with the status of an interruption."""
    deadline = time.monotonic() + 20
    while not when():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    os.killpg(process.pid, by)
    output = process.communicate(timeout=10)[0]
    # CPython ends by the signal itself if that met it while it was making a dataclass; shells show both as 130.
    assert process.returncode in {128 + by, -by}, output
    return output


def _old(world: World) -> dict[str, bytes]:
    """Sync an environment with one project, then ask for another version and more; return what is there."""
    world.project("alpha==1.0")
    world.sync()
    before = world.picture()
    world.project("alpha==2.0", "large", "many")
    return before


def test_an_interrupted_download_leaves_the_environment_alone(world: World, index: StallingServer) -> None:
    before = _old(world)
    index.stalled = "/files/large/large-1.0-py3-none-any.whl"

    output = _interrupted(_started(world), index.reached.is_set)
    index.stalled = ""
    status, _ = world.cli("sync")

    assert "Traceback" not in output
    assert world.picture() != before
    assert status == 0
    assert world.installed() == ["alpha==2.0", "large==1.0", "many==1.0"]


def test_nothing_of_an_interrupted_download_is_kept(world: World, index: StallingServer) -> None:
    before = _old(world)
    index.stalled = "/files/large/large-1.0-py3-none-any.whl"

    _interrupted(_started(world), index.reached.is_set)

    assert world.picture() == before
    assert [path for path in (world.cache / "staging").rglob("*") if path.is_file() and path.stat().st_size] == []


def test_an_interrupted_resolution_leaves_the_lock_alone(world: World, index: StallingServer) -> None:
    before = _old(world)
    lock = (world.root / "uv.lock").read_bytes()
    index.stalled = "/simple/large/"

    output = _interrupted(_started(world), index.reached.is_set)

    assert "Traceback" not in output
    assert (world.root / "uv.lock").read_bytes() == lock
    assert world.picture() == before
    assert world.names() == [".venv", "pyproject.toml", "uv.lock"]


def test_an_interrupted_installation_is_rolled_back(world: World, index: StallingServer) -> None:
    before = _old(world)
    with world.session() as session:
        uvkit.sync(world.root, world.root.parent / "warm", session=session)
    transaction = uvkit.Environment(world.env).transaction_path

    output = _interrupted(_started(world), transaction.exists)
    after, left = world.picture(), transaction.exists()
    status, _ = world.cli("sync")

    assert "Traceback" not in output
    assert after == before
    assert not left
    assert status == 0
    assert world.installed() == ["alpha==2.0", "large==1.0", "many==1.0"]


@pytest.mark.parametrize(
    ("argv", "by"),
    [(("add", "large"), signal.SIGTERM), (("add", "large"), signal.SIGHUP), (("remove", "beta"), signal.SIGTERM)],
)
def test_an_edit_that_is_asked_to_end_leaves_every_file_as_it_was(
    world: World, index: StallingServer, argv: tuple[str, str], by: signal.Signals
) -> None:
    index.add(Distribution(name="beta", version="1.0"))
    world.project("alpha==1.0", "beta")
    world.sync()
    before = world.picture()
    text = (world.root / "pyproject.toml").read_bytes()
    (world.root / "uv.lock").unlink()
    index.stalled = "/simple/large/" if argv[0] == "add" else "/simple/alpha/"

    output = _interrupted(_started(world, *argv, "--refresh"), index.reached.is_set, by=by)

    assert "Traceback" not in output
    assert (world.root / "pyproject.toml").read_bytes() == text
    assert world.names() == [".venv", "pyproject.toml"]
    assert world.picture() == before


def test_an_edit_whose_installation_is_asked_to_end_is_undone(world: World, index: StallingServer) -> None:
    before = _old(world)
    files = {name: (world.root / name).read_bytes() for name in ("pyproject.toml", "uv.lock")}
    index.add(Distribution(name="slow", version="1.0", files={"slow.bin": os.urandom(100_000)}))
    index.stalled = "/files/slow/slow-1.0-py3-none-any.whl"

    _interrupted(_started(world, "add", "slow"), index.reached.is_set, by=signal.SIGTERM)

    assert {name: (world.root / name).read_bytes() for name in files} == files
    assert world.picture() == before


def test_a_cancelled_call_says_so(world: World) -> None:
    _old(world)
    token = uvkit.CancelToken()
    token.cancel()

    with world.session() as session, pytest.raises(uvkit.errors.CancelledError):
        uvkit.sync(world.root, session=session, cancel=token)

    assert world.installed() == ["alpha==1.0"]
