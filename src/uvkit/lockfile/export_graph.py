"""What an export lists: every distribution that a selection reaches, where it is wanted, and who wants it.

The traversal is the one of a sync, for all environments at once: instead of asking whether a marker holds, it collects
the markers along every path.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from uvkit.markers import MarkerSet, PythonBounds, extra_item
from uvkit.model import (
    ConflictItem,
    ExtraName,
    GroupName,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Target,
)
from uvkit.resolver import Node, Wanted, encoded_item

# Conditions that activate each other in a circle could alternate for ever; no real lock needs more than three rounds.
_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """A distribution that is wanted somewhere.

    ``marker`` says where, within the lock's Python versions. ``dependents`` are the distributions of which the selected
    part needs it, ``requirements`` those that any part of it needs; both by position in the lock.
    """

    position: int
    marker: MarkerSet
    dependents: tuple[int, ...]
    requirements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    origin: Node | None  # none: a requirement that belongs to no member
    target: Node
    marker: MarkerSet


class ExportGraph:
    """The part of a lock that a selection reaches.

    With an ``open_choice`` markers say for which extras and groups of the selection something is wanted (PEP 751).
    """

    def __init__(
        self,
        distributions: Sequence[ResolvedDistribution],
        wanted: Wanted,
        *,
        bounds: PythonBounds,
        forks: Sequence[MarkerSet] = (),
        conflicts: Sequence[Sequence[ConflictItem]] = (),
        prune: Collection[ProjectName] = frozenset(),
        target: Target | None = None,
        open_choice: bool = False,
    ) -> None:
        self._distributions = distributions
        self._bounds = bounds
        self._forks = _union(forks) if forks else MarkerSet.everywhere()
        self._prune = prune
        self._target = target
        self._named: dict[ProjectName, list[int]] = {}
        for number, one in enumerate(distributions):
            self._named.setdefault(one.project, []).append(number)
        condition = _condition if open_choice else _always
        self._starts = {
            node: condition(node[1], node[2]) for node in wanted.starts() if distributions[node[0]].project not in prune
        }
        self._edges: dict[Node | None, list[_Edge]] = {}
        loose = wanted.loose_edges()
        self._collect(replace(edge, marker=edge.marker & condition(None, edge.group)) for edge in loose)
        items = wanted.items() if conflicts else ()
        self._items = {encoded_item(item): condition(item.extra, item.group) for item in items}
        self._decides = bool(conflicts)

    def rows(self) -> tuple[ExportRow, ...]:
        """Return what is reached somewhere, by name, else in the order of the lock."""
        reached = self._reach()
        markers: dict[int, MarkerSet] = {}
        for (number, extra, group), marker in reached.items():
            if extra is None and group is None:
                simple = marker.simplify_python(self._bounds)
                if not simple.is_empty():
                    markers[number] = simple
        dependents: dict[int, dict[int, None]] = {}
        for edges in self._edges.values():
            for edge in edges:
                if edge.origin is not None and edge.origin[2] is None:
                    dependents.setdefault(edge.target[0], {})[edge.origin[0]] = None
        return tuple(
            ExportRow(
                position=number,
                marker=markers[number],
                dependents=tuple(dependents.get(number, ())),
                requirements=tuple(target for target in self._needs(number) if target in markers),
            )
            for number in sorted(markers, key=lambda number: (self._distributions[number].project, number))
        )

    # -- the graph -----------------------------------------------------------------------------------------------------

    def _collect(self, loose: Iterable[ResolvedDependency]) -> None:
        """Gather every edge that may be followed, whatever its marker."""
        waiting = deque(self._starts)
        seen = set(waiting)

        def add(origin: Node | None, edges: Iterable[ResolvedDependency]) -> None:
            rows = self._edges.setdefault(origin, [])
            for edge in edges:
                if self._target is not None and not edge.marker.extras() and not self._target.holds(edge.marker):
                    continue
                for node in self._targets(edge):
                    rows.append(_Edge(origin, node, edge.marker))
                    if node not in seen:
                        seen.add(node)
                        waiting.append(node)

        add(None, loose)
        while waiting:
            node = waiting.popleft()
            number, extra, group = node
            edges = self._distributions[number].dependencies
            add(node, (edge for edge in edges if edge.extra == extra and edge.group == group))

    def _needs(self, number: int) -> dict[int, None]:
        edges = self._distributions[number].dependencies
        return dict.fromkeys(self._position(edge) for edge in edges if edge.project not in self._prune)

    def _targets(self, edge: ResolvedDependency) -> Iterator[Node]:
        if edge.project in self._prune:
            return
        number = self._position(edge)
        yield number, None, None
        for extra in sorted(edge.extras):
            yield number, extra, None

    def _position(self, edge: ResolvedDependency) -> int:
        numbers = self._named[edge.project]
        if len(numbers) > 1:
            for number in numbers:
                one = self._distributions[number]
                if one.version == edge.version and edge.source in {None, one.source}:
                    return number
        return numbers[0]

    # -- markers -------------------------------------------------------------------------------------------------------

    def _reach(self) -> dict[Node, MarkerSet]:
        """Return where each node is wanted, conflict items decided by what the selection activates."""
        if not self._decides:
            return self._walk({})
        active = self._items
        for _ in range(_ROUNDS):
            reached = self._walk(active)
            found = dict(self._items)
            for (number, extra, _group), marker in reached.items():
                if extra is not None:
                    item = extra_item(self._distributions[number].project, extra)
                    found[item] = found.get(item, MarkerSet.nowhere()) | marker
            if found == active:
                break
            active = found
        return reached

    def _walk(self, active: dict[str, MarkerSet]) -> dict[Node, MarkerSet]:
        start = self._bounds.marker()
        reached = {node: start & condition for node, condition in self._starts.items()}
        waiting = deque(reached)
        decided: dict[MarkerSet, MarkerSet] = {}

        def follow(edges: Iterable[_Edge], within: MarkerSet) -> None:
            for edge in edges:
                marker = decided.get(edge.marker)
                if marker is None:
                    marker = decided[edge.marker] = self._decided(edge.marker, active) & self._forks
                known = reached.get(edge.target)
                wider = within & marker if known is None else known | (within & marker)
                if wider != known:
                    reached[edge.target] = wider
                    waiting.append(edge.target)

        follow(self._edges[None], start)
        while waiting:
            node = waiting.popleft()
            follow(self._edges[node], reached[node])
        return reached

    def _decided(self, marker: MarkerSet, active: dict[str, MarkerSet]) -> MarkerSet:
        """Return a marker with each conflict item replaced by the condition under which it is active."""
        if not self._decides:
            return marker
        for item in sorted(marker.extras()):
            condition = active.get(item, MarkerSet.nowhere())
            marker = (condition & marker.with_extra(item, active=True)) | (
                marker.with_extra(item, active=False) - condition
            )
        return marker


def _always(_extra: ExtraName | None, _group: GroupName | None) -> MarkerSet:
    return MarkerSet.everywhere()


def _condition(extra: ExtraName | None, group: GroupName | None) -> MarkerSet:
    """Return the marker of a choice that is left to whoever installs."""
    if extra is not None:
        return MarkerSet.parse(f"'{extra}' in extras")
    return MarkerSet.everywhere() if group is None else MarkerSet.parse(f"'{group}' in dependency_groups")


def _union(markers: Iterable[MarkerSet]) -> MarkerSet:
    union = MarkerSet.nowhere()
    for marker in markers:
        union |= marker
    return union
