"""Which conflicting items are active along the ways to a distribution, and what that says about the edges beyond.

Edges of forks that were made for conflict sets carry the choice of the fork. Most of it is said already by how one
comes to an edge: below an extra, that extra is active, and what conflicts with it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from typing import TypeAlias

from uvkit.markers import MarkerSet
from uvkit.model import ConflictItem, ProjectName
from uvkit.resolver.demands.conflict_sets import ConflictSets, encoded

from .graph import Edges, Graph, Node, Part

# The items of one way; a part of a distribution may have many.
_Way: TypeAlias = "frozenset[ConflictItem]"


def shorten_choices(graph: Graph, sets: ConflictSets, members: Container[ProjectName]) -> None:
    """Take from the edges of a graph what conflict sets and the ways to an edge say anyway.

    Where one thing leads to a project by several edges, what tells them apart stays, also if it is said already: uv's
    locks have it.
    """
    ways = _ways(graph.root, members)
    for node in graph.nodes():
        node.reached = {part: sets.settled(marker) for part, marker in node.reached.items()}
        for part, edges in node.parts.items():
            ways_here = sorted(ways.get((node, part), ()), key=_order)
            projects = Counter(child.project for child, _ in edges)
            for (child, wanted), whole in edges.items():
                marker = edges[child, wanted] = sets.settled(whole)
                if marker.extras() and projects[child.project] == 1:
                    edges[child, wanted] = _shortened(marker, ways_here, sets)


def _shortened(marker: MarkerSet, ways: Sequence[_Way], sets: ConflictSets) -> MarkerSet:
    """Return a marker without what those know who came along the ways."""
    if all(marker.with_extras(set(map(encoded, way))).is_everywhere() for way in ways):
        for way in ways:
            marker = _assumed(marker, way, sets)
        return marker
    reduced = {_assumed(marker, way, sets) for way in ways}
    return reduced.pop() if len(reduced) == 1 else marker


def _assumed(marker: MarkerSet, way: _Way, sets: ConflictSets) -> MarkerSet:
    for item in way:
        marker = marker.with_extra(encoded(item), active=True)
    for items in sets.sets:
        if not way.isdisjoint(items):
            for item in items:
                marker = marker.with_extra(encoded(item), active=False)
    return marker


def _order(way: _Way) -> list[str]:
    return sorted(map(encoded, way))


def _ways(root: Node, members: Container[ProjectName]) -> dict[tuple[Node, Part], set[_Way]]:
    """Return the ways to each part of each distribution, as the extras and groups of members on them."""
    nothing: _Way = frozenset()
    found: dict[tuple[Node, Part], set[_Way]] = {(root, part): {nothing} for part in root.parts}
    waiting = [(root, part, nothing) for part in root.parts]
    while waiting:
        node, part, way = waiting.pop()
        edges: Edges = node.parts.get(part, {})
        for child, wanted in edges:
            item = _item(child, wanted) if child.project in members else None
            longer = way if item is None else way | {item}
            known = found.setdefault((child, wanted), set())
            if longer not in known:
                known.add(longer)
                waiting.append((child, wanted, longer))
    return found


def _item(node: Node, part: Part) -> ConflictItem | None:
    if part.extra is None and part.group is None:
        return None
    return ConflictItem(project=node.project, extra=part.extra, group=part.group)
