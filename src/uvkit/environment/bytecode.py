"""Compile installed modules ahead of their first import, with the interpreter that is going to import them."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from uvkit.events import CancelToken, Notice
from uvkit.runtime import Pool

# Runs in the target interpreter, whatever its version. Up-to-date files are left alone; a module that does not compile
# (a template, code for another version) is counted and is otherwise no matter.
_WORKER = """
import compileall, os, sys
for path in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\\0"):
    try:
        done = compileall.compile_file(path, quiet=2)
    except Exception:
        done = False
    os.write(1, b"." if done else b"x")
"""
_POLL_SECONDS = 0.1


def compile_folders(
    python: Path,
    folders: Iterable[Path],
    *,
    workers: int | None = None,
    timeout: float | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Notice, ...]:
    """Compile every module below ``folders`` that has no up-to-date bytecode, in several processes.

    A process that needs more than ``timeout`` seconds for one module is ended, and what it has left stays as it is.
    Bytecode is a convenience: what cannot be compiled or written is reported in a notice, never raised.

    Raises:
        CancelledError: the token was set; what has been compiled stays.
    """
    files = list(_modules(folders))
    if not files:
        return ()
    count = max(1, min(workers or os.cpu_count() or 1, len(files) // 20 + 1))
    # Neighbours go to different processes, because one project's modules are about equally large.
    shares = [files[start::count] for start in range(count)]
    with Pool(count, name="uvkit-compile") as pool:
        results, failures = pool.map(
            lambda share: _run(python, share, timeout=timeout, cancel=cancel), shares, cancel=cancel
        )
    if failures:
        if not isinstance(failures[0], OSError):
            raise failures[0]
        return (Notice("bytecode", f"modules were not compiled: {failures[0]}"),)
    stuck = [one.stuck for one in results if one.stuck is not None]
    if stuck:
        return (Notice("bytecode", f"modules were not compiled: `{stuck[0]}` took longer than {timeout:g} seconds"),)
    failed = sum(one.failed for one in results)
    return (Notice("bytecode", f"{failed} module(s) could not be compiled"),) if failed else ()


def _modules(folders: Iterable[Path]) -> Iterator[str]:
    for folder in dict.fromkeys(os.path.realpath(folder) for folder in folders):
        for place, children, names in os.walk(folder):
            if "__pycache__" in children:
                children.remove("__pycache__")
            yield from (os.path.join(place, name) for name in names if name.endswith(".py"))


class _Share(NamedTuple):
    """How many modules a process could not compile, and the one at which it was ended."""

    failed: int
    stuck: str | None = None


def _run(python: Path, files: Sequence[str], *, timeout: float | None, cancel: CancelToken | None) -> _Share:
    """Compile some files in one process, which tells by its output how far it is."""
    argv = [os.fspath(python), "-I", "-S", "-c", _WORKER]
    with TemporaryFile() as given, TemporaryFile() as told:
        given.write("\0".join(files).encode("utf-8", "surrogateescape"))
        given.seek(0)
        with subprocess.Popen(argv, stdin=given, stdout=told, stderr=subprocess.DEVNULL) as process:
            try:
                finished = _watched(process, told.fileno(), timeout=timeout, cancel=cancel)
            except BaseException:
                process.kill()
                raise
        told.seek(0)
        marks = told.read()
    if not finished:
        return _Share(0, files[min(len(marks), len(files) - 1)])
    return _Share(marks.count(b"x") + len(files) - len(marks))


def _watched(
    process: subprocess.Popen[bytes], output: int, *, timeout: float | None, cancel: CancelToken | None
) -> bool:
    """Wait for a process, and tell whether it ended by itself; it is killed if its output stops growing."""
    size, since = 0, time.monotonic()
    while True:
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if cancel is not None:
                cancel.check()
            now, grown = time.monotonic(), os.fstat(output).st_size
            if grown != size:
                size, since = grown, now
            elif timeout is not None and now - since > timeout:
                process.kill()
                return False
        else:
            return True
