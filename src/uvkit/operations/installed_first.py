"""A metadata source in which installed distributions are versions like those of an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from packaging.version import Version

from uvkit.errors import InvalidMetadataError, OfflineError
from uvkit.formats import parse_metadata
from uvkit.model import (
    FileRow,
    InstallSet,
    Listing,
    MetadataRows,
    PinnedDistribution,
    ProjectName,
    ResolvedDistribution,
    Source,
)

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution
    from uvkit.resolver import Expectation, MetadataSource

Names: TypeAlias = "frozenset[ProjectName] | Literal['all']"

# No file of an index has this address; what is installed is fetched from nowhere.
_PLACE = "installed:"
# Older than every cut-off: whatever was allowed in may stay.
_UPLOADED = "1970-01-01T00:00:00Z"


class InstalledFirst:
    """The files and metadata of another source, with installed versions in place of the index's, or beside them.

    A project that ``released`` names keeps its installed version only where the index does not have it.
    """

    def __init__(
        self,
        source: MetadataSource,
        installed: Iterable[InstalledDistribution],
        *,
        released: Callable[[str], bool],
        no_binary: Names = frozenset(),
    ) -> None:
        self._source = source
        self._released = released
        self._no_binary = no_binary
        self._installed: dict[ProjectName, tuple[InstalledDistribution, MetadataRows]] = {}
        self._waiting = {one.project: one for one in installed}

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings, the installed version among the first one's.

        Raises:
            IndexAccessError: an index failed; being offline is no failure for what is installed.
        """
        one = self._known(project) if index is None else None
        if one is None:
            return self._source.listings(project, index=index)
        try:
            found = self._source.listings(project)
        except OfflineError:
            found = ()
        first = found[0] if found else Listing(project, _PLACE, versions=(), read=lambda _: ())
        if self._released(project) and first.find(one.version) is not None:
            return found
        return (_with_version(first, one.version, self._row(one)), *found[1:])

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata; that of an installed version is beside it."""
        if row.url == _PLACE:
            return self._installed[project][1]
        return self._source.metadata(project, version, row, index=index)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata, and the exact source."""
        return self._source.source_metadata(project, source)

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect(items)

    def _known(self, project: ProjectName) -> InstalledDistribution | None:
        """Return what is installed of a project, if it can say what it requires."""
        one = self._waiting.pop(project, None)
        raw = None if one is None else one.metadata()
        if one is not None and raw is not None:
            try:
                self._installed[project] = (one, parse_metadata(raw, filename=str(one.dist_info)))
            except InvalidMetadataError:
                # What is damaged is chosen and installed anew.
                return None
        known = self._installed.get(project)
        return None if known is None else known[0]

    def _row(self, one: InstalledDistribution) -> FileRow:
        archive = self._no_binary == "all" or one.project in self._no_binary
        ending = ".tar.gz" if archive else "-py3-none-any.whl"
        name = f"{one.project.replace('-', '_')}-{one.version}{ending}"
        return FileRow(name, _PLACE, None, None, None, _UPLOADED, None, None)


def is_installed(distribution: ResolvedDistribution) -> bool:
    """Tell whether a distribution was chosen because it is installed."""
    return any(row.url == _PLACE for row in distribution.rows)


def without_installed(wanted: InstallSet) -> tuple[InstallSet, frozenset[ProjectName]]:
    """Return what is left to install, and the projects that stay as they are."""
    kept = frozenset(pin.project for pin in wanted if _stays(pin))
    if not kept:
        return wanted, kept
    return InstallSet(tuple(pin for pin in wanted if pin.project not in kept), wanted.target), kept


def _stays(pin: PinnedDistribution) -> bool:
    return pin.file is not None and pin.file.url == _PLACE


def _with_version(listing: Listing, version: Version, row: FileRow) -> Listing:
    """Return a listing in which a version has one file, whether it was there or not."""
    position = listing.find(version)
    if position is not None:
        versions, skipped = listing.versions, 0
    else:
        position = sum(listing.version(i) > version for i in range(len(listing)))
        versions, skipped = (*listing.versions[:position], str(version), *listing.versions[position:]), 1

    def read(at: int) -> Sequence[FileRow]:
        if at == position:
            return (row,)
        return listing.rows(at - skipped if at > position else at)

    result = Listing(listing.project, listing.index, versions=versions, read=read)
    result.is_of_links = listing.is_of_links
    return result
