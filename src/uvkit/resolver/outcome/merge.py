"""Many forks, one resolution: the graph of all of them as public values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from packaging.version import Version

from uvkit.events import Notice
from uvkit.markers import MarkerSet
from uvkit.model import (
    DirectorySource,
    ExtraName,
    FileRow,
    LocalMetadata,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Target,
)
from uvkit.resolver.candidates.packages import DirectPackage
from uvkit.resolver.search.universe import Universe, project_bounds, project_python

from .graph import BASE, Graph, Node, Part, Solved
from .resolution import Resolution

_NO_EXTRAS: Final[frozenset[ExtraName]] = frozenset()


def merge(solved: Sequence[Solved], universe: Universe) -> Resolution:
    """Return the resolution that the forks make together."""
    request = universe.request
    graph = Graph(solved)
    forks = [one.marker for one in solved]
    if universe.question.conflicts:
        from .activation import shorten_choices

        shorten_choices(graph, universe.question.conflicts, universe.question.members)
    nodes = graph.reached()
    several = _several(nodes)
    assembly = _Assembly(universe, forks=forks, several=several)
    return Resolution(
        distributions=tuple(sorted(map(assembly.distribution, nodes), key=_order if several else _project)),
        roots=assembly.roots(graph.root),
        forks=() if len(forks) == 1 and forks[0].is_everywhere() else tuple(forks),
        requires_python=project_python(request),
        notices=tuple(_notices(nodes, universe)),
        members=tuple(sorted(member.project for member in request.members)),
        environments=() if isinstance(request.target, Target) else request.target.environments,
        conflicts=request.conflicts,
        root_groups=tuple(sorted(request.groups)),
        default_groups=request.default_groups,
        no_binary=request.options.no_binary,
        no_build=request.options.no_build,
    )


def _order(one: ResolvedDistribution) -> tuple[str, bool, Version, str]:
    return (one.project, one.version is not None, one.version or Version("0"), repr(one.source))


def _project(one: ResolvedDistribution) -> str:
    return one.project  # which suffices where each is there once


def _several(nodes: Iterable[Node]) -> frozenset[ProjectName]:
    """Return the projects of which there are several distributions."""
    seen: set[ProjectName] = set()
    several: set[ProjectName] = set()
    for node in nodes:
        (several if node.project in seen else seen).add(node.project)
    return frozenset(several)


class _Assembly:
    """Makes the public values."""

    def __init__(self, universe: Universe, *, forks: Sequence[MarkerSet], several: frozenset[ProjectName]) -> None:
        self._members = universe.question.members
        self._forks = forks
        self._several = several
        self._for_target = isinstance(universe.request.target, Target)
        self._bounds = project_bounds(universe.request)
        # What many ask for under the same conditions is one edge to all of them.
        self._edges: dict[tuple[Node, Part, MarkerSet, frozenset[ExtraName]], ResolvedDependency] = {}

    def roots(self, root: Node) -> tuple[ResolvedDependency, ...]:
        """Return the edges of requirements that belong to no member."""
        edges = self._dependencies(root)
        return tuple(edge for edge in edges if edge.project not in self._members or edge.group is not None)

    def distribution(self, node: Node) -> ResolvedDistribution:
        """Return one distribution."""
        member = self._members.get(node.project)
        marker = node.reached[BASE]
        return ResolvedDistribution(
            project=node.project,
            version=self._version(node),
            source=node.source,
            marker=marker,
            fork_markers=self._fork_markers(marker) if node.project in self._several else (),
            rows=self._rows(node, marker),
            dependencies=self._dependencies(node),
            metadata=member.metadata if member else _metadata(node),
            default_groups=member.default_groups if member else None,
            group_requires_python=member.group_requires_python if member else {},
        )

    def _fork_markers(self, marker: MarkerSet) -> tuple[MarkerSet, ...]:
        return tuple(fork for fork in self._forks if not fork.is_disjoint(marker))

    def _rows(self, node: Node, marker: MarkerSet) -> tuple[FileRow, ...]:
        package, position = node.candidate.package, node.candidate.position
        if self._for_target:
            return tuple(sorted(package.rows(position), key=lambda row: row.filename))
        return package.locked(position, self._bounds, marker.without_extras())

    def _dependencies(self, node: Node) -> tuple[ResolvedDependency, ...]:
        found: list[ResolvedDependency] = []
        for part, edges in node.parts.items():
            if part not in node.reached:
                continue
            merged: dict[tuple[Node, MarkerSet], frozenset[ExtraName]] = {}
            for (child, wanted), marker in edges.items():
                # An edge that is never taken stays, as in uv's locks, if what it leads to is there for other reasons.
                if wanted.group is not None or wanted not in child.reached:
                    continue
                extras = merged.get((child, marker), _NO_EXTRAS)
                merged[child, marker] = extras if wanted.extra is None else extras | {wanted.extra}
            found += [self._edge(child, part, marker=marker, extras=some) for (child, marker), some in merged.items()]
        return tuple(found)

    def _edge(self, child: Node, part: Part, *, marker: MarkerSet, extras: frozenset[ExtraName]) -> ResolvedDependency:
        edge = self._edges.get((child, part, marker, extras))
        if edge is None:
            edge = self._edges[child, part, marker, extras] = ResolvedDependency(
                project=child.project,
                version=self._version(child),
                extras=extras,
                marker=marker,
                extra=part.extra,
                group=part.group,
                source=child.source,
            )
        return edge

    def _version(self, node: Node) -> Version | None:
        """Return the version to record: none where the backend of a source tree computes it."""
        member = self._members.get(node.project)
        if member is not None:
            return member.version
        package, position = node.candidate.package, node.candidate.position
        is_tree = isinstance(node.source, DirectorySource)
        if is_tree and isinstance(package, DirectPackage) and package.metadata(position).dynamic_version:
            return None
        return package.version(position)


def _metadata(node: Node) -> LocalMetadata | None:
    package = node.candidate.package
    return package.local_metadata() if isinstance(package, DirectPackage) else None


def _notices(nodes: Iterable[Node], universe: Universe) -> Iterator[Notice]:
    for project, version, refusal in dict.fromkeys(universe.refusals()):
        if refusal.code == "metadata":
            yield Notice("unusable-metadata", f"`{project}` {version} was passed over: {refusal.detail}")
    for node in nodes:
        candidate = node.candidate
        name = f"`{node.project}=={candidate.version}`"
        rows = candidate.package.rows(candidate.position)
        reasons = [row.yanked for row in rows if row.yanked is not None]
        if reasons and len(reasons) == len(rows):
            why = next(filter(None, reasons), "")
            text = f"{name} is yanked" + (f" (reason: {why})" if why else "")
            yield Notice("yanked", text, "choose another version unless you need exactly this one")
        extras = [part.extra for part in node.parts if part.extra is not None]
        known = set(universe.lowering.extras(candidate)) if extras else set()
        for extra in extras:
            if extra not in known:
                yield Notice("missing-extra", f"{name} does not have an extra named `{extra}`")
