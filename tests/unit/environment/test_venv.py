from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from uvkit.environment import VenvOptions, create_environment
from uvkit.environment.venv import _exchange_contents, executable_names, layout_of, windows_executables
from uvkit.errors import BrokenInterpreterError, InvalidEnvironmentError, TransactionError
from uvkit.formats import parse_pyvenv_cfg
from uvkit.python import Interpreter, running
from uvkit.python.facts import InterpreterFacts


@pytest.fixture
def interpreter() -> Interpreter:
    found = running()
    assert found is not None
    return found


def config(path: Path) -> dict[str, str]:
    return parse_pyvenv_cfg((path / "pyvenv.cfg").read_text(encoding="utf-8"))


def tree(path: Path) -> set[str]:
    return {str(each.relative_to(path)) for each in path.rglob("*")}


def variant(interpreter: Interpreter, tmp_path: Path, **changes: object) -> Interpreter:
    """Return a made-up interpreter of another kind; only the named facts differ from the running one's."""
    facts: InterpreterFacts = {**interpreter.facts, **changes}  # type: ignore[typeddict-item]
    return Interpreter(
        executable=tmp_path / "base" / "python.exe",
        prefix=tmp_path / "base",
        base_prefix=tmp_path / "base",
        base_executable=tmp_path / "base" / "python.exe",
        facts=facts,
    )


def unwritable(interpreter: Interpreter) -> Interpreter:
    """Return an interpreter whose environments fail half-way: one link has a name longer than file systems take."""
    facts: InterpreterFacts = {**interpreter.facts, "implementation": "x" * 300}
    return replace(interpreter, facts=facts)


def windows_interpreter(interpreter: Interpreter, tmp_path: Path, **changes: object) -> Interpreter:
    base = tmp_path / "base"
    base.mkdir(exist_ok=True)
    return variant(
        interpreter,
        tmp_path,
        **{
            "markers": {**interpreter.facts["markers"], "os_name": "nt", "sys_platform": "win32"},
            "scheme": {
                "purelib": "Lib/site-packages",
                "platlib": "Lib/site-packages",
                "scripts": "Scripts",
                "data": ".",
            },
            "paths": {**interpreter.facts["paths"], "stdlib": str(base / "Lib")},
            "platform": "win-amd64",
            **changes,
        },
    )


def test_the_new_interpreter_belongs_to_the_environment(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)

    code = "import sys, sysconfig; print(sys.prefix, sys.base_prefix, sysconfig.get_path('purelib'), sep='\\n')"
    output = subprocess.run([path / "bin" / "python", "-c", code], capture_output=True, text=True, check=True).stdout

    assert output.splitlines() == [
        str(path),
        str(interpreter.base_prefix),
        str(path / interpreter.site_relative),
    ]


def test_the_environment_holds_what_the_standard_one_holds(interpreter: Interpreter, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "theirs")], check=True)

    ours = create_environment(tmp_path / "ours", interpreter)

    theirs = tree(tmp_path / "theirs") - {"bin/Activate.ps1", "include"}
    missing = {name for name in theirs - tree(ours) if not name.startswith("include/")}
    assert missing == set()
    # `command` and `executable` tell how the standard library was called.
    assert set(config(tmp_path / "theirs")) - {"command", "executable", "version"} <= set(config(ours))
    assert config(ours)["home"] == config(tmp_path / "theirs")["home"]


def test_the_configuration_says_what_was_asked_for(interpreter: Interpreter, tmp_path: Path) -> None:
    options = VenvOptions(prompt="a 'b'", system_site_packages=True, relocatable=True, seed=True)

    path = create_environment(tmp_path / "env", interpreter, options)

    values = config(path)
    assert list(values) == [
        "home",
        "implementation",
        "uvkit",
        "version_info",
        "include-system-site-packages",
        "relocatable",
        "seed",
        "prompt",
    ]
    assert values["prompt"] == "a 'b'"
    assert values["include-system-site-packages"] == values["relocatable"] == values["seed"] == "true"
    assert values["version_info"] == ".".join(map(str, sys.version_info[:3]))


def test_an_environment_called_dot_venv_is_shown_as_its_project(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "project" / ".venv", interpreter)

    assert config(path)["prompt"] == "project"


