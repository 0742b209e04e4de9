"""A metadata source whose distributions require nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from packaging.version import Version

from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source
from uvkit.resolver import Expectation, MetadataSource


class Bare:
    """The files and metadata of another source, without the dependencies; extras exist and are empty."""

    def __init__(self, source: MetadataSource) -> None:
        self._source = source

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings."""
        return self._source.listings(project, index=index)

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata without its dependencies."""
        return _stripped(self._source.metadata(project, version, row, index=index))

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata without its dependencies, and the exact source."""
        metadata, exact = self._source.source_metadata(project, source)
        return _stripped(metadata), exact

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect(items)


def _stripped(metadata: MetadataRows) -> MetadataRows:
    return replace(metadata, requires=(), extras=dict.fromkeys(metadata.extras, ()))
