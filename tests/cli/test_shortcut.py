"""The answer that is given without looking: only when nothing at all has changed.

`remembered` tells whether the next command would be answered from the record; every test changes one thing.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import uvkit
from uvkit.cli import shortcut
from uvkit.testing import IndexServer

from .conftest import BACKEND, Cli, Output

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="files have no change time there")


class Watched:
    """A project that is locked and in sync, whose last answer is remembered."""

    def __init__(self, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cli = cli
        self.root = cli.folder
        self.env = cli.folder / ".venv"
        self._monkeypatch = monkeypatch

    def sync(self, *argv: str, folder: Path | None = None) -> Output:
        return self.cli("sync", *argv, folder=folder)

    def remembered(self, *argv: str, folder: Path | None = None) -> bool:
        """Tell whether the shortcut answers a command."""
        self._monkeypatch.chdir(folder or self.root)
        return shortcut.answer(argv or ("sync",)) is not None

    def settle(self) -> None:
        """Sync until there is nothing to do, and an answer to remember."""
        self.sync()
        self.sync()


@pytest.fixture(autouse=True)
def believing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Believe files at once, however lately they changed; nothing here writes twice within a tick of the clock."""
    monkeypatch.setattr(shortcut, "RACY_NANOSECONDS", 0)
    monkeypatch.setattr(shortcut, "COARSE_NANOSECONDS", 0)


