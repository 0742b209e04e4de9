"""A metadata source that remembers what it was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version

from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source
from uvkit.resolver import Expectation, MetadataSource


class Seen:
    """The files and metadata of another source, kept for the time after the resolution."""

    def __init__(self, source: MetadataSource) -> None:
        self._source = source
        self._listings: dict[tuple[ProjectName, str], Listing] = {}
        self.metadata_of: dict[tuple[ProjectName, Version | None], MetadataRows] = {}

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings."""
        found = self._source.listings(project, index=index)
        self._listings.update(((project, one.index), one) for one in found)
        return found

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata."""
        rows = self._source.metadata(project, version, row, index=index)
        self.metadata_of[project, version] = rows
        return rows

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata, and the exact source."""
        rows, exact = self._source.source_metadata(project, source)
        self.metadata_of[project, None] = rows
        return rows, exact

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect(items)

    def files(self, project: ProjectName, version: Version, *, index: str) -> tuple[FileRow, ...]:
        """Return every file of a version that the index lists, whatever the resolution made of it."""
        listing = self._listings.get((project, index))
        position = None if listing is None else listing.find(version)
        return () if listing is None or position is None else listing.rows(position)
