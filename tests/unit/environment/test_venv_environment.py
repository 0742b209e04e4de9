from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.errors import BrokenInterpreterError, ExternallyManagedError, InvalidEnvironmentError
from uvkit.python import Interpreter, Pythons, probe, running


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def interpreter() -> Interpreter:
    found = running()
    assert found is not None
    return found


def distribution(environment: Environment, name: str, *, requires: str = "") -> None:
    folder = environment.site_packages / f"{name}-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}\n", encoding="utf-8"
    )


def test_an_environment_opens_by_its_folder_or_its_interpreter(cache: Cache, tmp_path: Path) -> None:
    created = Environment.create(tmp_path / "env", cache=cache)

    by_folder = Environment(tmp_path / "env", cache=cache)
    by_interpreter = Environment(tmp_path / "env" / "bin" / "python3", cache=cache)

    assert created == by_folder
    assert by_folder.path == by_interpreter.path == tmp_path / "env"
    assert by_folder.python == tmp_path / "env" / "bin" / "python"
    assert by_folder.is_virtual


def test_the_paths_are_those_the_interpreter_uses(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)

    code = "import sysconfig; [print(sysconfig.get_path(key)) for key in ('purelib', 'platlib', 'scripts', 'data')]"
    output = subprocess.run([environment.python, "-c", code], capture_output=True, text=True, check=True).stdout

    scheme = environment.scheme
    assert output.splitlines() == [str(path) for path in (scheme.purelib, scheme.platlib, scheme.scripts, scheme.data)]
    assert environment.site_packages == scheme.purelib
    assert scheme.headers("numpy").relative_to(tmp_path / "env").parts[:2] == ("include", "site")


def test_an_environment_of_the_standard_library_is_understood(cache: Cache, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--prompt", "it's", str(tmp_path / "env")], check=True
    )

    environment = Environment(tmp_path / "env", cache=cache)

    assert environment.is_virtual
    assert environment.prompt == "it's"
    assert environment.interpreter.full_version == sys.version.split()[0]


def test_an_environment_with_a_copied_interpreter_is_understood(cache: Cache, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--copies", str(tmp_path / "env")], check=True)

    environment = Environment(tmp_path / "env", cache=cache)

    assert environment.is_virtual
    assert environment.interpreter.base_prefix == Path(sys.base_prefix)


def test_the_current_environment_is_the_one_of_this_process(cache: Cache) -> None:
    environment = Environment.current(cache=cache)

    assert environment.path.samefile(sys.prefix)
    assert environment.python.samefile(sys.executable)


def test_the_nearest_environment_is_discovered(cache: Cache, tmp_path: Path) -> None:
    Environment.create(tmp_path / ".venv", cache=cache)
    deep = tmp_path / "src" / "package"
    deep.mkdir(parents=True)

    found = Environment.discover(deep, cache=cache)

    assert found is not None
    assert found.path == tmp_path / ".venv"


def test_a_folder_inside_an_environment_belongs_to_it(cache: Cache, tmp_path: Path) -> None:
    Environment.create(tmp_path / "env", cache=cache)

    found = Environment.discover(tmp_path / "env" / "lib", cache=cache)

    assert found is not None
    assert found.path == tmp_path / "env"


def test_nothing_is_discovered_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()

    assert Environment.discover(tmp_path) is None


def test_a_missing_environment_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InvalidEnvironmentError, match=r"`.*nowhere` is not a usable environment: it does not exist"):
        Environment(tmp_path / "nowhere")


def test_a_folder_without_an_interpreter_is_no_environment(tmp_path: Path) -> None:
    with pytest.raises(InvalidEnvironmentError, match="there is no interpreter in it"):
        Environment(tmp_path)


def test_an_environment_that_lost_its_interpreter_says_so(cache: Cache, tmp_path: Path) -> None:
    path = Environment.create(tmp_path / "env", cache=cache).path
    for name in os.listdir(path / "bin"):
        if name.startswith("python"):
            (path / "bin" / name).unlink()

    with pytest.raises(InvalidEnvironmentError, match="its interpreter is missing"):
        Environment(path, cache=cache)


def test_an_environment_whose_base_is_gone_says_where_it_was(cache: Cache, tmp_path: Path) -> None:
    path = Environment.create(tmp_path / "env", cache=cache).path
    (path / "bin" / "python").unlink()
    (path / "bin" / "python").symlink_to(tmp_path / "removed" / "bin" / "python3.11")

    with pytest.raises(BrokenInterpreterError, match=r"links to `.*removed/bin/python3.11`, which does not exist"):
        Environment(path, cache=cache)


def test_reuse_returns_a_working_environment_as_it_is(cache: Cache, tmp_path: Path) -> None:
    distribution(Environment.create(tmp_path / "env", cache=cache), "kept")

    again = Environment.create(tmp_path / "env", existing="reuse", cache=cache)

    assert [one.project for one in again.installed()] == ["kept"]


def test_reuse_replaces_an_environment_of_another_python(cache: Cache, tmp_path: Path) -> None:
    first = Environment.create(tmp_path / "env", cache=cache)
    distribution(first, "gone")
    text = (first.path / "pyvenv.cfg").read_text(encoding="utf-8")
    changed = text.replace(f"version_info = {first.interpreter.full_version}", "version_info = 3.1.0")
    (first.path / "pyvenv.cfg").write_text(changed, encoding="utf-8")

    again = Environment.create(tmp_path / "env", existing="reuse", cache=cache)

    assert again.installed() == ()


