"""A metadata source whose source trees require what their own `tool.uv.sources` make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from uvkit.model import (
    DirectorySource,
    FileRow,
    GitSource,
    Listing,
    LocalMetadata,
    MetadataRows,
    ProjectName,
    Source,
)
from uvkit.resolver import Expectation, MetadataSource


class TreeSources:
    """The files and metadata of another source.

    ``declared`` tells what a tree in a folder requires, ``in_repository`` what a project in a repository does, none if
    its core metadata says it all.
    """

    def __init__(
        self,
        source: MetadataSource,
        *,
        declared: Callable[[Path, MetadataRows], LocalMetadata],
        root: Path,
        in_repository: Callable[[GitSource, MetadataRows], LocalMetadata | None] | None = None,
    ) -> None:
        self._source = source
        self._declared = declared
        self._in_repository = in_repository
        self._root = root

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings."""
        return self._source.listings(project, index=index)

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata."""
        return self._source.metadata(project, version, row, index=index)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata and the exact source.

        Raises:
            InvalidTableError: the `pyproject.toml` of a tree is not valid, or a source in it cannot serve.
        """
        rows, exact = self._source.source_metadata(project, source)
        if isinstance(exact, DirectorySource):
            rows = replace(rows, declared=self._declared(self._root / exact.path, rows))
        elif self._in_repository is not None and isinstance(exact, GitSource) and exact.path is None:
            rows = replace(rows, declared=self._in_repository(exact, rows))
        return rows, exact

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect(items)

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes that are asked for every project."""
        names: Callable[[], tuple[str, ...]] | None = getattr(self._source, "index_names", None)
        return () if names is None else names()
