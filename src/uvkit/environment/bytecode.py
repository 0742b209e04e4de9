"""Compile installed modules ahead of their first import, with the interpreter that is going to import them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from uvkit.events import CancelToken, Notice
from uvkit.runtime import Pool

# Runs in the target interpreter, whatever its version. Up-to-date files are left alone; a module that does not compile
# (a template, code for another version) is counted and is otherwise no matter.
_WORKER = """
import compileall, sys
failed = 0
for path in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\\0"):
    try:
        failed += not compileall.compile_file(path, quiet=2)
    except Exception:
        failed += 1
print(failed)
"""
_POLL_SECONDS = 0.1


def compile_folders(
    python: Path, folders: Iterable[Path], *, workers: int | None = None, cancel: CancelToken | None = None
) -> tuple[Notice, ...]:
    """Compile every module below ``folders`` that has no up-to-date bytecode, in several processes.

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
        results, failures = pool.map(lambda share: _run(python, share, cancel), shares, cancel=cancel)
    if failures:
        if not isinstance(failures[0], OSError):
            raise failures[0]
        return (Notice("bytecode", f"modules were not compiled: {failures[0]}"),)
    failed = sum(results)
    return (Notice("bytecode", f"{failed} module(s) could not be compiled"),) if failed else ()


def _modules(folders: Iterable[Path]) -> Iterator[str]:
    for folder in dict.fromkeys(os.path.realpath(folder) for folder in folders):
        for place, children, names in os.walk(folder):
            if "__pycache__" in children:
                children.remove("__pycache__")
            yield from (os.path.join(place, name) for name in names if name.endswith(".py"))


def _run(python: Path, files: Sequence[str], cancel: CancelToken | None) -> int:
    """Compile some files in one process and return how many failed."""
    argv = [os.fspath(python), "-I", "-S", "-c", _WORKER]
    given: bytes | None = "\0".join(files).encode("utf-8", "surrogateescape")
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        while True:
            try:
                output, _ = process.communicate(given, timeout=_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                # The input is remembered; giving it again is an error.
                given = None
                if cancel is not None and cancel.cancelled:
                    process.kill()
                    process.communicate()
                    cancel.check()
            except BaseException:
                process.kill()
                raise
            else:
                break
    return int(output) if process.returncode == 0 and output.strip().isdigit() else len(files)
