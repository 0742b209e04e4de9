"""`uvkit.run`: in projects, of scripts, with further requirements, and how programs end."""

from __future__ import annotations

import json
import os
import signal
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    CancelledError,
    CommandFailedError,
    CommandNotFoundError,
    HttpStatusError,
    PythonNotFoundError,
    SelectionError,
    SourceNotFoundError,
)

from .conftest import World

_SEEN = "import json, os, sys; print(json.dumps([sys.argv, sys.prefix, os.environ.get('VIRTUAL_ENV')]))"
_BLOCK = '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["hello<2"]\n# ///\n'


def test_command_of_a_project_runs_after_locking_and_syncing(world: World) -> None:
    world.project("hello<2")

    assert world.out("hello", "a", "-b") == "hello 1.1 a -b"
    assert (world.root / "uv.lock").is_file()


def test_program_is_in_the_environment_of_the_project(world: World) -> None:
    world.project()

    argv, prefix, active = json.loads(world.out("python", "-c", _SEEN, "x"))

    assert argv == ["-c", "x"]
    assert prefix == active == str(world.root / ".venv")


def test_module_is_run_by_its_name(world: World) -> None:
    world.project("hello")

    assert world.out("hello", "x", run_as="module") == "hello 2.0 x"


def test_running_removes_nothing_unless_exact(world: World) -> None:
    world.project(extra='[dependency-groups]\nmore = ["helper"]\n')
    world.out("python", "-c", "import helper", selection=uvkit.Selection.of(groups=["more"]))

    world.out("python", "-c", "import helper")
    gone = world.run("python", "-c", "import helper", exact=True)

    assert gone.returncode == 1


def test_without_synchronizing_nothing_is_locked(world: World) -> None:
    world.project("hello")

    world.out("python", "-c", "", synchronize=False)

    assert not (world.root / "uv.lock").exists()
    assert (world.root / ".venv").is_dir()


@pytest.mark.parametrize("name", ["main.py", "./main.py", "folder", "archive.pyz"])
def test_file_folder_or_archive_with_a_main_module_is_run_by_the_interpreter(world: World, name: str) -> None:
    world.project()
    world.write("main.py", _SEEN)
    world.write("folder/__main__.py", _SEEN)
    with zipfile.ZipFile(world.root / "archive.pyz", "w") as archive:
        archive.writestr("__main__.py", _SEEN)

    argv, prefix, _ = json.loads(world.out(name, "x"))

    assert argv == [name, "x"]
    assert prefix == str(world.root / ".venv")


def test_script_with_a_block_runs_in_an_environment_of_its_own(world: World) -> None:
    world.project()
    world.write("script.py", f"{_BLOCK}import hello\nhello.main()\n")

    assert world.out("script.py", "x") == "hello 1.1 x"
    assert not (world.root / ".venv").exists()


def test_script_whose_name_says_nothing_is_run_as_one(world: World) -> None:
    world.write("script", f"{_BLOCK}import hello\nhello.main()\n")

    assert world.out("script", run_as="script") == "hello 1.1"


def test_script_given_as_source_gets_the_arguments(world: World) -> None:
    path = world.write("script.py", f"{_BLOCK}import hello\nhello.main()\n")

    assert world.out("x", source=uvkit.Script.read(path)) == "hello 1.1 x"


def test_text_is_run_as_a_script_with_its_requirements(world: World) -> None:
    text = f"{_BLOCK}import hello\nhello.main()\n".encode()

    assert world.out("-", "x", contents={"-": text}) == "hello 1.1 x"


def test_text_that_no_command_line_could_hold_is_run(world: World) -> None:
    text = b"print('long')\n" + b"# a comment\n" * 20_000

    assert world.out("-", contents={"-": text}, project=False) == "long"


def test_script_on_the_web_is_run(world: World) -> None:
    assert world.out(f"{world.index.root}/script.py", "x", project=False) == "from the web x"


def test_page_that_is_missing_is_not_run(world: World) -> None:
    with pytest.raises(HttpStatusError):
        world.run(f"{world.index.root}/none.py")


