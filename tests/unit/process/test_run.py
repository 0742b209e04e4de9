from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from uvkit.errors import CancelledError
from uvkit.events import CancelToken
from uvkit.process import run

ENV = {"PATH": os.defpath, "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs sessions")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_status_and_both_outputs_come_back() -> None:
    done = run(python("import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"), env=ENV)

    assert done.returncode == 3
    assert done.output == "out\nerr\n"


def test_lines_come_as_they_are_written() -> None:
    lines: list[str] = []

    run(
        python("print('one'); print('two\\xe9'); print('three', end='')"),
        env=ENV | {"PYTHONUTF8": "1"},
        on_line=lines.append,
    )

    assert lines == ["one", "twoé", "three"]


def test_output_that_is_no_text_is_shown_with_replacements() -> None:
    done = run(python("import sys; sys.stdout.buffer.write(b'a\\xff\\n')"), env=ENV)

    assert done.output == "a\ufffd\n"


def test_environment_is_the_one_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UVKIT_TEST_LEAK", "1")

    done = run(python("import os; print('UVKIT_TEST_LEAK' in os.environ, os.environ['MINE'])"), env=ENV | {"MINE": "x"})

    assert done.output == "False x\n"


def test_folder_is_the_one_given(tmp_path: Path) -> None:
    done = run(python("import os; print(os.getcwd())"), env=ENV, cwd=tmp_path)

    assert Path(done.output.strip()).samefile(tmp_path)


def test_there_is_no_input() -> None:
    assert run(python("import sys; print(repr(sys.stdin.read()))"), env=ENV).output == "''\n"


def test_only_the_end_of_a_long_output_is_kept() -> None:
    done = run(python("for n in range(200_000): print(n)\nprint('x' * 3_000_000)\nprint('end')"), env=ENV)

    assert len(done.output) <= 1 << 20
    assert done.output.endswith("xxx\nend\n")


def test_program_that_is_not_there_is_an_os_error() -> None:
    with pytest.raises(FileNotFoundError):
        run(["/missing/program"], env=ENV)


def test_cancellation_ends_the_program() -> None:
    token = CancelToken()

    with pytest.raises(CancelledError):
        run(
            python("print('ready', flush=True)\nwhile True: pass"),
            env=ENV,
            cancel=token,
            on_line=lambda _: token.cancel(),
        )


@posix
def test_cancellation_ends_children_too(tmp_path: Path) -> None:
    token = CancelToken()
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    pids: list[int] = []

    def note(line: str) -> None:
        pids.append(int(line))
        token.cancel()

    with pytest.raises(CancelledError):
        run(python(code), env=ENV, cancel=token, on_line=note)

    assert _is_gone(pids[0])


@posix
def test_program_that_ignores_the_request_to_end_is_killed() -> None:
    token = CancelToken()
    code = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\nwhile True: pass"

    with pytest.raises(CancelledError):
        run(python(code), env=ENV, cancel=token, on_line=lambda _: token.cancel(), grace=0.1)


@posix
def test_child_that_keeps_the_output_open_does_not_block() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
    )

    done = run(python(code), env=ENV)

    assert done.returncode == 0
    assert _is_gone(int(done.output))


def _is_gone(pid: int) -> bool:
    """Tell whether a process has ended, waiting a moment for its reaper."""
    pause = threading.Event()
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        pause.wait(0.02)
    return False
