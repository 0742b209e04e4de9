"""The graph of a resolution: the distributions of all forks, what leads from one to another, and where it is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias, final

from uvkit.markers import MarkerSet
from uvkit.model import ExtraName, GroupName, ProjectName, Source
from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Dependency
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser

_EVERYWHERE: Final = MarkerSet.everywhere()
_NOWHERE: Final = MarkerSet.nowhere()

Identity: TypeAlias = "tuple[ProjectName, str, Source]"
Edges: TypeAlias = "dict[tuple[Node, Part], MarkerSet]"


class Solved(NamedTuple):
    """The answer for one fork."""

    marker: MarkerSet
    pins: Mapping[Key, Candidate]
    chooser: Chooser


class Part(NamedTuple):
    """An extra or a group of a distribution, or with neither the distribution itself."""

    extra: ExtraName | None = None
    group: GroupName | None = None


BASE: Final = Part()


@final
class Node:
    """A distribution: its parts with what each leads to, and where each is wanted; compared by identity."""

    __slots__ = ("candidate", "parts", "project", "reached", "source")

    def __init__(self, candidate: Candidate, source: Source) -> None:
        self.candidate: Final = candidate
        self.project: Final = candidate.key.project
        self.source: Final = source
        self.parts: dict[Part, Edges] = {}
        self.reached: dict[Part, MarkerSet] = {}


class Graph:
    """The union of all forks."""

    def __init__(self, solved: Sequence[Solved]) -> None:
        self._identities: dict[Identity, Node] = {}
        self._nodes: dict[Candidate, Node] = {}
        everywhere = _NOWHERE
        for one in solved:
            self._add(one)
            everywhere |= one.marker
        self.root: Final = self._node(solved[0].chooser.root)
        self._reach(everywhere)

    def nodes(self) -> Iterable[Node]:
        """Return all distributions, with the root."""
        return self._identities.values()

    def reached(self) -> list[Node]:
        """Return the distributions that are wanted somewhere, without the root."""
        return [node for node in self._identities.values() if BASE in node.reached and node is not self.root]

    def _node(self, candidate: Candidate) -> Node:
        node = self._nodes.get(candidate)
        if node is None:
            package, position = candidate.package, candidate.position
            source = package.source(position)
            identity = (package.project, package.text(position), source)
            node = self._identities.get(identity)
            if node is None:
                node = self._identities[identity] = Node(candidate, source)
            self._nodes[candidate] = node
        return node

    def _add(self, solved: Solved) -> None:
        fork, pins, chooser = solved
        for key, candidate in pins.items():
            node = self._node(candidate)
            own = node.parts.setdefault(BASE if key.is_base else Part(key.extra, key.group), {})
            for dependency in chooser.dependencies(candidate):
                if dependency.role == "self":
                    continue
                marker = dependency.marker if fork is _EVERYWHERE else dependency.marker & fork
                group = dependency.group
                edges = own if group is None else node.parts.setdefault(Part(None, group), {})
                child = self._node(pins[dependency.demands[0].key])
                for part in _parts(dependency):
                    known = edges.get((child, part))
                    edges[child, part] = marker if known is None else known | marker

    def _reach(self, everywhere: MarkerSet) -> None:
        """Work out where each part of each node is wanted: the union of the ways to it, until nothing changes."""
        root = self.root
        waiting: list[tuple[Node, Part]] = [(root, part) for part in root.parts]
        root.reached = dict.fromkeys(root.parts, everywhere)
        for node, part in waiting:  # grows while it is walked: breadth first, so that most nodes are final when met
            within = node.reached[part]
            if part.extra is not None and node is not root:
                _widen(node, BASE, within, waiting=waiting)
            for (child, wanted), edge in node.parts.get(part, {}).items():
                before = child.reached.get(wanted)
                if before is not _EVERYWHERE:
                    _widen(child, wanted, edge if within is _EVERYWHERE else within & edge, waiting=waiting)


def _widen(node: Node, part: Part, way: MarkerSet, *, waiting: list[tuple[Node, Part]]) -> None:
    before = node.reached.get(part, _NOWHERE)
    after = way if before is _NOWHERE else before | way
    if after is not before:
        node.reached[part] = after
        waiting.append((node, part))


def _parts(dependency: Dependency) -> tuple[Part, ...]:
    if not dependency.extras and not dependency.groups:
        return (BASE,)
    base = (BASE,) if dependency.base else ()
    return (*base, *[Part(extra) for extra in dependency.extras], *[Part(None, group) for group in dependency.groups])
