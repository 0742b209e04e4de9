"""Trees out of a graph that may have cycles. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uvkit.model import ProjectName

Edges = Mapping[ProjectName, Sequence[tuple[ProjectName, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeNode:
    """A project in a tree; ``required`` is the specifier (or URL) of the requirement between it and the one above.

    ``is_repeated`` marks one whose own requirements are shown elsewhere.
    """

    project: ProjectName
    version: str
    required: str | None = None  # none for a root
    children: tuple[TreeNode, ...] = ()
    is_repeated: bool = False

    def lines(self) -> Iterator[tuple[str, TreeNode]]:
        """Yield every node with the lines that lead to it drawn in front."""
        yield "", self
        for child in self.children:
            is_last = child is self.children[-1]
            for prefix, node in child.lines():
                first = node is child and not prefix
                branch = ("└── " if is_last else "├── ") if first else ("    " if is_last else "│   ")
                yield branch + prefix, node

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "name": self.project,
            "version": self.version,
            "required": self.required,
            "repeated": self.is_repeated,
            "dependencies": [child.to_dict() for child in self.children],
        }


def grown(
    roots: Sequence[ProjectName],
    edges: Edges,
    versions: Mapping[ProjectName, str],
    *,
    depth: int | None,
    prune: Collection[ProjectName],
    dedupe: bool,
) -> tuple[TreeNode, ...]:
    """Return trees below roots; what was followed once is not followed again."""
    seen: dict[ProjectName, bool] = {}

    def grow(name: ProjectName, required: str | None, path: tuple[ProjectName, ...]) -> TreeNode | None:
        if depth is not None and len(path) > depth:
            return None
        node = TreeNode(project=name, version=versions[name], required=required)
        if name in seen and (dedupe or name in path):
            return TreeNode(project=name, version=versions[name], required=required, is_repeated=seen[name])
        below = sorted((pair for pair in edges[name] if pair[0] not in prune), key=lambda pair: pair[0])
        seen[name] = bool(below)
        children = (grow(target, text, (*path, name)) for target, text in below)
        found = tuple(child for child in children if child is not None)
        return TreeNode(project=name, version=node.version, required=required, children=found)

    trees = (grow(root, None, ()) for root in roots)
    return tuple(tree for tree in trees if tree is not None)


def without_cycles(edges: Mapping[ProjectName, Sequence[ProjectName]]) -> dict[ProjectName, list[ProjectName]]:
    """Return the edges without some that close a cycle: the greedy choice of Eades, Lin and Smyth.

    Nodes are put in a row, sinks last, sources first, and otherwise the one with the most outgoing edges next; edges
    that lead back are left out.
    """
    outgoing = {name: [target for target in targets if target != name] for name, targets in edges.items()}
    incoming: dict[ProjectName, list[ProjectName]] = {name: [] for name in edges}
    for name, targets in outgoing.items():
        for target in targets:
            incoming[target].append(name)
    left = dict.fromkeys(edges)
    first: list[ProjectName] = []
    last: list[ProjectName] = []

    def degree(name: ProjectName, sides: Mapping[ProjectName, Sequence[ProjectName]]) -> int:
        return sum(other in left for other in sides[name])

    while left:
        sinks = [name for name in left if degree(name, outgoing) == 0]
        if sinks:
            last.extend(sinks)
            for name in sinks:
                del left[name]
            continue
        sources = [name for name in left if degree(name, incoming) == 0]
        chosen = sources or [max(reversed(left), key=lambda name: degree(name, outgoing) - degree(name, incoming))]
        first.extend(chosen)
        for name in chosen:
            del left[name]
    position = {name: number for number, name in enumerate([*first, *reversed(last)])}
    return {
        name: [target for target in targets if position[name] < position[target]] for name, targets in outgoing.items()
    }
