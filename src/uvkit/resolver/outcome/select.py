"""From distributions with edges to what one target installs: the one traversal that resolutions and lockfiles share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, TypeAlias

from uvkit.errors import (
    IncompatiblePythonError,
    NoCompatibleFileError,
    SelectionError,
    UnsupportedEnvironmentError,
)
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    DirectorySource,
    GroupName,
    IndexSource,
    InstallSet,
    PinnedDistribution,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Target,
    file_from_row,
)

from .files import chosen_row
from .wanted import Node, Roots, Wanted, described_item, encoded_item

Names: TypeAlias = "frozenset[ProjectName] | Literal['all']"


def select_distributions(  # noqa: PLR0913  # one option each
    distributions: Sequence[ResolvedDistribution],
    target: Target,
    selection: Selection,
    *,
    members: tuple[ProjectName, ...] = (),
    roots: tuple[ResolvedDependency, ...] = (),
    root_groups: Collection[GroupName] = (),
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None,
    requires_python: RequiresPython | None = None,
    environments: tuple[MarkerSet, ...] = (),
    conflicts: tuple[tuple[ConflictItem, ...], ...] = (),
    no_binary: Names = frozenset(),
    no_build: Names = frozenset(),
) -> InstallSet:
    """Return what to install on a target, one file for each project, sorted by name.

    Raises:
        SelectionError: the selection names something unknown, or items that conflict.
        IncompatiblePythonError: the target's Python is outside ``requires_python``.
        UnsupportedEnvironmentError: the target is none of ``environments``.
        NoCompatibleFileError: no file of a project fits the target.
    """
    if requires_python is not None and not requires_python.contains(target.python):
        raise IncompatiblePythonError(python=str(target.python), required=str(requires_python))
    if environments and not any(target.holds(one) for one in environments):
        raise UnsupportedEnvironmentError(supported=tuple(map(str, environments)))
    loose = frozenset(root_groups) | {edge.group for edge in roots if edge.group is not None}
    start = Roots(members=members, edges=roots, groups=loose, default_groups=default_groups)
    wanted = Wanted(distributions, selection, start)
    wanted.check_conflicts(conflicts)
    graph = _Graph(distributions, target)
    reached = graph.reach(wanted, conflicts)
    pins = []
    for position in reached:
        distribution = distributions[position]
        if not wanted.leaves_out(distribution):
            # Members are built whatever the caller says of others: without them there is nothing to work on.
            builds: Names = frozenset() if distribution.project in members else no_build
            pins.append(_pin(distribution, target, selection, no_binary=no_binary, no_build=builds))
    pins.sort(key=lambda pin: pin.project)
    return InstallSet(tuple(pins), target)


def _pin(
    distribution: ResolvedDistribution, target: Target, selection: Selection, *, no_binary: Names, no_build: Names
) -> PinnedDistribution:
    project, version, source = distribution.project, distribution.version, distribution.source
    keeps = selection.editable and project not in selection.not_editable
    editable = isinstance(source, DirectorySource) and source.editable and keeps
    file = None
    if version is not None and (isinstance(source, IndexSource) or distribution.rows):
        row = chosen_row(
            distribution,
            target,
            binary=no_binary != "all" and project not in no_binary,
            build=no_build != "all" and project not in no_build,
        )
        file = file_from_row(row, project=project, version=version)
    elif not editable and (no_build == "all" or project in no_build):
        # What is editable is the user's own, and has to be built to be used at all.
        reason = (("its source", "building it is not allowed"),)
        raise NoCompatibleFileError(project=project, version=str(version or ""), rejected=reason)
    if isinstance(source, DirectorySource) and source.editable != editable:
        source = replace(source, editable=editable)
    return PinnedDistribution(project=project, version=version, source=source, file=file, editable=editable)


class _Graph:
    """The edges, with their targets looked up by name."""

    def __init__(self, distributions: Sequence[ResolvedDistribution], target: Target) -> None:
        self._distributions = distributions
        self._target = target
        self._named: dict[ProjectName, list[int]] = {}
        for number, one in enumerate(distributions):
            self._named.setdefault(one.project, []).append(number)

    def reach(self, wanted: Wanted, conflicts: Sequence[Sequence[ConflictItem]]) -> list[int]:
        """Return the positions of the distributions that are wanted."""
        if not conflicts:
            return self._check(self._walk(wanted, self._target.holds))
        active = self._active(wanted, conflicts)
        return self._check(self._walk(wanted, partial(self._holds_with, frozenset(map(encoded_item, active)))))

    def _active(self, wanted: Wanted, conflicts: Sequence[Sequence[ConflictItem]]) -> set[ConflictItem]:
        """Return the items that are selected or that something on the way asks for.

        A choice between conflicting items may depend on extras that are only found on the way, even on those that the
        very edge asks for.
        """
        active = set(wanted.items())
        before = -1
        while len(active) != before:
            before = len(active)
            reached: dict[Node, None] = dict.fromkeys(wanted.starts())
            waiting = list(reached)
            self._activate(wanted.loose_edges(), active, reached, waiting)
            for node in waiting:  # grows while it is walked
                self._activate(self._edges(node), active, reached, waiting)
        for items in conflicts:
            together = [item for item in items if item in active]
            if len(together) > 1:
                raise SelectionError(
                    reason=f"{' and '.join(map(described_item, together))} conflict with each other,"
                    " but what is selected asks for all of them"
                )
        return active

    def _activate(  # noqa: PLR0917  # inner loop
        self,
        edges: Iterable[ResolvedDependency],
        active: set[ConflictItem],
        reached: dict[Node, None],
        waiting: list[Node],
    ) -> None:
        for edge in edges:
            own = {ConflictItem(project=edge.project, extra=extra) for extra in edge.extras}
            if edge.marker.is_everywhere() or self._holds_with(map(encoded_item, active | own), edge.marker):
                active |= own
                number = self._target_of(edge)
                for node in ((number, None, None), *((number, extra, None) for extra in edge.extras)):
                    if node not in reached:
                        reached[node] = None
                        waiting.append(node)

    def _edges(self, node: Node) -> Iterator[ResolvedDependency]:
        number, extra, group = node
        for edge in self._distributions[number].dependencies:
            if edge.extra == extra and edge.group == group:
                yield edge

    def _holds_with(self, extras: Iterable[str], marker: MarkerSet) -> bool:
        return marker.matches(self._target.markers, extras=frozenset(extras))

    def _check(self, nodes: Mapping[Node, None]) -> list[int]:
        seen: dict[ProjectName, int] = {}
        for number, _, _ in nodes:
            project = self._distributions[number].project
            if seen.setdefault(project, number) != number:
                raise SelectionError(reason=f"two versions of `{project}` are wanted in this environment at once")
        return list(seen.values())

    def _walk(self, wanted: Wanted, holds: Callable[[MarkerSet], bool]) -> dict[Node, None]:
        reached: dict[Node, None] = dict.fromkeys(wanted.starts())
        waiting = list(reached)
        self._follow(wanted.loose_edges(), holds, reached, waiting)
        while waiting:
            self._follow(self._edges(waiting.pop()), holds, reached, waiting)
        # A member of which only groups were selected is not itself wanted.
        return {node: None for node in reached if (node[0], None, None) in reached}

    def _follow(  # noqa: PLR0917  # inner loop
        self,
        edges: Iterable[ResolvedDependency],
        holds: Callable[[MarkerSet], bool],
        reached: dict[Node, None],
        waiting: list[Node],
    ) -> None:
        for edge in edges:
            if not edge.marker.is_everywhere() and not holds(edge.marker):
                continue
            number = self._target_of(edge)
            for node in ((number, None, None), *((number, extra, None) for extra in edge.extras)):
                if node not in reached:
                    reached[node] = None
                    waiting.append(node)

    def _target_of(self, edge: ResolvedDependency) -> int:
        numbers = self._named[edge.project]
        if len(numbers) == 1:
            return numbers[0]
        for number in numbers:
            one = self._distributions[number]
            if one.version == edge.version and edge.source in (None, one.source):
                return number
        raise SelectionError(reason=f"`{edge.project}` {edge.version} is required, but not among the distributions")
