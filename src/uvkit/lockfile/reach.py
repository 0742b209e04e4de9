"""Where each part of a distribution is wanted: the base comes with the resolution, extras are followed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from uvkit.markers import MarkerSet
from uvkit.model import ResolvedDistribution

# A distribution by its position, and the extra or none.
Node: TypeAlias = tuple[int, str | None]


def extra_markers(
    distributions: Sequence[ResolvedDistribution], targets: Sequence[Sequence[int]], roots: Mapping[int, MarkerSet]
) -> dict[Node, MarkerSet]:
    """Return the environments in which each extra that something asks for is wanted.

    ``targets`` gives the position of every edge's target. The distributions of ``roots`` have all their extras wanted.
    """
    asked: dict[Node, list[tuple[Node, MarkerSet]]] = {}
    for position, distribution in enumerate(distributions):
        for target, edge in zip(targets[position], distribution.dependencies, strict=True):
            parent = None if edge.extra is None or position in roots else edge.extra
            for extra in edge.extras:
                asked.setdefault((target, extra), []).append(((position, parent), edge.marker))
    asked = {node: edges for node, edges in asked.items() if node[0] not in roots}
    nowhere = MarkerSet.nowhere()
    reached = dict.fromkeys(asked, nowhere)

    def marker_of(node: Node) -> MarkerSet:
        return distributions[node[0]].marker if node[1] is None else reached.get(node, nowhere)

    # Each round can only widen the sets, and each set can only widen along the finite number of ways to reach it.
    changed = True
    while changed:
        changed = False
        for node, edges in asked.items():
            marker = reached[node]
            for origin, condition in edges:
                marker |= marker_of(origin) & condition
            if marker is not reached[node]:
                reached[node] = marker
                changed = True
    return reached
