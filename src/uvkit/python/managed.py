"""The folder of managed interpreters: what is in it, how something gets in whole, and how it goes.

Guarantees: an interpreter appears under its name whole or not at all; whoever changes the folder holds its lock, which
is the one that uv takes; what a process that died has left is removed by the next one that installs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from uvkit.errors import StorageError
from uvkit.fs import file_lock, remove_tree, scratch_name, storage_error

from .keys import Host, PythonKey
from .relocation import executable_names, stdlib_of

_SCRATCH = ".temp"
_MARK = "uvkit-"
_BUILD = "BUILD"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPython:
    """An interpreter in a folder of managed ones."""

    identity: PythonKey
    path: Path

    @property
    def key(self) -> str:
        """Return the name of the interpreter, which is that of its folder."""
        return str(self.identity)

    @property
    def executable(self) -> Path:
        """Return the interpreter itself."""
        return executable_in(self.path, self.identity)

    @property
    def link(self) -> Path:
        """Return the folder named after the minor version, a link to the newest patch."""
        return self.path.with_name(str(self.identity.minor))

    @property
    def stable_executable(self) -> Path:
        """Return the interpreter by a path that survives the upgrade to a newer patch, if this is the newest."""
        return executable_in(self.link, self.identity) if self.is_linked else self.executable

    @property
    def is_linked(self) -> bool:
        """Tell whether the link of the minor version leads here."""
        try:
            return os.path.samefile(self.link, self.path)
        except OSError:
            return False

    @property
    def stdlib(self) -> Path | None:
        """Return the folder of the standard library, or none if it is not where it should be."""
        return stdlib_of(self.path, self.identity)

    @property
    def build(self) -> str:
        """Return which build it is, or an empty text if nobody noted it."""
        try:
            return (self.path / _BUILD).read_text(encoding="utf-8").strip()
        except OSError:
            return ""


def executable_in(folder: Path, key: PythonKey) -> Path:
    """Return the interpreter of an installation, also of one that is damaged and has none."""
    if key.system == "windows":
        return folder / ("python.exe" if key.implementation == "cpython" else f"{key.implementation}.exe")
    names = list(executable_names(key))
    for name in names:
        if os.path.lexists(folder / "bin" / name):
            return folder / "bin" / name
    return folder / "bin" / names[0]


class ManagedFolder:
    """A folder of managed interpreters; it need not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def installed(self, host: Host) -> tuple[ManagedPython, ...]:
        """Return the interpreters in it that are for the host, newest first."""
        found = []
        for key, path in self.entries():
            if len(key.release) > 2 and (key.system, key.libc) == (host.system, host.libc):
                found.append(ManagedPython(identity=key, path=path))
        return tuple(sorted(found, key=lambda one: one.identity.order(host)))

    def entries(self) -> Iterator[tuple[PythonKey, Path]]:
        """Return everything with the name of an interpreter, links of minor versions too."""
        try:
            names = os.listdir(self.path)
        except OSError:
            return
        for name in names:
            key = PythonKey.parse(name)
            if key is not None:
                yield key, self.path / name

    @contextmanager
    def changing(self, check: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold the folder for a block, made if it is missing.

        Raises:
            StorageError: the folder cannot be written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            ignore = self.path / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*", encoding="utf-8")
        except OSError as error:
            raise storage_error(error, self.path) from error
        with file_lock(self.path / ".lock", check=check):
            yield

    @contextmanager
    def scratch(self, name: str) -> Iterator[Path]:
        """Provide an empty folder on the same file system, removed at the end."""
        place = self.path / _SCRATCH / f"{_MARK}{scratch_name(name)}"
        try:
            place.mkdir(parents=True)
        except OSError as error:
            raise storage_error(error, place) from error
        try:
            yield place
        finally:
            with suppress(StorageError):  # the next installation sweeps
                remove_tree(place)

    def sweep(self) -> None:
        """Remove what processes that died have left; call it while holding the folder."""
        with suppress(OSError), os.scandir(self.path / _SCRATCH) as entries:
            for entry in entries:
                if entry.name.startswith(_MARK):
                    with suppress(StorageError):
                        remove_tree(entry.path)

    def adopt(self, folder: Path, key: PythonKey, *, build: str) -> ManagedPython:
        """Move a complete interpreter to its place, in the place of one that is there.

        Raises:
            StorageError: it could not be moved; what was there is still there.
        """
        target = self.path / str(key)
        try:
            if build:
                (folder / _BUILD).write_text(build, encoding="utf-8")
            old = folder.with_name(f"{_MARK}{scratch_name('old')}")
            replaced = os.path.lexists(target)
            if replaced:
                os.rename(target, old)
            try:
                os.rename(folder, target)
            except BaseException:
                if replaced:
                    os.rename(old, target)
                raise
        except OSError as error:
            raise storage_error(error, target) from error
        if replaced:
            remove_tree(old)
        return ManagedPython(identity=key, path=target)

    def remove(self, python: ManagedPython) -> None:
        """Remove an interpreter; a crash on the way leaves nothing that looks like one.

        Raises:
            StorageError: it could not be removed.
        """
        with self.scratch(python.key) as place:
            try:
                os.rename(python.path, place / "removed")
            except OSError as error:
                raise storage_error(error, python.path) from error
            remove_tree(place / "removed")

    def link_minors(self, host: Host) -> None:
        """Let the folder of each minor version lead to its newest patch, and remove those that lead nowhere.

        Raises:
            StorageError: a link could not be written.
        """
        newest: dict[PythonKey, ManagedPython] = {}
        for python in self.installed(host):
            newest.setdefault(python.identity.minor, python)
        for minor, python in newest.items():
            _link(self.path / str(minor), python.path)
        for key, path in list(self.entries()):
            if len(key.release) == 2 and key not in newest and path.is_symlink() and not path.exists():
                _unlink(path)


def _link(path: Path, target: Path) -> None:
    try:
        if path.is_symlink():
            if os.readlink(path) == str(target):
                return
        elif path.exists():
            return  # a folder of its own: not ours to replace
        scratch = path.with_name(scratch_name(path.name))
        make_folder_link(scratch, target)
        os.replace(scratch, path)
    except OSError as error:
        raise storage_error(error, path) from error


def make_folder_link(path: Path, target: Path) -> None:
    """Make a link to a folder; on Windows a junction, for which nobody needs a privilege."""
    if os.name != "nt":
        path.symlink_to(target, target_is_directory=True)
        return
    import _winapi

    _winapi.CreateJunction(str(target), str(path))  # type: ignore[attr-defined,unused-ignore]  # exists there only


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    except OSError as error:
        raise storage_error(error, path) from error
