"""A project in a temporary folder and an index on loopback, so that the examples run anywhere and leave nothing behind.

Your own program needs none of this: it has a project, whose index is the default one or one that the project names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import uvkit
from uvkit.testing import Distribution, IndexServer

_PYPROJECT = """\
[project]
name = "weather"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["httpx>=0.27", "rich>=13"]

[project.optional-dependencies]
http2 = ["httpx[http2]"]

[dependency-groups]
dev = ["pytest>=8"]

[[tool.uv.index]]
url = "{url}"
default = true
"""

_DISTRIBUTIONS = (
    Distribution(name="anyio", version="4.9.0", requires=("idna>=2.8", "sniffio>=1.1")),
    Distribution(name="certifi", version="2025.8.3"),
    Distribution(name="colorama", version="0.4.6"),
    Distribution(name="h2", version="4.2.0"),
    Distribution(name="httpx", version="0.27.2", requires=("anyio", "certifi"), extras={"http2": ("h2>=3",)}),
    Distribution(name="httpx", version="0.28.1", requires=("anyio", "certifi"), extras={"http2": ("h2>=3",)}),
    Distribution(name="idna", version="3.10"),
    Distribution(name="old-dashboard", version="1.0", requires=("httpx<0.28",)),
    Distribution(name="pluggy", version="1.6.0"),
    Distribution(name="pygments", version="2.19.2"),
    Distribution(name="pytest", version="8.4.1", requires=("colorama; sys_platform == 'win32'", "pluggy<2,>=1.5")),
    Distribution(name="rich", version="13.9.4", requires=("pygments>=2.13",)),
    Distribution(name="rich", version="14.1.0", requires=("pygments>=2.13",)),
    Distribution(name="sniffio", version="1.3.1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Where an example works: a folder for anything, a project in it, the address of the index, and a cache."""

    folder: Path
    project: Path
    url: str
    cache: uvkit.Cache

    def session(self, *, offline: bool = False) -> uvkit.Session:
        """Return a session whose only index is that of the sandbox."""
        settings = uvkit.Settings(
            indexes=(uvkit.IndexConfig(url=self.url, default=True),),
            network=uvkit.NetworkOptions(offline=offline),
        )
        return uvkit.Session(settings, cache=self.cache)


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """Provide one, and delete it at the end."""
    with TemporaryDirectory() as name, IndexServer(Path(name, "served")) as server:
        for distribution in _DISTRIBUTIONS:
            server.add(distribution)
        project = Path(name, "weather")
        project.mkdir()
        (project / "pyproject.toml").write_text(_PYPROJECT.format(url=server.url), encoding="utf-8")
        yield Sandbox(
            folder=Path(name),
            project=project,
            url=server.url,
            cache=uvkit.Cache(Path(name, "cache")),
        )
