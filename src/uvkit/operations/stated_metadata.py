"""Metadata that `dependency-metadata` states for what comes from one place: the place itself is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from packaging.version import Version

from uvkit.model import (
    CoreMetadata,
    DirectorySource,
    FileRow,
    GitSource,
    Listing,
    MetadataRows,
    ProjectName,
    Source,
    specifier_or_none,
)
from uvkit.resolver import Expectation, MetadataSource, StaticMetadata, direct_metadata

Exact = Callable[[GitSource, ProjectName], GitSource]


class StatedMetadata:
    """The files and metadata of another source, but for direct sources whose metadata is stated.

    ``exact`` gives the commit of a repository.
    """

    def __init__(self, source: MetadataSource, stated: Iterable[StaticMetadata], *, exact: Exact | None) -> None:
        self._source = source
        self._stated = {rows.project: rows for rows in map(stated_rows, direct_metadata(stated).values())}
        self._exact = exact

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings."""
        return self._source.listings(project, index=index)

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata."""
        return self._source.metadata(project, version, row, index=index)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata and the exact source."""
        from uvkit.project import recorded_metadata

        rows = self._stated.get(project)
        if rows is None:
            return self._source.source_metadata(project, source)
        if isinstance(source, DirectorySource):
            return replace(rows, declared=recorded_metadata(rows)), source
        if isinstance(source, GitSource) and self._exact is not None:
            return rows, self._exact(source, project)
        # An archive has to be fetched for its digest, which every lock names.
        return rows, self._source.source_metadata(project, source)[1]

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect(items)

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes that are asked for every project."""
        names: Callable[[], tuple[str, ...]] | None = getattr(self._source, "index_names", None)
        return () if names is None else names()


def stated_rows(entry: StaticMetadata) -> MetadataRows:
    """Return an entry as the rows of metadata."""
    from uvkit.formats import split_metadata

    return split_metadata(
        CoreMetadata(
            project=entry.project,
            version=entry.version or Version("0"),
            requires_dist=entry.requires_dist,
            requires_python=specifier_or_none(entry.requires_python),
            provides_extra=entry.provides_extra,
        )
    )
