"""What is locked as entries of a `pylock.toml` (PEP 751)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from uvkit.errors import UnrepresentableLockError
from uvkit.formats import PylockArchive, PylockDirectory, PylockPackage, PylockVcs, file_url
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    ResolvedDistribution,
    is_url,
    without_credentials,
)

from .exported import Exported, LockView


class PylockEntries:
    """Makes the entries of one file: says where files and folders are, as seen from it.

    With ``movable`` local files stay relative to it, so that the file can be moved together with them.
    """

    def __init__(self, lock: LockView, exported: Exported, *, movable: bool = False) -> None:
        options = exported.options
        self._exported = exported
        self._root = options.root or (Path.cwd() if lock.path is None else lock.path.absolute().parent)
        self._folder = options.folder
        self._digest = options.digest
        self._names_indexes = options.indexes
        self._movable = movable
        self._problems: list[str] = []

    def check(self) -> None:
        """Refuse what the format cannot say.

        Raises:
            UnrepresentableLockError: a file has no hash.
        """
        if self._problems:
            raise UnrepresentableLockError(file_format="pylock.toml", problems=tuple(self._problems))

    def entry(self, one: ResolvedDistribution, marker: MarkerSet) -> PylockPackage:
        """Return the entry of a distribution."""
        entry = PylockPackage(name=one.project, marker="" if marker.is_everywhere() else str(marker))
        return self._described(entry, one)

    def _described(self, entry: PylockPackage, one: ResolvedDistribution) -> PylockPackage:
        version = None if one.version is None else str(one.version)
        match one.source:
            case IndexSource(index=index):
                rows = [self._file(row, index) for row in one.rows]
                return replace(
                    entry,
                    version=version,
                    index=(self._index(index) or None) if self._names_indexes else None,
                    sdist=next((row for row in rows if not row.filename.endswith(".whl")), None),
                    wheels=[row for row in rows if row.filename.endswith(".whl")],
                )
            case GitSource(path=str()):
                # PEP 751 has no key for an archive inside a repository; the repository itself would be another project.
                return replace(entry, version=version)
            case GitSource() as git:
                vcs = PylockVcs(
                    url=git.repository, commit=git.commit or "", reference=git.reference, subdirectory=git.subdirectory
                )
                return replace(entry, version=version, vcs=vcs)
            case DirectorySource() as tree:
                directory = PylockDirectory(
                    path=self._path(tree.path), editable=tree.editable if self._exported.keeps_editable(one) else None
                )
                return replace(entry, directory=directory)
            case ArchiveSource() as archive:
                return replace(entry, version=version, archive=self._archive(one, archive))
        raise AssertionError(one.source)

    def _path(self, path: Path) -> str:
        if self._folder is None or path.is_absolute():
            return path.as_posix()
        text = Path(os.path.relpath(self._root / path, self._folder)).as_posix()
        # As uv writes the folder of the lock seen from below.
        return f"{text}/" if path == Path() and text != "." else text

    def _index(self, index: str) -> str:
        if is_url(index) or not index or self._movable:
            return without_credentials(index) if is_url(index) else ""
        return file_url(self._root / index)

    def _file(self, row: FileRow, index: str) -> FileRow:
        if self._movable and not is_url(row.url):
            place = Path(index, row.url).as_posix()
            return row._replace(url=place, hash=row.hash or self._hash(row.filename, file_url(self._root / place)))
        url = row.url if is_url(row.url) else file_url(self._root / index / row.url)
        return row._replace(url=url, hash=row.hash or self._hash(row.filename, url))

    def _archive(self, one: ResolvedDistribution, source: ArchiveSource) -> PylockArchive:
        digest = next((row.hash for row in one.rows if row.hash), None)
        inside = source.subdirectory
        if source.url is None:
            path = source.path or Path()
            digest = digest or self._hash(path.name, file_url(self._root / path))
            return PylockArchive(path=self._path(path), subdirectory=inside, hash=digest or "")
        url = f"{source.url}#subdirectory={inside}" if inside else source.url
        return PylockArchive(url=url, subdirectory=inside, hash=digest or self._hash(one.project, source.url) or "")

    def _hash(self, name: str, url: str) -> str | None:
        digest = None if self._digest is None else self._digest(url)
        if digest is None:
            self._problems.append(f"`{name}` has no hash in the lock, and every file needs one")
        return digest
