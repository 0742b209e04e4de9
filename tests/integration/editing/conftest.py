"""A project on disk, and an index to lock it from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer

HEAD = '[project]\nname = "demo"\nversion = "1.0"\nrequires-python = ">=3.9"\n'


class Workshop:
    """A folder with a project, and a session that locks from the index."""

    def __init__(self, root: Path, session: uvkit.Session, index: IndexServer) -> None:
        self.root = root
        self.session = session
        self.index = index

    def write(self, text: str, name: str = "pyproject.toml") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def text(self, name: str = "pyproject.toml") -> str:
        return (self.root / name).read_bytes().decode()

    def add(self, *texts: str, **options: object) -> uvkit.EditResult:
        return uvkit.add(self.root, texts, **{"session": self.session, "synchronize": False, **options})  # type: ignore[arg-type]  # as given

    def remove(self, *names: str, **options: object) -> uvkit.EditResult:
        return uvkit.remove(self.root, names, **{"session": self.session, "synchronize": False, **options})  # type: ignore[arg-type]  # as given


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    """Serve a few projects; tests only read."""
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.4.2", "2.0.1"):
            server.add(Distribution(name="alpha", version=version, requires=("beta",)))
        for version in ("0.1", "0.2.3"):
            server.add(Distribution(name="beta", version=version))
        server.add(Distribution(name="broken", version="1.0"))
        for file in server.files["broken"].values():
            file.path.write_bytes(b"not an archive")
        yield server


@pytest.fixture
def shop(tmp_path: Path, index: IndexServer) -> Iterator[Workshop]:
    root = tmp_path / "work"
    root.mkdir()
    settings = uvkit.Settings().with_arguments({"default-index": index.url})
    with uvkit.Session(settings, cache=tmp_path / "cache") as session:
        yield Workshop(root, session, index)
