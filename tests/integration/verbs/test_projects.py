"""`lock` and `sync`: where environments are made, and what a run without effect promises."""

from __future__ import annotations

from pathlib import Path

import pytest

import uvkit
from uvkit.errors import EnvironmentOutdatedError

from .conftest import World


def sync(world: World, **options: object) -> uvkit.SyncResult:
    return uvkit.sync(world.root, session=world.session, **options)  # type: ignore[arg-type]  # as given


def test_the_first_lock_says_that_it_is_the_first(world: World) -> None:
    world.project("alpha")

    first = uvkit.lock(world.root, session=world.session)
    world.project("beta")
    second = uvkit.lock(world.root, session=world.session)

    assert (first.created, second.created) == (True, False)


def test_a_new_environment_is_said_to_be_one(world: World) -> None:
    world.project("alpha")

    first = sync(world)
    second = sync(world)

    assert (first.place, first.path) == ("created", world.root / ".venv")
    assert (second.place, second.path) == ("found", None)


def test_an_environment_of_another_python_is_replaced(world: World) -> None:
    world.project("alpha")
    sync(world)
    config = world.root / ".venv" / "pyvenv.cfg"
    config.write_text(config.read_text().replace("version_info = 3.", "version_info = 2."))

    result = sync(world)

    assert result.place == "replaced"
    assert result.changed


def test_a_dry_run_writes_nothing(world: World) -> None:
    world.project("alpha")

    result = sync(world, dry_run=True)

    assert (result.place, result.path) == ("created", world.root / ".venv")
    assert result.fetched == {"alpha"}
    assert not result.changed
    assert [path.name for path in world.root.iterdir()] == ["pyproject.toml"]


def test_a_check_writes_nothing(world: World) -> None:
    world.project("alpha")

    with pytest.raises(EnvironmentOutdatedError) as caught:
        sync(world, check=True)

    assert caught.value.path == world.root / ".venv"
    assert caught.value.changes == ("install `alpha`",)
    assert [path.name for path in world.root.iterdir()] == ["pyproject.toml"]


def test_a_check_leaves_an_outdated_lock_alone(world: World) -> None:
    world.project("alpha")
    sync(world)
    lock = (world.root / "uv.lock").read_bytes()
    world.project("alpha", "delta")

    with pytest.raises(EnvironmentOutdatedError):
        sync(world, check=True)

    assert (world.root / "uv.lock").read_bytes() == lock


def test_a_dry_run_of_what_is_in_sync_passes_its_check(world: World) -> None:
    world.project("alpha")
    sync(world)

    result = sync(world, dry_run=True)

    assert result.check() is result


def test_a_session_may_leave_the_files_of_projects_out(world: World) -> None:
    world.project("beta", extra='[tool.uv]\nresolution = "lowest"\n')
    settings = uvkit.Settings.discover(world.root, variables={"UV_NO_CONFIG": "1"}).merged(world.session.settings)

    with uvkit.Session(settings, cache=world.session.cache) as session:
        ignoring = uvkit.lock(world.root, dry_run=True, session=session)
    counting = uvkit.lock(world.root, dry_run=True, session=world.session)

    assert [str(version) for version in ignoring.lockfile.versions("beta")] == ["2.0"]
    assert [str(version) for version in counting.lockfile.versions("beta")] == ["1.0"]


def test_a_session_with_other_settings_shares_what_it_can(world: World) -> None:
    other = world.session.with_settings(world.session.settings.with_arguments({"no-index": True}))

    assert other.cache is world.session.cache
    assert other.http is world.session.http
    assert other.settings.no_index


def test_other_network_settings_need_another_client(world: World) -> None:
    other = world.session.with_settings(world.session.settings.with_arguments({"offline": True}))

    assert other.http is not world.session.http
    assert other.http.options.offline


def test_a_path_can_be_filled_from_a_lockfile_alone(world: World, tmp_path: Path) -> None:
    world.project("beta")
    lockfile = uvkit.lock(world.root, session=world.session).lockfile

    result = uvkit.sync(lockfile, tmp_path / "filled", session=world.session)

    assert result.place == "created"
    assert [one.project for one in uvkit.Environment(tmp_path / "filled").installed()] == ["alpha", "beta"]
