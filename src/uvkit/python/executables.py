"""The folder of executables: links by which managed interpreters are started from the search path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from uvkit.fs import scratch_name, storage_error

from .managed import ManagedPython


class BinFolder:
    """A folder on the search path; only links into folders of managed interpreters are ever replaced unasked."""

    def __init__(self, path: Path, managed: Iterable[str]) -> None:
        self.path = path
        self._managed = tuple(os.path.realpath(folder) + os.sep for folder in managed)

    def link(self, python: ManagedPython, name: str, *, force: bool) -> bool | None:
        """Let a name start an interpreter; true if it changed, false if it does so already, none if it is another's.

        Raises:
            StorageError: the link could not be written.
        """
        path = self.path / name
        target = python.stable_executable
        if os.path.lexists(path):
            if path.is_symlink() and os.readlink(path) == str(target):
                return False
            if not force and not self.is_ours(path):
                return None
        scratch = path.with_name(scratch_name(name))
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            scratch.symlink_to(target)
            os.replace(scratch, path)
        except OSError as error:
            raise storage_error(error, path) from error
        return True

    def is_ours(self, path: Path) -> bool:
        """Tell whether a file is a link to a managed interpreter, be it there or gone."""
        if not path.is_symlink():
            return False
        target = os.path.join(os.path.realpath(path.parent), os.readlink(path))
        real = os.path.join(os.path.realpath(os.path.dirname(target)), os.path.basename(target))
        return any(real.startswith(folder) or target.startswith(folder) for folder in self._managed)

    def linked_to(self, python: ManagedPython) -> tuple[str, ...]:
        """Return the names that start an interpreter, sorted."""
        try:
            names = sorted(os.listdir(self.path))
        except OSError:
            return ()
        inside = os.path.realpath(python.path) + os.sep
        return tuple(
            name
            for name in names
            if (self.path / name).is_symlink() and os.path.realpath(self.path / name).startswith(inside)
        )

    def unlink(self, name: str) -> None:
        """Remove a link.

        Raises:
            StorageError: it could not be removed.
        """
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, self.path / name) from error


def bin_directory(variables: Mapping[str, str], *, override: str = "UV_PYTHON_BIN_DIR") -> Path:
    """Return the user's folder of executables, by the variables that say so in order, or the usual one."""
    for name in (override, "XDG_BIN_HOME"):
        if variables.get(name):
            return Path(os.path.abspath(variables[name]))
    data = variables.get("XDG_DATA_HOME")
    if data:
        return Path(os.path.abspath(os.path.join(data, os.pardir, "bin")))
    home = variables.get("HOME") or os.path.expanduser("~")
    return Path(home, ".local", "bin")
