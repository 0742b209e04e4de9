"""Many forks, one graph: nodes united, the marker of every node and edge worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from packaging.version import Version

from uvkit.events import Notice
from uvkit.markers import MarkerSet
from uvkit.model import (
    DirectorySource,
    ExtraName,
    FileRow,
    GroupName,
    LocalMetadata,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Source,
    Target,
)

from .candidates import Refusal
from .choosing import Chooser
from .keys import Key
from .packages import Candidate, DirectPackage
from .resolution import Resolution
from .universe import ROOT, Universe, project_bounds, project_python
from .wheels import locked_rows

_EVERYWHERE = MarkerSet.everywhere()
_NOWHERE = MarkerSet.nowhere()


class Solved(NamedTuple):
    """The answer for one fork."""

    marker: MarkerSet
    pins: Mapping[Key, Candidate]
    chooser: Chooser


Identity: TypeAlias = "tuple[ProjectName, str, Source]"


class Part(NamedTuple):
    """An extra or a group of a distribution, or with neither the distribution itself."""

    extra: ExtraName | None = None
    group: GroupName | None = None


BASE = Part()


@dataclass(slots=True)
class Node:
    """A distribution in the making."""

    candidate: Candidate
    parts: dict[Part, dict[tuple[Identity, Part], MarkerSet]] = field(default_factory=dict)
    reached: dict[Part, MarkerSet] = field(default_factory=dict)


class Graph:
    """The union of all forks."""

    def __init__(self, solved: Sequence[Solved]) -> None:
        self.nodes: dict[Identity, Node] = {}
        self._identities: dict[Candidate, Identity] = {}
        for one in solved:
            self._add(one)
        root = self._identity(solved[0].chooser.root)
        everywhere = _NOWHERE
        for one in solved:
            everywhere |= one.marker
        self.root = self.nodes[root]
        self._reach(root, everywhere)

    def _identity(self, candidate: Candidate) -> Identity:
        identity = self._identities.get(candidate)
        if identity is None:
            package, position = candidate.package, candidate.position
            identity = (package.project, package.text(position), package.source(position))
            self._identities[candidate] = identity
        return identity

    def _add(self, solved: Solved) -> None:
        fork, pins, chooser = solved
        base_of = chooser.universe.keys.base
        for key, candidate in pins.items():
            identity = self._identity(candidate)
            node = self.nodes.get(identity)
            if node is None:
                node = self.nodes[identity] = Node(candidate)
            own = node.parts.setdefault(Part(key.extra, key.group), {})
            for dependency in chooser.dependencies(candidate):
                marker = dependency.marker if fork.is_everywhere() else dependency.marker & fork
                if dependency.role == "self":
                    continue
                group = dependency.group
                edges = own if group is None else node.parts.setdefault(Part(None, group), {})
                child = self._identity(pins[base_of(dependency.project)])
                for part in (
                    BASE,
                    *(Part(extra) for extra in dependency.extras),
                    *(Part(None, group) for group in dependency.groups),
                ):
                    known = edges.get((child, part))
                    edges[child, part] = marker if known is None else known | marker

    def _reach(self, root: Identity, everywhere: MarkerSet) -> None:
        """Work out where each part of each node is wanted: the union of the ways to it, until nothing changes."""
        waiting: list[tuple[Identity, Part, MarkerSet]] = [(root, part, everywhere) for part in self.nodes[root].parts]
        while waiting:
            identity, part, marker = waiting.pop()
            node = self.nodes[identity]
            before = node.reached.get(part, _NOWHERE)
            after = before | marker
            if after is before:
                continue
            node.reached[part] = after
            if part is not BASE and identity is not root:
                waiting.append((identity, BASE, after))
            for (child, wanted), edge in node.parts.get(part, {}).items():
                way = after & edge
                if not way.is_empty():
                    waiting.append((child, wanted, way))


def merge(solved: Sequence[Solved], universe: Universe) -> Resolution:
    """Return the resolution that the forks make together."""
    request = universe.request
    graph = Graph(solved)
    reached = {identity: node for identity, node in graph.nodes.items() if BASE in node.reached and identity[0] != ROOT}
    several = _several(reached)
    forks = [one.marker for one in solved]
    assemble = _Assembly(universe, graph, forks=forks, several=several)
    distributions = [assemble.distribution(identity, node) for identity, node in reached.items()]
    distributions.sort(key=_order)
    return Resolution(
        distributions=tuple(distributions),
        roots=assemble.roots(),
        forks=() if len(forks) == 1 and forks[0].is_everywhere() else tuple(forks),
        requires_python=project_python(request),
        notices=tuple(_notices(reached, universe)),
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


def _several(identities: Iterable[Identity]) -> frozenset[ProjectName]:
    seen: set[ProjectName] = set()
    return frozenset(name for name, _, _ in identities if name in seen or seen.add(name))  # type: ignore[func-returns-value]


class _Assembly:
    """Makes the public values."""

    def __init__(
        self, universe: Universe, graph: Graph, *, forks: Sequence[MarkerSet], several: frozenset[ProjectName]
    ) -> None:
        self._universe = universe
        self._graph = graph
        self._forks = forks
        self._several = several
        self._for_target = isinstance(universe.request.target, Target)
        self._bounds = project_bounds(universe.request)

    def roots(self) -> tuple[ResolvedDependency, ...]:
        """Return the edges of requirements that belong to no member."""
        members = self._universe.question.members
        edges = self._dependencies(self._graph.root)
        return tuple(edge for edge in edges if edge.project not in members or edge.group is not None)

    def distribution(self, identity: Identity, node: Node) -> ResolvedDistribution:
        """Return one distribution."""
        project, _, source = identity
        member = self._universe.question.members.get(project)
        marker = node.reached[BASE]
        return ResolvedDistribution(
            project=project,
            version=self._version(identity, node),
            source=source,
            marker=marker,
            fork_markers=self._fork_markers(marker) if project in self._several else (),
            rows=self._rows(node, marker),
            dependencies=self._dependencies(node),
            metadata=member.metadata if member else _metadata(node),
            default_groups=member.default_groups if member else None,
            group_requires_python=member.group_requires_python if member else {},
        )

    def _fork_markers(self, marker: MarkerSet) -> tuple[MarkerSet, ...]:
        return tuple(fork for fork in self._forks if not fork.is_disjoint(marker))

    def _rows(self, node: Node, marker: MarkerSet) -> tuple[FileRow, ...]:
        rows = node.candidate.package.rows(node.candidate.position)
        if self._for_target:
            return tuple(sorted(rows, key=lambda row: row.filename))
        return locked_rows(rows, self._bounds, marker)

    def _dependencies(self, node: Node) -> tuple[ResolvedDependency, ...]:
        found: list[ResolvedDependency] = []
        for part, edges in node.parts.items():
            if part not in node.reached:
                continue
            merged: dict[tuple[Identity, MarkerSet], set[ExtraName]] = {}
            for (child, wanted), marker in edges.items():
                # An edge that is never taken stays, as in uv's locks, if what it leads to is there for other reasons.
                if wanted.group is not None or wanted not in self._graph.nodes[child].reached:
                    continue
                extras = merged.setdefault((child, marker), set())
                if wanted.extra is not None:
                    extras.add(wanted.extra)
            found += (
                self._edge(child, part, marker=marker, extras=extras) for (child, marker), extras in merged.items()
            )
        return tuple(found)

    def _edge(self, child: Identity, part: Part, *, marker: MarkerSet, extras: set[ExtraName]) -> ResolvedDependency:
        return ResolvedDependency(
            project=child[0],
            version=self._version(child, self._graph.nodes[child]),
            extras=frozenset(extras),
            marker=marker,
            extra=part.extra,
            group=part.group,
            source=child[2],
        )

    def _version(self, identity: Identity, node: Node) -> Version | None:
        """Return the version to record: none where the backend of a source tree computes it."""
        member = self._universe.question.members.get(identity[0])
        if member is not None:
            return member.version
        package, position = node.candidate.package, node.candidate.position
        if isinstance(package, DirectPackage) and isinstance(identity[2], DirectorySource):
            rows = package.metadata(position)
            if not isinstance(rows, Refusal) and rows.dynamic_version:
                return None
        return package.version(position)


def _metadata(node: Node) -> LocalMetadata | None:
    package = node.candidate.package
    return package.local_metadata() if isinstance(package, DirectPackage) else None


def _notices(reached: Mapping[Identity, Node], universe: Universe) -> Iterable[Notice]:
    for project, version, refusal in dict.fromkeys(universe.refusals()):
        if refusal.code == "metadata":
            yield Notice("unusable-metadata", f"`{project}` {version} was passed over: {refusal.detail}")
    for (project, version, _), node in reached.items():
        candidate = node.candidate
        rows = candidate.package.rows(candidate.position)
        reasons = [row.yanked for row in rows if row.yanked is not None]
        if reasons and len(reasons) == len(rows):
            why = next(filter(None, reasons), "")
            yield Notice(
                "yanked",
                f"`{project}=={version}` is yanked" + (f" (reason: {why})" if why else ""),
                "choose another version unless you need exactly this one",
            )
        known = set(universe.lowering.extras(candidate)) if any(part.extra for part in node.parts) else set()
        for part in node.parts:
            if part.extra is not None and part.extra not in known:
                yield Notice("missing-extra", f"`{project}=={version}` does not have an extra named `{part.extra}`")
