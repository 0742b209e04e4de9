"""Turn a resolution and its question into the document of a lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from uvkit.formats import LockDependency, LockDocument, LockMetadata, LockPackage, direct_row
from uvkit.markers import MarkerSet, PythonBounds, RequiresPython
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    LocalMetadata,
    ResolvedDependency,
    ResolvedDistribution,
    Source,
    Universal,
)
from uvkit.resolver import Member, Resolution, ResolveRequest

from .edges import Edge, EdgeWriter, Identity, listed_order, repeated_names
from .head import default_groups, group_specifiers, manifest_table, metadata_table, options_table, sorted_conflicts
from .reach import Node, extra_markers


def assemble(resolution: Resolution, request: ResolveRequest) -> LockDocument:
    """Return the document, in the order in which it is written."""
    requires_python = resolution.requires_python or request.requires_python or RequiresPython.parse("")
    target = request.target if isinstance(request.target, Universal) else Universal()
    bounds = requires_python.bounds
    return LockDocument(
        requires_python=str(requires_python),
        resolution_markers=fork_texts(resolution.forks, bounds),
        supported_markers=tuple(str(marker.simplify_python(bounds)) for marker in target.environments),
        required_markers=tuple(str(marker.simplify_python(bounds)) for marker in target.required_environments),
        conflicts=sorted_conflicts(request.conflicts),
        options=options_table(request.options),
        manifest=manifest_table(request),
        packages=_Packages(resolution, request, bounds).rows(),
    )


def fork_texts(forks: Iterable[MarkerSet], bounds: PythonBounds) -> tuple[str, ...]:
    """Return the texts of fork markers in the order given, without those that hold everywhere.

    Parts about conflicting extras are only shown where the rest does not tell the forks apart.
    """
    forks = tuple(forks)
    plain = tuple(dict.fromkeys(fork.without_extras().simplify_python(bounds) for fork in forks))
    disjoint = all(one.is_disjoint(other) for number, one in enumerate(plain) for other in plain[:number])
    texts = map(str, plain if disjoint else (fork.simplify_python(bounds) for fork in forks))
    return tuple(dict.fromkeys(text for text in texts if text))


class _Packages:
    """The packages of one lock, sorted."""

    def __init__(self, resolution: Resolution, request: ResolveRequest, bounds: PythonBounds) -> None:
        self._request = request
        self._bounds = bounds
        self._forks = resolution.forks
        self._supported = _supported(resolution.forks, bounds)
        self._members = {member.project: member for member in request.members}
        identities = [Identity(d.project, _text(d), d.source) for d in resolution.distributions]
        order = listed_order(identities)
        self._distributions = [resolution.distributions[position] for position in order]
        self._identities = [identities[position] for position in order]
        self._positions = self._find_positions()
        targets = [[self._target(edge) for edge in d.dependencies] for d in self._distributions]
        roots = {number: d.marker for number, d in enumerate(self._distributions) if self._member(d) is not None}
        self._extra_markers = self._settled(extra_markers(self._distributions, targets, roots))
        self._edges = [
            _by_part(zip(row, d.dependencies, strict=True)) for row, d in zip(targets, self._distributions, strict=True)
        ]
        self._writer = EdgeWriter(self._identities, [extras for _, extras, _ in self._edges])
        self._shortened: dict[tuple[MarkerSet, MarkerSet], MarkerSet] = {}

    def _settled(self, markers: dict[Node, MarkerSet]) -> dict[Node, MarkerSet]:
        """Return the markers of extras as those of distributions are where items conflict."""
        if not self._request.conflicts:
            return markers
        from uvkit.resolver import settled_choices

        return {node: settled_choices(marker, self._request.conflicts) for node, marker in markers.items()}

    def _find_positions(self) -> dict[object, int]:
        positions: dict[object, int] = {}
        repeated = repeated_names(self._identities)
        for number, identity in enumerate(self._identities):
            # A name that stands for one package alone needs no look at versions.
            if identity.name not in repeated:
                positions[identity.name] = number
                continue
            positions[identity.name] = -1
            positions[identity] = number
            positions.setdefault((identity.name, identity.version), number)
        return positions

    def _target(self, edge: ResolvedDependency) -> int:
        only = self._positions[edge.project]
        if only >= 0:
            return only
        version = None if edge.version is None else str(edge.version)
        if edge.source is None:
            return self._positions[edge.project, version]
        return self._positions[Identity(edge.project, version, edge.source)]

    def _member(self, distribution: ResolvedDistribution) -> Member | None:
        member = self._members.get(distribution.project)
        return member if member is not None and _place(member.source) == _place(distribution.source) else None

    def rows(self) -> tuple[LockPackage, ...]:
        """Return the packages."""
        return tuple([self._row(number) for number in range(len(self._distributions))])

    def _row(self, number: int) -> LockPackage:
        distribution, identity = self._distributions[number], self._identities[number]
        member = self._member(distribution)
        base, extras, groups = self._edges[number]
        sdist, wheels = split_rows(distribution.rows or archive_rows(identity.source))
        return LockPackage(
            name=identity.name,
            version=identity.version,
            source=identity.source,
            default_groups=default_groups((member or distribution).default_groups),
            resolution_markers=self._fork_texts(distribution) if self._writer.is_ambiguous(identity.name) else (),
            dependencies=self._entries(number, None, base),
            sdist=sdist,
            wheels=wheels,
            optional_dependencies={name: self._entries(number, name, edges) for name, edges in sorted(extras.items())},
            dev_dependencies={name: self._entries(number, None, edges) for name, edges in sorted(groups.items())},
            group_requires_python=group_specifiers((member or distribution).group_requires_python),
            metadata=_metadata(
                identity.source, member.metadata if member else distribution.metadata, self._request.root
            ),
        )

    def _fork_texts(self, distribution: ResolvedDistribution) -> tuple[str, ...]:
        forks = distribution.fork_markers or self._forks
        # A fork may reach below the Python bounds; what it shares with a distribution only there does not count.
        wanted = distribution.marker & self._bounds.marker()
        return fork_texts((fork for fork in forks if not fork.is_disjoint(wanted)), self._bounds)

    def _entries(
        self, number: int, extra: str | None, edges: Sequence[tuple[int, ResolvedDependency]]
    ) -> tuple[LockDependency, ...]:
        if not edges:
            return ()
        distribution = self._distributions[number]
        parent = self._extra_markers.get((number, extra), distribution.marker) if extra else distribution.marker
        return self._writer.entries(
            Edge(target, edge.extras, self._shorten(edge.marker, parent)) for target, edge in edges
        )

    def _shorten(self, marker: MarkerSet, parent: MarkerSet) -> MarkerSet:
        """Return the marker of an edge without what requires-python, the parent and the forks say anyway."""
        if marker.is_everywhere():
            return marker
        known = self._shortened.get((marker, parent))
        if known is None:
            bounds = self._bounds
            inner = marker.simplify_python(bounds)
            outer = parent.without_extras().simplify_python(bounds)
            if not outer.is_everywhere():
                inner = inner.restrict(outer).simplify_python(bounds)
            known = inner
            if not self._supported.is_everywhere():
                known = (inner & self._supported).restrict(self._supported)
            self._shortened[marker, parent] = known
        return known


def _supported(forks: Sequence[MarkerSet], bounds: PythonBounds) -> MarkerSet:
    """Return the environments that some fork is for, without what the Python bounds say anyway."""
    if not forks:
        return MarkerSet.everywhere()
    supported = MarkerSet.nowhere()
    for fork in forks:
        supported |= fork.without_extras() & bounds.marker()
    return supported.simplify_python(bounds)


def _by_part(
    edges: Iterable[tuple[int, ResolvedDependency]],
) -> tuple[
    list[tuple[int, ResolvedDependency]],
    dict[str, list[tuple[int, ResolvedDependency]]],
    dict[str, list[tuple[int, ResolvedDependency]]],
]:
    """Return the edges of the distribution itself, of its extras and of its groups."""
    base: list[tuple[int, ResolvedDependency]] = []
    extras: dict[str, list[tuple[int, ResolvedDependency]]] = {}
    groups: dict[str, list[tuple[int, ResolvedDependency]]] = {}
    for target, edge in edges:
        if edge.extra is not None:
            extras.setdefault(edge.extra, []).append((target, edge))
        elif edge.group is not None:
            groups.setdefault(edge.group, []).append((target, edge))
        else:
            base.append((target, edge))
    return base, extras, groups


def archive_rows(source: Source) -> tuple[FileRow, ...]:
    """Return the one file of a direct archive, if its digest is known."""
    if isinstance(source, ArchiveSource | GitSource) and source.hashes:
        return (direct_row(source, str(source.hashes[0])),)
    return ()


def split_rows(rows: Sequence[FileRow]) -> tuple[FileRow | None, tuple[FileRow, ...]]:
    """Return the source archive among the files, and the wheels."""
    sdist: FileRow | None = None
    wheels: list[FileRow] = []
    for row in rows:
        if row.filename.endswith(".whl"):
            wheels.append(row)
        elif sdist is None:
            sdist = row
    return sdist, tuple(wheels)


def _metadata(source: Source, metadata: LocalMetadata | None, root: Path | None) -> LockMetadata | None:
    if metadata is None or isinstance(source, IndexSource | GitSource):
        return None
    return metadata_table(metadata, root)


def _text(distribution: ResolvedDistribution) -> str | None:
    return None if distribution.version is None else str(distribution.version)


def _place(source: Source) -> Path | None:
    return source.path if isinstance(source, DirectorySource) else None
