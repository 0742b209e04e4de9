"""One nginx and one pypiserver for all tests here, and a session that knows nothing of this machine."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import uvkit
from uvkit.testing import Distribution

from .servers import NGINX, TEAM, Certificates, Nginx, make_certificates, nginx, pypiserver, write_tree

DISTRIBUTIONS = (
    Distribution(name="alpha", version="1.0"),
    Distribution(name="alpha", version="1.1"),
    Distribution(name="beta", version="1.0", requires=("alpha",)),
    Distribution(name="delta", version="1.0"),
)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("tree"), DISTRIBUTIONS, sdists=frozenset({"delta"}))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, tree: Path, certificates: Certificates) -> Iterator[Nginx]:
    if NGINX is None:
        pytest.skip("nginx is not installed")
    with nginx(tmp_path_factory.mktemp("nginx"), tree, certificates=certificates) as server:
        yield server


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory, tree: Path) -> Iterator[str]:
    if importlib.util.find_spec("pypiserver") is None:
        pytest.skip("pypiserver is not installed")
    with pypiserver(tmp_path_factory.mktemp("pypiserver"), tree / "files", TEAM) as url:
        yield url


@dataclass
class Place:
    """A folder with a project, and what was seen of the runs in it."""

    root: Path
    cache: Path
    seen: list[object] = field(default_factory=list)

    def project(self, *dependencies: str, more: str = "") -> None:
        rows = ", ".join(f'"{one}"' for one in dependencies)
        (self.root / "pyproject.toml").write_text(
            f'[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [{rows}]\n{more}'
        )

    def session(self, **variables: str) -> uvkit.Session:
        variables = {
            "HOME": str(self.root / "home"),
            "PIP_CONFIG_FILE": "/dev/null",
            "UV_HTTP_RETRIES": "0",
        } | variables
        settings = uvkit.Settings.discover(self.root, variables=variables)
        return uvkit.Session(settings, cache=self.cache, variables=variables)

    def lock_and_sync(self, **variables: str) -> list[str]:
        """Lock, then sync with an empty cache, as another machine would; return what is installed."""
        with self.session(**variables) as session:
            self.seen.append(uvkit.lock(self.root, session=session, events=self.seen.append))
        shutil.rmtree(self.cache)
        with self.session(**variables) as session:
            self.seen.append(uvkit.sync(self.root, session=session, events=self.seen.append, locking="check"))
        environment = uvkit.Environment(self.root / ".venv")
        return [f"{one.project}=={one.version_text}" for one in environment.installed()]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root = tmp_path / "work"
    (root / "home").mkdir(parents=True)
    return Place(root, tmp_path / "cache")


def index(url: str, *, name: str = "", **keys: object) -> str:
    """Return a table of an index."""
    lines = ["[[tool.uv.index]]", f'url = "{url}"', *([f'name = "{name}"'] if name else [])]
    return "\n".join([*lines, *(f"{key} = {value!r}".replace("True", "true") for key, value in keys.items()), ""])


def with_user(url: str, user: tuple[str, str]) -> str:
    return url.replace("://", f"://{user[0]}:{user[1]}@")
