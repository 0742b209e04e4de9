"""The folders beside an environment in which it is made or put aside, and what becomes of them after a crash.

Whoever has such a folder under way holds the lock file in it. A folder whose lock is free belonged to a process that
died, and the next one to create or change the environment deletes it.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Literal

from uvkit.errors import StorageError
from uvkit.fs import file_lock, remove_tree, try_file_lock

if TYPE_CHECKING:
    from uvkit.fs import FileLock

LOCK = ".lock"  # the one that changes of an environment are serialised by
# A sweeper that looks at a new folder before its maker has locked it takes it for a dead one's; rarely twice.
_ATTEMPTS = 10
# An open file keeps its folder from being renamed there, so nobody could tell a living owner from a dead one.
_CAN_TELL = sys.platform != "win32"


def sibling(location: str, kind: Literal["new", "old"]) -> str:
    """Return a path beside an environment that nobody else uses."""
    folder, name = os.path.split(location)
    return os.path.join(folder, f".{name}.{kind}-{os.getpid()}-{os.urandom(4).hex()}")


class _Making(threading.local):
    """The places at which this thread is making an environment."""

    def __init__(self) -> None:
        self.places: set[tuple[int, str]] = set()


_making = _Making()


@contextmanager
def creating(path: str | os.PathLike[str], *, check: Callable[[], None] | None = None) -> Iterator[None]:
    """Keep others from making an environment at a path during a block; ``check`` is called while waiting.

    A thread that holds it already goes on at once. The lock file lies beside the environment, which may not be there,
    and is deleted at the end; where it cannot be made, nobody is kept out. Whoever holds the lock *in* an environment
    may wait for this one, never the other way round.
    """
    location = os.path.abspath(path)
    # A forked child has its parent's places, and none of its locks.
    place = (os.getpid(), location)
    if place in _making.places:
        yield
        return
    folder, name = os.path.split(location)
    with ExitStack() as stack:
        try:
            os.makedirs(folder, exist_ok=True)
            stack.enter_context(file_lock(os.path.join(folder, f".{name}.lock"), remove=True, check=check))
        except (OSError, StorageError):
            # The creation itself finds out whether it can do without, and says what is wrong.
            pass
        _making.places.add(place)
        stack.callback(_making.places.discard, place)
        yield


@contextmanager
def new_sibling(location: str) -> Iterator[str]:
    """Provide an empty folder beside an environment, which nobody takes for a dead process's during the block."""
    folder, lock = _new_sibling(location)
    try:
        yield folder
    finally:
        if lock is not None:
            # From here on the life of the process speaks for the folder.
            lock.release(remove=True)


def _new_sibling(location: str) -> tuple[str, FileLock | None]:
    for _ in range(_ATTEMPTS):
        folder = sibling(location, "new")
        os.mkdir(folder)
        if not _CAN_TELL:
            break
        try:
            lock = try_file_lock(os.path.join(folder, LOCK))
        except StorageError:
            lock = None
            if os.path.isdir(folder):
                break
        if lock is not None:
            return folder, lock
    return folder, None


@contextmanager
def claimed(folder: str) -> Iterator[None]:
    """Keep others from taking a folder for a dead process's during a block, wherever it is renamed to meanwhile."""
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
            lock.release()


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
