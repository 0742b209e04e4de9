from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import BrokenInterpreterError, PythonNotFoundError
from uvkit.markers import RequiresPython
from uvkit.python import Interpreter, Pythons
from uvkit.python.discover import executable_names
from uvkit.python.probe_script import MARKER, describe
from uvkit.python.request import PythonRequest

MakePython = Callable[..., Path]
MakePythons = Callable[..., Pythons]


@pytest.fixture
def make_python(tmp_path: Path) -> MakePython:
    """Return a maker of stand-ins: scripts that answer the probe as some interpreter would, and note that they ran."""

    def make(path: str, version: str, *, implementation: str = "cpython", **facts: object) -> Path:
        executable = tmp_path / path
        executable.parent.mkdir(parents=True, exist_ok=True)
        numbers = version.replace("rc", ".").split(".")
        markers = {
            **describe()["markers"],
            "python_full_version": version,
            "python_version": ".".join(numbers[:2]),
            "implementation_name": implementation,
        }
        answer = {
            **describe(),
            "executable": str(executable),
            "base_executable": str(executable),
            "prefix": str(executable.parent.parent),
            "base_prefix": str(executable.parent.parent),
            "implementation": implementation,
            "version": [
                int(numbers[0]),
                int(numbers[1]),
                int(numbers[2]),
                "candidate" if "rc" in version else "final",
                0,
            ],
            "markers": markers,
            **facts,
        }
        executable.write_text(
            f"#!/bin/sh\necho {path} >> {tmp_path}/started\nprintf '%s\\n' '{MARKER}{json.dumps(answer)}'\n",
            encoding="utf-8",
        )
        executable.chmod(0o755)
        return executable

    return make


@pytest.fixture
def make_pythons(tmp_path: Path, cache: Any) -> MakePythons:
    """Return a maker of ``Pythons`` that know the folders of this test only."""

    def make(*folders: str, prefer: str = "managed", **variables: str) -> Pythons:
        (tmp_path / "work").mkdir(exist_ok=True)
        values = {
            "PATH": os.pathsep.join(str(tmp_path / folder) for folder in folders),
            "UV_PYTHON_INSTALL_DIR": str(tmp_path / "uv"),
            "PYENV_ROOT": str(tmp_path / "pyenv"),
            **variables,
        }
        return Pythons(
            tmp_path / "managed",
            prefer=prefer,  # type: ignore[arg-type]
            cache=cache,
            variables=values,
            working_directory=tmp_path / "work",
        )

    return make


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The default place of pyenv is below the home folder.
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def started(tmp_path: Path) -> list[str]:
    path = tmp_path / "started"
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def make_environment(path: Path, base: Path) -> Path:
    (path / "bin").mkdir(parents=True)
    (path / "pyvenv.cfg").write_text(f"home = {base.parent}\n", encoding="utf-8")
    (path / "bin" / "python").symlink_to(base)
    return path


def test_the_first_folder_on_the_path_wins(make_python: MakePython, make_pythons: MakePythons) -> None:
    first = make_python("a/bin/python3", "3.11.1")
    make_python("b/bin/python3", "3.12.1")

    assert make_pythons("a/bin", "b/bin").find("3").executable == first


def test_the_most_telling_name_in_a_folder_wins(make_python: MakePython, make_pythons: MakePythons) -> None:
    make_python("a/bin/python", "3.12.1")
    make_python("a/bin/python3", "3.12.2")
    exact = make_python("a/bin/python3.12", "3.12.3")

    assert make_pythons("a/bin").find("3.12").executable == exact


def test_looking_stops_at_the_first_match(make_python: MakePython, make_pythons: MakePythons, tmp_path: Path) -> None:
    make_python("a/bin/python3.12", "3.12.1")
    make_python("a/bin/python3", "3.11.1")
    make_python("b/bin/python3.12", "3.12.2")

    make_pythons("a/bin", "b/bin").find("3.12")

    assert started(tmp_path) == ["a/bin/python3.12"]


