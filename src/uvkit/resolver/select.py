"""From distributions with edges to what one target installs: the one traversal that resolutions and lockfiles share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.errors import IncompatiblePythonError, SelectionError, UnsupportedEnvironmentError
from uvkit.markers import MarkerSet, RequiresPython, extra_item, group_item, project_item
from uvkit.model import (
    ConflictItem,
    DirectorySource,
    ExtraName,
    GroupName,
    IndexSource,
    InstallSet,
    PinnedDistribution,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Source,
    Target,
    file_from_row,
)

from .files import chosen_row

DEV: GroupName = GroupName("dev")
Names: TypeAlias = "frozenset[ProjectName] | Literal['all']"
# A distribution by its position and the part wanted: an extra, a group or, with neither, the distribution itself.
_Node: TypeAlias = "tuple[int, ExtraName | None, GroupName | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Where a traversal starts: members, and the edges of requirements that belong to none of them."""

    members: tuple[ProjectName, ...] = ()
    edges: tuple[ResolvedDependency, ...] = ()
    groups: frozenset[GroupName] = frozenset()  # of a root without a project
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None  # likewise


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
    wanted = _Wanted(distributions, selection, start)
    wanted.check_conflicts(conflicts)
    graph = _Graph(distributions, target)
    reached = graph.reach(wanted, conflicts)
    pins = []
    for position in reached:
        distribution = distributions[position]
        if not wanted.leaves_out(distribution):
            pins.append(_pin(distribution, target, selection, no_binary=no_binary, no_build=no_build))
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
    editable = isinstance(source, DirectorySource) and source.editable and selection.editable
    return PinnedDistribution(project=project, version=version, source=source, file=file, editable=editable)


class _Wanted:
    """The selection, resolved against what exists."""

    def __init__(self, distributions: Sequence[ResolvedDistribution], selection: Selection, roots: Roots) -> None:
        self.selection = selection
        self.roots = roots
        self._members = {
            one.project: number for number, one in enumerate(distributions) if one.project in roots.members
        }
        self._distributions = distributions
        self.members = self._chosen_members()
        self.extras = {number: self._extras(distributions[number]) for number in self.members}
        self.groups = {number: self._groups(distributions[number]) for number in self.members}
        self._check_names()

    def _chosen_members(self) -> list[int]:
        chosen = self.selection.members
        if chosen is None:
            return self._own_members()
        if chosen == "all":
            return list(self._members.values())
        unknown = sorted(chosen - self._members.keys())
        if unknown:
            raise SelectionError(
                reason=f"{_names(unknown)} {_are(unknown)} no member of the workspace",
                available=tuple(sorted(self._members)),
            )
        return [self._members[name] for name in sorted(chosen)]

    def _own_members(self) -> list[int]:
        """Return the project at the root, or all members if there is none."""
        if self.selects_loose:
            return list(self._members.values())
        own = [number for number in self._members.values() if _is_root(self._distributions[number].source)]
        return own or list(self._members.values())

    @property
    def selects_loose(self) -> bool:
        """Tell whether edges without a member take part: of a script, a list, or a root without a project."""
        return self.selection.members in (None, "all") and bool(self.roots.edges or self.roots.groups)

    def loose_groups(self) -> frozenset[GroupName]:
        """Return the groups selected of a root without a project."""
        return self._selected_groups(self.roots.groups, self.roots.default_groups)

    def _extras(self, member: ResolvedDistribution) -> frozenset[ExtraName]:
        if self.selection.parts == "groups":
            return frozenset()
        known = _extras_of(member)
        chosen = known if self.selection.extras == "all" else known & self.selection.extras
        return chosen - self.selection.exclude_extras

    def _groups(self, member: ResolvedDistribution) -> frozenset[GroupName]:
        return self._selected_groups(_groups_of(member), member.default_groups)

    def _selected_groups(
        self, known: frozenset[GroupName], defaults: tuple[GroupName, ...] | Literal["all"] | None
    ) -> frozenset[GroupName]:
        selection = self.selection
        if selection.parts == "dependencies":
            return frozenset()
        if selection.groups == "all" or (selection.groups == "default" and defaults == "all"):
            chosen = known
        elif selection.groups == "default":
            chosen = frozenset(defaults if isinstance(defaults, tuple) else (DEV,))
        else:
            chosen = selection.groups
        return ((chosen | selection.extra_groups) & known) - selection.exclude_groups

    def _check_names(self) -> None:
        selection = self.selection
        selected = [self._distributions[number] for number in self.members]
        extras = frozenset().union(*map(_extras_of, selected))
        if selection.extras != "all":
            self._check("extra", selection.extras | selection.exclude_extras, extras)
        groups = self.roots.groups.union(*map(_groups_of, selected))
        named = selection.extra_groups | selection.exclude_groups
        if isinstance(selection.groups, frozenset):
            named |= selection.groups
        self._check("group", named, groups | {DEV})  # uv knows `dev` everywhere

    @staticmethod
    def _check(kind: str, named: Iterable[str], known: Collection[str]) -> None:
        unknown = sorted(set(named).difference(known))
        if unknown:
            noun = kind if len(unknown) == 1 else f"{kind}s"
            raise SelectionError(
                reason=f"the {noun} {_names(unknown)} {_are(unknown)} not defined by the project",
                available=tuple(sorted(known)),
            )

    def check_conflicts(self, conflicts: Sequence[Sequence[ConflictItem]]) -> None:
        """Refuse two items of one set.

        Raises:
            SelectionError: two are selected.
        """
        if not conflicts:
            return
        items = list(self.items())
        for one in conflicts:
            active = [item for item in one if item in items]
            if len(active) > 1:
                described = " and ".join(_described(item) for item in active)
                raise SelectionError(reason=f"{described} conflict with each other and cannot be selected together")

    def items(self) -> Iterator[ConflictItem]:
        """Yield what is selected, in the form of conflict items."""
        for number in self.members:
            project = self._distributions[number].project
            yield ConflictItem(project=project)
            for extra in self.extras[number]:
                yield ConflictItem(project=project, extra=extra)
            for group in self.groups[number]:
                yield ConflictItem(project=project, group=group)

    def starts(self) -> Iterator[_Node]:
        """Yield where the traversal starts."""
        for number in self.members:
            if self.selection.parts != "groups":
                yield number, None, None
                for extra in sorted(self.extras[number]):
                    yield number, extra, None
            for group in sorted(self.groups[number]):
                yield number, None, group

    def loose_edges(self) -> Iterator[ResolvedDependency]:
        """Yield the selected edges that belong to no member."""
        if not self.selects_loose:
            return
        groups = self.loose_groups()
        for edge in self.roots.edges:
            if edge.group in groups or (edge.group is None and self.selection.parts != "groups"):
                yield edge

    def leaves_out(self, distribution: ResolvedDistribution) -> bool:
        """Tell whether a distribution that was reached is not installed all the same."""
        source = distribution.source
        if isinstance(source, DirectorySource) and source.virtual:
            return True
        if distribution.project in self.selection.exclude:
            return True
        match self.selection.exclude_members:
            case "project":
                return distribution.project in self._members and _is_root(source)
            case "workspace":
                return distribution.project in self._members
            case "local":
                return distribution.project in self._members or not isinstance(source, IndexSource)
            case _:
                return False


