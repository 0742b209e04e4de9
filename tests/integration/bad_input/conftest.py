"""Projects, an index that can misbehave, and both ways to ask: the library and the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.cli import main
from uvkit.testing import Distribution, IndexServer


class World:
    """A folder with a project, its cache, and an index."""

    def __init__(self, root: Path, index: IndexServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root / "demo"
        self.cache = root / "cache"
        self.env = self.root / ".venv"
        self.index = index
        self._capsys = capsys
        self.root.mkdir()

    def project(self, *dependencies: str, extra: str = "") -> None:
        rows = ", ".join(f'"{one}"' for one in dependencies)
        self.write(
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n{extra}'
        )

    def write(self, text: str, name: str = "pyproject.toml") -> Path:
        path = self.root / name
        path.write_text(text)
        return path

    def session(self, **network: object) -> uvkit.Session:
        """Return a session on the index that does not try again."""
        fields = {"network.retries": 0, **{f"network.{name}": value for name, value in network.items()}}
        settings = uvkit.Settings.from_fields(fields).with_arguments({"default-index": self.index.url})
        return uvkit.Session(settings, cache=self.cache)

    def lock(self, **network: object) -> uvkit.LockResult:
        with self.session(**network) as session:
            return uvkit.lock(self.root, session=session)

    def sync(self, **network: object) -> uvkit.SyncResult:
        with self.session(**network) as session:
            return uvkit.sync(self.root, session=session)

    def cli(self, *argv: str) -> tuple[int, str]:
        """Run a command in the project and return its status and what it printed for people."""
        self._capsys.readouterr()
        status = main(list(argv))
        return status, self._capsys.readouterr().err

    def installed(self) -> list[str]:
        return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(self.env).installed()]

    def names(self) -> list[str]:
        """Return what is in the project's folder."""
        return sorted(path.name for path in self.root.iterdir())

    def picture(self) -> dict[str, bytes]:
        """Return every file of the environment but its lock, with its content."""
        return {
            str(path.relative_to(self.env)): path.read_bytes()
            for path in self.env.rglob("*")
            if path.is_file() and path.name != ".lock"
        }


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "index") as server:
        for version in ("1.0", "2.0"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="1.0", requires=("alpha",)))
        server.add(Distribution(name="large", version="1.0", files={"large.bin": os.urandom(100_000)}))
        yield server


@pytest.fixture
def world(
    tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> World:
    for name in os.environ:
        monkeypatch.delenv(name)
    made = World(tmp_path, index, capsys)
    home = tmp_path / "home"
    home.mkdir()
    variables = {
        "HOME": str(home),
        "PATH": os.pathsep.join((os.path.join(sys.base_prefix, "bin"), "/usr/bin", "/bin")),
        "UV_DEFAULT_INDEX": index.url,
        "UV_HTTP_RETRIES": "0",
        "UVKIT_CACHE_DIR": str(made.cache),
        "NO_COLOR": "1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.root)
    return made
