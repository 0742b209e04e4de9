"""Options of `lock` and `sync`: those that exclude each other, and what each of them changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import uvkit

from .conftest import BACKEND, Cli

BUILD = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'
SCRIPT = "# /// script\n# requires-python = '>=3.9'\n# dependencies = [{}]\n# ///\n"


def installed(path: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(path).installed()]


def packaged(cli: Cli, *dependencies: str) -> None:
    cli.project(*dependencies, extra=BUILD)
    cli.write("bk.py", BACKEND)
    cli.write("module.py", "")


@pytest.mark.parametrize(
    "line",
    [
        "lock --check --upgrade",
        "lock --check --dry-run",
        "lock --locked --frozen",
        "lock --frozen --dry-run",
        "sync --locked --frozen",
        "sync --locked --upgrade",
        "sync --frozen --upgrade",
        "sync --extra a --all-extras",
        "sync --extra a --only-group b",
        "sync --group a --only-group b",
        "sync --all-groups --only-group b",
        "sync --dev --only-group b",
        "sync --only-dev --no-dev",
        "sync --only-dev --group b",
        "sync --package a --all-packages",
        "sync --script x.py --extra a",
        "sync --script x.py --no-install-project",
        "sync --no-install-local --only-install-local",
        "sync --no-install-package a --only-install-package b",
    ],
)
def test_options_that_exclude_each_other_are_refused(cli: Cli, line: str) -> None:
    done = cli(*line.split(), status=2)

    assert "cannot be used with" in done.err


def test_a_refusal_names_both_options_as_uv_does(cli: Cli) -> None:
    done = cli("sync", "--extra", "a", "--only-group", "b", status=2)

    assert done.err.startswith(
        "error: the argument '--extra <EXTRA>' cannot be used with '--only-group <ONLY_GROUP>'\n"
    )


def test_a_group_can_be_upgraded(cli: Cli) -> None:
    cli.project(extra='[dependency-groups]\nlint = ["alpha<1.1"]\n')
    cli("lock")
    cli.project(extra='[dependency-groups]\nlint = ["alpha"]\n')

    done = cli("lock", "--upgrade-group", "lint")

    assert "Updated alpha v1.0 -> v1.1" in done.err


def test_why_a_lock_was_not_enough_is_told_without_a_warning(cli: Cli) -> None:
    cli.project("alpha")
    cli("lock")

    done = cli("lock", "--fork-strategy", "fewest")

    text = "Ignoring existing lockfile due to change in fork strategy: `requires-python` vs. `fewest`\n"
    assert done.err.startswith(text)


def test_prereleases_can_be_taken_of_one_project(cli: Cli) -> None:
    cli.project("alpha")

    cli("lock", "--prerelease-package", "alpha=allow")

    assert 'version = "2.0a1"' in (cli.folder / "uv.lock").read_text()


def test_a_script_is_synced_and_its_environment_is_shown(cli: Cli) -> None:
    cli.write("main.py", SCRIPT.format("'alpha'"))

    first, second = cli("sync", "--script", "main.py"), cli("sync", "--script", "main.py")

    assert first.err.splitlines()[1].startswith("Creating script environment at: /ROOT/cache/environments-v1/main-")
    assert second.err.startswith("Using script environment at: /ROOT/cache/environments-v1/main-")
    assert "Checked 1 package" in second.err


def test_a_script_without_requirements_is_not_synced(cli: Cli) -> None:
    cli.write("main.py", "print()\n")

    done = cli("sync", "--script", "main.py", status=2)

    assert "`main.py` has no block of requirements" in done.err


def test_a_frozen_script_needs_a_lock(cli: Cli) -> None:
    cli.write("main.py", SCRIPT.format("'alpha'"))

    done = cli("sync", "--script", "main.py", "--frozen", status=2)

    assert "the script has none" in done.err


def test_a_sync_is_reported_as_uv_does(cli: Cli) -> None:
    cli.project("alpha")

    report = json.loads(cli("sync", "--output-format", "json").out)

    assert report["sync"]["action"] == "create"
    assert report["sync"]["changes"] == [{"name": "alpha", "version": "1.1", "action": "installed"}]
    assert report["lock"]["action"] == "create"
    assert report["target"] == "project"


@pytest.mark.parametrize(
    ("options", "editable"),
    [((), True), (("--no-editable",), False), (("--no-editable-package", "demo"), False), (("--editable",), True)],
)
def test_projects_are_plain_copies_if_asked_for(cli: Cli, options: tuple[str, ...], editable: bool) -> None:
    packaged(cli)

    cli("sync", *options)

    (one,) = uvkit.Environment(cli.folder / ".venv").installed()
    assert one.editable is editable
    assert cli("sync", "--check", *options).status == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--no-install-project",), ["alpha==1.1"]),
        (("--only-install-project",), ["demo==1"]),
        (("--only-install-package", "alpha"), ["alpha==1.1"]),
        (("--only-install-workspace", "--no-install-project"), ["demo==1"]),
        (("--no-install-project", "--no-install-package", "alpha"), []),
    ],
)
def test_only_a_part_is_installed(cli: Cli, options: tuple[str, ...], expected: list[str]) -> None:
    packaged(cli, "alpha")

    cli("sync", *options)

    assert installed(cli.folder / ".venv") == expected


def test_the_project_that_is_left_out_is_that_of_the_folder(cli: Cli) -> None:
    cli.write("pyproject.toml", '[tool.uv.workspace]\nmembers = ["*"]\n')
    for name in ("one", "two"):
        cli.write(f"{name}/pyproject.toml", f'[project]\nname = "{name}"\nversion = "1"\n{BUILD}')
        cli.write(f"{name}/bk.py", BACKEND)
        cli.write(f"{name}/module.py", "")

    cli("sync", "--all-packages", "--no-install-project", folder=cli.folder / "one")

    assert installed(cli.folder / ".venv") == ["two==1"]


def test_an_environment_can_be_filled_for_another_platform(cli: Cli) -> None:
    cli.project("alpha ; sys_platform == 'win32'", "delta ; sys_platform != 'win32'")

    cli("sync", "--python-platform", "windows")

    assert installed(cli.folder / ".venv") == ["alpha==1.1"]
    assert "unknown platform `nonsense`" in cli("sync", "--python-platform", "nonsense", status=2).err