def test_reuse_replaces_a_broken_environment(cache: Cache, tmp_path: Path) -> None:
    path = Environment.create(tmp_path / "env", cache=cache).path
    (path / "bin" / "python").unlink()
    (path / "bin" / "python").symlink_to(tmp_path / "gone")

    Environment.create(path, existing="reuse", cache=cache)

    assert Environment(path, cache=cache).is_virtual


def test_reuse_looks_at_the_python_that_is_asked_for(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)
    major, minor = interpreter.pair

    answers = [
        environment.satisfies(python)
        for python in (
            None,
            interpreter,
            f"{major}.{minor}",
            f"=={interpreter.full_version}",
            str(interpreter.base_executable),
            environment.path,
            f"{major}.{minor + 1}",
            "pypy",
            str(tmp_path / "other"),
        )
    ]

    assert answers == [True] * 6 + [False] * 3


def test_an_environment_is_made_from_another_one_with_the_same_base(cache: Cache, tmp_path: Path) -> None:
    first = Environment.create(tmp_path / "first", cache=cache)

    second = Environment.create(tmp_path / "second", python=first.interpreter, cache=cache)

    assert second.interpreter.base_executable == first.interpreter.base_executable
    assert not str(os.readlink(tmp_path / "second" / "bin" / "python")).startswith(str(tmp_path))


def test_an_environment_is_made_from_a_path(cache: Cache, interpreter: Interpreter, tmp_path: Path) -> None:
    pythons = Pythons(tmp_path / "managed", cache=cache, search_path=())

    environment = Environment.create(
        tmp_path / "env", python=str(interpreter.base_executable), pythons=pythons, cache=cache
    )

    assert environment.interpreter.base_executable == interpreter.base_executable


def test_variables_make_activation_unnecessary(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)
    inherited = {"PATH": "/usr/bin:/bin", "PYTHONHOME": "/elsewhere", "LANG": "C"}

    variables = environment.variables(inherited)
    output = subprocess.run(
        ["python", "-c", "import sys; print(sys.prefix)"], env=variables, capture_output=True, text=True, check=True
    ).stdout

    assert output.strip() == str(tmp_path / "env")
    assert variables == {
        "PATH": f"{tmp_path}/env/bin:/usr/bin:/bin",
        "LANG": "C",
        "VIRTUAL_ENV": str(tmp_path / "env"),
        "VIRTUAL_ENV_PROMPT": "env",
    }


def test_a_virtual_environment_is_never_externally_managed(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)

    environment.refuse_if_managed()

    assert environment.interpreter.externally_managed is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[externally-managed]\nError=Use the system's\n packages.\n", "Use the system's\npackages."),
        ("[externally-managed]\n", ""),
        ("neither section nor key", ""),
    ],
)
def test_a_claimed_installation_is_refused(text: str, message: str, cache: Cache, tmp_path: Path) -> None:
    base = running()
    assert base is not None
    (tmp_path / "EXTERNALLY-MANAGED").write_text(text, encoding="utf-8")
    claimed = Interpreter(
        executable=base.base_executable,
        prefix=base.base_prefix,
        base_prefix=base.base_prefix,
        base_executable=base.base_executable,
        facts={**base.facts, "paths": {**base.facts["paths"], "stdlib": str(tmp_path)}},
    )

    with pytest.raises(ExternallyManagedError) as caught:
        Environment(claimed).refuse_if_managed()

    assert caught.value.message == message


def test_removing_deletes_a_virtual_environment(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)

    environment.remove()

    assert not (tmp_path / "env").exists()


def test_removing_through_a_link_deletes_the_link(cache: Cache, tmp_path: Path) -> None:
    Environment.create(tmp_path / "real", cache=cache)
    (tmp_path / "env").symlink_to(tmp_path / "real")

    Environment(tmp_path / "env", cache=cache).remove()

    assert not (tmp_path / "env").is_symlink()
    assert (tmp_path / "real" / "pyvenv.cfg").is_file()


def test_an_installation_is_never_removed(cache: Cache, interpreter: Interpreter) -> None:
    base = Environment(probe(interpreter.base_executable, cache))

    with pytest.raises(InvalidEnvironmentError, match="only virtual environments are removed"):
        base.remove()

    assert interpreter.base_executable.exists()


def test_check_reports_what_is_missing_or_not_met(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)
    distribution(
        environment,
        "alpha",
        requires="Requires-Dist: beta>=2\nRequires-Dist: gamma\nRequires-Dist: delta; python_version < '3'\n"
        "Requires-Dist: epsilon[fast]\nRequires-Dist: zeta; extra == 'unused'",
    )
    distribution(environment, "beta")
    distribution(environment, "epsilon", requires="Provides-Extra: fast\nRequires-Dist: speed>1; extra == 'fast'")
    distribution(environment, "old", requires="Requires-Python: <3")

    notices = environment.check()

    assert [(notice.code, notice.message.split(", ")[0]) for notice in notices] == [
        ("unmet-python", "`old` requires Python <3"),
        ("unmet-requirement", "`alpha` requires `beta>=2`"),
        ("missing-requirement", "`alpha` requires `gamma`"),
        ("missing-requirement", "`epsilon` requires `speed>1`"),
    ]


def test_check_reports_distributions_it_cannot_judge(cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)
    (environment.site_packages / "empty-1.0.dist-info").mkdir()
    distribution(environment, "twice")
    (environment.site_packages / "twice-2.0.dist-info").mkdir()

    codes = {notice.code for notice in environment.check()}

    assert codes == {"unreadable-metadata", "duplicate-distribution"}