def test_the_environment_keeps_out_of_version_control_and_backups(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)

    assert (path / ".gitignore").read_text(encoding="utf-8").strip() == "*"
    assert (path / "CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_an_empty_folder_is_filled(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()

    path = create_environment(tmp_path / "env", interpreter)

    assert (path / "pyvenv.cfg").is_file()


def test_an_environment_is_not_replaced_unasked(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (path / "mine").touch()

    with pytest.raises(InvalidEnvironmentError, match="there is an environment already"):
        create_environment(path, interpreter)

    assert (path / "mine").exists()


def test_replacing_leaves_nothing_of_the_old_environment(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (path / "mine").touch()

    create_environment(path, interpreter, existing="replace")

    assert not (path / "mine").exists()
    assert (path / "pyvenv.cfg").is_file()
    assert os.listdir(tmp_path) == ["env"]


def test_allowing_keeps_what_is_there(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (path / "mine").touch()
    (path / ".gitignore").write_text("my own", encoding="utf-8")
    (path / "bin" / "activate").write_text("old", encoding="utf-8")
    (path / "bin" / "python").unlink()

    create_environment(path, interpreter, VenvOptions(prompt="new"), existing="allow")

    assert (path / "mine").exists()
    assert (path / ".gitignore").read_text(encoding="utf-8") == "my own"
    assert config(path)["prompt"] == "new"
    assert (path / "bin" / "activate").read_text(encoding="utf-8") != "old"
    assert (path / "bin" / "python").exists()


def test_allowing_does_not_write_through_a_link(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    outside = tmp_path / "outside"
    outside.write_text("precious", encoding="utf-8")
    (path / "pyvenv.cfg").unlink()
    (path / "pyvenv.cfg").symlink_to(outside)

    create_environment(path, interpreter, existing="allow")

    assert outside.read_text(encoding="utf-8") == "precious"
    assert config(path)["implementation"]


@pytest.mark.parametrize("existing", ["error", "replace", "reuse"])
def test_a_folder_that_is_no_environment_is_never_cleared(
    existing: str, interpreter: Interpreter, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "beach.jpg").touch()

    with pytest.raises(InvalidEnvironmentError, match="not a virtual environment"):
        create_environment(folder, interpreter, existing=existing)  # type: ignore[arg-type]

    assert tree(folder) == {"beach.jpg"}


def test_force_clears_any_folder(interpreter: Interpreter, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "old").touch()

    create_environment(folder, interpreter, existing="replace", force=True)

    assert not (folder / "old").exists()
    assert (folder / "pyvenv.cfg").is_file()


@pytest.mark.parametrize("existing", ["error", "replace", "allow"])
def test_a_file_in_the_way_stays(existing: str, interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "env").write_text("text", encoding="utf-8")

    with pytest.raises(InvalidEnvironmentError, match="it is a file"):
        create_environment(tmp_path / "env", interpreter, existing=existing)  # type: ignore[arg-type]

    assert (tmp_path / "env").read_text(encoding="utf-8") == "text"


def test_a_link_is_replaced_and_what_it_leads_to_stays(interpreter: Interpreter, tmp_path: Path) -> None:
    elsewhere = create_environment(tmp_path / "elsewhere", interpreter)
    (elsewhere / "mine").touch()
    link = tmp_path / "env"
    link.symlink_to(elsewhere)

    create_environment(link, interpreter, existing="replace")

    assert not link.is_symlink()
    assert (link / "pyvenv.cfg").is_file()
    assert (elsewhere / "mine").exists()


def test_a_link_inside_an_environment_is_not_followed_when_it_is_replaced(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious").touch()
    (path / "data").symlink_to(tmp_path / "data")

    create_environment(path, interpreter, existing="replace")

    assert (tmp_path / "data" / "precious").exists()


def test_a_link_that_leads_nowhere_is_named(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "env").symlink_to(tmp_path / "gone")

    with pytest.raises(InvalidEnvironmentError, match=r"it links to `.*gone`, which does not exist"):
        create_environment(tmp_path / "env", interpreter)

    assert os.listdir(tmp_path) == ["env"]


def test_a_failure_half_way_leaves_nothing(interpreter: Interpreter, tmp_path: Path) -> None:
    with pytest.raises(TransactionError) as caught:
        create_environment(tmp_path / "env", unwritable(interpreter))

    assert caught.value.rolled_back
    assert os.listdir(tmp_path) == []


def test_a_failure_while_replacing_keeps_the_old_environment(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (path / "mine").touch()
    with pytest.raises(TransactionError):
        create_environment(path, unwritable(interpreter), existing="replace")

    assert (path / "mine").exists()
    assert os.listdir(tmp_path) == ["env"]


def test_a_failure_in_an_empty_folder_leaves_it_empty(interpreter: Interpreter, tmp_path: Path) -> None:
    folder = tmp_path / "env"
    folder.mkdir()
    with pytest.raises(TransactionError):
        create_environment(folder, unwritable(interpreter))

    assert os.listdir(folder) == []


def test_a_path_with_a_line_break_is_refused(interpreter: Interpreter, tmp_path: Path) -> None:
    with pytest.raises(InvalidEnvironmentError, match="line break"):
        create_environment(tmp_path / "env", interpreter, VenvOptions(prompt="a\nb"))

    assert os.listdir(tmp_path) == []


def test_a_parent_that_is_a_file_is_an_error_with_a_reason(interpreter: Interpreter, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(TransactionError) as caught:
        create_environment(tmp_path / "file" / "env", interpreter)

    assert caught.value.reason


def test_undecodable_bytes_in_a_path_survive(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(os.path.join(tmp_path, os.fsdecode(b"caf\xe9")), interpreter)

    code = "import os, sys; sys.stdout.buffer.write(os.fsencode(sys.prefix))"
    output = subprocess.run(
        ["/bin/sh", "-c", f'. "$0"; python -c "{code}"', path / "bin" / "activate"], capture_output=True, check=True
    ).stdout

    assert output == os.fsencode(path)


def test_executables_have_the_names_of_their_implementation(interpreter: Interpreter, tmp_path: Path) -> None:
    version = [3, 13, 1, "final", 0]

    names = {
        (implementation, threads): executable_names(
            variant(interpreter, tmp_path, implementation=implementation, version=version, free_threaded=threads)
        )
        for implementation, threads in (("cpython", False), ("cpython", True), ("pypy", False), ("graalpy", False))
    }

    assert names["cpython", False] == ("python", "python3", "python3.13")
    assert names["cpython", True] == ("python", "python3", "python3.13", "python3.13t")
    assert names["pypy", False] == ("python", "python3", "python3.13", "pypy", "pypy3", "pypy3.13")
    assert names["graalpy", False] == ("python", "python3", "python3.13", "graalpy")


def test_windows_environments_have_launchers_and_no_links(interpreter: Interpreter, tmp_path: Path) -> None:
    base = windows_interpreter(interpreter, tmp_path)
    launchers = tmp_path / "base" / "Lib" / "venv" / "scripts" / "nt"
    launchers.mkdir(parents=True)
    for name in ("python.exe", "pythonw.exe"):
        (launchers / name).write_bytes(name.encode())

    path = create_environment(tmp_path / "env", base)

    assert (path / "Scripts" / "python.exe").read_bytes() == b"python.exe"
    assert (path / "Scripts" / "pythonw.exe").read_bytes() == b"pythonw.exe"
    assert (path / "Lib" / "site-packages").is_dir()
    assert not [each for each in path.rglob("*") if each.is_symlink()]
    assert config(path)["home"] == str(tmp_path / "base")
    assert b"\r\n" in (path / "Scripts" / "activate.bat").read_bytes()


def test_windows_launchers_of_new_versions_are_renamed(interpreter: Interpreter, tmp_path: Path) -> None:
    base = windows_interpreter(interpreter, tmp_path, free_threaded=True, version=[3, 13, 1, "final", 0])
    launchers = tmp_path / "base" / "Lib" / "venv" / "scripts" / "nt"
    launchers.mkdir(parents=True)
    for name in ("venvlauncher.exe", "venvwlauncher.exe", "venvlaunchert.exe", "venvwlaunchert.exe"):
        (launchers / name).touch()

    found = windows_executables(base)

    assert found == (
        (str(launchers / "venvlaunchert.exe"), "python.exe"),
        (str(launchers / "venvwlaunchert.exe"), "pythonw.exe"),
    )


def test_an_embeddable_windows_python_is_copied_with_its_libraries(interpreter: Interpreter, tmp_path: Path) -> None:
    base = windows_interpreter(interpreter, tmp_path)
    for name in ("python.exe", "pythonw.exe", "python312.dll", "vcruntime140.dll", "sqlite3.dll"):
        (tmp_path / "base" / name).touch()

    names = [name for _, name in windows_executables(base)]

    assert names == ["python.exe", "python312.dll", "pythonw.exe", "vcruntime140.dll"]


def test_a_windows_python_without_launchers_is_broken(interpreter: Interpreter, tmp_path: Path) -> None:
    base = windows_interpreter(interpreter, tmp_path)

    with pytest.raises(BrokenInterpreterError, match="no launcher"):
        windows_executables(base)


def test_a_mac_has_no_second_library_folder(interpreter: Interpreter, tmp_path: Path) -> None:
    mac = variant(interpreter, tmp_path, markers={**interpreter.facts["markers"], "sys_platform": "darwin"})

    layout = layout_of("/somewhere/env", mac, VenvOptions())

    assert "lib64" not in dict(layout.links)


def test_libraries_in_a_second_folder_reach_the_first(interpreter: Interpreter, tmp_path: Path) -> None:
    scheme = {**interpreter.facts["scheme"], "platlib": "lib64/python3.11/site-packages"}
    fedora = variant(interpreter, tmp_path, scheme=scheme)

    layout = layout_of("/somewhere/env", fedora, VenvOptions())

    assert ("lib64", "lib") in layout.links
    assert "lib64" not in layout.folders


def test_a_folder_that_cannot_be_renamed_gets_new_contents(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "env", interpreter)
    (path / "mine").touch()

    _exchange_contents(str(path), layout_of(str(path), interpreter, VenvOptions(prompt="new")))

    assert config(path)["prompt"] == "new"
    assert not (path / "mine").exists()


def test_a_failure_to_exchange_contents_says_that_the_old_ones_are_gone(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    path = create_environment(tmp_path / "env", interpreter)

    with pytest.raises(TransactionError) as caught:
        _exchange_contents(str(path), layout_of(str(path), unwritable(interpreter), VenvOptions()))

    assert not caught.value.rolled_back


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions stop")
def test_an_environment_in_a_protected_folder_is_replaced_in_place(interpreter: Interpreter, tmp_path: Path) -> None:
    path = create_environment(tmp_path / "parent" / "env", interpreter)
    (path / "mine").touch()
    path.parent.chmod(0o555)

    try:
        create_environment(path, interpreter, existing="replace")
    finally:
        path.parent.chmod(0o755)

    assert not (path / "mine").exists()
    assert (path / "pyvenv.cfg").is_file()
