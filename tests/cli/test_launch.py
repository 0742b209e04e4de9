"""A program is started without preparing it again only if nothing that decided about it has changed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.cli import launch, main, shortcut
from uvkit.cli.launch import Launch, prepared_before
from uvkit.testing import IndexServer

from .conftest import Cli

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have no change time there")


@pytest.fixture(autouse=True)
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Believe files at once, however lately they changed; nothing here writes twice within a tick of the clock."""
    monkeypatch.setattr(shortcut, "RACY_NANOSECONDS", 0)
    monkeypatch.setattr(shortcut, "COARSE_NANOSECONDS", 0)


class Prepared:
    """Command lines that were run twice, so that the third time nothing has to be prepared."""

    def __init__(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cli = cli
        self._monkeypatch = monkeypatch

    def settle(self, *argv: str) -> None:
        for _ in range(2):
            self.cli(*argv)

    def start(self, *argv: str, folder: Path | None = None) -> Launch | None:
        """Return what a command line would start at once."""
        self._monkeypatch.chdir(folder or self.cli.folder)
        return prepared_before(argv)


@pytest.fixture
def prepared(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    cli.project("alpha")
    return Prepared(cli, monkeypatch)


def test_program_is_started_with_other_arguments(prepared: Prepared) -> None:
    prepared.settle("run", "python", "-c", "pass")

    found = prepared.start("run", "python", "-m", "json.tool", "--help")

    assert found is not None
    assert found.executable == str(prepared.cli.folder / ".venv" / "bin" / "python")
    assert found.argv == [found.executable, "-m", "json.tool", "--help"]
    assert found.variables["VIRTUAL_ENV"] == str(prepared.cli.folder / ".venv")
    assert found.variables["PATH"].startswith(f"{prepared.cli.folder}/.venv/bin{os.pathsep}")


def test_options_of_the_program_are_not_taken_for_own_ones(prepared: Prepared) -> None:
    prepared.settle("run", "--", "python", "-V")

    found = prepared.start("run", "--", "python", "--no-sync")

    assert found is not None
    assert found.argv[1:] == ["--no-sync"]


def test_program_works_in_the_folder_that_an_option_names(prepared: Prepared) -> None:
    prepared.cli.write("below/pyproject.toml", '[project]\nname = "below"\nversion = "1"\nrequires-python = ">=3.9"\n')
    prepared.settle("run", "--directory", "below", "python", "-V")

    found = prepared.start("run", "--directory", "below", "python", "-V")

    assert found is not None
    assert found.directory == str(prepared.cli.folder / "below")
    assert found.executable == f"{found.directory}/.venv/bin/python"


def test_first_run_and_one_that_changed_something_are_not_remembered(prepared: Prepared) -> None:
    prepared.cli("run", "python", "-V")

    assert prepared.start("run", "python", "-V") is None


def _touch(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


_CHANGES: dict[str, Callable[[Cli], object]] = {
    "project": lambda cli: _touch(cli.folder / "pyproject.toml"),
    "lock": lambda cli: _touch(cli.folder / "uv.lock"),
    "settings": lambda cli: cli.write("uv.toml", ""),
    "user settings": lambda cli: cli.write("../home/.config/uv/uv.toml", ""),
    "interpreter": lambda cli: os.utime(cli.folder / ".venv" / "pyvenv.cfg"),
    "packages": lambda cli: next((cli.folder / ".venv").glob("lib/*/site-packages/alpha*.dist-info")).rename(
        cli.folder / "gone"
    ),
    "variable": lambda cli: cli.set(UV_NO_SYNC="1"),
    "search path": lambda cli: cli.set(PATH="/bin"),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_change_is_noticed(prepared: Prepared, change: str) -> None:
    prepared.settle("run", "python", "-V")
    assert prepared.start("run", "python", "-V") is not None

    _CHANGES[change](prepared.cli)

    assert prepared.start("run", "python", "-V") is None


def test_program_that_a_file_of_its_name_would_replace_is_looked_for_again(prepared: Prepared) -> None:
    prepared.settle("run", "true")
    assert prepared.start("run", "true") is not None

    prepared.cli.write("true", "")

    assert prepared.start("run", "true") is None


def test_program_that_comes_earlier_on_the_search_path_is_found(prepared: Prepared) -> None:
    prepared.settle("run", "true")

    prepared.cli.write(".venv/bin/true", "#!/bin/sh\n").chmod(0o755)

    assert prepared.start("run", "true") is None


def test_script_that_now_says_what_it_requires_is_read_again(prepared: Prepared) -> None:
    prepared.cli.write("main.py", "pass\n")
    prepared.settle("run", "main.py")
    assert prepared.start("run", "main.py", "x") is not None

    prepared.cli.write("main.py", "# /// script\n# dependencies = []\n# ///\n")

    assert prepared.start("run", "main.py", "x") is None


def test_script_with_requirements_is_started_as_long_as_the_index_is_fresh(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared.cli.write("main.py", '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["beta"]\n# ///\n')
    prepared.settle("run", "main.py")
    assert prepared.start("run", "main.py") is not None

    later = launch.time.time() + 3600
    monkeypatch.setattr(launch.time, "time", lambda: later)

    assert prepared.start("run", "main.py") is None


def test_what_is_there_besides_is_started_at_once(prepared: Prepared) -> None:
    prepared.settle("run", "--with", "delta", "python", "-c", "import delta")

    found = prepared.start("run", "--with", "delta", "python", "x")

    assert found is not None
    assert "overlays-v1" in found.executable


@pytest.mark.parametrize(
    "options",
    [("--env-file", "some.env"), ("--with-requirements", "some.txt"), ("--refresh",), ("--isolated", "--refresh")],
)
def test_what_reads_other_files_or_asks_again_is_prepared_each_time(
    prepared: Prepared, options: tuple[str, ...]
) -> None:
    prepared.cli.write("some.env", "A=1\n")
    prepared.cli.write("some.txt", "alpha\n")
    prepared.settle("run", *options, "python", "-V")

    assert prepared.start("run", *options, "python", "-V") is None


def test_warning_is_given_each_time(prepared: Prepared) -> None:
    prepared.cli.set(VIRTUAL_ENV="/somewhere")
    prepared.settle("run", "python", "-V")

    assert prepared.start("run", "python", "-V") is None


def test_damaged_record_is_no_answer(prepared: Prepared) -> None:
    prepared.settle("run", "python", "-V")
    for record in (prepared.cli.root / "cache" / "shortcuts-v1").iterdir():
        record.write_text(record.read_text()[:-1])

    assert prepared.start("run", "python", "-V") is None


def test_installed_tool_is_started_until_it_changes(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, index: IndexServer
) -> None:
    prepared = Prepared(cli, monkeypatch)
    prepared.settle("tool", "run", "python", "-V")
    assert prepared.start("tool", "run", "python", "x") is not None

    cli.set(UV_TOOL_DIR=str(cli.root / "others"))

    assert prepared.start("tool", "run", "python", "x") is None


def test_program_takes_the_place_of_the_command(prepared: Prepared) -> None:
    prepared.settle("run", "python", "-V")
    code = "import sys; from uvkit.cli import main; sys.exit(main())"
    seen = "import json, os, sys; print(json.dumps([os.getpid(), sys.argv]))"

    reader, writer = os.pipe()
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code, "run", "python", "-c", seen, "x"],
        dict(os.environ) | {"PYTHONPATH": str(Path(launch.__file__).parents[2])},
        file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_CLOSE, reader)],
    )
    os.close(writer)
    with os.fdopen(reader) as output:
        shown = json.loads(output.read())

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert shown == [child, ["-c", "x"]]


def test_command_run_by_a_program_does_not_end_that(prepared: Prepared) -> None:
    prepared.settle("run", "python", "-V")

    assert main(["run", "python", "-c", "raise SystemExit(3)"]) == 3
