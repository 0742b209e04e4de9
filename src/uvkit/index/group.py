"""`IndexSet`: several indexes under one strategy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeAlias

from packaging.version import Version

from uvkit.errors import InvalidMetadataError, SelectionError
from uvkit.formats import split_metadata
from uvkit.model import (
    CoreMetadata,
    DistributionFile,
    FileRow,
    Listing,
    MetadataRows,
    ProjectFiles,
    ProjectName,
    WheelFile,
    file_from_row,
    is_url,
    project_name,
    row_from_file,
)

from .access import Strategy
from .client import Index
from .listing import Found


class PackageIndex(Protocol):
    """What another kind of index implements; ``Index`` does."""

    @property
    def name(self) -> str:
        """Return the name by which a source pins it."""
        ...

    def files(self, project: str) -> ProjectFiles:
        """Return the project's files; none if it is not there."""
        ...

    def metadata(self, file: WheelFile) -> CoreMetadata:
        """Return the core metadata of a wheel."""
        ...

    def open(self, file: DistributionFile) -> AbstractContextManager[Iterator[bytes]]:
        """Give a file's bytes in pieces."""
        ...


class AdaptedIndex:
    """A ``PackageIndex`` that is not ours, seen as the rows that a resolution works with."""

    def __init__(self, index: PackageIndex) -> None:
        self._index = index
        self.name = index.name
        self.url = str(getattr(index, "url", index.name))
        self.explicit = bool(getattr(index, "explicit", False))

    def listing(self, project: ProjectName) -> Listing | None:
        """Return the project's files, or none if there are none."""
        rows: dict[str, list[FileRow]] = {}
        for file in self._index.files(project).files:
            rows.setdefault(str(file.version), []).append(row_from_file(file))
        return Listing.of(project, self.url, rows) if rows else None

    def cached_listing(self, project: ProjectName) -> Found | None:  # noqa: ARG002  # the interface of `Index`
        """Return nothing: what a foreign index knows is not known here."""
        return None

    def cached_metadata(self, row: FileRow) -> MetadataRows | None:  # noqa: ARG002  # likewise
        """Return nothing: what a foreign index knows is not known here."""
        return None

    def rows_metadata(self, row: FileRow, project: ProjectName, version: Version) -> MetadataRows:
        """Return the dependencies of a wheel."""
        file = file_from_row(row, project=project, version=version)
        if not isinstance(file, WheelFile):
            raise InvalidMetadataError(filename=row.filename, problems=("it is not a wheel",))
        return split_metadata(self._index.metadata(file))

    def files(self, project: str) -> ProjectFiles:
        """Return the project's files."""
        return self._index.files(project)

    def open(self, file: DistributionFile) -> AbstractContextManager[Iterator[bytes]]:
        """Give a file's bytes in pieces."""
        return self._index.open(file)

    def file_path(self, url: str) -> Path | None:
        """Return where a file lies that a foreign index names by path."""
        return None if is_url(url) else Path(url)


Member: TypeAlias = Index | AdaptedIndex


class IndexSet:
    """Indexes in the order of their priority.

    ``first-index`` takes a project from the first index that has it at all, which keeps a public index from shadowing a
    private one. Under the other two strategies ``listings`` returns all of them: ``unsafe-first-match`` means that the
    caller goes through them in turn, ``unsafe-best-match`` that it orders versions over all. ``find_links`` are asked
    for every project, and their versions compete with those of the index. An explicit index is asked only by name.
    ``make`` makes an index that is named by its address although it is none of these, as source trees elsewhere may do
    for their own requirements.
    """

    def __init__(
        self,
        indexes: Sequence[PackageIndex],
        *,
        strategy: Strategy = "first-index",
        find_links: Sequence[PackageIndex] = (),
        make: Callable[[str], PackageIndex] | None = None,
    ) -> None:
        self.strategy: Strategy = strategy
        self.indexes: tuple[Member, ...] = tuple(map(_member, indexes))
        self.find_links: tuple[Member, ...] = tuple(map(_member, find_links))
        self._make = make
        self._made: dict[str, Member] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return the identity of every index that is asked without being named."""
        return tuple(index.url for index in (*self.find_links, *self.indexes) if not index.explicit)

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings in the order of the indexes, of the one named if any is.

        Raises:
            IndexAccessError: an index failed.
            SelectionError: no index has the name.
        """
        if index is not None:
            listing = self.find(index).listing(project)
            return () if listing is None else (listing,)
        links = [_marked(listing) for link in self.find_links if (listing := link.listing(project)) is not None]
        found = []
        for member in self.indexes:
            if member.explicit:
                continue
            listing = member.listing(project)
            if listing is not None:
                found.append(listing)
                if self.strategy == "first-index":
                    break
        return (*links, *found)

    def cached_listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...] | None:
        """Return what ``listings`` would, if that needs no network; else none.

        Raises:
            SelectionError: no index has the name.
        """
        members = [self.find(index)] if index is not None else [m for m in self.indexes if not m.explicit]
        found = []
        for member in members:
            known = member.cached_listing(project)
            if known is None:
                return None
            if known.listing is not None:
                found.append(known.listing)
                if self.strategy == "first-index":
                    break
        if index is not None:
            return tuple(found)
        links = []
        for link in self.find_links:
            known = link.cached_listing(project)
            if known is None:
                return None
            if known.listing is not None:
                links.append(_marked(known.listing))
        return (*links, *found)

    def find(self, index: str) -> Member:
        """Return the index with a name or identity.

        Raises:
            SelectionError: there is none.
        """
        everything = (*self.indexes, *self.find_links)
        for member in everything:
            if index in (member.name, member.url):
                return member
        if self._make is not None and (is_url(index) or "/" in index):
            # Of two threads that make one, both take the one that is remembered.
            return self._made.get(index) or self._made.setdefault(index, _member(self._make(index)))
        names = tuple(member.name for member in everything)
        raise SelectionError(reason=f"no index is called `{index}`", available=names)

    def files(self, project: str, *, index: str | None = None) -> tuple[ProjectFiles, ...]:
        """Return the project's files, per index.

        Raises:
            IndexAccessError: an index failed.
            SelectionError: no index has the name.
        """
        return tuple(listing.to_project_files() for listing in self.listings(project_name(project), index=index))


def _marked(listing: Listing) -> Listing:
    listing.is_of_links = True
    return listing


def _member(index: PackageIndex) -> Member:
    return index if isinstance(index, (Index, AdaptedIndex)) else AdaptedIndex(index)
