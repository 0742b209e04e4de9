"""`uvkit sync`: what it prints, changes and returns."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

import uvkit

from .conftest import Cli

PLAN = " + alpha==1.1\n + beta==2.0\n"


def installed(path: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(path).installed()]


def test_what_is_ignored_is_said_once(cli: Cli) -> None:
    cli.project("alpha", extra='[tool.uv]\nlink-mode = "copy"\n')
    cli.write("uv.toml", 'link-mode = "hardlink"\n')

    done = cli("sync")

    assert done.err.count("is ignored in favor of the `uv.toml` beside it: `link-mode`") == 1


def test_the_first_sync_makes_lock_and_environment(cli: Cli) -> None:
    cli.project("beta")

    done = cli("sync")

    assert done.out == ""
    assert done.err == (
        "Using CPython 3.X.Y interpreter at: PYTHON\nCreating virtual environment at: .venv\n"
        f"Resolved 3 packages in T\nPrepared 2 packages in T\nInstalled 2 packages in T\n{PLAN}"
    )
    assert installed(cli.folder / ".venv") == ["alpha==1.1", "beta==2.0"]


def test_a_sync_with_nothing_to_do_says_so(cli: Cli) -> None:
    cli.project("beta")
    cli("sync")

    done = cli("sync")

    assert done.err == "Resolved 3 packages in T\nChecked 2 packages in T\n"


def test_what_is_in_the_cache_is_not_prepared_again(cli: Cli) -> None:
    cli.project("beta")
    cli("sync")
    shutil.rmtree(cli.folder / ".venv")

    done = cli("sync")

    assert "Prepared" not in done.err
    assert "Installed 2 packages in T" in done.err


def test_a_changed_lock_is_applied(cli: Cli) -> None:
    cli.project("beta", "delta")
    cli("sync")
    cli.project("alpha==1.0")

    done = cli("sync")

    assert done.err == (
        "Resolved 2 packages in T\nPrepared 1 package in T\nUninstalled 3 packages\nInstalled 1 package in T\n"
        " - alpha==1.1\n + alpha==1.0\n - beta==2.0\n - delta==1.0\n"
    )


def test_a_dry_run_prints_the_plan_and_changes_nothing(cli: Cli) -> None:
    cli.project("beta")

    done = cli("sync", "--dry-run")

    assert done.err == (
        "Using CPython 3.X.Y interpreter at: PYTHON\nWould create project environment at: .venv\n"
        "Resolved 3 packages in T\nWould create lockfile at: uv.lock\n"
        f"Would download 2 packages\nWould install 2 packages\n{PLAN}"
    )
    assert sorted(path.name for path in cli.folder.iterdir()) == ["pyproject.toml"]


def test_a_dry_run_without_changes_says_so(cli: Cli) -> None:
    cli.project("alpha")
    cli("sync")

    done = cli("sync", "--dry-run")

    assert done.err == (
        "Would use project environment at: .venv\nResolved 2 packages in T\n"
        "Found up-to-date lockfile at: uv.lock\nChecked 1 package in T\nWould make no changes\n"
    )


def test_a_check_prints_the_plan_and_fails(cli: Cli) -> None:
    cli.project("alpha")
    cli("sync")
    cli.project("delta")

    done = cli("sync", "--check", status=1)

    assert done.err == (
        "Would use project environment at: .venv\nResolved 2 packages in T\nWould update lockfile at: uv.lock\n"
        "Would download 1 package\nWould uninstall 1 package\nWould install 1 package\n - alpha==1.1\n + delta==1.0\n"
        "error: `/ROOT/work/.venv` is out of date: remove `alpha`, install `delta`\n\n"
        "hint: sync without `check` (`uvkit sync`)\n"
    )
    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


def test_a_check_of_what_is_in_sync_succeeds(cli: Cli) -> None:
    cli.project("alpha")
    cli("sync")

    done = cli("sync", "--check")

    assert done.err.endswith("Would make no changes\n")


def test_locked_refuses_an_outdated_lock(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")
    cli.project("delta")

    done = cli("sync", "--locked", status=1)

    assert done.err.startswith("error: `/ROOT/work/uv.lock` needs to be updated")
    assert not (cli.folder / ".venv").exists()


@pytest.mark.parametrize("given", ["option", "variable"])
def test_frozen_takes_the_lock_as_it_is(cli: Cli, given: str) -> None:
    cli.project("alpha")
    cli("sync")
    cli.project("nowhere")
    if given == "variable":
        cli.set(UV_FROZEN="1")

    done = cli("sync", *(["--frozen"] if given == "option" else []))

    assert done.err == "Checked 1 package in T\n"


def test_extras_and_groups_are_selected(cli: Cli) -> None:
    cli.project(
        "alpha",
        extra='optional-dependencies = {x = ["delta"]}\n[dependency-groups]\ndev = ["gamma"]\nother = ["pip"]\n',
    )

    cli("sync", "--extra", "x", "--group", "other", "--no-dev")

    assert installed(cli.folder / ".venv") == ["alpha==1.1", "delta==1.0", "pip==1.0"]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("--only-dev", ["alpha==1.1", "beta==2.0", "gamma==1.0"]),
        ("--no-default-groups", ["delta==1.0"]),
        ("--all-groups", ["alpha==1.1", "beta==2.0", "delta==1.0", "gamma==1.0", "pip==1.0"]),
        ("--no-dev", ["delta==1.0"]),
    ],
)
def test_groups_can_be_chosen(cli: Cli, option: str, expected: list[str]) -> None:
    cli.project("delta", extra='[dependency-groups]\ndev = ["gamma"]\nother = ["pip"]\n')

    cli("sync", option)

    assert installed(cli.folder / ".venv") == expected


def test_an_option_wins_over_the_variable_for_its_opposite(cli: Cli) -> None:
    cli.project("alpha", extra='[dependency-groups]\ndev = ["delta"]\n')
    cli.set(UV_NO_DEV="1")

    cli("sync")
    without = installed(cli.folder / ".venv")
    cli("sync", "--dev")

    assert without == ["alpha==1.1"]
    assert installed(cli.folder / ".venv") == ["alpha==1.1", "delta==1.0"]


def test_in_a_member_of_a_workspace_that_member_is_synced(cli: Cli) -> None:
    cli.project("alpha", extra='[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    member = cli.write(
        "packages/b/pyproject.toml",
        '[project]\nname = "b"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["delta"]\n',
    ).parent

    cli("sync", folder=member)
    inside = installed(cli.folder / ".venv")
    cli("sync", "--all-packages", folder=member)

    assert inside == ["delta==1.0"]
    assert installed(cli.folder / ".venv") == ["alpha==1.1", "delta==1.0"]


def test_an_unknown_extra_is_refused_with_those_that_exist(cli: Cli) -> None:
    cli.project("alpha", extra='optional-dependencies = {x = ["delta"]}\n')

    done = cli("sync", "--extra", "y", status=2)

    assert done.err == "error: the extra `y` is not defined by the project\n\nhint: available: `x`\n"


def test_inexact_leaves_what_else_is_there(cli: Cli) -> None:
    cli.project("alpha", "delta")
    cli("sync")
    cli.project("alpha")

    cli("sync", "--inexact")

    assert installed(cli.folder / ".venv") == ["alpha==1.1", "delta==1.0"]


def test_reinstalled_projects_have_a_sign_of_their_own(cli: Cli) -> None:
    cli.project("beta")
    cli("sync")

    done = cli("sync", "--reinstall-package", "alpha")

    assert done.err.endswith("Uninstalled 1 package\nInstalled 1 package in T\n ~ alpha==1.1\n")


def test_another_active_environment_is_worth_a_warning(cli: Cli) -> None:
    cli.project("alpha")
    cli.set(VIRTUAL_ENV=str(cli.root / "other"))

    warned = cli("sync")
    silent = cli("sync", "--no-active")

    assert warned.err.startswith(
        "warning: `VIRTUAL_ENV=/ROOT/other` does not match the project environment path `.venv` and will be ignored; "
        "use `--active` to target the active environment instead\n"
    )
    assert "warning" not in silent.err


def test_the_active_environment_is_used_if_asked_for(cli: Cli) -> None:
    cli.project("alpha")
    cli("venv", str(cli.root / "other"))
    cli.set(VIRTUAL_ENV=str(cli.root / "other"))

    cli("sync", "--active")

    assert installed(cli.root / "other") == ["alpha==1.1"]
    assert not (cli.folder / ".venv").exists()


def test_the_environment_can_be_elsewhere(cli: Cli) -> None:
    cli.project("alpha")
    cli.set(UV_PROJECT_ENVIRONMENT="env/of/demo")

    done = cli("sync")

    assert "Creating virtual environment at: env/of/demo\n" in done.err
    assert installed(cli.folder / "env" / "of" / "demo") == ["alpha==1.1"]


def test_paths_outside_the_folder_are_shown_whole(cli: Cli) -> None:
    cli.project("alpha")
    below = cli.folder / "below"
    below.mkdir()

    done = cli("sync", "--dry-run", folder=below)

    assert "Would create project environment at: /ROOT/work/.venv\n" in done.err


def test_a_broken_environment_is_made_anew(cli: Cli) -> None:
    cli.project("alpha")
    cli("sync")
    (cli.folder / ".venv" / "bin" / "python").unlink()

    done = cli("sync")

    assert done.err.startswith(
        "Using CPython 3.X.Y interpreter at: PYTHON\n"
        "Removed virtual environment at: .venv\nCreating virtual environment at: .venv\n"
    )
    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


def test_a_folder_that_is_no_environment_is_left_alone(cli: Cli) -> None:
    cli.project("alpha")
    precious = cli.write(".venv/precious.txt", "mine")

    done = cli("sync", status=2)

    assert "there is a folder that is not a virtual environment" in done.err
    assert precious.read_text() == "mine"


def test_the_result_is_data_if_asked_for(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("sync", "--json")

    found = json.loads(done.out)
    assert done.err == ""
    assert found["changed"]
    assert found["place"] == "created"
    assert [(step["action"], step["project"]) for step in found["steps"]] == [("install", "alpha")]
    assert found["lock"]["packages"] == 2


def test_quiet_prints_nothing(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("sync", "--quiet")

    assert (done.out, done.err) == ("", "")


def test_an_interpreter_that_is_not_there_is_an_error(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("sync", "--python", "3.99", status=2)

    assert done.err.startswith("error: no interpreter found for `3.99")
    assert not (cli.folder / ".venv").exists()


def test_a_temporary_cache_is_gone_afterwards(cli: Cli) -> None:
    cli.project("alpha")

    cli("sync", "--no-cache")

    assert not (cli.root / "cache").exists()
    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


def test_colours_are_used_where_they_are_wanted(cli: Cli) -> None:
    cli.project("alpha")

    done = cli("sync", "--color", "always")

    assert " \x1b[32m+\x1b[0m \x1b[1malpha\x1b[0m\x1b[2m==1.1\x1b[0m\n" in done.err


@pytest.mark.parametrize("variables", [{"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_switched_off(cli: Cli, variables: dict[str, str]) -> None:
    cli.project("alpha")
    cli.set(**variables)

    done = cli("sync")

    assert "\x1b" not in done.err


def test_the_interpreter_can_be_a_path(cli: Cli) -> None:
    cli.project("alpha")

    cli("sync", "-p", sys.executable)

    assert uvkit.Environment(cli.folder / ".venv").interpreter.pair == sys.version_info[:2]