@pytest.fixture
def watched(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Watched:
    cli.project("beta")
    made = Watched(cli, monkeypatch)
    made.settle()
    assert made.remembered()
    return made


def test_the_answer_is_that_of_the_full_command(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    full = watched.sync("--no-progress")
    capsys.readouterr()
    status = shortcut.answer(("sync",))

    printed = capsys.readouterr()
    assert status == 0
    assert printed.out == ""
    assert watched.cli._neutral(printed.err) == full.err == "Resolved 3 packages in T\nChecked 2 packages in T\n"


def test_the_first_run_remembers_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.project("beta")
    cli("sync")

    assert shortcut.answer(("sync",)) is None


def test_an_answer_in_between_changes_nothing(watched: Watched) -> None:
    before = {path: path.lstat().st_mtime_ns for path in watched.root.rglob("*")}

    watched.sync()

    assert {path: path.lstat().st_mtime_ns for path in watched.root.rglob("*")} == before


Change = Callable[[Watched], object]


def _touch(name: str, text: str = "") -> Change:
    return lambda watched: watched.cli.write(name, text)


def _rewrite(path: str) -> Change:
    def change(watched: Watched) -> None:
        target = watched.root / path
        target.write_bytes(target.read_bytes())

    return change


def _site(watched: Watched) -> Path:
    return uvkit.Environment(watched.env).site_packages


def _remove_distribution(watched: Watched) -> None:
    shutil.rmtree(_site(watched) / "alpha-1.1.dist-info")


def _add_distribution(watched: Watched) -> None:
    folder = _site(watched) / "extra-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1\n")


def _add_editable(watched: Watched) -> None:
    (_site(watched) / "extra.egg-link").write_text("/somewhere\n")


def _mark_as_direct(watched: Watched) -> None:
    (_site(watched) / "alpha-1.1.dist-info" / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {}}')


def _replace_python(watched: Watched) -> None:
    python = watched.env / "bin" / "python"
    python.unlink()
    shutil.copy2(sys.executable, python)


def _break_python(watched: Watched) -> None:
    (watched.env / "bin" / "python").unlink()


def _stage_transaction(watched: Watched) -> None:
    uvkit.Environment(watched.env).transaction_path.mkdir()


def _replace_environment(watched: Watched) -> None:
    watched.env.rename(watched.root / "old")
    shutil.copytree(watched.root / "old", watched.env, symlinks=True)


CHANGES: dict[str, Change] = {
    "the project's file is written": _rewrite("pyproject.toml"),
    "the project's file is replaced": lambda w: (w.root / "pyproject.toml").rename(w.root / "old.toml"),
    "the lockfile is written": _rewrite("uv.lock"),
    "the lockfile has gone": lambda w: (w.root / "uv.lock").unlink(),
    "settings appear beside the project": _touch("uv.toml"),
    "settings appear above the project": lambda w: (w.cli.root / "uv.toml").write_text(""),
    "a project appears above": lambda w: (w.cli.root / "pyproject.toml").write_text("[tool.uv.workspace]\n"),
    "a version file appears": _touch(".python-version", "3\n"),
    "a list of versions appears above": lambda w: (w.cli.root / ".python-versions").write_text("3\n"),
    "settings of the user appear": lambda w: w.cli.write("../home/.config/uv/uv.toml", ""),
    "pip's configuration appears": lambda w: w.cli.write("../home/.config/pip/pip.conf", ""),
    "the environment's configuration is written": _rewrite(".venv/pyvenv.cfg"),
    "a distribution has gone": _remove_distribution,
    "a distribution was added by another tool": _add_distribution,
    "an old editable install was added": _add_editable,
    "a distribution comes from elsewhere": _mark_as_direct,
    "the interpreter is another one": _replace_python,
    "the interpreter has gone": _break_python,
    "a change was left half done": _stage_transaction,
    "the environment has gone": lambda w: shutil.rmtree(w.env),
    "the environment was replaced by a copy": _replace_environment,
    "the build configuration appears": _touch("setup.cfg"),
    "the project's sources appear": lambda w: (w.root / "src").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_makes_the_command_run(watched: Watched, change: Change) -> None:
    change(watched)

    assert not watched.remembered()


@pytest.mark.parametrize(
    "name", ["UV_EXTRA", "UVKIT_X", "PIP_INDEX_URL", "HOME", "PATH", "VIRTUAL_ENV", "CONDA_PREFIX"]
)
def test_another_variable_makes_the_command_run(watched: Watched, name: str) -> None:
    watched.cli.set(**{name: "/elsewhere"})

    assert not watched.remembered()


def test_variables_that_mean_nothing_do_not_matter(watched: Watched) -> None:
    watched.cli.set(LANG="de_DE.UTF-8", TERM="xterm", COLUMNS="40")

    assert watched.remembered()


def test_a_variable_that_went_makes_the_command_run(watched: Watched) -> None:
    watched.cli.unset("UV_DEFAULT_INDEX")

    assert not watched.remembered()


@pytest.mark.parametrize("argv", [("sync", "--no-dev"), ("sync", "-q"), ("lock",), ("sync", "--locked")])
def test_other_arguments_are_another_question(watched: Watched, argv: tuple[str, ...]) -> None:
    assert not watched.remembered(*argv)


def test_another_folder_is_another_question(watched: Watched) -> None:
    below = watched.root / "below"
    below.mkdir()

    assert not watched.remembered(folder=below)


def test_a_project_that_appears_between_makes_the_command_run(watched: Watched) -> None:
    below = watched.root / "a" / "b"
    below.mkdir(parents=True)
    watched.sync(folder=below)
    known = watched.remembered(folder=below)

    watched.cli.write("a/pyproject.toml", '[project]\nname = "a"\nversion = "1"\n')

    assert known
    assert not watched.remembered(folder=below)


def test_a_relative_folder_is_never_taken_for_another(watched: Watched) -> None:
    inner = watched.root / "work"
    inner.mkdir()
    watched.sync("--directory", "work", folder=watched.cli.root)
    watched.sync("--directory", "work", folder=watched.cli.root)

    assert not watched.remembered("sync", "--directory", "work", folder=watched.root)


def test_another_version_makes_the_command_run(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvkit.version.__version__", "0.0.0")

    assert not watched.remembered()


def test_another_interpreter_makes_the_command_run(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/elsewhere/python")

    assert not watched.remembered()


@pytest.mark.parametrize("damage", ["", "x", "uvkit-shortcut-2 wrong\nend", "\x00"])
def test_a_damaged_record_makes_the_command_run(watched: Watched, damage: str) -> None:
    path = Path(shortcut.record_path(("sync",), str(watched.root), os.environ))
    path.write_text(damage)

    assert not watched.remembered()


def test_a_record_that_is_cut_short_makes_the_command_run(watched: Watched) -> None:
    path = Path(shortcut.record_path(("sync",), str(watched.root), os.environ))
    lines = path.read_text().split("\n")
    path.write_text("\n".join(lines[:-2]))

    assert not watched.remembered()


def test_a_cleaned_cache_forgets(watched: Watched) -> None:
    watched.cli("cache", "clean")

    assert not watched.remembered()


@pytest.mark.parametrize(
    "argv",
    [
        ("sync", "--json"),
        ("sync", "-v"),
        ("sync", "--refresh"),
        ("sync", "--refresh-package", "alpha"),
        ("sync", "-U"),
        ("sync", "--upgrade"),
        ("sync", "--upgrade-package=alpha"),
        ("sync", "--reinstall"),
        ("sync", "--dry-run"),
        ("sync", "--check"),
        ("sync", "-n"),
        ("lock", "--dry-run"),
        ("lock", "--upgrade"),
        ("lock", "--check-exists"),
    ],
)
def test_what_asks_for_more_is_never_remembered(watched: Watched, argv: tuple[str, ...]) -> None:
    watched.cli(*argv)
    watched.cli(*argv)

    assert not watched.remembered(*argv)


@pytest.mark.parametrize(
    "argv", [("lock",), ("lock", "--check"), ("sync", "--frozen"), ("sync", "-q"), ("sync", "--locked")]
)
def test_other_questions_are_remembered_for_themselves(
    watched: Watched, argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    full = watched.cli(*argv)
    watched.cli(*argv)

    assert watched.remembered(*argv)
    assert watched.cli._neutral(capsys.readouterr().err) == full.err


def test_a_variable_for_upgrades_is_never_remembered(watched: Watched) -> None:
    watched.cli.write("uv.toml", "upgrade = true\n")
    watched.settle()

    assert not watched.remembered()


def test_a_lock_with_a_warning_is_never_remembered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("pyproject.toml", '[project]\nname = "demo"\nversion = "1"\n')
    watched = Watched(cli, monkeypatch)
    cli("lock")
    cli("lock")

    assert not watched.remembered("lock")


def test_a_workspace_is_never_remembered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.project("beta", extra='[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    watched = Watched(cli, monkeypatch)
    watched.settle()

    assert not watched.remembered()


def test_another_source_tree_is_never_remembered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.write("other/pyproject.toml", '[project]\nname = "other"\nversion = "1"\n')
    cli.project("other", extra='[tool.uv.sources]\nother = { path = "other", package = false }\n')
    watched = Watched(cli, monkeypatch)
    watched.settle()

    assert not watched.remembered()


def test_a_file_that_changed_just_now_is_not_believed(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcut, "RACY_NANOSECONDS", 60_000_000_000)
    (watched.root / "pyproject.toml").touch()

    watched.sync()

    assert not watched.remembered()


def test_whole_seconds_are_believed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortcut, "RACY_NANOSECONDS", 50_000_000)
    monkeypatch.setattr(shortcut, "COARSE_NANOSECONDS", 2_000_000_000)
    now = 5_000_000_000
    fine, coarse = f"1 2 3 {now - 100_000_000 - 1}", f"1 2 3 {now - 1_000_000_000}"

    assert not shortcut._is_racy(fine, now)
    assert shortcut._is_racy(coarse, now)
    assert not shortcut._is_racy(coarse, now + 2_000_000_000)


def test_a_path_with_a_line_break_is_never_remembered(watched: Watched) -> None:
    shutil.rmtree(Path(shortcut.record_path(("sync",), str(watched.root), os.environ)).parent)

    shortcut.remember(("sync",), str(watched.root), files=["a\no fake"], sites=(), output=())

    assert not watched.remembered()


def test_a_configuration_file_that_was_named_is_watched(watched: Watched) -> None:
    watched.cli.write("named.toml", "")
    watched.cli.set(UV_CONFIG_FILE="named.toml")
    watched.settle()
    known = watched.remembered()

    watched.cli.write("named.toml", 'resolution = "lowest"\n')

    assert known
    assert not watched.remembered()


def test_a_cache_that_cannot_be_written_is_no_failure(watched: Watched) -> None:
    folder = Path(shortcut.record_path(("sync",), str(watched.root), os.environ)).parent
    shutil.rmtree(folder)
    folder.write_text("in the way")

    done = watched.sync()

    assert done.err.endswith("Checked 2 packages in T\n")


def test_a_project_with_a_build_system_is_remembered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = packaged(cli, monkeypatch)
    watched.settle()

    known = watched.remembered()
    (watched.root / "setup.py").write_text("")

    assert known
    assert not watched.remembered()


def test_a_project_with_keys_of_its_own_is_never_remembered(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = packaged(cli, monkeypatch, '[tool.uv]\ncache-keys = [{ file = "other.txt" }]\n')
    watched.settle()

    assert not watched.remembered()


def packaged(cli: Cli, monkeypatch: pytest.MonkeyPatch, extra: str = "") -> Watched:
    """Write a project that is installed itself, built by a backend beside it."""
    cli.write("backend.py", BACKEND)
    cli.write("module.py", "")
    cli.project(
        "alpha",
        extra=f'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n{extra}',
    )
    watched = Watched(cli, monkeypatch)
    watched.sync()
    return watched


def test_the_record_names_what_the_answer_rests_on(watched: Watched) -> None:
    path = Path(shortcut.record_path(("sync",), str(watched.root), os.environ))

    lines = path.read_text().split("\n")

    named = {line.partition("\t")[2] for line in lines if line.startswith(("f ", "s "))}
    expected = ["pyproject.toml", "uv.lock", "uv.toml", ".venv/pyvenv.cfg", ".venv/bin/python"]
    assert {str(watched.root / name) for name in expected} <= named
    assert json.dumps([line for line in lines if line.startswith("o ")]) == json.dumps(
        ["o Resolved 3 packages", "o Checked 2 packages"]
    )


def test_another_index_is_another_question(watched: Watched, index: IndexServer) -> None:
    watched.cli.set(UV_DEFAULT_INDEX=f"{index.url}/")

    assert not watched.remembered()