class _Graph:
    """The edges, with their targets looked up by name."""

    def __init__(self, distributions: Sequence[ResolvedDistribution], target: Target) -> None:
        self._distributions = distributions
        self._target = target
        self._named: dict[ProjectName, list[int]] = {}
        for number, one in enumerate(distributions):
            self._named.setdefault(one.project, []).append(number)

    def reach(self, wanted: _Wanted, conflicts: Sequence[Sequence[ConflictItem]]) -> list[int]:
        """Return the positions of the distributions that are wanted."""
        if not conflicts:
            return self._check(self._walk(wanted, self._target.holds))
        # A choice between conflicting items may depend on extras that are only found on the way.
        active = {_encoded(item) for item in wanted.items()}
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

    def _check(self, nodes: Mapping[_Node, None]) -> list[int]:
        seen: dict[ProjectName, int] = {}
        for number, _, _ in nodes:
            project = self._distributions[number].project
            if seen.setdefault(project, number) != number:
                raise SelectionError(reason=f"two versions of `{project}` are wanted in this environment at once")
        return list(seen.values())

    def _walk(self, wanted: _Wanted, holds: Callable[[MarkerSet], bool]) -> dict[_Node, None]:
        reached: dict[_Node, None] = dict.fromkeys(wanted.starts())
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
        reached: dict[_Node, None],
        waiting: list[_Node],
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


def _is_root(source: Source) -> bool:
    return isinstance(source, DirectorySource) and source.path == Path()


def _extras_of(member: ResolvedDistribution) -> frozenset[ExtraName]:
    known = {edge.extra for edge in member.dependencies if edge.extra is not None}
    return frozenset(known.union(member.metadata.provides_extras if member.metadata else ()))


def _groups_of(member: ResolvedDistribution) -> frozenset[GroupName]:
    known = {edge.group for edge in member.dependencies if edge.group is not None}
    return frozenset(known.union(member.metadata.requires_dev if member.metadata else ()))


def _encoded(item: ConflictItem) -> str:
    if item.extra is not None:
        return extra_item(item.project, item.extra)
    return group_item(item.project, item.group) if item.group is not None else project_item(item.project)


def _described(item: ConflictItem) -> str:
    if item.extra is not None:
        return f"the extra `{item.extra}` of `{item.project}`"
    return (
        f"the group `{item.group}` of `{item.project}`" if item.group is not None else f"the project `{item.project}`"
    )


def _names(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