def test_a_name_that_cannot_match_is_not_started(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    make_python("a/bin/python3.10", "3.10.1")
    make_python("a/bin/python3.12", "3.12.1")

    make_pythons("a/bin").find("3.12")

    assert started(tmp_path) == ["a/bin/python3.12"]


def test_an_open_request_finds_interpreters_that_have_versioned_names_only(
    make_python: MakePython, make_pythons: MakePythons
) -> None:
    make_python("a/bin/python3.9", "3.9.1")
    newest = make_python("a/bin/python3.10", "3.10.1")
    make_python("a/bin/python3.10-config", "3.10.1")

    assert make_pythons("a/bin").find(">=3.9,<3.11").executable == newest


def test_a_range_passes_over_what_is_outside(make_python: MakePython, make_pythons: MakePythons) -> None:
    make_python("a/bin/python3", "3.12.1")
    fitting = make_python("b/bin/python3", "3.10.1")

    assert make_pythons("a/bin", "b/bin").find(">=3.8,<3.12").executable == fitting


def test_requires_python_filters_too(make_python: MakePython, make_pythons: MakePythons) -> None:
    make_python("a/bin/python3", "3.9.1")
    fitting = make_python("b/bin/python3", "3.12.1")

    found = make_pythons("a/bin", "b/bin").find(None, RequiresPython.parse(">=3.10"))

    assert found.executable == fitting


def test_a_broken_interpreter_is_passed_over(
    make_python: MakePython,
    make_pythons: MakePythons,
    make_script: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    make_script("a/bin/python3", "exit 1")
    working = make_python("b/bin/python3", "3.12.1")

    with caplog.at_level(logging.DEBUG, logger="uvkit.python"):
        found = make_pythons("a/bin", "b/bin").find("3")

    assert found.executable == working
    assert "it ended with status 1" in caplog.text


def test_a_broken_interpreter_that_is_asked_for_is_an_error(
    make_pythons: MakePythons, make_script: Callable[..., Path]
) -> None:
    script = make_script("a/bin/mypython", "exit 1")
    pythons = make_pythons("a/bin")

    for request in (script, str(script), "mypython"):
        with pytest.raises(BrokenInterpreterError):
            pythons.find(request)


def test_what_is_not_found_says_where_it_was_looked_for(
    make_pythons: MakePythons, make_script: Callable[..., Path]
) -> None:
    broken = make_script("a/bin/python3.42", "exit 1")

    with pytest.raises(PythonNotFoundError) as caught:
        make_pythons("a/bin").find("3.42")

    assert caught.value.request == "3.42"
    assert "the search path" in caught.value.searched
    assert "managed installations" in caught.value.searched
    assert f"`{broken}` (it ended with status 1)" in caught.value.searched


@pytest.mark.parametrize("request_text", ["nosuchname", "./nosuchfile", "/no/such/folder/"])
def test_a_name_or_a_path_that_is_not_there_is_not_found(request_text: str, make_pythons: MakePythons) -> None:
    with pytest.raises(PythonNotFoundError):
        make_pythons("a/bin").find(request_text)


def test_the_active_environment_comes_first(make_python: MakePython, make_pythons: MakePythons, tmp_path: Path) -> None:
    base = make_python("a/bin/python3.12", "3.12.1")
    active = make_environment(tmp_path / "env", base)
    make_environment(tmp_path / "work" / ".venv", base)

    found = list(make_pythons("a/bin", VIRTUAL_ENV=str(active)).candidates("3.12"))

    assert [one.prefix for one in found] == [active, tmp_path / "work" / ".venv", tmp_path / "a"]


def test_an_environment_that_does_not_match_is_passed_over(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    base = make_python("a/bin/python3.12", "3.12.1")
    wanted = make_python("a/bin/python3.11", "3.11.1")
    active = make_environment(tmp_path / "env", base)

    assert make_pythons("a/bin", VIRTUAL_ENV=str(active)).find("3.11").executable == wanted


def test_environments_can_be_left_out_or_asked_for_alone(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    base = make_python("a/bin/python3.12", "3.12.1")
    active = make_environment(tmp_path / "env", base)
    pythons = make_pythons("env/bin", "a/bin", VIRTUAL_ENV=str(active))

    without = [one.prefix for one in pythons.candidates("3.12", environments="never")]
    only = [one.prefix for one in pythons.candidates("3.12", environments="only")]

    assert without == [tmp_path / "a"]
    assert only == [active]


def test_a_conda_environment_counts_as_active_but_its_base_does_not(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    conda = make_python("conda/bin/python", "3.12.1")
    managed = make_python(f"managed/{Path('cpython-3.12.2-linux-x86_64-gnu')}/bin/python", "3.12.2")

    active = make_pythons(CONDA_PREFIX=str(tmp_path / "conda"), CONDA_DEFAULT_ENV="work").find("3.12")
    base = make_pythons(CONDA_PREFIX=str(tmp_path / "conda"), CONDA_DEFAULT_ENV="base").find("3.12")

    assert active.executable == conda
    assert base.executable == managed


def test_preference_decides_between_managed_and_system(make_python: MakePython, make_pythons: MakePythons) -> None:
    managed = make_python("managed/cpython-3.12.2-linux-x86_64-gnu/bin/python", "3.12.2")
    system = make_python("a/bin/python3.12", "3.12.1")

    found = {
        preference: [one.executable for one in make_pythons("a/bin", prefer=preference).candidates("3.12")]
        for preference in ("managed", "system", "only-managed", "only-system")
    }

    assert found == {
        "managed": [managed, system],
        "system": [system, managed],
        "only-managed": [managed],
        "only-system": [system],
    }


def test_only_system_leaves_out_managed_ones_on_the_path(make_python: MakePython, make_pythons: MakePythons) -> None:
    make_python("managed/cpython-3.12.2-linux-x86_64-gnu/bin/python3.12", "3.12.2")

    pythons = make_pythons("managed/cpython-3.12.2-linux-x86_64-gnu/bin", prefer="only-system")

    assert list(pythons.candidates("3.12")) == []


def test_managed_interpreters_of_uv_are_found_newest_first(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    make_python("uv/cpython-3.9.9-linux-x86_64-gnu/bin/python", "3.9.9")
    newest = make_python("uv/cpython-3.10.1-linux-x86_64-gnu/bin/python", "3.10.1")
    (tmp_path / "uv" / "cpython-3.10-linux-x86_64-gnu").symlink_to("cpython-3.10.1-linux-x86_64-gnu")
    (tmp_path / "uv" / ".lock").touch()

    found = list(make_pythons().candidates(">=3.9,<3.11"))

    assert found[0].executable == tmp_path / "uv" / "cpython-3.10-linux-x86_64-gnu" / "bin" / "python"
    assert found[0].executable.samefile(newest)
    assert found[0].managed
    assert started(tmp_path) == [
        "uv/cpython-3.10.1-linux-x86_64-gnu/bin/python",
        "uv/cpython-3.9.9-linux-x86_64-gnu/bin/python",
    ]


def test_a_pre_release_is_the_second_choice(make_python: MakePython, make_pythons: MakePythons) -> None:
    early = make_python("a/bin/python3", "3.15.0rc1")
    final = make_python("b/bin/python3", "3.14.1")
    pythons = make_pythons("a/bin", "b/bin")

    assert [pythons.find(text).executable for text in (">=3.14", "3.15", "any", ">=3.15rc1")] == [
        final,
        early,
        early,
        early,
    ]


def test_another_implementation_waits_to_be_asked_for(make_python: MakePython, make_pythons: MakePythons) -> None:
    pypy = make_python("a/bin/python3", "3.10.1", implementation="pypy")
    cpython = make_python("b/bin/python3", "3.10.2")
    pythons = make_pythons("a/bin", "b/bin")

    assert pythons.find("3.10").executable == cpython
    assert pythons.find("pypy").executable == pypy
    assert pythons.find("any").executable == pypy


def test_a_debug_build_is_the_second_choice(make_python: MakePython, make_pythons: MakePythons) -> None:
    debug = make_python("a/bin/python3", "3.12.1", debug=True)
    release = make_python("b/bin/python3", "3.12.2")
    pythons = make_pythons("a/bin", "b/bin")

    assert [one.executable for one in pythons.candidates("3.12")] == [release, debug]
    assert pythons.find("3.12+debug").executable == debug


def test_the_same_interpreter_is_returned_once(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    make_python("a/bin/python3.12", "3.12.1")
    (tmp_path / "a" / "bin" / "python3").symlink_to("python3.12")

    assert len(list(make_pythons("a/bin").candidates("3.12"))) == 1


def test_paths_are_relative_to_the_working_directory(
    make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
) -> None:
    python = make_python("work/tools/bin/python", "3.12.1")

    assert make_pythons().find("./tools/bin/python").executable.samefile(python)
    assert make_pythons().find("tools/").executable.samefile(python)
    assert make_pythons().find("tools").executable.samefile(python)


def test_an_interpreter_is_its_own_answer(make_pythons: MakePythons, interpreter: Interpreter) -> None:
    assert make_pythons().find(interpreter) is interpreter


def test_the_running_interpreter_is_the_last_resort(make_pythons: MakePythons, interpreter: Interpreter) -> None:
    found = make_pythons().find(f"=={interpreter.full_version}")

    assert found.base_executable.samefile(interpreter.base_executable)


class TestPyenv:
    @pytest.fixture(autouse=True)
    def installed(self, make_python: MakePython, make_script: Callable[..., Path], tmp_path: Path) -> None:
        make_python("pyenv/versions/3.9.1/bin/python", "3.9.1")
        make_python("pyenv/versions/3.10.1/bin/python", "3.10.1")
        make_python("pyenv/versions/3.10.1/bin/python3.10", "3.10.1")
        for name in ("python", "python3.10"):
            make_script(f"pyenv/shims/{name}", f"# pyenv\necho shim >> {tmp_path}/started; exit 127")

    def test_a_shim_is_resolved_without_running_it(self, make_pythons: MakePythons, tmp_path: Path) -> None:
        (tmp_path / "pyenv" / "version").write_text("3.10.1\n", encoding="utf-8")

        found = make_pythons("pyenv/shims").find("3.10")

        assert found.executable == tmp_path / "pyenv/versions/3.10.1/bin/python3.10"
        assert "shim" not in started(tmp_path)

    @pytest.mark.parametrize(
        ("variable", "local", "default", "expected"),
        [
            ("", "", "3.9.1", "3.9.1"),
            ("", "3.10.1", "3.9.1", "3.10.1"),
            ("", "3.10", "3.9.1", "3.10.1"),
            ("3.9.1", "3.10.1", "3.10.1", "3.9.1"),
            ("missing:3.9.1", "3.10.1", "", "3.9.1"),
            ("", "# mine\n3.10.1 3.9.1", "", "3.10.1"),
        ],
    )
    def test_the_selected_version_is_what_a_shim_means(
        self, variable: str, local: str, default: str, expected: str, make_pythons: MakePythons, tmp_path: Path
    ) -> None:
        pythons = make_pythons("pyenv/shims", **({"PYENV_VERSION": variable} if variable else {}))
        (tmp_path / "pyenv" / "version").write_text(default, encoding="utf-8")
        if local:
            (tmp_path / "work" / ".python-version").write_text(local, encoding="utf-8")

        assert pythons.find(">=3.9,<3.11").full_version == expected

    def test_a_shim_that_leads_nowhere_is_passed_over(
        self, make_python: MakePython, make_pythons: MakePythons, tmp_path: Path
    ) -> None:
        (tmp_path / "pyenv" / "version").write_text("system\n", encoding="utf-8")
        system = make_python("a/bin/python3", "3.10.9")

        assert make_pythons("pyenv/shims", "a/bin").find("3.10").executable == system
        assert "shim" not in started(tmp_path)

    def test_a_version_that_no_shim_selects_is_found_in_its_folder(
        self, make_pythons: MakePythons, tmp_path: Path
    ) -> None:
        (tmp_path / "pyenv" / "version").write_text("3.9.1\n", encoding="utf-8")

        found = make_pythons("pyenv/shims").find("3.10")

        assert found.executable == tmp_path / "pyenv/versions/3.10.1/bin/python"
        assert started(tmp_path) == ["pyenv/versions/3.9.1/bin/python", "pyenv/versions/3.10.1/bin/python"]

    def test_the_newest_version_comes_first(self, make_pythons: MakePythons) -> None:
        assert make_pythons().find(">=3.9,<3.11").full_version == "3.10.1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("python", "python3")),
        ("3", ("python3", "python")),
        ("3.12", ("python3.12", "python3", "python")),
        ("3.12.4", ("python3.12.4", "python3.12", "python3", "python")),
        ("3.13t", ("python3.13t", "python3t", "python3.13", "python3", "python")),
        ("pypy@3.10", ("pypy3.10", "python3.10", "pypy3", "python3", "pypy", "python")),
        ("==3.11.*", ("python3.11", "python3", "python")),
        (">=3.11", ("python3", "python")),
    ],
)
def test_the_names_to_look_for_are_the_most_telling_first(text: str, expected: tuple[str, ...]) -> None:
    assert executable_names(PythonRequest.parse(text)) == expected


def test_a_projects_range_means_the_same_names_as_a_requested_one() -> None:
    assert executable_names(PythonRequest.parse(""), ranged=True) == ("python3", "python")
