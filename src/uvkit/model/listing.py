"""A project's files on one index, digested: versions newest first, rows decoded when asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

from packaging.version import Version

from .files import FileRow, ProjectFiles, file_from_row
from .names import ProjectName

T = TypeVar("T")


class Listing:
    """All files of one project on one index.

    ``versions`` are canonical texts (PEP 440), newest first. Nothing else is parsed until asked for: pages with
    thousands of files are common, and a resolution looks at a handful of versions of each. What the next resolution of
    the same process would work out again is kept with it (see `derived`). ``is_of_links`` marks what was found by
    links to files, which stand beside those of every index whatever the strategy.
    """

    __slots__ = ("_derived", "_objects", "_read", "_rows", "index", "is_of_links", "project", "versions")

    def __init__(
        self, project: ProjectName, index: str, *, versions: tuple[str, ...], read: Callable[[int], Sequence[FileRow]]
    ) -> None:
        self.project = project
        self.index = index
        self.versions = versions
        self.is_of_links = False
        self._read = read
        self._objects: list[Version | None] = [None] * len(versions)
        self._rows: dict[int, tuple[FileRow, ...]] = {}
        self._derived: dict[Hashable, object] = {}

    @classmethod
    def of(cls, project: ProjectName, index: str, rows: dict[str, list[FileRow]]) -> Listing:
        """Return a listing of rows by version text, in any order."""
        ordered = sorted(rows, key=Version, reverse=True)
        return cls(
            project, index, versions=tuple(str(Version(text)) for text in ordered), read=lambda i: rows[ordered[i]]
        )

    def __len__(self) -> int:
        return len(self.versions)

    def __repr__(self) -> str:
        return f"Listing({self.project!r}, {self.index!r}, {len(self.versions)} versions)"

    def version(self, position: int) -> Version:
        """Return the version at a position (0 is the newest)."""
        value = self._objects[position]
        if value is None:
            value = self._objects[position] = Version(self.versions[position])
        return value

    def rows(self, position: int) -> tuple[FileRow, ...]:
        """Return the files of the version at a position."""
        rows = self._rows.get(position)
        if rows is None:
            rows = self._rows[position] = tuple(FileRow._make(row) for row in self._read(position))
        return rows

    def derived(self, key: Callable[[Listing], T]) -> T:
        """Return what a function makes of the listing, which is kept as long as that; shared by all threads."""
        value = self._derived.get(key)
        if value is None:
            value = self._derived.setdefault(key, key(self))
        return cast("T", value)

    def find(self, version: Version) -> int | None:
        """Return the position of a version, or none."""
        position = bisect_left(_Descending(self), version)
        if position < len(self.versions) and self.version(position) == version:
            return position
        return None

    def to_project_files(self) -> ProjectFiles:
        """Return the public value with every file."""
        return ProjectFiles(
            project=self.project,
            index=self.index,
            files=tuple(
                file_from_row(row, project=self.project, version=self.version(position))
                for position in range(len(self.versions))
                for row in self.rows(position)
            ),
        )


class _Reversed:
    """A version that compares the other way round, for bisection in a descending list."""

    __slots__ = ("version",)

    def __init__(self, version: Version) -> None:
        self.version = version

    def __lt__(self, other: Version) -> bool:
        return self.version > other


class _Descending(Sequence[_Reversed]):
    """A listing's versions as a sequence that bisection can read."""

    __slots__ = ("listing",)

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    def __len__(self) -> int:
        return len(self.listing.versions)

    def __getitem__(self, position: int) -> _Reversed:  # type: ignore[override]  # bisection asks for single items only
        return _Reversed(self.listing.version(position))
