"""Locks between processes, held through a file."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from .atomic import storage_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from os import PathLike
    from typing import TypeAlias

    StrPath: TypeAlias = str | PathLike[str]

# A waiting worker must notice a cancellation, so it polls; the steps grow so that a long wait costs nothing.
_FIRST_WAIT = 0.005
_LONGEST_WAIT = 0.1
# What a file system without lock support answers; a lone user of such a share is better served than refused.
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK})


class FileLock:
    """A lock that is held; it ends with ``release`` or with the process.

    ``effective`` is false on a file system without locks, where it excludes nobody.
    """

    __slots__ = ("_release", "effective", "path")

    def __init__(self, path: str, release: Callable[[bool], None], *, effective: bool = True) -> None:
        self.path = path
        self.effective = effective
        self._release: Callable[[bool], None] | None = release

    def release(self, *, remove: bool = False) -> None:
        """Give the lock up, once; with ``remove`` its file goes too (a waiter then makes a new one)."""
        release, self._release = self._release, None
        if release is not None:
            release(remove)


def try_file_lock(path: StrPath, *, shared: bool = False, create: bool = True) -> FileLock | None:
    """Return the lock at ``path``, or none if another holder excludes it.

    With ``shared`` any number of other shared holders may exist. Without ``create``, none is returned also when the
    file does not exist.

    Raises:
        StorageError: the lock file cannot be opened.
    """
    try:
        return acquire(os.fspath(path), shared=shared, create=create)
    except OSError as error:
        raise storage_error(error, path) from error


@contextmanager
def file_lock(
    path: StrPath, *, shared: bool = False, remove: bool = False, check: Callable[[], None] | None = None
) -> Iterator[FileLock]:
    """Hold the lock at ``path`` for a block, waiting for it as long as it takes.

    ``check`` is called while waiting and may raise to stop. Not reentrant. On a file system without locks the block
    runs unlocked. With ``remove`` the file is deleted at the end.

    Raises:
        StorageError: the lock file cannot be opened.
    """
    wait = _FIRST_WAIT
    while (lock := try_file_lock(path, shared=shared)) is None:
        if check is not None:
            check()
        time.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)
    try:
        yield lock
    finally:
        lock.release(remove=remove)


def acquire_with_filelock(path: str, *, shared: bool, create: bool) -> FileLock | None:
    """Take the lock through the filelock library, which knows every platform but takes 60 ms to import."""
    from filelock import ReadWriteLock, Timeout

    if not create and not os.path.exists(path):
        return None
    lock = ReadWriteLock(path, timeout=0, blocking=False, is_singleton=False)
    try:
        if shared:
            lock.acquire_read()
        else:
            lock.acquire_write()
    except Timeout:
        lock.close()
        return None

    def release(remove: bool) -> None:  # noqa: ARG001, FBT001  # where this runs, an open file cannot be deleted
        lock.release()
        lock.close()

    return FileLock(path, release)


if sys.platform == "win32":
    acquire = acquire_with_filelock
else:
    import fcntl

    def acquire(path: str, *, shared: bool, create: bool) -> FileLock | None:
        """Take the lock through ``flock``."""
        flags = os.O_RDWR | os.O_CLOEXEC | (os.O_CREAT if create else 0)
        while True:
            try:
                descriptor = os.open(path, flags, 0o666)
            except FileNotFoundError:
                if create:
                    raise
                return None
            effective = _flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            if effective is None:
                os.close(descriptor)
                return None
            if _is_current(descriptor, path):
                return FileLock(path, partial(_release, descriptor, path), effective=effective)
            # The former holder removed the file between our open and our lock: this lock would exclude nobody.
            os.close(descriptor)

    def _flock(descriptor: int, kind: int) -> bool | None:
        """Return true if locked, none if somebody else holds it, false if the file system has no locks."""
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                os.close(descriptor)
                raise
            return False
        return True

    def _is_current(descriptor: int, path: str) -> bool:
        try:
            named = os.stat(path)
        except FileNotFoundError:
            return False
        return os.path.samestat(os.fstat(descriptor), named)

    def _release(descriptor: int, path: str, remove: bool) -> None:  # noqa: FBT001  # the shape FileLock calls
        if remove:
            try:
                os.unlink(path)
            except OSError:
                # Another user's folder or a read-only one: an empty file that stays harms nobody.
                pass
        try:
            # A child that was forked meanwhile has the descriptor too, and would hold the lock as long as it lives.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        finally:
            os.close(descriptor)
