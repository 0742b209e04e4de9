"""The folders beside an environment in which it is made or put aside, and what becomes of them after a crash.

Whoever has such a folder under way holds the lock file in it. A folder whose lock is free belonged to a process that
died, and the next one to create or change the environment deletes it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from uvkit.errors import StorageError
from uvkit.fs import remove_tree, try_file_lock

LOCK = ".lock"  # the one that changes of an environment are serialised by
# An open file keeps its folder from being renamed there, so nobody could tell a living owner from a dead one.
_CAN_TELL = sys.platform != "win32"


def sibling(location: str, kind: Literal["new", "old"]) -> str:
    """Return a path beside an environment that nobody else uses."""
    folder, name = os.path.split(location)
    return os.path.join(folder, f".{name}.{kind}-{os.getpid()}-{os.urandom(4).hex()}")


@contextmanager
def claimed(folder: str, *, unmark: bool = False) -> Iterator[None]:
    """Keep others from taking a folder for a dead process's during a block, wherever it is renamed to meanwhile.

    With ``unmark`` the lock file goes at the end; then only the life of the process speaks for the folder.
    """
    lock = None
    if _CAN_TELL:
        try:
            lock = try_file_lock(os.path.join(folder, LOCK))
        except StorageError:
            # A folder that cannot be written to; those who could delete it cannot lock it either.
            pass
    try:
        yield
    finally:
        if lock is not None:
            lock.release(remove=unmark)


def sweep(location: str) -> None:
    """Delete what processes that died have left beside an environment; what cannot be deleted stays."""
    if not _CAN_TELL:
        return
    parent, name = os.path.split(location)
    pattern = re.compile(rf"\.{re.escape(name)}\.(?:new|old)-(?P<owner>\d+)-[0-9a-f]{{8}}")
    try:
        found = [(entry, match) for entry in os.listdir(parent or ".") if (match := pattern.fullmatch(entry))]
    except OSError:
        return
    for entry, match in found:
        _sweep_one(os.path.join(parent, entry), int(match["owner"]))


def _sweep_one(path: str, owner: int) -> None:
    try:
        lock = try_file_lock(os.path.join(path, LOCK), create=False)
        if lock is None and (os.path.exists(os.path.join(path, LOCK)) or _lives(owner)):
            return
        try:
            remove_tree(path)
        finally:
            if lock is not None:
                lock.release()
    except StorageError:
        # Rubbish, in the way of nothing; the work itself goes on.
        return


def _lives(process: int) -> bool:
    """Tell whether a process exists; asked for a folder without a lock, which has one for all but some instants."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
