"""Write a file whole or not at all."""

from __future__ import annotations

import os
import sys
from itertools import count
from typing import TYPE_CHECKING

from uvkit.errors import StorageError

if TYPE_CHECKING:
    from os import PathLike
    from typing import TypeAlias

    StrPath: TypeAlias = str | PathLike[str]

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Virus scanners and indexers on Windows hold a new file open for some milliseconds.
_WINDOWS_RETRIES = (0.01, 0.05, 0.1, 0.5)

_serial = count()


def scratch_name(name: str) -> str:
    """Return a name beside ``name`` that no other thread or process uses."""
    return f".{name}.{os.getpid():x}-{next(_serial):x}-{os.urandom(3).hex()}.tmp"


def write_atomic(path: StrPath, data: bytes, *, mode: int = 0o644, sync: bool = False) -> None:
    """Write ``data`` to ``path`` so that a reader sees the old content or the new, and a crash leaves one of them.

    A link is followed, its target replaced. With ``sync`` the content survives a power failure too.

    Raises:
        StorageError: the file cannot be written; nothing is left behind.
    """
    target = os.path.realpath(path) if os.path.islink(path) else os.fspath(path)
    folder, name = os.path.split(target)
    scratch = os.path.join(folder, scratch_name(name))
    try:
        write_new(scratch, data, mode=mode, sync=sync)
        replace(scratch, target)
    except OSError as error:
        _discard(scratch)
        raise storage_error(error, target) from error
    except BaseException:
        _discard(scratch)
        raise


def write_new(path: str, data: bytes, *, mode: int = 0o644, sync: bool = False) -> None:
    """Create a file that does not exist yet; an ``OSError`` may leave a part of it."""
    descriptor = os.open(path, _FLAGS, mode)
    try:
        write_all(descriptor, data)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write everything, however often the system takes only a part."""
    written = os.write(descriptor, data)
    if written < len(data):
        view = memoryview(data)
        while written < len(view):
            written += os.write(descriptor, view[written:])


def replace(source: str, target: str) -> None:
    """Rename ``source`` to ``target``, replacing a file that is there."""
    if sys.platform == "win32":
        import time

        for delay in _WINDOWS_RETRIES:
            try:
                os.replace(source, target)
            except PermissionError:
                time.sleep(delay)
            else:
                return
    os.replace(source, target)


def storage_error(error: OSError, path: StrPath) -> StorageError:
    """Return the typed error for a failed write to ``path``."""
    from pathlib import Path

    return StorageError(path=Path(path), reason=(error.strerror or str(error)).lower())


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        # Never created, or the disk is beyond help; the first error is the one to report.
        pass
