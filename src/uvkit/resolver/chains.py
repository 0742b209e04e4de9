"""Who asked for a project: chains of names from the roots."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from uvkit.model import ProjectName, ResolvedDistribution


def chains(
    distributions: Iterable[ResolvedDistribution], roots: AbstractSet[ProjectName], project: ProjectName
) -> tuple[tuple[ProjectName, ...], ...]:
    """Return a shortest chain for each direct dependent of a project, from a root to the project, short ones first."""
    parents: dict[ProjectName, set[ProjectName]] = {}
    for one in distributions:
        for edge in one.dependencies:
            if edge.project != one.project:
                parents.setdefault(edge.project, set()).add(one.project)
    found: list[tuple[ProjectName, ...]] = [(project,)] if project in roots else []
    for parent in sorted(parents.get(project, ())):
        chain = _shortest(parents, roots, (parent, project))
        if chain is not None:
            found.append(chain)
    return tuple(sorted(found, key=lambda chain: (len(chain), chain)))


def _shortest(
    parents: dict[ProjectName, set[ProjectName]], roots: AbstractSet[ProjectName], end: tuple[ProjectName, ...]
) -> tuple[ProjectName, ...] | None:
    """Return the shortest chain from a root that ends with ``end``, breadth first."""
    waiting = [end]
    seen = set(end)
    for chain in waiting:
        if chain[0] in roots:
            return chain
        for parent in sorted(parents.get(chain[0], ())):
            if parent not in seen:
                seen.add(parent)
                waiting.append((parent, *chain))
    return None
