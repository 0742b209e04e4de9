"""The folder of tools: one environment for each, with a receipt in it; uv keeps the same folder in the same form."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.environment import Environment
from uvkit.errors import BrokenInterpreterError, InvalidEnvironmentError, InvalidTableError
from uvkit.formats import ToolReceipt, dump_tool_receipt, parse_tool_receipt
from uvkit.model import ProjectName, project_name

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.events import CancelToken
    from uvkit.python import PythonRequest

RECEIPT = "uv-receipt.toml"
# An environment that is about to be replaced; its name is no project's.
_ASIDE = ".replaced-"


@dataclass(frozen=True, slots=True)
class InstalledTool:
    """A tool as it was found: its receipt, or what is wrong with that, and its environment if that works."""

    project: ProjectName
    path: Path
    receipt: ToolReceipt | None
    environment: Environment | None
    problem: str = ""


class ToolFolder:
    """The environments of tools, and the executables that lead into them."""

    def __init__(self, directory: Path, executables: Path, cache: Cache) -> None:
        self.directory = directory
        self.executables = executables
        self._cache = cache

    @contextmanager
    def locked(self, cancel: CancelToken | None = None) -> Iterator[None]:
        """Keep other processes, those of uv as well, from changing tools during a block.

        What an earlier change that was cut short left half done is undone first.

        Raises:
            StorageError: the folder cannot be written to.
        """
        from uvkit.fs import file_lock, storage_error

        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            ignore = self.directory / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*", encoding="utf-8")
        except OSError as error:
            raise storage_error(error, self.directory) from error
        with file_lock(self.directory / ".lock", check=None if cancel is None else cancel.check):
            self._recover()
            yield

    def path(self, project: ProjectName) -> Path:
        """Return where the environment of a tool is, or is to be."""
        return self.directory / project

    def projects(self) -> tuple[ProjectName, ...]:
        """Return the tools that have a folder, sorted."""
        try:
            names = sorted(entry.name for entry in os.scandir(self.directory) if entry.is_dir())
        except OSError:
            return ()
        return tuple(project_name(name) for name in names if not name.startswith("."))

    def find(self, project: ProjectName) -> InstalledTool | None:
        """Return a tool if there is a folder of it."""
        path = self.path(project)
        if not path.is_dir():
            return None
        try:
            text = (path / RECEIPT).read_text(encoding="utf-8")
            receipt = parse_tool_receipt(text, path=path / RECEIPT)
        except (OSError, UnicodeDecodeError, InvalidTableError):
            return InstalledTool(project, path, None, None, "its receipt is missing or not valid")
        try:
            environment = Environment(path, cache=self._cache)
        except (BrokenInterpreterError, InvalidEnvironmentError) as error:
            return InstalledTool(project, path, receipt, None, str(error))
        return InstalledTool(project, path, receipt, environment)

    def write(self, project: ProjectName, receipt: ToolReceipt) -> None:
        """Write the receipt of a tool, which is what makes its folder a tool."""
        from uvkit.fs import write_atomic

        write_atomic(self.path(project) / RECEIPT, dump_tool_receipt(receipt).encode())

    def remove(self, project: ProjectName) -> None:
        """Delete the environment of a tool."""
        from uvkit.fs import remove_tree

        remove_tree(self.path(project))

    # -- replacing -----------------------------------------------------------------------------------------------------

    @contextmanager
    def replacing(self, project: ProjectName) -> Iterator[Path]:
        """Provide the place of a tool, free for a new environment; if the block fails, what was there is back.

        A crash is undone when tools are changed the next time.
        """
        from uvkit.fs import remove_tree

        path, aside = self.path(project), self.directory / f"{_ASIDE}{project}"
        if path.exists():
            os.rename(path, aside)
        try:
            yield path
        except BaseException:
            remove_tree(path)
            if aside.exists():
                os.rename(aside, path)
            raise
        if aside.exists():
            remove_tree(aside)

    def _recover(self) -> None:
        from uvkit.fs import remove_tree

        for name in os.listdir(self.directory):
            if not name.startswith(_ASIDE):
                continue
            aside, path = self.directory / name, self.directory / name.removeprefix(_ASIDE)
            if (path / RECEIPT).is_file():
                # The new one was complete.
                remove_tree(aside)
                continue
            remove_tree(path)
            os.rename(aside, path)


def default_directory(variables: Mapping[str, str]) -> Path:
    """Return where uv keeps tools, so that both manage the same ones."""
    told = variables.get("UV_TOOL_DIR")
    if told:
        return Path(told).absolute()
    if os.name == "nt":
        base = variables.get("APPDATA") or str(_home(variables) / "AppData" / "Roaming")
        return Path(base, "uv", "data", "tools")
    return _data_home(variables) / "uv" / "tools"


def default_executables(variables: Mapping[str, str]) -> Path:
    """Return where the executables of tools are put: a folder that is usually on the search path."""
    from uvkit.python import bin_directory

    return bin_directory(variables, override="UV_TOOL_BIN_DIR")


def _data_home(variables: Mapping[str, str]) -> Path:
    share = variables.get("XDG_DATA_HOME")
    return Path(share) if share and os.path.isabs(share) else _home(variables) / ".local" / "share"


def _home(variables: Mapping[str, str]) -> Path:
    name = "USERPROFILE" if os.name == "nt" else "HOME"
    return Path(variables[name]) if variables.get(name) else Path.home()


def users_python(variables: Mapping[str, str]) -> PythonRequest | None:
    """Return the interpreter that the user has pinned for everything; a folder's pin is none for tools."""
    from uvkit.python import VersionFile, user_version_file

    path = user_version_file(variables)
    return None if path is None or not path.is_file() else VersionFile.read(path).request
