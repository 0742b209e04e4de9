"""The one protocol through which the resolver sees the world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from packaging.version import Version

from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source


@dataclass(frozen=True, slots=True)
class Expectation:
    """A hint of what will be asked for: a project, the versions that matter, and the index it is pinned to."""

    project: ProjectName
    specifier: str = ""
    index: str | None = None


class MetadataSource(Protocol):
    """Where files and metadata come from. Calls block until the answer is there; answers never change within a run."""

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings in the order of the indexes; none if no index has it.

        Under the first-index strategy those of links and of the first index, whose versions compete. ``index`` names
        the index that a source pins.

        Raises:
            IndexAccessError: an index failed.
        """
        ...

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return the metadata of one file of a listing (of a source distribution by building it, where allowed).

        Raises:
            MetadataError, BuildError: the file cannot serve; the resolver rejects the version and remembers why.
            IndexAccessError: an index failed.
        """
        ...

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return the metadata of a direct source, and the source made exact (a git reference becomes a commit).

        Raises:
            SourceError, MetadataError, BuildError, IndexAccessError: it cannot be had.
        """
        ...

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for; returns at once and never raises."""
        ...


@runtime_checkable
class NamesIndexes(Protocol):
    """What a metadata source may also do, for advice: say where it looks."""

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes that are asked for every project, in their order, as listings name them."""
        ...
