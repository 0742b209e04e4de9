"""Which conflicting items are active along the ways to a distribution, and what that says about the edges beyond.

Edges of forks that were made for conflict sets carry the choice of the fork. Most of it is said already by how one
comes to an edge: below an extra, that extra is active, and what conflicts with it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from uvkit.markers import MarkerSet
from uvkit.model import ConflictItem

from .conflict_sets import ConflictSets, encoded
from .graph import Edges, Graph, Node, Part

# The items of one way; a part of a distribution may have many.
_Way: TypeAlias = "frozenset[ConflictItem]"


class _Known(NamedTuple):
    """What a way says: the artificial extras that are active on it, and those that cannot be."""

    active: frozenset[str]
    inactive: frozenset[str]

    def assumed(self, marker: MarkerSet) -> MarkerSet:
        """Return the marker for those who came this way."""
        for name in self.active:
            marker = marker.with_extra(name, active=True)
        for name in self.inactive - self.active:
            marker = marker.with_extra(name, active=False)
        return marker


def shorten_choices(graph: Graph, sets: ConflictSets) -> None:
    """Take from the edges of a graph what conflict sets and the ways to an edge say anyway."""
    impossible = ~sets.world()
    ways = _ways(graph.root, sets)
    for node in graph.nodes():
        node.reached = {part: marker | impossible for part, marker in node.reached.items()}
        for part, edges in node.parts.items():
            known = sorted(_known(ways.get((node, part), ()), sets), key=_order)
            for target, marker in edges.items():
                edges[target] = _shortened(marker | impossible, known)


def _shortened(marker: MarkerSet, known: list[_Known]) -> MarkerSet:
    if not known or not marker.extras():
        return marker
    choices = marker.only_extras()
    if all(choices.matches({}, extras=one.active) for one in known):
        for one in known:
            marker = one.assumed(marker)
        return marker
    first, *others = {one.assumed(marker) for one in known}
    return marker if others else first


def _ways(root: Node, sets: ConflictSets) -> dict[tuple[Node, Part], set[_Way]]:
    """Return the ways to each part of each distribution."""
    nothing: _Way = frozenset()
    found: dict[tuple[Node, Part], set[_Way]] = {(root, part): {nothing} for part in root.parts}
    waiting = [(root, part, nothing) for part in root.parts]
    while waiting:
        node, part, way = waiting.pop()
        edges: Edges = node.parts.get(part, {})
        for child, wanted in edges:
            item = _item(child, wanted)
            longer = way | {item} if item in sets.items else way
            known = found.setdefault((child, wanted), set())
            if longer not in known:
                known.add(longer)
                waiting.append((child, wanted, longer))
    return found


def _item(node: Node, part: Part) -> ConflictItem | None:
    if part.extra is None and part.group is None:
        return None
    return ConflictItem(project=node.project, extra=part.extra, group=part.group)


def _known(ways: Iterable[_Way], sets: ConflictSets) -> Iterator[_Known]:
    found: Final[set[_Known]] = set()
    for way in ways:
        inactive = {other for items in sets.sets for item in items if item in way for other in items if other != item}
        one = _Known(frozenset(map(encoded, way)), frozenset(map(encoded, inactive)))
        if one not in found:
            found.add(one)
            yield one


def _order(known: _Known) -> tuple[list[str], list[str]]:
    return sorted(known.active), sorted(known.inactive)
