"""What a lock is still good for after a change, and what a sync takes of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    IncompatiblePythonError,
    InvalidEnvironmentError,
    InvalidOptionError,
    InvalidTableError,
    LockfileOutdatedError,
    NoCompatibleFileError,
    PrepareError,
    PythonNotFoundError,
    SelectionError,
    SourceNotFoundError,
)
from uvkit.model import Selection
from uvkit.testing import Distribution, IndexServer

from .conftest import World

GROUPS = '[dependency-groups]\nlint = ["alpha{0}"]\ndocs = ["delta"]\n'


def versions(lockfile: uvkit.Lockfile) -> dict[str, str]:
    return {one.project: str(one.version) for one in lockfile.distributions if one.project != "demo"}


def installed(environment: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(environment).installed()]


def session_with(world: World, **options: object) -> uvkit.Session:
    settings = world.session.settings.with_arguments(options)
    return uvkit.Session(settings, cache=world.session.cache)


# -- upgrades ----------------------------------------------------------------------------------------------------------


def test_upgrade_of_a_group_releases_what_it_requires(world: World) -> None:
    world.project("delta", extra=GROUPS.format("<2"))
    uvkit.lock(session=world.session)
    world.project("delta", extra=GROUPS.format(""))

    kept = uvkit.lock(session=world.session)
    moved = uvkit.lock(session=world.session, upgrade=uvkit.Upgrade.only(groups=["lint"]))

    assert versions(kept.lockfile)["alpha"] == "1.1"
    assert versions(moved.lockfile)["alpha"] == "2.0"


def test_upgrade_of_a_group_leaves_what_that_requires_in_turn(world: World) -> None:
    world.project("alpha<2", extra='[dependency-groups]\nlint = ["gamma"]\n')
    uvkit.lock(session=world.session)
    world.project("alpha", extra='[dependency-groups]\nlint = ["gamma"]\n')

    result = uvkit.lock(session=world.session, upgrade=uvkit.Upgrade.only(groups=["lint"]))

    assert not result.diff


def test_upgrade_of_an_unknown_group_is_refused(world: World) -> None:
    world.project(extra=GROUPS.format(""))

    with pytest.raises(SelectionError, match="`nothere`") as caught:
        uvkit.lock(session=world.session, upgrade=uvkit.Upgrade.only(groups=["nothere"]))

    assert caught.value.available == ("docs", "lint")


def test_limit_of_an_upgrade_may_hold_for_some_environments(world: World) -> None:
    world.project("alpha<1.1")
    uvkit.lock(session=world.session)
    world.project("alpha")

    limited = uvkit.Upgrade.only("alpha<2 ; sys_platform == 'win32'")
    result = uvkit.lock(session=world.session, upgrade=limited)

    assert [str(fork) for fork in result.lockfile.forks] != []
    assert versions(result.lockfile) == {"alpha": "1.1"}


# -- why a lock is not enough ------------------------------------------------------------------------------------------


def test_lock_that_is_given_up_for_another_mode_is_mentioned(world: World) -> None:
    world.project("alpha")
    uvkit.lock(session=world.session)

    with session_with(world, resolution="lowest") as session:
        result = uvkit.lock(session=session)

    text = "Ignoring existing lockfile due to change in resolution mode: `highest` vs. `lowest`"
    assert [one.message for one in result.notices if one.code == "lockfile-outdated"] == [text]


def test_order_of_default_groups_is_no_difference(world: World) -> None:
    more = GROUPS.format("") + "[tool.uv]\ndefault-groups = {}\n"
    world.project(extra=more.replace("{}", '["lint", "docs"]'))
    uvkit.lock(session=world.session)
    world.project(extra=more.replace("{}", '["docs", "lint", "docs"]'))

    assert not uvkit.lock(session=world.session, check=True).changed


def test_index_that_only_a_dependency_came_from_may_go(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    with IndexServer(tmp_path_factory.mktemp("other")) as other:
        other.add(Distribution(name="alpha", version="9.0"))
        world.project("beta", extra=f'[[tool.uv.index]]\nname = "x"\nurl = "{other.url}"\n')
        uvkit.lock(session=world.session)
        world.project("beta")

        result = uvkit.lock(session=world.session, check=True)

    assert versions(result.lockfile)["alpha"] == "9.0"


def test_index_of_a_direct_requirement_must_stay(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    with IndexServer(tmp_path_factory.mktemp("other")) as other:
        other.add(Distribution(name="alpha", version="9.0"))
        world.project("alpha", extra=f'[[tool.uv.index]]\nname = "x"\nurl = "{other.url}"\n')
        uvkit.lock(session=world.session)
        world.project("alpha")

        with pytest.raises(LockfileOutdatedError, match="not among the indexes"):
            uvkit.lock(session=world.session, check=True)


def test_cut_off_of_an_index_holds_for_its_files_alone(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    with IndexServer(tmp_path_factory.mktemp("other")) as other:
        for version, day in (("8.0", "2023-01-02"), ("9.0", "2025-01-02")):
            other.add(Distribution(name="timed", version=version), uploaded=f"{day}T00:00:00Z")
        index = f'[[tool.uv.index]]\nname = "x"\nurl = "{other.url}"\nexclude-newer = "2024-01-01T00:00:00Z"\n'
        world.project("timed", "alpha", extra=index)

        result = uvkit.lock(session=world.session)

    assert versions(result.lockfile) == {"alpha": "2.0", "timed": "8.0"}
    assert "exclude-newer" not in result.lockfile.dumps()


def test_folder_of_links_that_is_not_there_is_named(world: World) -> None:
    world.project("alpha", extra='[tool.uv]\nfind-links = ["nothere"]\n')

    with pytest.raises(SourceNotFoundError) as caught:
        uvkit.lock(session=world.session)

    assert caught.value.path == world.root / "nothere"


# -- before anything is written ----------------------------------------------------------------------------------------


def test_interpreter_that_was_asked_for_must_suit(world: World) -> None:
    world.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.99"\n')

    with session_with(world, python="3") as session, pytest.raises(IncompatiblePythonError):
        uvkit.lock(session=session)

    assert not (world.root / "uv.lock").exists()


def test_bounds_of_a_selected_group_choose_the_interpreter(world: World) -> None:
    bounds = '[tool.uv.dependency-groups]\nlint = { requires-python = ">=3.99" }\n'
    world.project(extra=GROUPS.format("") + bounds)

    with pytest.raises(PythonNotFoundError):
        uvkit.sync(selection=Selection(extra_groups=frozenset({"lint"})), session=world.session)

    assert not (world.root / "uv.lock").exists()
    assert uvkit.sync(session=world.session).place == "created"


@pytest.mark.parametrize("check", [True, False])
def test_folder_that_is_no_environment_stops_a_sync_before_it_locks(world: World, check: bool) -> None:
    world.project("alpha")
    world.write(".venv/mine.txt", "")

    with pytest.raises(InvalidEnvironmentError):
        uvkit.sync(check=check, session=world.session)

    assert not (world.root / "uv.lock").exists()


# -- what is installed -------------------------------------------------------------------------------------------------


def test_frozen_sync_takes_the_default_groups_that_the_project_has_now(world: World) -> None:
    more = GROUPS.format("") + '[tool.uv]\ndefault-groups = ["lint"]\n'
    world.project(extra=more)
    uvkit.lock(session=world.session)
    world.project(extra=more.replace('["lint"]', '["docs"]'))

    uvkit.sync(locking="frozen", session=world.session)

    assert installed(world.root / ".venv") == ["delta==1.0"]


def test_frozen_sync_refuses_a_lock_without_a_member(world: World) -> None:
    world.project("alpha", extra='[tool.uv.workspace]\nmembers = ["more/*"]\n')
    uvkit.lock(session=world.session)
    world.write("more/new/pyproject.toml", '[project]\nname = "new"\nversion = "1"\n')

    with pytest.raises(LockfileOutdatedError, match="the member `new` is not in it"):
        uvkit.sync(locking="frozen", session=world.session)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(only=frozenset({"alpha"})), ["alpha==2.0"]),
        (Selection(only_members="workspace"), []),
        (Selection(exclude=frozenset({"alpha"})), ["delta==1.0"]),
        (Selection(only=frozenset({"alpha"}), exclude=frozenset({"alpha"})), ["alpha==2.0"]),
    ],
)
def test_only_some_of_what_is_selected_is_installed(world: World, selection: Selection, expected: list[str]) -> None:
    world.project("alpha", "delta")

    uvkit.sync(selection=selection, session=world.session)

    assert installed(world.root / ".venv") == expected


def test_unknown_extra_is_refused_even_if_it_is_left_out_of_all(world: World) -> None:
    world.project("alpha")

    with pytest.raises(SelectionError, match="`nothere`"):
        uvkit.sync(selection=Selection(extras="all", exclude_extras=frozenset({"nothere"})), session=world.session)


def test_formats_count_for_what_is_locked_already(world: World) -> None:
    world.project("alpha")
    uvkit.sync(session=world.session)

    with session_with(world, **{"no-binary": True}) as session, pytest.raises(NoCompatibleFileError):
        uvkit.sync(session=session)


def test_script_has_an_environment_in_the_cache_and_no_lock_unless_it_was_locked(world: World) -> None:
    path = world.write("main.py", "# /// script\n# requires-python = '>=3.9'\n# dependencies = ['alpha']\n# ///\n")
    script = uvkit.Script.read(path)

    result = uvkit.sync(script, session=world.session)

    assert result.environment.path.parent.parent == world.session.cache.root
    assert installed(result.environment.path) == ["alpha==2.0"]
    assert not script.lockfile_path.exists()
    with pytest.raises(InvalidOptionError, match="needs a lock"):
        uvkit.sync(script, locking="frozen", session=world.session)


def test_locked_script_is_synced_from_its_lock(world: World) -> None:
    path = world.write("main.py", "# /// script\n# requires-python = '>=3.9'\n# dependencies = ['alpha<2']\n# ///\n")
    uvkit.lock(uvkit.Script.read(path), session=world.session)
    path.write_text(path.read_text().replace("alpha<2", "alpha"))

    result = uvkit.sync(uvkit.Script.read(path), session=world.session)

    assert installed(result.environment.path) == ["alpha==1.1"]
    assert result.lock is not None
    assert result.lock.written


def test_environment_made_for_a_failing_sync_is_left_empty(world: World) -> None:
    world.project("alpha")
    uvkit.lock(session=world.session)
    lock = world.root / "uv.lock"
    lock.write_text(re.sub("sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", lock.read_text()))

    with pytest.raises(PrepareError):
        uvkit.sync(locking="frozen", session=world.session)

    assert installed(world.root / ".venv") == []


def test_version_of_an_archive_is_kept_when_it_comes_from_an_index(world: World) -> None:
    page = next(iter(world.index.files["alpha"].values()))
    world.project(f"alpha @ {world.index.root}/files/alpha/{page.path.name}")
    uvkit.lock(session=world.session)
    world.project("alpha")

    result = uvkit.lock(session=world.session)

    assert versions(result.lockfile) == {"alpha": "1.0"}
    assert not result.diff


def test_override_below_one_project_adds_what_that_does_not_require(world: World) -> None:
    scoped = '{ package = { name = "gamma" }, dependencies = ["delta==1.0", "alpha==1.0"] }'
    world.project("gamma[more]", extra=f"[tool.uv]\noverride-dependencies = [{scoped}]\n")

    lockfile = uvkit.lock(session=world.session).lockfile

    gamma = next(one for one in lockfile.distributions if one.project == "gamma")
    assert [(edge.project, edge.extra) for edge in gamma.dependencies] == [
        ("alpha", None),
        ("beta", None),
        ("delta", "more"),
    ]


def test_override_below_one_project_names_no_place(world: World) -> None:
    scoped = '{ package = { name = "beta" }, dependencies = ["alpha @ https://index.example/alpha-1.0.tar.gz"] }'
    world.project("beta", extra=f"[tool.uv]\noverride-dependencies = [{scoped}]\n")

    with pytest.raises(InvalidTableError, match="only versions can be overridden"):
        uvkit.lock(session=world.session)
