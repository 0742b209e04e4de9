"""Exit statuses, messages of errors, and streams that close early."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from uvkit import errors
from uvkit.cli.exit_status import exit_status
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import duration, packages
from uvkit.testing import IndexServer

from .conftest import Cli

HASH = errors.HashMismatchError(filename="a.whl", expected=("sha256:1",), actual="sha256:2")
NETWORK = errors.NetworkError(url="https://index.example/a", attempts=4, reason="refused")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ResolutionImpossibleError(causes=()), 1),
        (errors.LockfileOutdatedError(path=Path("uv.lock"), reasons=()), 1),
        (errors.LockfileMissingError(path=Path("uv.lock")), 1),
        (errors.UnsupportedLockfileError(version="2", supported=("1",)), 2),
        (errors.EnvironmentOutdatedError(path=Path(".venv"), changes=()), 1),
        (errors.InvalidEnvironmentError(path=Path(".venv"), reason="x"), 2),
        (errors.PythonNotFoundError(request="4", searched=()), 2),
        (errors.InvalidTableError(path=Path("pyproject.toml"), problems=()), 2),
        (errors.AuthenticationError(url="https://index.example", status=401), 1),
        (errors.OfflineError(wanted="a"), 1),
        (NETWORK, 2),
        (errors.HttpStatusError(url="https://index.example", status=404), 2),
        (errors.MissingHashError(filename="a==1"), 2),
        (errors.PrepareError(failures=(errors.MissingHashError(filename="a==1"),)), 1),
        (errors.HttpStatusError(url="https://index.example/a-1.whl", status=404), 1),
        (errors.HttpStatusError(url="https://index.example/a-1.whl", status=503), 2),
        (errors.PrepareError(failures=(errors.HttpStatusError(url="https://index.example/a", status=404),)), 1),
        (errors.PrepareError(failures=(errors.AuthenticationError(url="https://index.example/a", status=401),)), 2),
        (errors.HttpStatusError(url="https://index.example", status=503), 2),
        (errors.InvalidResponseError(url="x", content_type="image/png", reason="x"), 1),
        (errors.InvalidResponseError(url="x", reason="it is cut short"), 2),
        (errors.PrepareError(failures=(NETWORK,)), 2),
        (errors.PrepareError(failures=(NETWORK, HASH)), 1),
        (errors.StorageError(path=Path("x"), reason="full"), 2),
        (errors.TransactionError(path=Path("x"), step="linking", rolled_back=True), 2),
        (errors.CancelledError(), 130),
        (KeyboardInterrupt(), 130),
        (OSError(errno.ENOENT, "No such file or directory", "x"), 2),
    ],
)
def test_errors_have_the_status_that_uv_gives_them(error: BaseException, status: int) -> None:
    found = exit_status(error)

    assert found == status


def test_an_error_is_printed_with_its_notes_and_hints(capsys: pytest.CaptureFixture[str]) -> None:
    error = errors.ProjectNotFoundError(start=Path("/x"))
    error.add_note("while looking around")

    Printer({}).error(error)

    assert capsys.readouterr().err == (
        "error: no `pyproject.toml` found in `/x` or any parent directory\n"
        "  while looking around\n"
        "\nhint: run this inside a project, or pass the project's directory\n"
    )


def test_notes_of_many_failures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    failure = errors.HttpStatusError(url="https://index.example/a", status=404)
    failure.add_note("while preparing `a 1.0`")

    Printer({}).error(errors.PrepareError(failures=(failure,)))

    assert "  while preparing `a 1.0`\n" in capsys.readouterr().err


def test_errors_of_the_system_are_printed_without_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    Printer({}).error(FileNotFoundError(errno.ENOENT, "No such file or directory", "/nope"))

    assert capsys.readouterr().err == "error: no such file or directory: `/nope`\n"


def test_a_folder_that_is_not_there_is_an_error(cli: Cli) -> None:
    directory = cli("sync", "--directory", "/nowhere", status=2)
    project = cli("sync", "--project", "/nowhere", status=2)

    assert directory.err == "error: no such file or directory: `/nowhere`\n"
    assert project.err == "error: project directory `/nowhere` does not exist\n"


def test_whoever_stops_reading_is_not_bothered(cli: Cli, index: IndexServer) -> None:
    cli("venv")
    cli("pip", "install", "beta")

    done = subprocess.run(
        f"{sys.executable} -m uvkit pip list; echo status $? >&2",
        shell=True, cwd=cli.folder, stdout=_closed_pipe(), stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.stderr.startswith("status ")


def _closed_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(
    ("variables", "color", "colored"),
    [
        ({"FORCE_COLOR": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "1"}, "auto", True),
        ({"CLICOLOR_FORCE": "0"}, "auto", False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", False),
        ({"NO_COLOR": "1"}, "always", True),
        ({"FORCE_COLOR": "1"}, "never", False),
        ({}, "auto", False),
    ],
)
def test_colours_follow_options_then_variables_then_the_terminal(
    variables: dict[str, str], color: str, colored: bool
) -> None:
    text = Printer(variables, color=color).style("x", "bold")

    assert text == ("\x1b[1mx\x1b[0m" if colored else "x")


def test_paths_below_are_shown_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    shown = [shown_path(tmp_path / "a" / "b"), shown_path(tmp_path.parent), shown_path("a")]

    assert shown == ["a/b", str(tmp_path.parent), "a"]


def test_durations_and_counts_are_rounded_for_people() -> None:
    seconds = [0.00004, 0.012, 1.254, 125]

    assert [duration(timedelta(seconds=value)) for value in seconds] == ["0.04ms", "12ms", "1.25s", "2m 05s"]
    assert [packages(0), packages(1), packages(2)] == ["0 packages", "1 package", "2 packages"]
