"""Where entries are made before a rename puts them into place.

Each process has its own folder below ``staging`` beside a lock file that it holds as long as it lives. Whoever finds a
folder whose lock is free knows that its owner died, and deletes it.
"""

from __future__ import annotations

import os
import time
import weakref
from collections import OrderedDict
from itertools import count
from typing import TYPE_CHECKING

from uvkit.fs import remove_tree, replace, storage_error, try_file_lock, write_new
from uvkit.runtime import new_lock, renew_after_fork

if TYPE_CHECKING:
    from uvkit.fs import FileLock

FOLDER = "staging"
USE_LOCK = ".lock"
_LOCK_SUFFIX = ".lock"
# Where a file system has no locks, only age tells a dead owner from a slow one.
_SURELY_DEAD_SECONDS = 7 * 24 * 3600
# Source archives that a resolution read and an installation will build.
_MOST_KEPT = 64

_TAG = b"""\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of uvkit; see https://bford.info/cachedir/
"""


class Staging:
    """Scratch space inside the cache, on the same file system as everything it will be renamed to. Thread-safe."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._lock = new_lock()
        self._own: str | None = None
        self._owner = 0
        self._serial = count()
        self._end: weakref.finalize[[str, FileLock, int], Staging] | None = None
        self._kept: OrderedDict[str, str] = OrderedDict()
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Leave the parent what it keeps."""
        self._kept = OrderedDict()

    def close(self) -> None:
        """Delete the scratch space now instead of with this object; the next use makes a new one."""
        with self._lock:
            end, self._end, self._own = self._end, None, None
        if end is not None:
            end()

    def keep(self, key: str, path: str) -> None:
        """Move a file here that may be wanted again while this object lives; the oldest of many give way.

        A file that cannot be moved stays where it is, and is not kept.
        """
        place = f"{self.folder()}/{os.path.basename(path)}"
        try:
            os.rename(path, place)
        except OSError:
            return
        with self._lock:
            self._kept[key] = place
            oldest = self._kept.popitem(last=False)[1] if len(self._kept) > _MOST_KEPT else None
        if oldest is not None:
            self.discard(os.path.dirname(oldest))

    def kept(self, key: str) -> str | None:
        """Return the file that was kept under a key, or none; it may go at any time."""
        place = self._kept.get(key)
        return place if place is not None and os.path.isfile(place) else None

    def path(self) -> str:
        """Return a path in the scratch space where nothing is yet.

        Raises:
            StorageError: the cache cannot be written to.
        """
        own = self._own
        if own is None or self._owner != os.getpid():
            own = self._open()
        return f"{own}/{next(self._serial):x}"

    def folder(self) -> str:
        """Return a new empty folder.

        Raises:
            StorageError: the cache cannot be written to.
        """
        path = self.path()
        try:
            try:
                os.mkdir(path)
            except FileNotFoundError:
                path = self._reopened()
                os.mkdir(path)
        except OSError as error:
            raise storage_error(error, path) from error
        return path

    def put(self, target: str, data: bytes) -> None:
        """Write a file whole: into the scratch space, then renamed to ``target``, whose folder is made if needed.

        Raises:
            StorageError: the cache cannot be written to; the target is as before.
        """
        scratch = self.path()
        try:
            try:
                write_new(scratch, data)
            except FileNotFoundError:
                scratch = self._reopened()
                write_new(scratch, data)
            try:
                replace(scratch, target)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                replace(scratch, target)
        except OSError as error:
            self.discard(scratch)
            raise storage_error(error, target) from error

    def _reopened(self) -> str:
        """Return a path in a new scratch space: somebody deleted the whole cache while it was in use."""
        with self._lock:
            if self._own is not None and not os.path.isdir(self._own):
                self._own = None
        return self.path()

    def discard(self, path: str) -> None:
        """Delete something in the scratch space; what cannot be deleted now goes with the space."""
        from uvkit.errors import StorageError

        try:
            remove_tree(path)
        except StorageError:
            # The sweep of a later run has another chance; the work itself succeeded or has its own error.
            pass

    def sweep(self) -> int:
        """Delete what dead processes left and return the number of folders."""
        place = os.path.join(self._root, FOLDER)
        swept = 0
        try:
            names = os.listdir(place)
        except OSError:
            return 0
        for name in names:
            path = f"{place}/{name.removesuffix(_LOCK_SUFFIX)}"
            if path != self._own and self._is_dead(path):
                self.discard(path)
                swept += 1
        return swept

    def _is_dead(self, path: str) -> bool:
        """Tell whether nobody owns a folder; its lock file, if there is one, is then gone."""
        lock_path = path + _LOCK_SUFFIX
        lock = try_file_lock(lock_path, create=False)
        if lock is None:
            # Held by a living owner, or gone: the lock file is made before its folder and deleted after it.
            return not os.path.exists(lock_path)
        if not lock.effective:
            lock.release()
            return time.time() - os.stat(lock_path).st_mtime > _SURELY_DEAD_SECONDS
        self.discard(path)
        lock.release(remove=True)
        return True

    def _open(self) -> str:
        with self._lock:
            if self._own is not None and self._owner == os.getpid():
                return self._own
            place = os.path.join(self._root, FOLDER)
            held = None
            try:
                self._prepare(place)
                while held is None:
                    # Taken already only when a sweeper looks at the new lock file in this very moment.
                    own = f"{place}/{os.getpid():x}-{os.urandom(6).hex()}"
                    held = try_file_lock(own + _LOCK_SUFFIX)
                os.mkdir(own)
            except OSError as error:
                raise storage_error(error, place) from error
            if self._end is not None:
                self._end()
            self._own, self._owner = own, os.getpid()
            self._end = weakref.finalize(self, _close, own, held, os.getpid())
        self.sweep()
        return own

    def _prepare(self, place: str) -> None:
        if os.path.isdir(place):
            return
        os.makedirs(place, exist_ok=True)
        for name, content in (("CACHEDIR.TAG", _TAG), (".gitignore", b"*\n")):
            try:
                write_new(os.path.join(self._root, name), content)
            except FileExistsError:
                # Another process was here first.
                pass


def _close(own: str, held: FileLock, owner: int) -> None:
    """Delete a process's own scratch space; a forked child must not delete its parent's."""
    from uvkit.errors import StorageError

    if os.getpid() == owner:
        try:
            remove_tree(own)
        except StorageError:
            # The next process sweeps it.
            return
        held.release(remove=True)
