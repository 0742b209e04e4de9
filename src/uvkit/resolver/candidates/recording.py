"""What a lock records of a source that is not an index: the metadata as it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from packaging.specifiers import SpecifierSet

from uvkit.markers import MarkerSet
from uvkit.model import (
    DeclaredRequirement,
    DependencyRow,
    LocalMetadata,
    MetadataRows,
    Requirement,
    extra_name,
    project_name,
    source_from_url,
)


def local_metadata(rows: MetadataRows) -> LocalMetadata:
    """Return the record of core metadata, the test for its extra put back into each marker."""
    declared = list(_declared(rows.requires, MarkerSet.everywhere()))
    for extra, more in rows.extras.items():
        declared += _declared(more, MarkerSet.extra(extra))  # noqa: S610  # no Django here
    return LocalMetadata(requires_dist=tuple(declared), provides_extras=tuple(map(extra_name, rows.extras)))


def _declared(rows: Iterable[DependencyRow], within: MarkerSet) -> Iterator[DeclaredRequirement]:
    for row in rows:
        marker = MarkerSet.parse(row.marker) if row.marker else MarkerSet.everywhere()
        yield DeclaredRequirement(
            requirement=Requirement(
                project=project_name(row.project),
                extras=frozenset(map(extra_name, row.extras)),
                specifier=SpecifierSet(row.specifier),
                marker=marker & within,
                source=source_from_url(row.url) if row.url else None,
            )
        )
