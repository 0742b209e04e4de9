"""A real index with a tree of projects that can fall silent, and projects that ask for parts of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer

PROJECTS = 31


class StallingIndex(IndexServer):
    """An index that, for some paths, sends so many bytes of a body (or none, and no header) and then nothing."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.stalling: dict[str, int | None] = {}
        self.reached = threading.Event()
        self.resumed = threading.Event()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.partition("?")[0]
        if path in self.stalling:
            sent = self.stalling[path]
            if sent is not None:
                handler.send_response(200)
                handler.send_header("Content-Length", "1000000")
                handler.end_headers()
                handler.wfile.write(b"x" * sent)
                handler.wfile.flush()
            self.reached.set()
            # Longer than any test is patient, so that a client that waits for the server is found out.
            self.resumed.wait(60)
            handler.close_connection = True
            return
        super().answer(handler)


class World:
    """An index whose project ``n`` needs ``2n+1`` and ``2n+2``, and a folder for projects, caches and environments."""

    def __init__(self, path: Path, index: StallingIndex) -> None:
        self.path = path
        self.index = index
        self.cache = path / "cache"

    def session(self, cache: str = "cache") -> uvkit.Session:
        return uvkit.Session(cache=self.path / cache)

    def project(self, name: str = "demo", *dependencies: str) -> Path:
        """Write a project that asks for the whole tree, or for what is named."""
        root = self.path / name
        root.mkdir(exist_ok=True)
        rows = ", ".join(f'"{one}"' for one in dependencies or ("proj-0",))
        (root / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n'
            '[project.optional-dependencies]\nmore = ["extra-one"]\n'
            f'[[tool.uv.index]]\nurl = "{self.index.url}"\ndefault = true\n'
        )
        return root

    def below(self, number: int) -> set[str]:
        """Return the names of a project of the tree and of all that it needs."""
        if number >= PROJECTS:
            return set()
        return {f"proj-{number}"} | self.below(2 * number + 1) | self.below(2 * number + 2)

    def installed(self, root: Path) -> set[str]:
        """Return what the environment of a project holds."""
        environment = uvkit.Environment(root / ".venv", cache=uvkit.Cache(self.cache))
        return {one.project for one in environment.installed()}

    def wheels_fetched(self) -> list[int]:
        """Return how often each wheel was fetched."""
        return [count for path, count in self.index.requests.items() if path.endswith(".whl")]

    def python(self, code: str, *arguments: object) -> subprocess.Popen[str]:
        """Start another interpreter with ``code``, which waits for a line before it begins."""
        return subprocess.Popen(
            [sys.executable, "-c", "import sys, uvkit\nsys.stdin.readline()\n" + code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def together(self, *workers: subprocess.Popen[str]) -> list[tuple[int, str]]:
        """Let waiting interpreters begin at once, and return their statuses and outputs."""
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        outputs = [worker.communicate(timeout=60)[0] for worker in workers]
        return [(worker.returncode, output) for worker, output in zip(workers, outputs, strict=True)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with StallingIndex(tmp_path / "index") as index:
        for number in range(PROJECTS):
            needs = tuple(f"proj-{one}" for one in (2 * number + 1, 2 * number + 2) if one < PROJECTS)
            index.add(Distribution(name=f"proj-{number}", version="1.0", requires=needs))
        index.add(Distribution(name="extra-one", version="1.0"))
        try:
            yield World(tmp_path, index)
        finally:
            index.resumed.set()