def test_further_requirements_lie_above_the_project(world: World) -> None:
    world.project("hello<2")
    code = "import hello, helper, sys; hello.main(); print(sys.prefix)"

    shown, prefix = world.out("python", "-c", code, extra_requirements=["helper==1.0"]).splitlines()

    assert shown == "hello 1.1"
    assert Path(prefix).parent.name == "overlays-v1"
    assert not list((world.root / ".venv").glob("lib/*/site-packages/helper*"))


def test_further_requirement_wins_over_that_of_the_project(world: World) -> None:
    world.project("hello<2")

    assert world.out("hello", extra_requirements=["hello==2.0"]) == "hello 2.0"


def test_command_of_the_project_sees_further_requirements(world: World) -> None:
    world.project("hello")

    result = world.out("sh", "-c", "head -1 $(command -v hello)", extra_requirements=["helper"])

    assert "overlays-v1" in result


def test_nothing_is_made_for_what_the_project_has(world: World) -> None:
    world.project("hello<2")

    _, prefix, _ = json.loads(world.out("python", "-c", _SEEN, extra_requirements=["hello>=1"]))

    assert prefix == str(world.root / ".venv")


def test_environment_above_is_made_once(world: World) -> None:
    world.project()
    first = uvkit.prepare_run(None, ["python"], extra_requirements=["helper"], session=world.session)

    second = uvkit.prepare_run(None, ["python"], extra_requirements=["helper"], session=world.session)

    assert first.environments == second.environments
    assert [result.changed for result in first.syncs][1:] == [True]
    assert second.syncs[1:] == ()


def test_many_that_need_the_same_environment_at_once_get_it_whole(world: World) -> None:
    world.project()
    world.out("python", "-c", "")

    def use(_: int) -> str:
        return world.out("python", "-c", "import hello; hello.main()", extra_requirements=["hello", "helper"])

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(use, range(6))) == {"hello 2.0"}


def test_source_tree_that_changed_is_not_taken_from_an_older_environment(world: World) -> None:
    world.project()
    world.write("tree/pyproject.toml", '[build-system]\nrequires = []\nbuild-backend = "make"\nbackend-path = ["."]\n'
        '[project]\nname = "tree"\nversion = "1"\n')  # fmt: skip
    world.write("tree/make.py", _BACKEND)
    world.write("tree/tree.py", "print('old')")
    asked = uvkit.read_requirements(["./tree"], session=world.session)
    assert world.out("python", "-c", "import tree", extra_requirements=asked) == "old"
    world.write("tree/tree.py", "print('newer')")

    asked = uvkit.read_requirements(["./tree"], session=world.session)

    assert world.out("python", "-c", "import tree", extra_requirements=asked) == "newer"


def test_isolated_run_leaves_no_environment_in_the_project(world: World) -> None:
    world.project("hello<2")

    assert world.out("hello", isolated=True) == "hello 1.1"
    assert not (world.root / ".venv").exists()


def test_status_of_the_program_is_returned_and_no_error(world: World) -> None:
    world.project("hello")

    result = world.run("hello", variables={**world.variables, "STATUS": "7"})

    assert result.returncode == 7
    with pytest.raises(CommandFailedError, match="status 7"):
        result.check()


def test_signal_that_ended_the_program_is_told(world: World) -> None:
    result = world.run("sh", "-c", "kill -9 $$", project=False)

    assert result.returncode == -signal.SIGKILL


def test_program_that_is_nowhere_is_named(world: World) -> None:
    with pytest.raises(CommandNotFoundError, match="`nowhere`"):
        world.run("nowhere", project=False)


def test_file_that_may_not_be_executed_is_told_from_a_missing_one(world: World) -> None:
    world.write("file", "")

    with pytest.raises(CommandNotFoundError, match="permission denied"):
        world.run("./file", project=False)


