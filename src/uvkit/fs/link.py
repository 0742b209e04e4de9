"""Put files from one folder into another by the cheapest means the two file systems share."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Literal, TypeAlias

from .atomic import scratch_name, storage_error, write_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from os import PathLike

    StrPath: TypeAlias = str | PathLike[str]
    Folders: TypeAlias = Iterable[tuple[str, Sequence[str]]]

LinkMode: TypeAlias = Literal["clone", "hardlink", "copy", "symlink"]
LinkChoice: TypeAlias = Literal["auto", "clone", "hardlink", "copy", "symlink"]

# Copy-on-write leaves the cache safe from whoever edits an installed file, so it comes first where it can exist.
_PREFERENCE: dict[LinkChoice, tuple[LinkMode, ...]] = {
    "auto": ("hardlink", "copy") if sys.platform == "win32" else ("clone", "hardlink", "copy"),
    "clone": ("clone", "hardlink", "copy"),
    "hardlink": ("hardlink", "copy"),
    "copy": ("copy",),
    "symlink": ("symlink", "copy"),
}
_FICLONE = 0x40049409  # _IOW(0x94, 9, int) of linux/fs.h
_COPY_CHUNK = 1 << 30
_DIRECTORY = getattr(os, "O_PATH", 0) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Opening both folders costs two calls more than it saves on fewer files than this.
_FEW_FILES = 4
# What a file system answers to a link it cannot make although it made others: too many to one file, or not this file.
_UNLINKABLE = frozenset({errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP})
_HAS_DIR_FD = os.link in os.supports_dir_fd and os.mkdir in os.supports_dir_fd


class Linker:
    """Links files from the cache into environments; one attempt per pair of devices finds out how.

    ``mode`` is what the caller wants; where the file systems cannot do it, the next cheaper means is used, copying at
    last. Safe to share between threads.
    """

    __slots__ = ("_found", "choice")

    def __init__(self, choice: LinkChoice = "auto") -> None:
        self.choice: LinkChoice = choice
        self._found: dict[tuple[int, int], LinkMode] = {}

    def mode(self, source: StrPath, target: StrPath) -> LinkMode:
        """Return how the file ``source`` gets into the folder ``target``.

        Raises:
            StorageError: the folder cannot be written to.
        """
        try:
            pair = os.stat(source).st_dev, os.stat(target).st_dev
            found = self._found.get(pair)
            if found is None:
                found = self._found[pair] = _detect(os.fspath(source), os.fspath(target), _PREFERENCE[self.choice])
        except OSError as error:
            raise storage_error(error, target) from error
        return found


def link_tree(source: StrPath, target: StrPath, folders: Folders, *, mode: LinkMode) -> list[str]:
    """Put the named files of ``source`` into ``target``, both existing folders, and return those in whose place is one.

    ``folders`` are relative paths (empty for the top) with file names, parents first. What exists is not touched. A
    file that cannot be linked for its own reasons (too many links) is copied.

    Raises:
        OSError: the file system refuses, or a file is where a folder has to go; what was created stays.
    """
    if mode == "hardlink" and _HAS_DIR_FD:
        return _hardlink_tree(os.fspath(source), os.fspath(target), folders)
    return _place_tree(os.path.abspath(source), os.fspath(target), folders, place=_PLACE[mode])


def place_file(source: StrPath, target: StrPath, *, mode: LinkMode) -> None:
    """Put one file at ``target``, which must not exist.

    Raises:
        FileExistsError: it does.
        OSError: the file system refuses.
    """
    origin = os.path.abspath(source) if mode == "symlink" else os.fspath(source)
    _PLACE[mode](origin, os.fspath(target))


def _hardlink_tree(  # noqa: C901  # the hottest loop of an installation: calls per file are what it costs
    source: str, target: str, folders: Folders
) -> list[str]:
    """Link files relative to open folders, which spares the kernel the walk along long paths."""
    link, mkdir, open_, close = os.link, os.mkdir, os.open, os.close
    in_the_way: list[str] = []

    def failed(path: str, error: OSError) -> None:
        if isinstance(error, FileExistsError):
            in_the_way.append(path)
        elif error.errno in _UNLINKABLE:
            _copy(f"{source}/{path}", f"{target}/{path}")
        else:
            raise error

    top_source = open_(source, _DIRECTORY)
    top_target = open_(target, _DIRECTORY)
    try:
        for folder, names in folders:
            if folder:
                try:
                    mkdir(folder, dir_fd=top_target)
                except FileExistsError:
                    # Shared with another wheel; if a file is there, the first entry below fails.
                    pass
            if len(names) < _FEW_FILES:
                for name in names:
                    path = f"{folder}/{name}" if folder else name
                    try:
                        link(path, path, src_dir_fd=top_source, dst_dir_fd=top_target)
                    except OSError as error:
                        failed(path, error)
                continue
            from_folder = open_(folder or ".", _DIRECTORY, dir_fd=top_source)
            try:
                to_folder = open_(folder or ".", _DIRECTORY, dir_fd=top_target)
                try:
                    for name in names:
                        try:
                            link(name, name, src_dir_fd=from_folder, dst_dir_fd=to_folder)
                        except OSError as error:
                            failed(f"{folder}/{name}" if folder else name, error)
                finally:
                    close(to_folder)
            finally:
                close(from_folder)
    finally:
        close(top_source)
        close(top_target)
    return in_the_way


def _place_tree(source: str, target: str, folders: Folders, *, place: _Place) -> list[str]:
    """Put files by whatever means, one path at a time."""
    in_the_way: list[str] = []
    for folder, names in folders:
        if folder:
            try:
                os.mkdir(f"{target}/{folder}")
            except FileExistsError:
                # As above.
                pass
        for name in names:
            path = f"{folder}/{name}" if folder else name
            try:
                place(f"{source}/{path}", f"{target}/{path}")
            except FileExistsError:
                in_the_way.append(path)
    return in_the_way


def _detect(source: str, folder: str, preference: tuple[LinkMode, ...]) -> LinkMode:
    """Try the means in order with a scratch file; copying needs no trial."""
    scratch = os.path.join(folder, scratch_name("link"))
    for mode in preference:
        if mode == "copy":
            break
        try:
            _PLAIN[mode](source, scratch)
        except OSError as error:
            if error.errno in {errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.ENOENT}:
                raise
        else:
            os.unlink(scratch)
            return mode
    return "copy"


def _hardlink(source: str, target: str) -> None:
    os.link(source, target)


def _hardlink_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _UNLINKABLE:
            raise
        _copy(source, target)


def _symlink(source: str, target: str) -> None:  # one shape for all
    os.symlink(source, target)


def _copy(source: str, target: str) -> None:
    _transfer(source, target, content=_copy_content)


def _clone(source: str, target: str) -> None:
    if sys.platform == "darwin":
        _clonefile(source, target)
    else:
        _transfer(source, target, content=_reflink)


def _clone_or_copy(source: str, target: str) -> None:
    try:
        _clone(source, target)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY}:
            raise
        _copy(source, target)


def _transfer(source: str, target: str, *, content: Callable[[int, int, int], None]) -> None:
    """Create ``target`` with the mode of ``source`` and fill it; a failure leaves nothing."""
    reading = os.open(source, _READ)
    try:
        state = os.fstat(reading)
        writing = os.open(target, _CREATE, state.st_mode & 0o777)
        done = False
        try:
            content(reading, writing, state.st_size)
            done = True
        finally:
            os.close(writing)
            if not done:
                os.unlink(target)
    finally:
        os.close(reading)


def _copy_content(reading: int, writing: int, size: int) -> None:
    if sys.platform == "linux":
        offset = 0
        # Faster here than copy_file_range, which small files pay for with a larger set-up.
        while offset < size and (sent := os.sendfile(writing, reading, offset, min(size - offset, _COPY_CHUNK))):
            offset += sent
    else:
        while piece := os.read(reading, 1 << 20):
            write_all(writing, piece)


def _reflink(reading: int, writing: int, size: int) -> None:  # noqa: ARG001  # one shape with copying
    if sys.platform == "linux":
        import fcntl

        fcntl.ioctl(writing, _FICLONE, reading)
    else:
        raise OSError(errno.ENOTSUP, "no way to clone files on this platform")


def _clonefile(source: str, target: str) -> None:
    """Clone through macOS's ``clonefileat``."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    at_cwd = -2  # AT_FDCWD of fcntl.h on macOS
    failed = library.clonefileat(
        at_cwd,
        os.fsencode(source),
        at_cwd,
        os.fsencode(target),
        0,
    )
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


_Place: TypeAlias = "Callable[[str, str], None]"
_PLAIN: dict[str, _Place] = {"clone": _clone, "hardlink": _hardlink, "symlink": _symlink}
_PLACE: dict[str, _Place] = {
    "clone": _clone_or_copy,
    "hardlink": _hardlink_or_copy,
    "copy": _copy,
    "symlink": _symlink,
}
