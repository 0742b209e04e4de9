"""Compiling installed modules with the interpreter that imports them."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from uvkit.environment.bytecode import compile_folders
from uvkit.errors import CancelledError
from uvkit.events import CancelToken

PYTHON = Path(sys.executable)


def _compiled(folder: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in folder.rglob("*.pyc")}


def test_modules_are_compiled_at_every_depth_by_several_processes(tmp_path: Path) -> None:
    (tmp_path / "pkg/deep").mkdir(parents=True)
    for number in range(50):
        (tmp_path / "pkg/deep" / f"module{number}.py").write_text(f"x = {number}\n")
    (tmp_path / "top.py").touch()

    notices = compile_folders(PYTHON, [tmp_path, tmp_path], workers=3)

    assert notices == ()
    assert _compiled(tmp_path) == {"top", *(f"module{number}" for number in range(50))}


def test_what_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    compile_folders(PYTHON, [tmp_path])
    (compiled,) = tmp_path.rglob("*.pyc")
    before = compiled.stat().st_mtime_ns

    compile_folders(PYTHON, [tmp_path])

    assert compiled.stat().st_mtime_ns == before


def test_modules_that_do_not_compile_are_counted_and_the_others_are_compiled(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def\n")
    (tmp_path / "binary.py").write_bytes(b"\xff\0")
    (tmp_path / "good.py").touch()

    (notice,) = compile_folders(PYTHON, [tmp_path])

    assert notice.message == "2 module(s) could not be compiled"
    assert _compiled(tmp_path) == {"good"}


def test_a_module_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("x = 1\n" * 400_000)

    (notice,) = compile_folders(PYTHON, [tmp_path], timeout=0.01)

    assert notice.message == f"modules were not compiled: `{tmp_path}/endless.py` took longer than 0.01 seconds"
    assert _compiled(tmp_path) == set()


def test_missing_interpreter_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()

    (notice,) = compile_folders(tmp_path / "no-such-python", [tmp_path])

    assert notice.message.startswith("modules were not compiled: ")


def test_nothing_to_compile_starts_no_process(tmp_path: Path) -> None:
    assert compile_folders(tmp_path / "no-such-python", [tmp_path, tmp_path / "missing"]) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="uses a script as an interpreter")
def test_cancellation_ends_a_running_compiler(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    started, endless, cancel = tmp_path / "started", tmp_path / "endless", CancelToken()
    os.mkfifo(started)
    endless.write_text(f"#!/bin/sh\necho >{started}\nexec sleep 600\n")
    endless.chmod(0o755)

    def cancel_once_it_runs() -> None:
        started.read_text()
        cancel.cancel()

    thread = threading.Thread(target=cancel_once_it_runs)
    thread.start()

    with pytest.raises(CancelledError):
        compile_folders(endless, [tmp_path], cancel=cancel)
    thread.join()
