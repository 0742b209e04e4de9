"""The journal of a transaction, and how an environment gets back to one state after a crash.

While an environment changes, the folder ``.uvkit-transaction`` in it holds ``new`` (the tree to be put in place),
``old`` (what was taken out of the way) and one of two files. ``journal`` names every move before the first one happens:
*out* takes a path to ``old``, *in* brings one from ``new``. Renaming it to ``commit`` is the instant at which the new
environment counts. Every move is a rename, so its state can be seen on the disk, and undoing it twice is harmless:

- ``commit`` is there: the new environment is complete; what is left to do is deleting the folder.
- ``journal`` is there: moves are undone in reverse order, then the journal goes, then the folder.
- neither is there: the environment itself was not touched, or is whole again; the folder goes.

Guarantees. After the death of the process at any instant the old environment or the new one results, exactly. After a
loss of power the same holds for names on file systems that keep renames in order (ext4, xfs, btrfs, APFS, NTFS): before
anything that was installed is moved away, the journal is flushed to the disk. The content of new files is not flushed,
which would cost seconds for 12,000 of them; a reinstallation replaces what a power failure emptied.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from uvkit.errors import StorageError, TransactionError
from uvkit.fs import file_lock, remove_tree
from uvkit.runtime import Pool

from .installed import TRANSACTION_FOLDER

FOLDER = TRANSACTION_FOLDER
_LOCK = ".lock"  # uv locks the same file
# One thread is not enough to keep the file system busy, more than two get into each other's way.
DELETING_THREADS = 2
_MAGIC = "uvkit transaction 1"

OnStep: TypeAlias = Callable[[str], None]


class Move(NamedTuple):
    """One rename: ``out`` of the environment into ``old/<number>``, or ``in`` from ``new/<path>``."""

    kind: Literal["out", "in"]
    path: str  # relative to the environment, forward slashes
    number: int = 0


class Journal:
    """The moves of one transaction and their execution."""

    def __init__(self, root: str, moves: Iterable[Move]) -> None:
        self.root = root
        self.folder = f"{root}/{FOLDER}"
        self.moves = tuple(moves)

    def write(self) -> None:
        """Put the journal on the disk, whole; from here on a crash is undone by it."""
        fields = [_MAGIC]
        for kind, path, number in self.moves:
            fields += (kind, str(number), path)
        scratch = f"{self.folder}/journal.tmp"
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        try:
            content = memoryview(os.fsencode("\0".join(fields)))
            while content:
                content = content[os.write(descriptor, content) :]
            if any(move.kind == "out" for move in self.moves):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(scratch, f"{self.folder}/journal")

    @classmethod
    def read(cls, root: str) -> Journal | None:
        """Return the journal of an unfinished transaction, or none.

        Raises:
            TransactionError: it was written by a later uvkit.
        """
        try:
            with open(f"{root}/{FOLDER}/journal", "rb") as file:
                fields = os.fsdecode(file.read()).split("\0")
        except FileNotFoundError:
            return None
        if fields[0] != _MAGIC or len(fields) % 3 != 1:
            reason = f"`{root}/{FOLDER}/journal` is not a journal that this version understands"
            raise TransactionError(path=Path(root), step="reading the journal", reason=reason, rolled_back=False)
        rows = zip(fields[1::3], fields[2::3], fields[3::3], strict=True)
        return cls(root, (Move("in" if kind == "in" else "out", path, int(number)) for kind, number, path in rows))

    def execute(self, on_step: OnStep | None = None) -> None:
        """Make the moves, in order.

        Raises:
            OSError: one failed; those before it stand.
        """
        rename, root, new, old = os.rename, f"{self.root}/", f"{self.folder}/new/", f"{self.folder}/old/"
        for kind, path, number in self.moves:
            if on_step is not None:
                on_step(f"{kind} {path}")
            if kind == "in":
                rename(new + path, root + path)
            else:
                _move_out(root + path, f"{old}{number}")

    def commit(self) -> None:
        """Declare the new environment valid."""
        os.rename(f"{self.folder}/journal", f"{self.folder}/commit")

    def undo(self, on_step: OnStep | None = None) -> None:
        """Take back every move that was made, in reverse order, and then the journal itself.

        Raises:
            OSError: something is in the way; the journal stays.
        """
        for kind, path, number in reversed(self.moves):
            if on_step is not None:
                on_step(f"undo {kind} {path}")
            live = f"{self.root}/{path}"
            if kind == "out":
                _move_back(f"{self.folder}/old/{number}", live)
            elif not os.path.lexists(f"{self.folder}/new/{path}"):
                try:
                    os.rename(live, f"{self.folder}/new/{path}")
                except FileNotFoundError:
                    # Somebody deleted it after the crash, which is just as well.
                    continue
        if on_step is not None:
            on_step("forget")
        os.unlink(f"{self.folder}/journal")


def pending(root: str | os.PathLike[str]) -> bool:
    """Tell whether an environment was left in the middle of a change, or is being changed just now."""
    return os.path.lexists(f"{os.fspath(root)}/{FOLDER}")


def recover(root: str | os.PathLike[str], *, on_step: OnStep | None = None) -> bool:
    """Bring an environment back to one state after a crash, and tell whether there was anything to do.

    Waits for a transaction that another process or thread has under way; then there is nothing to do. Neither is there
    for the thread that changes the environment: a listener to its events may look at the environment meanwhile.

    Raises:
        TransactionError: it cannot be done; everything is still there to try again.
    """
    path = os.fspath(root)
    if not pending(path) or _identity(path) in _held.changing:
        return False
    with locked_path(path):
        return recover_locked(path, on_step=on_step)


def recover_locked(root: str, *, on_step: OnStep | None = None) -> bool:
    """Do as ``recover``, for a caller who holds the lock."""
    if not pending(root):
        return False
    try:
        journal = Journal.read(root)
        if journal is not None:
            journal.undo(on_step)
        clear(root, on_step)
    except (OSError, StorageError) as error:
        raise failure(root, "undoing an interrupted change", error, rolled_back=False) from error
    return True


def clear(root: str, on_step: OnStep | None = None) -> None:
    """Delete the transaction's folder, the mark of a committed one last.

    Raises:
        StorageError: something could not be deleted; it is harmless and goes with the next transaction.
    """
    folder = f"{root}/{FOLDER}"
    if on_step is not None:
        on_step("clear")
    remove_tree(f"{folder}/new")
    _delete_old(f"{folder}/old")
    if on_step is not None:
        on_step("cleared")
    remove_tree(folder)


class _Held(threading.local):
    """The environments that this thread has locked, and those it is changing at this moment."""

    def __init__(self) -> None:
        self.locked: set[object] = set()
        self.changing: set[object] = set()


_held = _Held()


def _identity(root: str) -> object:
    try:
        found = os.stat(root)
    except OSError:
        return root
    return (os.getpid(), found.st_dev, found.st_ino)


@contextmanager
def locked_path(
    root: str | os.PathLike[str], *, check: Callable[[], None] | None = None, timeout: float | None = None
) -> Iterator[None]:
    """Hold the environment's lock, waiting for whoever else changes it; ``check`` is called meanwhile and may raise.

    A thread that holds it already goes on at once. Without a ``timeout``, in seconds, it waits as long as it takes.

    Raises:
        TransactionError: the lock file cannot be made, because the environment cannot be written to; or the time is up.
    """
    root = os.fspath(root)
    identity = _identity(root)
    if identity in _held.locked:
        yield
        return
    deadline = None if timeout is None else time.monotonic() + timeout

    def waiting() -> None:
        if check is not None:
            check()
        if deadline is not None and time.monotonic() >= deadline:
            reason = f"another process has been changing it for {timeout:g} seconds"
            raise TransactionError(path=Path(root), step="waiting for the environment", reason=reason, rolled_back=True)

    lock = file_lock(f"{root}/{_LOCK}", check=waiting)
    try:
        lock.__enter__()
    except StorageError as error:
        step = "locking the environment"
        raise TransactionError(path=Path(root), step=step, reason=error.reason, rolled_back=True) from error
    _held.locked.add(identity)
    try:
        yield
    finally:
        _held.locked.discard(identity)
        lock.__exit__(None, None, None)


@contextmanager
def changing(root: str) -> Iterator[None]:
    """Mark the environment as being changed by this thread, which holds its lock.

    Raises:
        TransactionError: the thread is in the middle of another change of it, whose listener began this one.
    """
    identity = _identity(root)
    if identity in _held.changing:
        reason = "this thread is in the middle of another change of it"
        raise TransactionError(path=Path(root), step="beginning the change", reason=reason, rolled_back=True)
    _held.changing.add(identity)
    try:
        yield
    finally:
        _held.changing.discard(identity)


def failure(root: str, step: str, error: Exception, *, rolled_back: bool) -> TransactionError:
    """Return the typed error for a failed file operation."""
    if isinstance(error, StorageError):
        reason = f"{error.reason} (`{error.path}`)"
    else:
        text = (getattr(error, "strerror", None) or str(error)).lower()
        name = getattr(error, "filename", None)
        reason = f"{text} (`{os.fsdecode(name)}`)" if isinstance(name, str | bytes) else text
    return TransactionError(path=Path(root), step=step, reason=reason, rolled_back=rolled_back)


def _move_out(live: str, old: str) -> None:
    """Rename, or where a folder cannot be renamed, rename what is in it.

    The lower layer of a container's file system refuses to rename folders, and Windows those with a loaded library.
    """
    try:
        os.rename(live, old)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EACCES, errno.EPERM} or not _is_folder(live):
            raise
        os.mkdir(old)
        for name in os.listdir(live):
            _move_out(f"{live}/{name}", f"{old}/{name}")
        os.rmdir(live)


def _move_back(old: str, live: str) -> None:
    """Undo ``_move_out``, which may have been interrupted within a folder."""
    if not os.path.lexists(old):
        return
    if not (_is_folder(old) and _is_folder(live)):
        os.rename(old, live)
        return
    for name in os.listdir(old):
        _move_back(f"{old}/{name}", f"{live}/{name}")
    os.rmdir(old)


def _delete_old(folder: str) -> None:
    """Delete what was moved out: with several threads, because the kernel's work on each file is most of it."""
    try:
        paths = [f"{folder}/{name}" for name in os.listdir(folder)]
    except FileNotFoundError:
        return
    with Pool(min(DELETING_THREADS, len(paths)), name="uvkit-delete") as pool:
        _, failures = pool.map(_delete, paths)
    if failures:
        raise failures[0]
    remove_tree(folder)


def _delete(path: str) -> None:
    try:
        if _is_folder(path):
            _delete_folder(path)
        else:
            os.unlink(path)
    except OSError:
        # Something read-only, or in use: the careful way knows what to do, or names what is wrong.
        remove_tree(path)


def _delete_folder(path: str) -> None:
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _delete_folder(entry.path)
            else:
                os.unlink(entry.path)
    os.rmdir(path)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
