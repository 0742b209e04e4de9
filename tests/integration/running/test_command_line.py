"""`uvkit run`, `uvkit tool` and `uvkitx` as a user types them: what is printed, and which status is returned."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.cli import main, run_tool
from uvkit.testing import IndexServer

_SOURCES = Path(__file__).parents[3] / "src"
_BLOCK = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["hello<2"]\n# ///\n'


class Cli:
    """Runs commands in a folder with a home of its own; programs write to the same outputs."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._monkeypatch = monkeypatch
        self._capfd = capfd
        self.err = ""

    def __call__(self, *argv: str, status: int = 0, entry: object = main) -> str:
        """Return what a command prints to standard output; `err` has the rest, with neutral durations and folders."""
        self._capfd.readouterr()
        ended = entry(list(argv))  # type: ignore[operator]  # one of two
        captured = self._capfd.readouterr()
        self.err = re.sub(r"\bin \d+(?:\.\d+)?m?s\b", "in T", captured.err).replace(str(self.root), "ROOT")
        assert ended == status, captured.err
        return captured.out.replace(str(self.root), "ROOT")

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)

    def type(self, text: str) -> None:
        """Give the next command some standard input."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text)
        return path


@pytest.fixture
def cli(
    tmp_path: Path,
    cache: Path,
    index: IndexServer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Cli:
    for name in os.environ:
        monkeypatch.delenv(name)
    root = tmp_path / "work"
    root.mkdir()
    monkeypatch.chdir(root)
    made = Cli(root, monkeypatch, capfd)
    made.set(
        HOME=str(tmp_path),
        PATH=os.pathsep.join((os.path.join(sys.base_prefix, "bin"), "/usr/bin", "/bin")),
        UV_DEFAULT_INDEX=index.url,
        UVKIT_CACHE_DIR=str(cache),
        UV_TOOL_DIR=str(root / "tools"),
        UV_TOOL_BIN_DIR=str(root / "bin"),
        NO_COLOR="1",
    )
    return made


@pytest.fixture
def project(cli: Cli) -> Cli:
    cli.write(
        "pyproject.toml",
        '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["hello<2"]\n',
    )
    return cli


# -- run ---------------------------------------------------------------------------------------------------------------


def test_only_changes_are_told_before_the_program_speaks(project: Cli) -> None:
    first = project("run", "hello", "--version")

    assert first == "hello 1.1 --version\n"
    lines = project.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        lines[0].partition(":")[0],
        "Creating virtual environment at",
        "Installed 1 package in T",
    ]
    assert project("run", "hello") == "hello 1.1\n"
    assert project.err == ""


def test_status_of_the_program_is_that_of_the_command(project: Cli) -> None:
    project.set(STATUS="7")

    project("run", "hello", status=7)
    project("run", "sh", "-c", "kill -9 $$", status=137)


def test_programs_are_listed_without_a_command(project: Cli) -> None:
    shown = project("run", status=2)

    assert shown.startswith("Provide a command or script to invoke with `uvkit run <command>`")
    assert "- hello\n- hello-again\n- python\n" in shown


def test_program_that_does_not_exist_is_an_error_with_advice(project: Cli) -> None:
    project("run", "nowhere", status=2)

    assert project.err.endswith(
        "error: failed to run `nowhere`: no such file or directory\n\n"
        "hint: if a package of that name provides it, `--with nowhere` makes it available\n"
    )


def test_options_behind_the_command_are_those_of_the_program(project: Cli) -> None:
    assert project("run", "-q", "hello", "-q", "--frozen") == "hello 1.1 -q --frozen\n"
    assert project("run", "--", "hello", "--", "x") == "hello 1.1 -- x\n"
    assert project("run", "-p", "3", "hello", "-p", "x") == "hello 1.1 -p x\n"


def test_requirements_of_one_option_may_be_joined(project: Cli) -> None:
    code = "from importlib.metadata import version; print(version('helper'), version('other'))"

    shown = project("run", "--with", "helper>=1,<1.1,other", "python", "-c", code)

    assert shown == "1.0 1.0\n"


def test_script_from_standard_input_has_its_requirements(cli: Cli) -> None:
    cli.type(f"{_BLOCK}import hello\nhello.main()\n")

    assert cli("run", "-", "x") == "hello 1.1 x\n"


def test_options_that_mean_nothing_to_a_script_are_named(cli: Cli) -> None:
    cli.write("script.py", f"{_BLOCK}import hello\nhello.main()\n")

    cli("run", "--no-sync", "--extra", "x", "script.py")

    assert "warning: Extras are not supported for Python scripts with inline metadata\n" in cli.err
    assert "warning: `--no-sync` is a no-op for Python scripts with inline metadata" in cli.err


def test_files_of_variables_come_from_options_or_a_variable(cli: Cli) -> None:
    cli.write("one.env", "A=1\nnot one\n")
    show = ("python3", "-c", "import os; print(os.environ.get('A'))")

    assert cli("run", "--env-file", "one.env", *show) == "1\n"
    assert cli.err == "warning: failed to parse environment file `one.env` at position 4: not one\n"
    cli.set(UV_ENV_FILE="one.env")
    assert cli("run", *show) == "1\n"
    assert cli("run", "--no-env-file", *show) == "None\n"


def test_unknown_option_is_refused_before_anything_happens(project: Cli) -> None:
    project("run", "--no-such", "hello", status=2)

    assert "unexpected argument '--no-such' found" in project.err
    assert not (project.root / ".venv").exists()


def test_signals_sent_to_the_command_reach_the_program(cli: Cli) -> None:
    code = "import sys; from uvkit.cli import main; sys.exit(main(sys.argv[1:]))"
    script = "trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.05; done"
    with subprocess.Popen(
        [sys.executable, "-c", code, "run", "--no-project", "sh", "-c", script],
        env=dict(os.environ) | {"PYTHONPATH": str(_SOURCES)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate()

    assert (rest, process.returncode) == ("asked\n", 5)


# -- tools -------------------------------------------------------------------------------------------------------------


def test_installation_tells_what_was_put_where(cli: Cli) -> None:
    assert cli("tool", "install", "multi", "--with-executables-from", "hello") == ""

    assert cli.err == (
        "Resolved 2 packages in T\n"
        "Installed 2 packages in T\n"
        " + hello==2.0\n"
        " + multi==1.0\n"
        "Installed 2 executables from `hello`: hello, hello-again\n"
        "Installed 1 executable: multi\n"
        "warning: `ROOT/bin` is not on your PATH. To use installed tools, add the directory to your PATH.\n"
    ).replace("Resolved 2 packages in T\n", cli.err.partition("Installed")[0])


def test_nothing_is_said_of_the_search_path_that_has_the_folder(cli: Cli) -> None:
    cli.set(PATH=f"{cli.root}/bin{os.pathsep}{os.environ['PATH']}")

    cli("tool", "install", "hello")

    assert cli.err.endswith("Installed 2 executables: hello, hello-again\n")


def test_installing_again_and_upgrading_say_that_there_is_nothing_to_do(cli: Cli) -> None:
    cli("tool", "install", "hello@1.0")

    cli("tool", "install", "hello@1.0")
    assert cli.err == "`hello==1.0` is already installed\n"
    cli("tool", "upgrade", "--all")
    assert cli.err == (
        "Nothing to upgrade\n\nhint: `hello` is pinned to `1.0` (installed with an exact version pin); reinstall with "
        "`uvkit tool install hello@latest` to upgrade to a new version.\n"
    )


def test_upgrade_tells_the_versions(cli: Cli) -> None:
    cli("tool", "install", "hello@1.0")
    receipt = cli.root / "tools" / "hello" / "uv-receipt.toml"
    receipt.write_text(receipt.read_text().replace('"==1.0"', '">=1"'))

    cli("tool", "upgrade", "hello")

    assert cli.err.startswith("Updated hello v1.0 -> v2.0\n - hello==1.0\n + hello==2.0\nInstalled 2 executables")


def test_one_upgrade_that_fails_does_not_stop_the_others(cli: Cli) -> None:
    cli("tool", "install", "hello@1.0")
    receipt = cli.root / "tools" / "hello" / "uv-receipt.toml"
    receipt.write_text(receipt.read_text().replace('"==1.0"', '">=1"'))

    cli("tool", "upgrade", "nope", "hello", status=1)

    assert "error: `nope` is not installed\n" in cli.err
    assert "Updated hello v1.0 -> v2.0\n" in cli.err


def test_list_shows_what_is_asked_for(cli: Cli) -> None:
    assert cli("tool", "list") == ""
    assert cli.err == "No tools installed\n"
    cli("tool", "install", "hello<2", "--with", "helper==1.0")

    plain = cli("tool", "list")
    full = cli("tool", "list", "--show-paths", "--show-version-specifiers", "--show-with", "--outdated")

    assert plain == "hello v1.1\n- hello\n- hello-again\n"
    assert full == (
        "hello v1.1 [required: <2] [with: helper==1.0] [latest: 2.0] (ROOT/tools/hello)\n"
        "- hello (ROOT/bin/hello)\n"
        "- hello-again (ROOT/bin/hello-again)\n"
    )


def test_results_are_printed_for_machines(cli: Cli) -> None:
    installed = json.loads(cli("tool", "install", "hello", "--json"))
    listed = json.loads(cli("tool", "list", "--json"))
    removed = json.loads(cli("tool", "uninstall", "hello", "--json"))

    assert installed["action"] == "installed"
    assert [one["name"] for one in listed] == ["hello"]
    assert removed[0]["removed_executables"] == ["hello", "hello-again"]


def test_uninstalling_tells_what_went_and_needs_a_name(cli: Cli) -> None:
    cli("tool", "install", "hello")

    cli("tool", "uninstall", status=2)
    cli("tool", "uninstall", "--all")

    assert cli.err == "Uninstalled 2 executables: hello, hello-again\n"


def test_folders_are_printed(cli: Cli) -> None:
    assert cli("tool", "dir") == "ROOT/tools\n"
    assert cli("tool", "dir", "--bin") == "ROOT/bin\n"


def test_shell_is_told_of_the_commands_once(cli: Cli, tmp_path: Path) -> None:
    cli.set(SHELL="/bin/bash")
    (tmp_path / ".bashrc").write_text("# mine\n")

    cli("tool", "update-shell")

    text = (tmp_path / ".bashrc").read_text()
    assert text.startswith("# mine\n")
    assert f"{cli.root}/bin" in text
    cli("tool", "update-shell", status=2)
    assert (tmp_path / ".bashrc").read_text() == text


def test_settings_of_a_project_are_none_for_tools(cli: Cli) -> None:
    cli.write("pyproject.toml", '[tool.uv]\nresolution = "lowest"\n[[tool.uv.index]]\nurl = "https://index.example"\n')

    cli("tool", "install", "hello")

    assert "lowest" not in (cli.root / "tools" / "hello" / "uv-receipt.toml").read_text()


def test_uvkitx_runs_a_command_of_a_package(cli: Cli) -> None:
    assert cli("hello@1.0", "--flag", entry=run_tool) == "hello 1.0 --flag\n"
    assert cli("--from", "hello<2", "hello-again", entry=run_tool) == "hello 1.1\n"
    assert (
        cli("--with", "helper==1.0", "python", "-c", "import helper; helper.main()", entry=run_tool) == "helper 1.0\n"
    )


def test_run_of_a_package_without_that_command_names_others(cli: Cli) -> None:
    cli("tool", "run", "odd-name", status=1)

    assert cli.err.endswith(
        "error: the package `odd-name` provides no executable `odd-name`; the following are available:\n- odd\n\n"
        "hint: use `uvkit tool run --from odd-name odd`\n"
    )


def test_run_without_a_command_lists_what_is_installed(cli: Cli) -> None:
    cli("tool", "install", "hello@1.0")

    shown = cli("tool", "run", status=2)

    assert "The following tools are installed:\n\n- hello v1.0\n" in shown
