"""Who asked for a project: chains of requirements from the roots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Self

from packaging.version import Version

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import ExtraName, GroupName, ProjectName, ResolvedDependency, ResolvedDistribution

# A project that half of the others need has more ways to it than anybody reads.
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """A distribution in a chain, and how it asks for the next: through which extra or group, and where.

    ``extras`` are those that are asked of it. The last link of a chain asks for nothing.
    """

    project: ProjectName
    versions: tuple[Version, ...] = ()  # several, where forks chose different ones that ask for the same
    extras: tuple[ExtraName, ...] = ()
    through: ExtraName | GroupName | None = None
    is_group: bool = False
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        versions = ", ".join(map(str, self.versions))
        text = f"{self.project}{extras} {versions}".rstrip()
        if self.through is not None:
            text += f" (group {self.through})" if self.is_group else f" (extra {self.through})"
        return text


class Chains(tuple[tuple[ProjectName, ...], ...]):  # noqa: SLOT001  # a tuple has no room for slots
    """Chains of names, one for each direct dependent of a project; printed, a line each with versions and conditions.

    ``links`` are the same chains in full.
    """

    links: tuple[tuple[ChainLink, ...], ...]

    def __new__(cls, links: Iterable[tuple[ChainLink, ...]] = ()) -> Self:
        """Return the chains that are made of links."""
        links = tuple(links)
        made = super().__new__(cls, (tuple(link.project for link in chain) for chain in links))
        made.links = links
        return made

    def __getnewargs__(self) -> tuple[tuple[tuple[ChainLink, ...], ...]]:
        return (self.links,)

    def __str__(self) -> str:
        lines = [_line(chain) for chain in self.links[:_SHOWN]]
        rest = [chain[-2].project for chain in self.links[_SHOWN:] if len(chain) > 1]
        if rest:
            lines.append(f"and {len(rest)} more, through {', '.join(rest)}")
        return "\n".join(lines)


def _line(chain: Sequence[ChainLink]) -> str:
    text = ""
    for link in chain:
        marker = str(link.marker)
        text += f"{link} -> " if not marker else f"{link} -> [{marker}] "
    return text.removesuffix(" -> ")


def chains_to(
    project: ProjectName,
    distributions: Iterable[ResolvedDistribution],
    roots: AbstractSet[ProjectName],
    *,
    python: PythonBounds | None = None,
) -> Chains:
    """Return a shortest chain for each direct dependent of a project, from a root to the project, short ones first.

    Markers say nothing of versions outside of ``python``.
    """
    edges = _Edges(distributions, python or PythonBounds.everything())
    found: list[tuple[ProjectName, ...]] = [(project,)] if project in roots else []
    for parent in sorted(edges.parents.get(project, ())):
        chain = _shortest(edges.parents, roots, (parent, project))
        if chain is not None:
            found.append(chain)
    return Chains(edges.linked(chain) for chain in sorted(found, key=lambda chain: (len(chain), chain)))


class _Edges:
    """The requirements of all distributions, by who makes them and what they are on."""

    def __init__(self, distributions: Iterable[ResolvedDistribution], python: PythonBounds) -> None:
        self._python: Final = python
        self.parents: Final[dict[ProjectName, set[ProjectName]]] = {}
        self._versions: dict[ProjectName, list[Version]] = {}
        self._between: dict[tuple[ProjectName, ProjectName], list[tuple[Version | None, ResolvedDependency]]] = {}
        for one in distributions:
            if one.version is not None:
                self._versions.setdefault(one.project, []).append(one.version)
            for edge in one.dependencies:
                if edge.project != one.project:
                    self.parents.setdefault(edge.project, set()).add(one.project)
                    self._between.setdefault((one.project, edge.project), []).append((one.version, edge))

    def linked(self, names: Sequence[ProjectName]) -> tuple[ChainLink, ...]:
        """Return a chain of names in full."""
        links: list[ChainLink] = []
        extras: frozenset[ExtraName] = frozenset()
        for name, following in zip(names, [*names[1:], None], strict=True):
            own = tuple(sorted(extras))
            if following is None:
                links.append(ChainLink(project=name, versions=tuple(self._versions.get(name, ())), extras=own))
                continue
            found = self._between[name, following]
            _, first = min(found, key=lambda one: (one[1].extra is not None, one[1].group is not None))
            part = (first.extra, first.group)
            alike = [(version, edge) for version, edge in found if (edge.extra, edge.group) == part]
            marker = MarkerSet.nowhere()
            for _, edge in alike:
                marker |= edge.marker
            links.append(
                ChainLink(
                    project=name,
                    versions=tuple(dict.fromkeys(version for version, _ in alike if version is not None)),
                    extras=own,
                    through=first.extra if first.extra is not None else first.group,
                    is_group=first.group is not None,
                    marker=marker.simplify_python(self._python),
                )
            )
            extras = first.extras
        return tuple(links)


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
