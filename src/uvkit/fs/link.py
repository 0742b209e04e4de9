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
    _Within: TypeAlias = tuple[int | None, int | None]  # open folders that source and target are relative to

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
_NOWHERE = (None, None)
# Opening both folders costs two calls more than it saves on fewer files than this.
_FEW_FILES = 4
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


def link_tree(source: StrPath, target: StrPath, folders: Folders, *, mode: LinkMode) -> None:
    """Put the named files of ``source`` into ``target``, both existing folders.

    ``folders`` are relative paths (empty for the top) with file names, parents first. Folders may exist, files may not.
    A file that cannot be linked for its own reasons (too many links) is copied.

    Raises:
        FileExistsError: a file is in the way.
        OSError: the file system refuses.
    """
    place = _PLACE[mode]
    if not _HAS_DIR_FD or mode == "symlink":
        _link_by_path(os.path.abspath(source), os.fspath(target), folders, place=place)
        return
    top_source = os.open(source, _DIRECTORY)
    top_target = os.open(target, _DIRECTORY)
    try:
        for folder, names in folders:
            if folder:
                try:
                    os.mkdir(folder, dir_fd=top_target)
                except FileExistsError:
                    # Shared with another distribution; a file of that name fails at its first entry.
                    pass
            if len(names) < _FEW_FILES:
                prefix = f"{folder}/" if folder else ""
                for name in names:
                    place(prefix + name, prefix + name, (top_source, top_target))
            else:
                _link_folder(folder or ".", names, place=place, tops=(top_source, top_target))
    finally:
        os.close(top_source)
        os.close(top_target)


def place_file(source: StrPath, target: StrPath, *, mode: LinkMode) -> None:
    """Put one file at ``target``, which must not exist.

    Raises:
        FileExistsError: it does.
        OSError: the file system refuses.
    """
    origin = os.path.abspath(source) if mode == "symlink" else os.fspath(source)
    _PLACE[mode](origin, os.fspath(target), _NOWHERE)


def _link_folder(folder: str, names: Sequence[str], *, place: _Place, tops: tuple[int, int]) -> None:
    source = os.open(folder, _DIRECTORY, dir_fd=tops[0])
    try:
        target = os.open(folder, _DIRECTORY, dir_fd=tops[1])
        try:
            for name in names:
                place(name, name, (source, target))
        finally:
            os.close(target)
    finally:
        os.close(source)


def _link_by_path(source: str, target: str, folders: Folders, *, place: _Place) -> None:
    for folder, names in folders:
        into = os.path.join(target, folder) if folder else target
        out_of = os.path.join(source, folder) if folder else source
        if folder:
            try:
                os.mkdir(into)
            except FileExistsError:
                # As above.
                pass
        for name in names:
            place(os.path.join(out_of, name), os.path.join(into, name), _NOWHERE)


def _detect(source: str, folder: str, preference: tuple[LinkMode, ...]) -> LinkMode:
    """Try the means in order with a scratch file; copying needs no trial."""
    scratch = os.path.join(folder, scratch_name("link"))
    for mode in preference:
        if mode == "copy":
            break
        try:
            _PLAIN[mode](source, scratch, _NOWHERE)
        except OSError as error:
            if error.errno in {errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.ENOENT}:
                raise
        else:
            os.unlink(scratch)
            return mode
    return "copy"


def _hardlink(source: str, target: str, within: _Within) -> None:
    os.link(source, target, src_dir_fd=within[0], dst_dir_fd=within[1])


def _hardlink_or_copy(source: str, target: str, within: _Within) -> None:
    try:
        os.link(source, target, src_dir_fd=within[0], dst_dir_fd=within[1])
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in {errno.EMLINK, errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP}:
            raise
        _copy(source, target, within)


def _symlink(source: str, target: str, within: _Within) -> None:  # one shape for all
    os.symlink(source, target, dir_fd=within[1])


def _copy(source: str, target: str, within: _Within) -> None:
    _transfer(source, target, within, content=_copy_content)


def _clone(source: str, target: str, within: _Within) -> None:
    if sys.platform == "darwin":
        _clonefile(source, target, within)
    else:
        _transfer(source, target, within, content=_reflink)


def _clone_or_copy(source: str, target: str, within: _Within) -> None:
    try:
        _clone(source, target, within)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EINVAL, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY}:
            raise
        _copy(source, target, within)


def _transfer(source: str, target: str, within: _Within, *, content: Callable[[int, int, int], None]) -> None:
    """Create ``target`` with the mode of ``source`` and fill it; a failure leaves nothing."""
    reading = os.open(source, _READ, dir_fd=within[0])
    try:
        state = os.fstat(reading)
        writing = os.open(target, _CREATE, state.st_mode & 0o777, dir_fd=within[1])
        done = False
        try:
            content(reading, writing, state.st_size)
            done = True
        finally:
            os.close(writing)
            if not done:
                os.unlink(target, dir_fd=within[1])
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


def _clonefile(source: str, target: str, within: _Within) -> None:
    """Clone through macOS's ``clonefileat``."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    at_cwd = -2  # AT_FDCWD of fcntl.h on macOS
    failed = library.clonefileat(
        at_cwd if within[0] is None else within[0],
        os.fsencode(source),
        at_cwd if within[1] is None else within[1],
        os.fsencode(target),
        0,
    )
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


_Place: TypeAlias = "Callable[[str, str, _Within], None]"
_PLAIN: dict[str, _Place] = {"clone": _clone, "hardlink": _hardlink, "symlink": _symlink}
_PLACE: dict[str, _Place] = {
    "clone": _clone_or_copy,
    "hardlink": _hardlink_or_copy,
    "copy": _copy,
    "symlink": _symlink,
}
