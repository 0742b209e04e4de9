"""Which conflicting items are active along the ways to a distribution, and what that says about the edges beyond.

Edges of forks that were made for conflict sets carry the choice of the fork. Most of it is said already by how one
comes to an edge: below an extra, that extra is active, and what conflicts with it is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import TypeAlias

from uvkit.markers import MarkerSet
from uvkit.model import ConflictItem, ProjectName
from uvkit.resolver.demands.conflict_sets import ConflictSets, encoded

from .graph import Edges, Graph, Node, Part

# The items of one way; a part of a distribution may have many.
_Way: TypeAlias = "frozenset[ConflictItem]"


def shorten_choices(
    graph: Graph, sets: ConflictSets, *, forks: Iterable[MarkerSet], members: Container[ProjectName]
) -> None:
    """Take from the edges of a graph what conflict sets and the ways to an edge say anyway.

    Where one thing leads to a project by several edges, what tells them apart stays, also if it is said already: uv's
    locks have it. There, less is taken away, too, where the environments of ``forks`` overlap.
    """
    is_plain = _are_apart(forks)
    ways = _ways(graph.root, members)
    for node in graph.nodes():
        node.reached = {part: sets.settled(marker) for part, marker in node.reached.items()}
        for part, edges in node.parts.items():
            ways_here = ways.get((node, part), set())
            settled = sets.settled if is_plain or all(ways_here) else sets.impossible.__or__
            projects = Counter(child.project for child, _ in edges)
            for (child, wanted), whole in edges.items():
                marker = edges[child, wanted] = settled(whole)
                if marker.extras() and projects[child.project] == 1:
                    choices = set(graph.choices.get((node, part, child, wanted), {}).values())
                    if len(choices) == 1 or len(ways_here) == 1:
                        edges[child, wanted] = _shortened(marker, ways_here, sets)


def _are_apart(forks: Iterable[MarkerSet]) -> bool:
    """Tell whether the environments of forks are the same or have nothing in common."""
    plain = tuple(dict.fromkeys(fork.without_extras() for fork in forks))
    return all(one.is_disjoint(other) for number, one in enumerate(plain) for other in plain[:number])


def _shortened(marker: MarkerSet, ways: Iterable[_Way], sets: ConflictSets) -> MarkerSet:
    """Return a marker without what those know who came along the ways."""
    if _is_said(marker, ways):
        short = marker
        for way in sorted(ways, key=_order):
            short = _assumed(short, way, sets)
        if all(ways) or not short.extras():
            return short
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


def _is_said(marker: MarkerSet, ways: Iterable[_Way]) -> bool:
    """Tell whether what is active on each way is all that a marker asks for."""
    choices = marker.only_extras()
    return all(choices.matches({}, extras=set(map(encoded, way))) for way in ways)


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
