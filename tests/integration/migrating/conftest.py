"""An index on loopback that has newer versions than any old lock names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uvkit import Session, Settings
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, IndexServer

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1", "1.2", "2.0"):
            server.add(Distribution(name="alpha", version=version))
            server.add(Distribution(name="beta", version=version, requires=("alpha",)))
            server.add(Distribution(name="gamma", version=version, extras={"fast": ("delta",)}))
            server.add(Distribution(name="delta", version=version))
            server.add(Distribution(name="checker", version=version))
            server.add(Distribution(name="on-windows", version=version))
        server.add(
            Distribution(name="needs-windows", version="1.0", requires=("on-windows ; sys_platform == 'win32'",))
        )
        yield server


@pytest.fixture
def session(tmp_path: Path, index: IndexServer) -> Iterator[Session]:
    settings = Settings(indexes=(IndexConfig(url=index.url, default=True),))
    with Session(settings, cache=tmp_path / "cache", variables={"PATH": "/usr/bin:/bin"}) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "weather"
    folder.mkdir()
    return folder


def poetry_lock(*versions: str, **markers: str) -> str:
    """Return a lock of poetry with `name==version` each; `markers` by `name_version` with dots as underscores."""
    rows = []
    for text in versions:
        name, _, version = text.partition("==")
        marker = markers.get(f"{name}_{version.replace('.', '_')}", "")
        line = f'markers = "{marker}"\n' if marker else ""
        rows.append(
            f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\npython-versions = ">=3.7"\n{line}'
        )
    return "\n".join(rows) + '\n[metadata]\nlock-version = "2.1"\n'
