"""Read a lock's packages as the values that the rest of uvkit works with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from packaging.version import Version

from uvkit.formats import LockDependency, LockDocument, LockMetadata, LockPackage, LockRequirement
from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import (
    DeclaredRequirement,
    DirectorySource,
    ExtraName,
    FileRow,
    GitSource,
    GroupName,
    IndexSource,
    LocalMetadata,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Upgrade,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import Preference

from .requirement_rows import requirement_of_row
from .targets import Targets


def member_names(document: LockDocument) -> tuple[ProjectName, ...]:
    """Return the members: those listed, or the one project in the folder of the lock."""
    if document.manifest.members:
        return tuple(map(project_name, document.manifest.members))
    return tuple(ProjectName(package.name) for package in document.packages if is_root(package))


def is_root(package: LockPackage) -> bool:
    """Tell whether a package is the source tree in the folder of the lock."""
    return isinstance(package.source, DirectorySource) and package.source.path == Path()


def resolved_distributions(document: LockDocument) -> tuple[ResolvedDistribution, ...]:
    """Return every package as a distribution, its edges with the short markers of the lock.

    Raises:
        ValueError: a marker or specifier does not parse.
    """
    targets = Targets(document.packages)
    versions = [None if package.version is None else Version(package.version) for package in document.packages]
    make = _Distributions(document, targets, versions)
    return tuple([make.distribution(number) for number in range(len(document.packages))])


def root_edges(document: LockDocument) -> tuple[ResolvedDependency, ...]:
    """Return the edges of requirements that belong to no member: of a script, or of a root without a project.

    Raises:
        ValueError: a marker or specifier does not parse.
    """
    targets = Targets(document.packages)
    manifest = document.manifest
    rows: list[tuple[str | None, LockRequirement]] = [(None, row) for row in manifest.requirements]
    rows += [(group, row) for group, group_rows in manifest.dependency_groups.items() for row in group_rows]
    return tuple(
        edge
        for group, row in rows
        for edge in _root_edges(row, [document.packages[position] for position in targets.named(row.name)], group)
    )


def _root_edges(
    row: LockRequirement, packages: Iterable[LockPackage], group: str | None
) -> Iterator[ResolvedDependency]:
    marker = MarkerSet.parse(row.marker)
    for package in packages:
        forks = [MarkerSet.parse(text) for text in package.resolution_markers]
        within = marker & _union(forks) if forks else marker
        if not within.is_empty():
            yield ResolvedDependency(
                project=ProjectName(package.name),
                version=None if package.version is None else Version(package.version),
                extras=frozenset(map(extra_name, row.extras)),
                marker=within,
                group=None if group is None else group_name(group),
                source=package.source,
            )


def _union(markers: list[MarkerSet]) -> MarkerSet:
    union = MarkerSet.nowhere()
    for marker in markers:
        union |= marker
    return union


class _Distributions:
    """Makes the distributions of one lock."""

    def __init__(self, document: LockDocument, targets: Targets, versions: list[Version | None]) -> None:
        self._packages = document.packages
        self._targets = targets
        self._versions = versions

    def distribution(self, number: int) -> ResolvedDistribution:
        package = self._packages[number]
        wheels = tuple(package.wheels)
        groups = package.default_groups
        return ResolvedDistribution(
            project=ProjectName(package.name),
            version=self._versions[number],
            source=package.source,
            fork_markers=tuple(map(MarkerSet.parse, package.resolution_markers)),
            rows=wheels if package.sdist is None else (package.sdist, *wheels),
            dependencies=tuple(self._edges(package)),
            metadata=_metadata(package),
            default_groups=tuple(map(group_name, groups)) if isinstance(groups, tuple) else groups,
            group_requires_python={group_name(name): text for name, text in package.group_requires_python.items()},
        )

    def _edges(self, package: LockPackage) -> Iterator[ResolvedDependency]:
        for entry in package.dependencies:
            yield self._edge(entry, None, None)
        for extra, entries in package.optional_dependencies.items():
            for entry in entries:
                yield self._edge(entry, extra_name(extra), None)
        for group, entries in package.dev_dependencies.items():
            for entry in entries:
                yield self._edge(entry, None, group_name(group))

    def _edge(self, entry: LockDependency, extra: ExtraName | None, group: GroupName | None) -> ResolvedDependency:
        position = self._targets.position(entry)
        return ResolvedDependency(
            project=ProjectName(entry.name),
            version=self._versions[position],
            extras=frozenset(map(ExtraName, entry.extras)),
            marker=MarkerSet.parse(entry.marker),
            extra=extra,
            group=group,
            source=self._packages[position].source,
        )


def _metadata(package: LockPackage) -> LocalMetadata | None:
    if isinstance(package.source, IndexSource | GitSource):
        return None
    return local_metadata(package.metadata or LockMetadata())


def local_metadata(table: LockMetadata) -> LocalMetadata:
    """Return what a metadata table says.

    Raises:
        ValueError: a marker or specifier does not parse.
    """
    return LocalMetadata(
        requires_dist=_declared(table.requires_dist),
        provides_extras=tuple(map(extra_name, table.provides_extras)),
        requires_dev={group_name(name): _declared(rows) for name, rows in table.requires_dev.items()},
    )


def _declared(rows: tuple[LockRequirement, ...]) -> tuple[DeclaredRequirement, ...]:
    return tuple(DeclaredRequirement(requirement=requirement_of_row(row), scope=row.conflict) for row in rows)


# -- what a new resolution takes over ----------------------------------------------------------------------------------


def fork_markers(document: LockDocument, bounds: PythonBounds) -> tuple[MarkerSet, ...]:
    """Return the forks within the Python bounds, which their texts leave out."""
    within = bounds.marker()
    return tuple(MarkerSet.parse(text) & within for text in document.resolution_markers)


def preferences(document: LockDocument, bounds: PythonBounds, upgrade: Upgrade) -> tuple[Preference, ...]:
    """Return the locked versions as preferences, except of projects to be upgraded.

    That of a project that came from elsewhere counts too, should it come from an index now.
    """
    within = bounds.marker()
    members = frozenset(member_names(document))
    return tuple(
        Preference(
            project=ProjectName(package.name),
            version=Version(package.version),
            index=package.source.index if isinstance(package.source, IndexSource) else None,
            markers=tuple(MarkerSet.parse(text).without_extras() & within for text in package.resolution_markers),
            hashes=_hashes(package),
        )
        for package in document.packages
        if package.version is not None and package.name not in members and not upgrade.releases(package.name)
    )


def commits(document: LockDocument, upgrade: Upgrade) -> tuple[GitSource, ...]:
    """Return the locked commits of repositories, except of projects to be upgraded."""
    found = (package.source for package in document.packages if not upgrade.releases(package.name))
    return tuple(dict.fromkeys(source for source in found if isinstance(source, GitSource)))


def _hashes(package: LockPackage) -> tuple[str, ...]:
    return tuple(row.hash for row in _files(package) if row.hash) if isinstance(package.source, IndexSource) else ()


def required_by_groups(document: LockDocument, groups: Collection[str]) -> frozenset[ProjectName]:
    """Return the projects that the groups of some names require, in members and in a root without a project."""
    tables = [package.dev_dependencies for package in document.packages]
    rows: list[LockDependency | LockRequirement] = [
        row for table in tables for name, entries in table.items() if name in groups for row in entries
    ]
    rows += [row for name, own in document.manifest.dependency_groups.items() if name in groups for row in own]
    return frozenset(project_name(row.name) for row in rows)


def _files(package: LockPackage) -> Iterator[FileRow]:
    if package.sdist is not None:
        yield package.sdist
    yield from package.wheels
