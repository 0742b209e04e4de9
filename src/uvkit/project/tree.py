"""One source tree on disk: its `pyproject.toml`, read once, and what follows from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import InvalidTableError, ProjectNotFoundError

if TYPE_CHECKING:
    from uvkit.formats import Pyproject, ToolTable
    from uvkit.model import ProjectName

FILE_NAME = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """A folder with a `pyproject.toml`; ``digest`` is that of the file's bytes."""

    root: Path
    tables: Pyproject
    digest: bytes

    @classmethod
    def read(cls, root: Path, data: bytes | None = None) -> SourceTree:
        """Return the tree at an absolute path, with other content of its file if that is given.

        Raises:
            ProjectNotFoundError: there is no `pyproject.toml`.
            InvalidTableError: the file is not valid.
        """
        path = root / FILE_NAME
        if data is None:
            try:
                data = path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                raise ProjectNotFoundError(start=root) from None
        from uvkit.formats import parse_pyproject

        return cls(root=root, tables=parse_pyproject(decoded(data, path), path), digest=digest_of(data))

    @property
    def name(self) -> ProjectName | None:
        """Return the project's name, or none without a `[project]` table."""
        return None if self.tables.project is None else self.tables.project.name

    @property
    def settings(self) -> ToolTable:
        """Return the `[tool.uv]` table."""
        return self.tables.settings

    @property
    def is_package(self) -> bool | None:
        """Tell whether the tree is built and installed itself; none if nothing says so and it has no build system."""
        declared = self.settings.get("package")
        if declared is not None:
            return declared
        return True if self.tables.build_system is not None else None

    @property
    def is_managed(self) -> bool:
        """Tell whether the project wants to be handled at all."""
        return self.settings.get("managed", True)


def decoded(data: bytes, path: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        InvalidTableError: the bytes are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidTableError(path=path, problems=(("", f"not UTF-8 at byte {error.start}"),)) from error


def digest_of(data: bytes) -> bytes:
    """Return a digest that tells texts apart."""
    return blake2b(data, digest_size=16).digest()


def absolute(path: str | os.PathLike[str]) -> Path:
    """Return the path made absolute and without `.` and `..`; links are not followed."""
    return Path(os.path.abspath(path))  # `Path.resolve` would follow links


def nearest(start: Path) -> Path | None:
    """Return the closest folder with a `pyproject.toml`, from ``start`` upwards."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return None


class Reader:
    """Reads trees, each once, and remembers what it saw; ``contents`` are what some files are to hold."""

    def __init__(self, contents: Mapping[Path, bytes] | None = None) -> None:
        self._contents = contents or {}
        self._trees: dict[Path, SourceTree | None] = {}
        self._others: dict[Path, bytes] = {}

    def tree(self, root: Path) -> SourceTree:
        """Return the tree at a path.

        Raises:
            ProjectNotFoundError, InvalidTableError: there is none.
        """
        known = self.find(root)
        if known is None:
            raise ProjectNotFoundError(start=root)
        return known

    def find(self, root: Path) -> SourceTree | None:
        """Return the tree at a path, or none if there is no `pyproject.toml`."""
        if root not in self._trees:
            try:
                self._trees[root] = SourceTree.read(root, self._contents.get(root / FILE_NAME))
            except ProjectNotFoundError:
                self._trees[root] = None
        return self._trees[root]

    def find_text(self, path: Path) -> str | None:
        """Return the text of another file, or none if there is no such file."""
        try:
            return self.text(path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def text(self, path: Path) -> str:
        """Return the text of another file.

        Raises:
            OSError: it cannot be read.
            InvalidTableError: it is not UTF-8.
        """
        data = path.read_bytes()
        self._others[path] = digest_of(data)
        return decoded(data, path)

    def digests(self) -> Mapping[Path, bytes]:
        """Return the digest of every file that was read."""
        trees = {tree.tables.path: tree.digest for tree in self._trees.values() if tree is not None}
        return trees | self._others
