"""Hostile archives are refused by a typed error on every road, write nothing outside and leave nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    BackendError,
    InvalidMetadataError,
    MetadataMismatchError,
    PrepareError,
    UnsafeArchiveError,
    UvkitError,
)
from uvkit.testing import IndexServer
from uvkit.testing.server import ServedFile

from .hostile import METADATA, sources, wheels

WHEELS = tuple(wheels(Path("/nowhere")))
SOURCES = tuple(sources(Path("/nowhere")))
# One of each kind that is found out at another moment.
REFUSALS = {UnsafeArchiveError, InvalidMetadataError, MetadataMismatchError}
SOME = ("absolute path", "symbolic link", "duplicate", "wrong checksum", "RECORD with a wrong digest", "cut short")


class World:
    def __init__(self, root: Path, server: IndexServer) -> None:
        self.root = root
        self.server = server
        self.outside = root / "outside"
        self.outside.mkdir()
        (self.outside / "kept").write_text("kept")
        self.environment = uvkit.Environment.create(root / "env")
        settings = uvkit.Settings(indexes=(uvkit.IndexConfig(url=server.url, default=True),))
        self.session = uvkit.Session(settings, cache=root / "cache")
        self.before = self.installed()

    def installed(self) -> list[str]:
        found = (path.relative_to(self.root) for path in self.environment.path.rglob("*"))
        return sorted(str(path) for path in found if path.name != ".lock")

    def write(self, name: str, data: bytes) -> Path:
        path = self.root / "given" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def serve(self, name: str, data: bytes, *, metadata: bytes | None = None) -> str:
        """List a file on the index with its true digest, and return its URL."""
        path = self.write(name, data)
        digest = hashlib.sha256(data).hexdigest()
        self.server.files["demo"] = {name: ServedFile(path=path, metadata=metadata, hashes={"sha256": digest})}
        return f"{self.server.root}/files/demo/{name}"

    def install(self, requirement: str) -> None:
        uvkit.install([requirement], self.environment, session=self.session)

    def sync(self) -> None:
        (self.root / "pyproject.toml").write_text(
            '[project]\nname = "proj"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["demo"]\n'
        )
        uvkit.sync(self.root, self.environment, session=self.session)

    def assert_refused(self, error: UvkitError, *others: type[UvkitError]) -> None:
        failures = error.failures if isinstance(error, PrepareError) else (error,)
        assert {type(one) for one in failures} <= {*REFUSALS, *others}, failures
        assert sorted(path.name for path in self.outside.iterdir()) == ["kept"]
        assert (self.outside / "kept").read_text() == "kept"
        assert [path for path in self.root.rglob("*evil*") if "given" not in path.parts] == []
        assert self.installed() == self.before
        assert self.kept() == []

    def kept(self) -> list[str]:
        """Return what the cache holds of wheels, built ones and unfinished work, locks left out."""
        cache = self.root / "cache"
        return [
            str(path.relative_to(cache))
            for path in cache.rglob("*")
            if path.is_file()
            and path.relative_to(cache).parts[0].startswith(("wheels-", "built-", "staging"))
            and "locks" not in path.parts
            and path.suffix != ".lock"
        ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with IndexServer(tmp_path / "served") as server:
        made = World(tmp_path, server)
        with made.session:
            yield made


@pytest.mark.parametrize("case", WHEELS)
def test_a_hostile_wheel_on_disk_is_refused(world: World, case: str) -> None:
    name, data = wheels(world.outside)[case]
    path = world.write(name, data)

    with pytest.raises(UvkitError) as raised:
        world.install(f"demo @ {path.as_uri()}")

    world.assert_refused(raised.value)


@pytest.mark.parametrize("case", WHEELS)
def test_a_hostile_wheel_of_an_index_is_refused(world: World, case: str) -> None:
    name, data = wheels(world.outside)[case]
    # With the metadata beside it, nothing looks into the wheel before it is to be installed.
    world.serve(name, data, metadata=METADATA)

    with pytest.raises(PrepareError) as raised:
        world.install("demo")

    world.assert_refused(raised.value)


@pytest.mark.parametrize("case", SOME)
def test_a_hostile_wheel_at_a_url_is_refused(world: World, case: str) -> None:
    url = world.serve(*wheels(world.outside)[case])

    with pytest.raises(UvkitError) as raised:
        world.install(f"demo @ {url}")

    world.assert_refused(raised.value)


@pytest.mark.parametrize("case", SOME)
def test_a_hostile_wheel_of_a_lock_is_refused(world: World, case: str) -> None:
    world.serve(*wheels(world.outside)[case], metadata=METADATA)

    with pytest.raises(PrepareError) as raised:
        world.sync()

    world.assert_refused(raised.value)


@pytest.mark.parametrize("case", SOURCES)
def test_a_hostile_source_archive_on_disk_is_refused(world: World, case: str) -> None:
    name, data = sources(world.outside)[case]
    path = world.write(name, data)

    with pytest.raises(UvkitError) as raised:
        world.install(f"demo @ {path.as_uri()}")

    world.assert_refused(raised.value, *([BackendError] if case in {"nothing in it", "two folders"} else []))


@pytest.mark.parametrize("case", ["parent path", "link and file behind", "duplicate", "cut short", "zip with a link"])
def test_a_hostile_source_archive_of_an_index_is_refused(world: World, case: str) -> None:
    world.serve(*sources(world.outside)[case])

    with pytest.raises(UvkitError) as raised:
        world.install("demo")

    world.assert_refused(raised.value)


def test_uninstalling_by_a_record_that_names_files_elsewhere_leaves_them_alone(world: World) -> None:
    site = world.environment.site_packages
    info = site / "demo-1.0.dist-info"
    info.mkdir()
    kept = world.outside / "kept"
    (info / "METADATA").write_bytes(METADATA)
    (info / "RECORD").write_text(
        f"demo-1.0.dist-info/METADATA,,\n{kept},,\n../../../../outside/kept,,\ndemo-1.0.dist-info/RECORD,,\n"
    )

    try:
        uvkit.uninstall(["demo"], world.environment, session=world.session)
    except UvkitError:
        pass

    assert kept.read_text() == "kept"
