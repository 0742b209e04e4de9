"""Which environment the pip commands work on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import uvkit

from .conftest import Cli


def installed(path: Path) -> list[str]:
    return [f"{one.project}=={one.version_text}" for one in uvkit.Environment(path).installed()]


def test_the_environment_here_is_used_without_a_word(cli: Cli) -> None:
    cli("venv")

    done = cli("pip", "list")

    assert (done.out, done.err) == ("", "")


def test_the_environment_above_is_used_and_named(cli: Cli) -> None:
    cli("venv")
    below = cli.folder / "below"
    below.mkdir()

    done = cli("pip", "install", "alpha", folder=below)

    assert done.err.startswith("Using Python 3.X.Y environment at: /ROOT/work/.venv\n")
    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


def test_the_active_environment_comes_first(cli: Cli) -> None:
    cli("venv")
    cli("venv", "other")
    cli.set(VIRTUAL_ENV=str(cli.folder / "other"))

    done = cli("pip", "install", "alpha")

    assert done.err.startswith("Using Python 3.X.Y environment at: other\n")
    assert installed(cli.folder / "other") == ["alpha==1.1"]


def test_an_active_environment_that_has_gone_is_passed_over(cli: Cli) -> None:
    cli("venv")
    cli.set(VIRTUAL_ENV="/nowhere")

    cli("pip", "install", "alpha")

    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


@pytest.mark.parametrize("place", ["other", "./other", "other/bin/python"])
def test_an_environment_can_be_named(cli: Cli, place: str) -> None:
    cli("venv", "other")

    cli("pip", "install", "-p", place, "alpha")

    assert installed(cli.folder / "other") == ["alpha==1.1"]


@pytest.mark.parametrize("argv", [("install", "alpha"), ("uninstall", "alpha")])
def test_nothing_is_changed_outside_of_environments_unasked(cli: Cli, argv: tuple[str, ...]) -> None:
    done = cli("pip", *argv, status=2)

    assert done.err == (
        "error: no virtual environment found\n\n"
        "hint: run `uvkit venv` to create one, or pass `--system` to use an interpreter's own packages\n"
    )


def test_a_version_means_an_environment_of_that_version(cli: Cli) -> None:
    cli("venv")

    done = cli("pip", "install", "-p", "3.99", "alpha", status=2)
    cli("pip", "install", "-p", f"3.{sys.version_info[1]}", "alpha")

    assert done.err.startswith("error: no virtual environment found for Python `3.99`\n")
    assert installed(cli.folder / ".venv") == ["alpha==1.1"]


def test_whoever_only_looks_gets_the_first_python_of_the_path(cli: Cli) -> None:
    done = cli("pip", "list")

    assert done.err.startswith("Using Python ")


def test_a_broken_environment_is_reported(cli: Cli) -> None:
    cli("venv")
    python = cli.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")

    done = cli("pip", "install", "alpha", status=2)

    assert done.err.startswith("error: the interpreter `/ROOT/work/.venv/bin/python` does not work: ")
