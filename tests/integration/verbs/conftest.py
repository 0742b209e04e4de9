"""The verbs as a program uses them: a real index on loopback, real environments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution, IndexServer


class World:
    """A working directory, a session on an index, and an environment."""

    def __init__(self, root: Path, index: IndexServer, session: uvkit.Session) -> None:
        self.root = root
        self.index = index
        self.session = session
        self._environment: uvkit.Environment | None = None

    @property
    def environment(self) -> uvkit.Environment:
        """Return an environment, made when first asked for."""
        if self._environment is None:
            self._environment = uvkit.Environment.create(self.root / "env")
        return self._environment

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def read(self, *texts: str, **options: object) -> uvkit.RequirementSet:
        return uvkit.read_requirements(texts, session=self.session, **options)  # type: ignore[arg-type]  # as given

    def install(
        self, requirements: uvkit.RequirementSet | list[str], session: uvkit.Session | None = None, **options: object
    ) -> uvkit.SyncResult:
        return uvkit.install(requirements, self.environment, session=session or self.session, **options)  # type: ignore[arg-type]  # as given

    def installed(self) -> list[str]:
        return [f"{one.project}=={one.version_text}" for one in self.environment.installed()]

    def project(self, *dependencies: str, extra: str = "", folder: str = ".") -> Path:
        rows = ", ".join(f'"{one}"' for one in dependencies)
        return self.write(
            f"{folder}/pyproject.toml",
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n{extra}',
        )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    """Serve a few projects; tests only read."""
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1", "2.0"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="1.0", requires=("alpha<2",)))
        server.add(Distribution(name="beta", version="2.0", requires=("alpha",)))
        server.add(Distribution(name="gamma", version="1.0", requires=("beta",), extras={"more": ("delta",)}))
        server.add(Distribution(name="delta", version="1.0"), sdist=True)
        yield server


@pytest.fixture
def world(tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    settings = uvkit.Settings().with_arguments({"default-index": index.url})
    with uvkit.Session(settings, cache=tmp_path / "cache", variables={"WANTED": "1.0"}) as session:
        yield World(root, index, session)
