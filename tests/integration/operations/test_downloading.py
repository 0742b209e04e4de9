"""A lock's files in a folder: for several machines, again after a break, and enough to sync without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import CancelledError, FileConflictError, HashMismatchError, PrepareError
from uvkit.testing import Distribution, IndexServer

LINUX = uvkit.Target.for_platform("linux", python="3.12")
WINDOWS = uvkit.Target.for_platform("windows", python="3.12")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[IndexServer]:
    with IndexServer(tmp_path / "index") as server:
        server.add(Distribution(name="plain", version="1.0", requires=("built",)))
        server.add(Distribution(name="built", version="1.0", tag="cp312-cp312-manylinux_2_17_x86_64"))
        server.add(Distribution(name="built", version="1.0", tag="cp312-cp312-win_amd64"))
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["plain"]\n'
    )
    return folder


@pytest.fixture
def session(tmp_path: Path, index: IndexServer) -> Iterator[uvkit.Session]:
    settings = uvkit.Settings().with_arguments({"default-index": index.url})
    with uvkit.Session(settings, cache=tmp_path / "cache") as session:
        yield session


def test_files_of_several_targets_come_together(project: Path, session: uvkit.Session, tmp_path: Path) -> None:
    house = tmp_path / "house"

    result = uvkit.download(project, house, targets=[LINUX, WINDOWS], session=session)

    assert [path.name for path in result.files] == [
        "built-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
        "built-1.0-cp312-cp312-win_amd64.whl",
        "plain-1.0-py3-none-any.whl",
    ]
    assert sorted(path.name for path in house.iterdir()) == [path.name for path in result.files]
    assert result.fetched == set(result.files)


def test_what_is_there_and_whole_is_not_fetched_again(project: Path, session: uvkit.Session, tmp_path: Path) -> None:
    house = tmp_path / "house"
    first = uvkit.download(project, house, targets=[LINUX], session=session)
    broken, whole = first.files
    content = broken.read_bytes()
    broken.write_bytes(content[:-10])

    again = uvkit.download(project, house, targets=[LINUX], session=session)

    assert again.fetched == {broken}
    assert broken.read_bytes() == content
    assert whole in again.files


def test_missing_file_is_named_and_the_others_are_there(
    project: Path, session: uvkit.Session, index: IndexServer, tmp_path: Path
) -> None:
    uvkit.lock(project, session=session)
    (gone,) = index.directory.rglob("plain-1.0-py3-none-any.whl")
    gone.unlink()

    with pytest.raises(PrepareError, match="plain"):
        uvkit.download(project, tmp_path / "house", targets=[LINUX], session=session)

    assert not list((tmp_path / "house").glob(".*"))
    assert [path.name.partition("-")[0] for path in (tmp_path / "house").iterdir()] == ["built"]


def test_cancelled_download_leaves_no_half_file(project: Path, session: uvkit.Session, tmp_path: Path) -> None:
    token = uvkit.CancelToken()
    uvkit.lock(project, session=session)

    with pytest.raises(CancelledError):
        uvkit.download(
            project,
            tmp_path / "house",
            targets=[LINUX],
            session=session,
            events=lambda _: token.cancel(),
            cancel=token,
            locking="frozen",
        )

    assert not list((tmp_path / "house").glob(".*"))


def test_sync_from_the_folder_needs_no_index(
    project: Path, session: uvkit.Session, index: IndexServer, tmp_path: Path
) -> None:
    index.add(Distribution(name="built", version="1.0"))
    house = tmp_path / "house"
    uvkit.download(project, house, session=session)

    offline = session.settings.with_arguments({"offline": True})
    with uvkit.Session(offline, cache=tmp_path / "empty") as other:
        result = uvkit.sync(project, locking="frozen", wheelhouse=house, session=other)

    assert sorted(one.project for one in result.environment.installed()) == ["built", "plain"]


def test_changed_file_in_the_folder_is_refused(project: Path, session: uvkit.Session, tmp_path: Path) -> None:
    session_target = uvkit.Environment(session.pythons.find(None, None)).target
    (project / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["plain"]\n'
        "[tool.uv]\nexclude-dependencies = ['built']\n"
    )
    house = tmp_path / "house"
    (file,) = uvkit.download(project, house, targets=[session_target], session=session).files
    file.write_bytes(file.read_bytes() + b"x")

    with pytest.raises(PrepareError) as caught:
        uvkit.sync(project, locking="frozen", wheelhouse=house, session=session)

    assert isinstance(caught.value.failures[0], HashMismatchError)


def test_source_trees_have_no_file_and_are_named(session: uvkit.Session, project: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "pyproject.toml").write_text('[project]\nname = "tree"\nversion = "1"\n[build-system]\nrequires = []\n')
    (project / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["tree"]\n'
        f'[tool.uv.sources]\ntree = {{ path = "{tree}" }}\n'
    )

    result = uvkit.download(project, tmp_path / "house", targets=[LINUX], session=session)

    assert result.files == ()
    assert any("`tree`" in notice.message for notice in result.notices)


def test_two_files_of_one_name_are_refused(project: Path, tmp_path: Path, index: IndexServer) -> None:
    with IndexServer(tmp_path / "other") as other:
        other.add(Distribution(name="plain", version="1.0", files={"plain.py": b"other"}))
        (project / "pyproject.toml").write_text(
            '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["plain"]\n'
            "[tool.uv.sources]\nplain = [\n"
            "  { index = 'one', marker = \"sys_platform == 'win32'\" },\n"
            "  { index = 'two', marker = \"sys_platform != 'win32'\" },\n]\n"
            f"[[tool.uv.index]]\nname = 'one'\nurl = '{index.url}'\n"
            f"[[tool.uv.index]]\nname = 'two'\nurl = '{other.url}'\n"
        )

        with uvkit.Session(cache=tmp_path / "cache") as session, pytest.raises(FileConflictError):
            uvkit.download(project, tmp_path / "house", targets=[LINUX, WINDOWS], session=session)
