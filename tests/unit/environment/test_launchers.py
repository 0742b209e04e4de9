"""The texts and programs behind scripts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from uvkit.environment.launchers import (
    MAX_SHEBANG,
    ScriptStyle,
    check_script_name,
    entry_point_script,
    rewritten_script,
)
from uvkit.errors import InvalidMetadataError

POSIX = ScriptStyle(python="/env/bin/python")
WINDOWS = ScriptStyle(python="C:\\env\\Scripts\\python.exe", machine="win-amd64")


def test_console_script_is_the_text_that_uv_writes() -> None:
    name, body = entry_point_script("tool", "pkg.sub:App.run", kind="console", style=POSIX)

    assert name == "tool"
    assert body.decode() == (
        "#!/env/bin/python\n"
        "# -*- coding: utf-8 -*-\n"
        "import sys\n"
        "from pkg.sub import App\n"
        'if __name__ == "__main__":\n'
        '    if sys.argv[0].endswith("-script.pyw"):\n'
        "        sys.argv[0] = sys.argv[0][:-11]\n"
        '    elif sys.argv[0].endswith(".exe"):\n'
        "        sys.argv[0] = sys.argv[0][:-4]\n"
        "    sys.exit(App.run())\n"
    )


def test_gui_script_is_no_different_on_posix() -> None:
    console = entry_point_script("tool", "pkg:main", kind="console", style=POSIX)

    assert entry_point_script("tool", "pkg:main", kind="gui", style=POSIX) == console


@pytest.mark.parametrize("target", ["pkg: main", "pkg:main [extra]", "pkg:main[extra]", " pkg:main "])
def test_spaces_and_extras_in_a_target_are_no_part_of_the_object(target: str) -> None:
    body = entry_point_script("tool", target, kind="console", style=POSIX)[1]

    assert body == entry_point_script("tool", "pkg:main", kind="console", style=POSIX)[1]


@pytest.mark.parametrize("target", ["pkg", "pkg:", ":main", "pkg:main()", "pkg:1main", "pkg:main extra", "pkg:a..b"])
def test_targets_that_name_no_object_are_refused(target: str) -> None:
    with pytest.raises(InvalidMetadataError, match="names no object"):
        entry_point_script("tool", target, kind="console", style=POSIX)


@pytest.mark.parametrize(
    "name",
    ["python", "Python3", "python3.11", "python3.13t", "pythonw", "pypy3", "graalpy", "python.exe", "pypy3.10"],
)
def test_names_that_replace_the_interpreter_are_refused(name: str) -> None:
    with pytest.raises(InvalidMetadataError, match="would replace the interpreter"):
        check_script_name(name, origin="a-1.0")


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\nb"])
def test_names_that_leave_the_scripts_folder_are_refused(name: str) -> None:
    with pytest.raises(InvalidMetadataError, match="no name for a script"):
        check_script_name(name, origin="a-1.0")


@pytest.mark.parametrize("name", ["ipython", "python-x", "pip", "pip3.11", "python3.11x", "a b"])
def test_ordinary_names_are_allowed(name: str) -> None:
    check_script_name(name, origin="a-1.0")


def test_longest_direct_shebang_is_used_and_one_more_goes_through_the_shell() -> None:
    fitting = "/" + "d" * (MAX_SHEBANG - 4)

    assert ScriptStyle(python=fitting).shebang() == f"#!{fitting}\n".encode()
    assert ScriptStyle(python=fitting + "d").shebang().startswith(b"#!/bin/sh\n'''exec' '")


def test_relocatable_script_looks_beside_itself() -> None:
    shebang = ScriptStyle(python="/env/bin/python", relocatable=True).shebang()

    assert shebang == b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n"


@pytest.mark.skipif(os.name != "posix", reason="runs a shell script")
@pytest.mark.parametrize("folder", ["plain", "with space", "quo'te", "long" * 40])
@pytest.mark.parametrize("relocatable", [False, True])
def test_script_runs_with_its_arguments_whatever_the_folder_is_called(
    tmp_path: Path, folder: str, relocatable: bool
) -> None:
    bin_folder = tmp_path / folder
    bin_folder.mkdir()
    python = bin_folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
    python.chmod(0o755)
    style = ScriptStyle(python=str(python), relocatable=relocatable)
    script = bin_folder / "tool"
    script.write_bytes(rewritten_script("tool", b"#!python\nimport sys; print(sys.argv[1:])\n", style=style)[1])
    script.chmod(0o755)

    output = subprocess.run([script, "a b", "c"], capture_output=True, text=True, check=True).stdout

    assert output == "['a b', 'c']\n"


@pytest.mark.parametrize("line", [b"#!python\n", b"#!pythonw -E\r\n", b"#!python", b"#!python3 ignored\n"[:8] + b"\n"])
def test_python_line_of_a_wheel_script_is_replaced(line: bytes) -> None:
    body = rewritten_script("tool", line + b"print()\n" if line.endswith(b"\n") else line, style=POSIX)[1]

    assert body.startswith(b"#!/env/bin/python\n")
    assert b"#!python" not in body


@pytest.mark.parametrize("body", [b"#!/bin/sh\n", b"\x7fELF", b"", b"#!/usr/bin/python\n", b"#!pythonista\n"])
def test_other_scripts_are_not_touched(body: bytes) -> None:
    assert rewritten_script("tool", body, style=POSIX) == ("tool", body)


def test_windows_launcher_is_a_program_a_line_and_an_archive() -> None:
    name, body = entry_point_script("tool", "pkg:main", kind="console", style=WINDOWS)
    program, _, rest = body.partition(b"#!C:\\env\\Scripts\\python.exe\r\n")

    assert name == "tool.exe"
    assert program.startswith(b"MZ")
    with zipfile.ZipFile(io.BytesIO(rest)) as archive:
        assert archive.namelist() == ["__main__.py"]
        assert archive.read("__main__.py").endswith(b"sys.exit(main())\n")


def test_windows_gui_launcher_starts_the_interpreter_without_a_console() -> None:
    console = entry_point_script("tool", "pkg:main", kind="console", style=WINDOWS)[1]
    gui = entry_point_script("tool", "pkg:main", kind="gui", style=WINDOWS)[1]

    assert b"#!C:\\env\\Scripts\\pythonw.exe\r\n" in gui
    assert gui[:200] != console[:200] or len(gui) != len(console)


def test_windows_launcher_quotes_spaces_and_finds_itself_when_relocatable() -> None:
    spaced = ScriptStyle(python="C:\\my env\\python.exe", machine="win-arm64")
    moved = ScriptStyle(python="C:\\my env\\python.exe", machine="win-amd64", relocatable=True)

    assert b'#!"C:\\my env\\python.exe"\r\n' in entry_point_script("t", "p:m", kind="console", style=spaced)[1]
    assert b"#!<launcher_dir>\\python.exe\r\n" in entry_point_script("t", "p:m", kind="console", style=moved)[1]


def test_windows_launcher_is_the_same_every_time() -> None:
    first = entry_point_script("tool", "pkg:main", kind="console", style=WINDOWS)

    assert entry_point_script("tool", "pkg:main", kind="console", style=WINDOWS) == first


def test_wheel_script_becomes_a_launcher_on_windows() -> None:
    name, body = rewritten_script("tool.py", b"#!pythonw\nprint(1)\n", style=WINDOWS)

    assert name == "tool.exe"
    assert b"pythonw.exe\r\n" in body
