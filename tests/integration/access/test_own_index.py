"""An index of one's own class serves wherever an index is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import HashMismatchError, PrepareError
from uvkit.testing import Distribution, make_sdist, make_wheel


class Shelf:
    """A folder as an index that somebody else wrote."""

    def __init__(self, folder: Path, name: str = "shelf") -> None:
        self.folder = folder
        self.name = name
        self.opened: list[str] = []
        self.wrong = False

    def files(self, project: str) -> uvkit.ProjectFiles:
        links = uvkit.Index.find_links(self.folder)
        found = []
        for file in links.files(project).files:
            digest = "0" * 64 if self.wrong else hashlib.sha256((self.folder / file.filename).read_bytes()).hexdigest()
            kind = type(file)
            found.append(
                kind(
                    filename=file.filename,
                    url=f"https://shelf.example/{file.filename}",
                    hashes=(uvkit.Hash("sha256", digest),),
                    version=file.version,
                    project=file.project,
                )
            )
        return uvkit.ProjectFiles(project=uvkit.project_name(project), index=self.name, files=tuple(found))

    def metadata(self, file: uvkit.WheelFile) -> uvkit.CoreMetadata:
        links = uvkit.Index.find_links(self.folder)
        return links.metadata(next(one for one in links.files(file.project).files if one.filename == file.filename))  # type: ignore[arg-type]

    @contextmanager
    def open(self, file: uvkit.DistributionFile) -> Iterator[Iterator[bytes]]:
        self.opened.append(file.filename)
        yield iter([(self.folder / file.filename).read_bytes()])


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "shelf"
    make_wheel(folder, Distribution(name="alpha", version="1.0", requires=("beta",)))
    make_sdist(folder, Distribution(name="beta", version="2.0"))
    return Shelf(folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["alpha"]\n'
    )
    return root


def installed(environment: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(environment).installed()]


def test_a_session_locks_and_syncs_from_it(tmp_path: Path, shelf: Shelf, project: Path) -> None:
    with uvkit.Session(cache=tmp_path / "cache", indexes=[shelf]) as session:
        uvkit.sync(project, session=session)

    assert installed(project / ".venv") == ["alpha==1.0", "beta==2.0"]
    assert set(shelf.opened) == {"alpha-1.0-py3-none-any.whl", "beta-2.0.tar.gz"}


def test_it_stands_beside_other_indexes_by_its_name(tmp_path: Path, shelf: Shelf, project: Path) -> None:
    other = tmp_path / "other"
    make_wheel(other, Distribution(name="beta", version="9.0"))
    both = [Shelf(other, "first"), shelf]

    with uvkit.Session(cache=tmp_path / "cache", indexes=both) as session:
        uvkit.sync(project, session=session)

    assert installed(project / ".venv") == ["alpha==1.0", "beta==9.0"]


def test_requirements_are_installed_and_downloaded_from_it(tmp_path: Path, shelf: Shelf) -> None:
    with uvkit.Session(cache=tmp_path / "cache", indexes=[shelf]) as session:
        uvkit.install(["alpha"], tmp_path / "env", session=session)
        files = uvkit.download_requirements(["alpha"], tmp_path / "files", session=session).files

    assert installed(tmp_path / "env") == ["alpha==1.0", "beta==2.0"]
    assert [path.name for path in files] == ["alpha-1.0-py3-none-any.whl", "beta-2.0.tar.gz"]


def test_a_resolver_and_an_installer_take_it(tmp_path: Path, shelf: Shelf) -> None:
    make_wheel(shelf.folder, Distribution(name="beta", version="3.0"))
    cache = uvkit.Cache(tmp_path / "cache")
    environment = uvkit.Environment.create(tmp_path / "env")

    resolution = uvkit.Resolver(shelf, cache=cache).resolve(["alpha"], target=environment.target)
    installer = uvkit.Installer([shelf], cache=cache)
    plan = installer.plan(environment, resolution.select(environment.target))
    installer.apply(environment, plan, installer.prepare(plan))

    assert installed(tmp_path / "env") == ["alpha==1.0", "beta==3.0"]


def test_what_it_gives_is_verified(tmp_path: Path, shelf: Shelf) -> None:
    shelf.wrong = True

    with (
        uvkit.Session(cache=tmp_path / "cache", indexes=[shelf]) as session,
        pytest.raises((PrepareError, HashMismatchError)) as raised,
    ):
        uvkit.install(["alpha"], tmp_path / "env", session=session)

    assert "0" * 64 in str(raised.value)
