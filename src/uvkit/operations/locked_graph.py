"""What a lock says of who requires what, as trees. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from packaging.version import Version

from uvkit.lockfile import Lockfile
from uvkit.markers import MarkerSet
from uvkit.model import (
    ExtraName,
    GroupName,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    group_name,
)

from .trees import TreeNode

Holds: TypeAlias = Callable[[MarkerSet], bool]
_DEV = group_name("dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedNode(TreeNode):
    """A locked project in a tree.

    ``extras`` are those that the edge above asks for; ``extra`` or ``group`` is the part of the project above (below,
    in an inverted tree) that has the requirement. ``size`` is that of a wheel, in bytes; ``latest`` a newer version,
    where the project is shown first.
    ``is_cycle`` marks one that stands above itself already.
    """

    extras: tuple[ExtraName, ...] = ()
    extra: ExtraName | None = None
    group: GroupName | None = None
    size: int | None = None
    latest: Version | None = None
    is_cycle: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            **TreeNode.to_dict(self),
            "extras": list(self.extras),
            "extra": self.extra,
            "group": self.group,
            "size": self.size,
            "latest": None if self.latest is None else str(self.latest),
        }


@dataclass(frozen=True, slots=True)
class _Edge:
    """A requirement between two distributions, by their positions; ``source`` none is that of a root."""

    source: int | None
    target: int
    extras: frozenset[ExtraName]
    extra: ExtraName | None
    group: GroupName | None

    @property
    def key(self) -> tuple[int, str]:
        """Return what sorts the requirements of one project: its own, those of extras, those of groups."""
        if self.extra is not None:
            return 1, self.extra
        return (0, "") if self.group is None else (2, self.group)


class LockedGraph:
    """The part of a lock that a selection wants on some machine, or on any."""

    def __init__(self, lockfile: Lockfile, *, selection: Selection, holds: Holds | None = None) -> None:
        self._nodes: Sequence[ResolvedDistribution] = lockfile.distributions
        self._members = frozenset(lockfile.members)
        self._selection = selection
        self._holds = holds
        self._found = {(one.project, one.version, one.source): at for at, one in enumerate(self._nodes)}
        self._edges = [list(self._edges_of(at)) for at in range(len(self._nodes))]
        self._roots = [*self._member_roots(), *self._root_edges(lockfile.roots)]
        self._reached = self._reach()

    @property
    def distributions(self) -> tuple[ResolvedDistribution, ...]:
        """Return what is reached, sorted as in the lock."""
        return tuple(one for at, one in enumerate(self._nodes) if at in self._reached)

    def trees(
        self,
        packages: Collection[ProjectName] = (),
        *,
        invert: bool = False,
        depth: int | None = None,
        prune: Collection[ProjectName] = (),
        dedupe: bool = True,
        latest: Mapping[ProjectName, Version] | None = None,
    ) -> tuple[LockedNode, ...]:
        """Return trees below the roots, or below some packages; inverted, they show who requires their roots."""
        growing = _Growing(
            self._nodes,
            self._parents() if invert else self._children,
            invert=invert,
            depth=depth,
            pruned=frozenset(prune),
            dedupe=dedupe,
            latest=latest or {},
        )
        if packages:
            starts = [
                _Edge(None, at, frozenset(), None, None)
                for at in self._sorted(self._reached)
                if self._nodes[at].project in packages
            ]
        elif invert:
            leaves = [at for at in self._reached if not any(self._live(at))]
            starts = [_Edge(None, at, frozenset(), None, None) for at in self._sorted(leaves)]
        else:
            starts = list(reversed(self._roots))
        whole = bool(packages) or invert
        return growing.trees(
            starts,
            {
                at: frozenset(extras)
                for at, extras in self._reached.items()
                if whole or self._nodes[at].project in self._members
            },
        )

    # -- edges ---------------------------------------------------------------------------------------------------------

    def _edges_of(self, at: int) -> Iterator[_Edge]:
        node = self._nodes[at]
        groups = self._groups(node) if node.project in self._members else frozenset()
        only_groups = node.project in self._members and self._selection.parts == "groups"
        for one in node.dependencies:
            if one.group is not None and groups != "all" and one.group not in groups:
                continue
            if (only_groups and one.group is None) or not self._applies(one):
                continue
            target = self._target(one)
            if target is not None:
                yield _Edge(at, target, one.extras, one.extra, one.group)

    def _groups(self, node: ResolvedDistribution) -> frozenset[GroupName] | Literal["all"]:
        chosen = self._selection
        wanted: frozenset[GroupName] | Literal["default", "all"] = chosen.groups
        if wanted == "default":
            defaults = node.default_groups
            wanted = "all" if defaults == "all" else frozenset((_DEV,) if defaults is None else defaults)
        if wanted == "all":
            return frozenset(one.group for one in node.dependencies if one.group) - chosen.exclude_groups
        return (wanted | chosen.extra_groups) - chosen.exclude_groups

    def _applies(self, edge: ResolvedDependency) -> bool:
        return self._holds is None or self._holds(edge.marker)

    def _target(self, edge: ResolvedDependency) -> int | None:
        known = self._found.get((edge.project, edge.version, edge.source)) if edge.source is not None else None
        if known is not None:
            return known
        return next((at for at, one in enumerate(self._nodes) if _is_meant(edge, one)), None)

    def _member_roots(self) -> Iterator[_Edge]:
        for at, node in enumerate(self._nodes):
            if node.project in self._members:
                yield _Edge(None, at, frozenset(), None, None)

    def _root_edges(self, edges: Iterable[ResolvedDependency]) -> Iterator[_Edge]:
        chosen = self._selection
        for one in edges:
            target = self._target(one)
            groups = frozenset({_DEV}) if chosen.groups == "default" else chosen.groups
            wanted = groups == "all" or one.group in (groups | chosen.extra_groups) - chosen.exclude_groups
            if target is not None and self._applies(one) and (one.group is None or wanted):
                yield _Edge(None, target, one.extras, None, one.group)

    def _reach(self) -> dict[int, set[ExtraName]]:
        """Return what is reached from the roots, with the extras that something asks for."""
        reached: dict[int, set[ExtraName]] = {}
        waiting = [(edge.target, edge.extras) for edge in self._roots]
        for at, _ in list(waiting):
            if self._nodes[at].project in self._members:
                waiting.append((at, frozenset(one.extra for one in self._edges[at] if one.extra is not None)))
        while waiting:
            at, extras = waiting.pop()
            known = reached.get(at)
            if known is not None and extras <= known:
                continue
            reached.setdefault(at, set()).update(extras)
            waiting += [(one.target, one.extras) for one in self._live(at, reached)]
        return reached

    def _live(self, at: int, reached: Mapping[int, set[ExtraName]] | None = None) -> Iterator[_Edge]:
        """Yield the requirements of a distribution that something asks for."""
        extras = (self._reached if reached is None else reached).get(at, set())
        return (one for one in self._edges[at] if one.extra is None or one.extra in extras)

    def _children(self, at: int, extras: frozenset[ExtraName], _via: _Edge) -> list[_Edge]:
        found = [one for one in self._edges[at] if one.extra is None or one.extra in extras]
        return sorted(found, key=lambda one: (one.key, self._order(one.target), sorted(one.extras)))

    def _parents(self) -> Callable[[int, frozenset[ExtraName], _Edge], list[_Edge]]:
        above: dict[int, list[_Edge]] = {}
        for at in self._reached:
            for one in self._live(at):
                above.setdefault(one.target, []).append(one)

        def parents(at: int, _extras: frozenset[ExtraName], via: _Edge) -> list[_Edge]:
            found = above.get(at, [])
            if via.group is not None:
                return []  # nobody asks for the groups of a project
            if via.extra is not None:
                found = [one for one in found if via.extra in one.extras]
            elif via.source is not None and self._nodes[at].project in self._members:
                found = [one for one in found if not one.extras]
            return sorted(found, key=lambda one: (one.key, self._order(one.source or 0), sorted(one.extras)))

        return parents

    def _sorted(self, positions: Iterable[int]) -> list[int]:
        return sorted(positions, key=self._order)

    def _order(self, at: int) -> tuple[str, str]:
        return self._nodes[at].project, str(self._nodes[at].version)


@dataclass(slots=True)
class _Growing:
    nodes: Sequence[ResolvedDistribution]
    below: Callable[[int, frozenset[ExtraName], _Edge], list[_Edge]]
    invert: bool
    depth: int | None
    pruned: frozenset[ProjectName]
    dedupe: bool
    latest: Mapping[ProjectName, Version]
    shown: dict[object, bool] = field(default_factory=dict)  # what has been followed, and whether it led anywhere

    def trees(self, starts: Iterable[_Edge], extras: Mapping[int, frozenset[ExtraName]]) -> tuple[LockedNode, ...]:
        """Return trees below some distributions, with the extras that ``extras`` names, else those of the edge."""
        found = [
            self._grow(one, extras.get(one.target, one.extras), ())
            for one in starts
            if self.nodes[one.target].project not in self.pruned
        ]
        return tuple(one for one in found if one is not None)

    def _grow(self, edge: _Edge, extras: frozenset[ExtraName], path: tuple[object, ...]) -> LockedNode | None:
        if self.depth is not None and len(path) > self.depth:
            return None
        at = self._other(edge)
        key = (at, extras, edge.extra if self.invert else None, bool(edge.group) and self.invert)
        if key in self.shown and (self.dedupe or key in path):
            return self._node(edge, at, (), is_repeated=self.shown[key], is_cycle=key in path)
        below = [one for one in self.below(at, extras, edge) if self.nodes[self._other(one)].project not in self.pruned]
        is_first = key not in self.shown
        self.shown[key] = bool(below)
        children = [self._grow(one, one.extras, (*path, key)) for one in below]
        return self._node(edge, at, tuple(one for one in children if one is not None), is_first=is_first)

    def _other(self, edge: _Edge) -> int:
        return edge.source if self.invert and edge.source is not None else edge.target

    def _node(
        self,
        edge: _Edge,
        at: int,
        children: tuple[LockedNode, ...],
        *,
        is_repeated: bool = False,
        is_cycle: bool = False,
        is_first: bool = False,
    ) -> LockedNode:
        one = self.nodes[at]
        latest = self.latest.get(one.project) if is_first else None
        return LockedNode(
            project=one.project,
            version="" if one.version is None else str(one.version),
            children=children,
            is_repeated=is_repeated,
            is_cycle=is_cycle,
            extras=tuple(sorted(edge.extras)),
            extra=edge.extra,
            group=edge.group,
            size=_size(one),
            latest=latest if latest is not None and one.version is not None and latest > one.version else None,
        )


def _is_meant(edge: ResolvedDependency, one: ResolvedDistribution) -> bool:
    same = edge.version is None or edge.version == one.version
    return edge.project == one.project and same and (edge.source is None or edge.source == one.source)


def _size(one: ResolvedDistribution) -> int | None:
    """Return the size of the first wheel of which it is known."""
    return next((row.size for row in one.rows if row.filename.endswith(".whl") and row.size is not None), None)
