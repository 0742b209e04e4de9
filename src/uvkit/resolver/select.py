"""From distributions with edges to what one target installs: the one traversal that resolutions and lockfiles share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, TypeAlias

from uvkit.errors import (
    IncompatiblePythonError,
    NoCompatibleFileError,
    SelectionError,
    UnsupportedEnvironmentError,
)
from uvkit.markers import MarkerSet, RequiresPython, extra_item
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
from .wanted import Node, Roots, Wanted, encoded_item

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
    file = None
    if version is not None and (isinstance(source, IndexSource) or distribution.rows):
        row = chosen_row(
            distribution,
            target,
            binary=no_binary != "all" and project not in no_binary,
            build=no_build != "all" and project not in no_build,
        )
        file = file_from_row(row, project=project, version=version)
    elif no_build == "all" or project in no_build:
        reason = (("its source", "building it is not allowed"),)
        raise NoCompatibleFileError(project=project, version=str(version or ""), rejected=reason)
    keeps = selection.editable and project not in selection.not_editable
    editable = isinstance(source, DirectorySource) and source.editable and keeps
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
        # A choice between conflicting items may depend on extras that are only found on the way.
        active = {encoded_item(item) for item in wanted.items()}
        while True:
            extras = frozenset(active)
            nodes = self._walk(wanted, partial(self._holds_with, extras))
            active |= {
                extra_item(self._distributions[number].project, extra)
                for number, extra, _ in nodes
                if extra is not None
            }
            if active == extras:
                return self._check(nodes)

    def _holds_with(self, extras: frozenset[str], marker: MarkerSet) -> bool:
        return marker.matches(self._target.markers, extras=extras)

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
            number, extra, group = waiting.pop()
            edges = (
                edge for edge in self._distributions[number].dependencies if edge.extra == extra and edge.group == group
            )
            self._follow(edges, holds, reached, waiting)
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
