"""`uvkit venv`: what it makes, and what it refuses to touch."""

from __future__ import annotations

import json
import sys

import pytest

import uvkit

from .conftest import Cli

MADE = "Using CPython 3.X.Y interpreter at: PYTHON\nCreating virtual environment at: {place}\n"


def test_it_says_where_the_environment_is_and_how_to_activate_it(cli: Cli) -> None:
    done = cli("venv")

    assert done.out == ""
    assert done.err == MADE.format(place=".venv") + "Activate with: source .venv/bin/activate\n"
    assert uvkit.Environment(cli.folder / ".venv").installed() == ()


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("/bin/zsh", "source some/env/bin/activate"),
        ("/usr/bin/fish", "source some/env/bin/activate.fish"),
        ("/bin/tcsh", "source some/env/bin/activate.csh"),
        ("/usr/bin/nu", "source some/env/bin/activate.nu"),
        ("/usr/bin/pwsh", "some/env/bin/activate.ps1"),
    ],
)
def test_the_line_fits_the_shell(cli: Cli, shell: str, line: str) -> None:
    cli.set(SHELL=shell)

    done = cli("venv", "some/env")

    assert done.err.endswith(f"Activate with: {line}\n")


def test_an_environment_is_never_replaced_unasked(cli: Cli) -> None:
    cli("venv")
    marker = cli.write(".venv/marker", "")

    done = cli("venv", status=2)

    assert done.err == MADE.format(place=".venv") + (
        "error: `/ROOT/work/.venv` is not a usable environment: there is an environment already\n\n"
        "hint: replace it with `--clear` (`existing='replace'`), or keep it with `--allow-existing`\n"
    )
    assert marker.exists()


@pytest.mark.parametrize("given", ["option", "variable"])
def test_an_environment_is_replaced_if_asked(cli: Cli, given: str) -> None:
    cli("venv")
    marker = cli.write(".venv/marker", "")
    if given == "variable":
        cli.set(UV_VENV_CLEAR="1")

    cli("venv", *(["--clear"] if given == "option" else []))

    assert not marker.exists()
    assert (cli.folder / ".venv" / "pyvenv.cfg").is_file()


def test_what_is_there_can_be_kept(cli: Cli) -> None:
    cli("venv")
    marker = cli.write(".venv/marker", "")

    cli("venv", "--allow-existing")

    assert marker.exists()


@pytest.mark.parametrize("options", [(), ("--clear",)])
def test_a_folder_that_is_no_environment_is_never_emptied(cli: Cli, options: tuple[str, ...]) -> None:
    precious = cli.write("full/precious.txt", "mine")

    done = cli("venv", "full", *options, status=2)

    assert "there is a folder that is not a virtual environment" in done.err
    assert [path.name for path in (cli.folder / "full").iterdir()] == ["precious.txt"]
    assert precious.read_text() == "mine"


def test_a_folder_is_emptied_only_by_force(cli: Cli) -> None:
    precious = cli.write("full/precious.txt", "mine")

    cli("venv", "full", "--clear", "--force")

    assert not precious.exists()


def test_seeds_are_installed_if_asked_for(cli: Cli) -> None:
    done = cli("venv", "--seed")

    names = ["pip"] if sys.version_info >= (3, 12) else ["pip", "setuptools", "wheel"]
    assert "Creating virtual environment with seed packages at: .venv\n" in done.err
    assert [one.project for one in uvkit.Environment(cli.folder / ".venv").installed()] == names
    assert all(f" + {name}==1.0\n" in done.err for name in names)


def test_the_configuration_says_what_was_asked_for(cli: Cli) -> None:
    cli("venv", "--prompt", "mine", "--system-site-packages", "--relocatable")

    lines = (cli.folder / ".venv" / "pyvenv.cfg").read_text().splitlines()
    assert "prompt = mine" in lines
    assert "include-system-site-packages = true" in lines
    assert "relocatable = true" in lines


def test_the_project_says_which_python(cli: Cli) -> None:
    cli.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.99"\n')

    done = cli("venv", status=2)
    cli("venv", "--no-project")

    assert done.err.startswith("error: no interpreter found for `Python (>=3.99)`")
    assert (cli.folder / ".venv").is_dir()


def test_the_version_file_says_which_python_also_without_a_project(cli: Cli) -> None:
    cli.project()
    cli.write(".python-version", "3.99\n")

    done = cli("venv", status=2)
    other = cli("venv", "--no-project", status=2)

    assert done.err.startswith("error: no interpreter found for `3.99`")
    assert other.err == done.err


def test_the_line_quotes_what_a_shell_would_take_apart(cli: Cli) -> None:
    done = cli("venv", "my env")

    assert done.err.endswith("Activate with: source 'my env/bin/activate'\n")


def test_a_project_that_is_not_valid_is_ignored(cli: Cli) -> None:
    cli.write("pyproject.toml", "[project\n")

    done = cli("venv")

    assert done.err.startswith("warning: the project is ignored: `/ROOT/work/pyproject.toml` is not valid")
    assert (cli.folder / ".venv").is_dir()


def test_the_result_is_data_if_asked_for(cli: Cli) -> None:
    done = cli("venv", "--json", "-q")

    assert json.loads(done.out) == {
        "environment": str(cli.folder / ".venv").replace(str(cli.root), "/ROOT"),
        "python": "3.X.Y",
    }
    assert done.err == ""


def test_a_dot_as_the_prompt_is_the_folder_here(cli: Cli) -> None:
    cli("venv", "--prompt", ".", "somewhere/else")

    assert "prompt = work\n" in (cli.folder / "somewhere" / "else" / "pyvenv.cfg").read_text()