def test_cancelling_ends_the_program(world: World) -> None:
    cancel = uvkit.CancelToken()
    started = world.root / "started"
    os.mkfifo(started)
    # Opening it waits for the program to open it too.
    waiter = threading.Thread(target=lambda: (started.read_text(), cancel.cancel()))
    waiter.start()

    with pytest.raises(CancelledError):
        world.run("sh", "-c", "echo > started; sleep 60", project=False, cancel=cancel)

    waiter.join()


def test_variables_of_files_are_set_but_replace_none(world: World) -> None:
    first = world.write("one.env", "A=1\nB=1\nHOME=elsewhere\n")
    second = world.write("two.env", "B=2\n")
    code = "import os; print(os.environ['A'], os.environ['B'], os.environ['HOME'])"

    shown = world.out("python3", "-c", code, project=False, env_files=[first, second])

    assert shown == f"1 2 {world.root}"


def test_file_of_variables_that_is_not_there_is_an_error(world: World) -> None:
    with pytest.raises(SourceNotFoundError, match="environment file"):
        world.run("python3", project=False, env_files=["missing.env"])


def test_programs_are_listed_when_there_is_no_command(world: World) -> None:
    world.project("hello")

    prepared = uvkit.prepare_run(None, session=world.session)

    assert {"hello", "hello-again", "python"} <= set(prepared.programs())


def test_programs_that_run_each_other_without_end_are_stopped(world: World) -> None:
    variables = {**world.variables, "UV_RUN_RECURSION_DEPTH": "101"}

    with pytest.raises(uvkit.errors.InvalidOptionError, match="101 times"):
        world.run("python3", project=False, variables=variables)


_BACKEND = """
import zipfile, pathlib

def build_wheel(folder, settings=None, metadata=None):
    with zipfile.ZipFile(pathlib.Path(folder) / "tree-1-py3-none-any.whl", "w") as archive:
        archive.write("tree.py")
        archive.writestr("tree-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tree\\nVersion: 1\\n")
        archive.writestr("tree-1.dist-info/WHEEL",
                         "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        names = [*archive.namelist(), "tree-1.dist-info/RECORD"]
        archive.writestr("tree-1.dist-info/RECORD", "".join(f"{name},,\\n" for name in names))
    return "tree-1-py3-none-any.whl"
"""


def test_pruning_the_cache_removes_environments_for_the_moment(world: World, tmp_path: Path) -> None:
    world.project("hello")
    with uvkit.Session(world.session.settings, cache=tmp_path / "own", variables=world.session.variables) as session:
        prepared = uvkit.prepare_run(None, ["python"], extra_requirements=["helper"], session=session)

        session.cache.prune()

    assert not prepared.environments[0].path.exists()
    assert prepared.environments[1].path.exists()


def test_isolated_run_leaves_the_lock_as_it_is(world: World) -> None:
    world.project("hello")

    world.out("hello", isolated=True)

    assert not (world.root / "uv.lock").exists()


def test_isolated_run_without_synchronizing_has_nothing(world: World) -> None:
    world.project("hello")

    assert world.run("python", "-c", "import hello", isolated=True, synchronize=False).returncode == 1


def test_unknown_member_is_refused_before_anything_is_written(world: World) -> None:
    world.project("hello")

    with pytest.raises(SelectionError, match="`nope`"):
        world.run("hello", selection=uvkit.Selection.of(members=["nope"]))

    assert not (world.root / "uv.lock").exists()


def test_folder_without_a_project_may_pin_the_interpreter(world: World) -> None:
    world.write(".python-version", "3.99\n")

    with pytest.raises(PythonNotFoundError, match=r"3\.99"):
        world.run("python3", "-c", "")


def test_further_requirements_come_in_the_versions_of_the_lock(world: World) -> None:
    world.project("hello")
    uvkit.lock(".", upgrade=uvkit.Upgrade.only("hello<1.1"), session=world.session)
    code = "import multi; from importlib.metadata import version; print(version('hello'))"

    assert world.out("python", "-c", code, extra_requirements=["multi"]) == "1.0"
    assert world.out("python", "-c", code, extra_requirements=["multi"], synchronize=False) == "1.0"
