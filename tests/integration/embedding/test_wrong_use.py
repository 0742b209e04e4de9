"""Mistakes of callers end in errors that say what is wrong, and change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uvkit
from uvkit.errors import (
    CancelledError,
    EnvironmentOutdatedError,
    InvalidEnvironmentError,
    InvalidOptionError,
    ProjectNotFoundError,
    TransactionError,
    UnsupportedEnvironmentError,
)

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported


def session_for(world: World, root: Path) -> uvkit.Session:
    """Return a session whose settings are those of a project, for verbs that are not told of one."""
    return uvkit.Session(uvkit.Settings.discover(uvkit.Project.open(root)), cache=world.cache)


def test_a_project_that_does_not_exist(world: World) -> None:
    with world.session() as session:
        for verb in (uvkit.lock, uvkit.sync):
            with pytest.raises(ProjectNotFoundError):
                verb(world.path / "nowhere", session=session)

    assert not (world.path / "nowhere").exists()


def test_an_environment_that_is_a_file_or_a_folder_of_something_else(world: World) -> None:
    root = world.project()
    file, folder = world.path / "file", world.path / "folder"
    file.write_text("mine")
    folder.mkdir()
    (folder / "mine").touch()
    with world.session() as session:
        for place in (file, folder):
            with pytest.raises(InvalidEnvironmentError):
                uvkit.sync(root, place, session=session)

    assert file.read_text() == "mine"
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_a_lock_for_another_platform(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.lock(root, session=session)
        lock = root / "uv.lock"
        head = 'requires-python = ">=3.9"\n'
        lock.write_text(
            lock.read_text().replace(head, f"{head}supported-markers = [\n    \"sys_platform == 'none'\",\n]\n")
        )

        with pytest.raises(UnsupportedEnvironmentError):
            uvkit.sync(root, session=session, locking="frozen")


def test_a_way_of_locking_that_does_not_exist(world: World) -> None:
    root = world.project()
    misspelt: Any = "freezed"

    with world.session() as session, pytest.raises(InvalidOptionError, match="freezed"):
        uvkit.sync(root, session=session, locking=misspelt)

    assert [path.name for path in root.iterdir()] == ["pyproject.toml"]


def test_an_environment_that_somebody_removed(world: World) -> None:
    root = world.project()
    with world.session() as session:
        environment = uvkit.sync(root, session=session).environment
        environment.remove()

        with pytest.raises(TransactionError) as caught:
            uvkit.sync(root, environment, session=session)

    assert caught.value.rolled_back
    assert not environment.path.exists()


def test_removing_from_an_environment_that_does_not_exist_makes_none(world: World, tmp_path: Path) -> None:
    with world.session() as session, pytest.raises(InvalidEnvironmentError):
        uvkit.uninstall(["proj-1"], tmp_path / "none", session=session)

    assert not (tmp_path / "none").exists()


def test_a_single_requirement_instead_of_a_list(world: World, tmp_path: Path) -> None:
    with world.session() as session, pytest.raises(TypeError, match="list"):
        uvkit.install("proj-1", tmp_path / "none", session=session)


def test_checking_a_bare_lock_makes_no_environment(world: World, tmp_path: Path) -> None:
    root = world.project()
    with session_for(world, root) as session:
        lockfile = uvkit.lock(root, session=session).lockfile

        with pytest.raises(EnvironmentOutdatedError):
            uvkit.sync(lockfile, tmp_path / "none", session=session, check=True)

    assert not (tmp_path / "none").exists()


def test_a_cancelled_sync_of_a_bare_lock_makes_no_environment(world: World, tmp_path: Path) -> None:
    root = world.project()
    token = uvkit.CancelToken()
    token.cancel()
    with session_for(world, root) as session:
        lockfile = uvkit.lock(root, session=session).lockfile

        with pytest.raises(CancelledError):
            uvkit.sync(lockfile, tmp_path / "none", session=session, cancel=token)

    assert not (tmp_path / "none").exists()


def test_a_bare_lock_that_is_not_to_be_exact_leaves_the_rest_alone(world: World, tmp_path: Path) -> None:
    root = world.project("demo", "proj-3")
    with session_for(world, root) as session:
        lockfile = uvkit.lock(root, session=session).lockfile
        environment = uvkit.install(["extra-one"], tmp_path / "env", session=session).environment

        uvkit.sync(lockfile, environment, session=session, exact=False)

    assert {one.project for one in environment.installed()} == world.below(3) | {"extra-one"}


def test_an_installer_with_another_cache_than_the_session(world: World) -> None:
    root = world.project()
    with world.session("one") as session, world.session("two") as other:
        uvkit.sync(root, session=session, installer=other.installer(uvkit.Project.open(root)))

    assert world.installed(root) == world.below(0)
