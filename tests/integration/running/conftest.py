"""Running things for real: tools with commands on a loopback index, a home of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer

_MAIN = b"""
import os, sys

def main():
    from importlib.metadata import version
    print(NAME, version(NAME), *sys.argv[1:])
    return int(os.environ.get("STATUS", "0"))
"""


def tool(
    name: str,
    version: str,
    commands: Mapping[str, str] | None = None,
    *,
    requires: tuple[str, ...] = (),
) -> Distribution:
    """Return a distribution whose commands (by default one of its own name) say who they are."""
    module = name.replace("-", "_")
    scripts = {name: f"{module}:main"} if commands is None else dict(commands)
    return Distribution(
        name=name,
        version=version,
        requires=requires,
        entry_points={"console_scripts": scripts} if scripts else {},
        files={
            f"{module}/__init__.py": f"NAME = {name!r}\n".encode() + _MAIN,
            f"{module}/__main__.py": f"from {module} import main\nmain()\n".encode(),
        },
    )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    """Serve a few tools; tests only read."""
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1", "2.0"):
            server.add(tool("hello", version, {"hello": "hello:main", "hello-again": "hello:main"}))
        server.add(tool("helper", "1.0", {}))
        server.add(tool("helper", "1.1", {}))
        server.add(tool("multi", "1.0", requires=("hello",)))
        server.add(tool("other", "1.0", {"hello": "other:main", "other": "other:main"}))
        server.add(tool("silent", "1.0", {}, requires=("hello",)))
        server.add(tool("odd-name", "1.0", {"odd": "odd_name:main"}))
        server.add(tool("broken", "1.0", requires=("hello>9",)))
        server.bodies["/script.py"] = ("text/plain", b"import sys\nprint('from the web', *sys.argv[1:])\n")
        yield server


class World:
    """A working directory, a session on an index, and the variables that programs get."""

    def __init__(self, root: Path, index: IndexServer, session: uvkit.Session) -> None:
        self.root = root
        self.index = index
        self.session = session
        self.variables = {
            "PATH": os.pathsep.join((os.path.join(sys.base_prefix, "bin"), "/usr/bin", "/bin")),
            "HOME": str(root),
        }

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def project(self, *dependencies: str, extra: str = "") -> Path:
        rows = ", ".join(f'"{one}"' for one in dependencies)
        return self.write(
            "pyproject.toml",
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n{extra}',
        )

    def run(self, *argv: str, source: object = None, **options: object) -> uvkit.RunResult:
        """Run a command with its output captured."""
        variables = {"variables": self.variables, **options}
        return uvkit.run(source, argv, capture=True, session=self.session, **variables)  # type: ignore[arg-type]  # as given

    def out(self, *argv: str, **options: object) -> str:
        """Return what a command that succeeds prints."""
        result = self.run(*argv, **options)
        assert result.returncode == 0, result.stderr
        return (result.stdout or "").strip()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache for all tests: asking an interpreter and unpacking wheels takes longer than most of them."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def world(tmp_path: Path, index: IndexServer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    settings = uvkit.Settings().with_arguments({"default-index": index.url})
    variables = {"HOME": str(tmp_path), "PATH": os.path.join(sys.base_prefix, "bin")}
    with uvkit.Session(settings, cache=cache, variables=variables) as session:
        yield World(root, index, session)
