"""What of a lock is wanted: the members, extras and groups that a selection means, where a traversal starts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.errors import SelectionError
from uvkit.markers import extra_item, group_item, project_item
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DirectorySource,
    ExtraName,
    GroupName,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Source,
)

DEV: GroupName = GroupName("dev")
# A distribution by its position and the part wanted: an extra, a group or, with neither, the distribution itself.
Node: TypeAlias = "tuple[int, ExtraName | None, GroupName | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Where a traversal starts: members, and the edges of requirements that belong to none of them."""

    members: tuple[ProjectName, ...] = ()
    edges: tuple[ResolvedDependency, ...] = ()
    groups: frozenset[GroupName] = frozenset()  # of a root without a project
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None  # likewise


class Wanted:
    """A selection, resolved against what exists."""

    def __init__(self, distributions: Sequence[ResolvedDistribution], selection: Selection, roots: Roots) -> None:
        self.selection = selection
        self.roots = roots
        self._members = {
            one.project: number for number, one in enumerate(distributions) if one.project in roots.members
        }
        self._distributions = distributions
        self.members = self._chosen_members()
        self.default_groups = self._defaults()
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
        own = [number for number in self._members.values() if is_root(self._distributions[number].source)]
        return own or list(self._members.values())

    @property
    def selects_loose(self) -> bool:
        """Tell whether edges without a member take part: of a script, a list, or a root without a project."""
        return self.selection.members in (None, "all") and bool(self.roots.edges or self.roots.groups)

    def loose_groups(self) -> frozenset[GroupName]:
        """Return the groups selected of a root without a project; beside a named member only groups that are named."""
        named = isinstance(self.selection.members, frozenset)
        return self._selected_groups(self.roots.groups, () if named else self.roots.default_groups)

    def _defaults(self) -> tuple[GroupName, ...] | Literal["all"] | None:
        """Return the default groups: those of the one member that is meant, else of the project at the root."""
        given = self.selection.defaults
        if given is not None:
            return given if given == "all" else tuple(sorted(given))
        chosen = self.selection.members
        if isinstance(chosen, frozenset) and len(self.members) == 1:
            return self._distributions[self.members[0]].default_groups
        for number in self._members.values():
            if is_root(self._distributions[number].source):
                return self._distributions[number].default_groups
        return self.roots.default_groups

    def _extras(self, member: ResolvedDistribution) -> frozenset[ExtraName]:
        if self.selection.parts == "groups":
            return frozenset()
        known = _extras_of(member)
        chosen = known if self.selection.extras == "all" else known & self.selection.extras
        return chosen - self.selection.exclude_extras

    def _groups(self, member: ResolvedDistribution) -> frozenset[GroupName]:
        return self._selected_groups(_groups_of(member), self.default_groups)

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
        asked = selection.exclude_extras if selection.extras == "all" else selection.extras | selection.exclude_extras
        self._check("extra", asked, extras)
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
                described = " and ".join(described_item(item) + self._by_default(item) for item in active)
                raise SelectionError(reason=f"{described} conflict with each other and cannot be selected together")

    def _by_default(self, item: ConflictItem) -> str:
        selection = self.selection
        is_default = item.group is not None and selection.groups == "default"
        return " (selected by default)" if is_default and item.group not in selection.extra_groups else ""

    def items(self) -> Iterator[ConflictItem]:
        """Yield what is selected, in the form of conflict items."""
        for number in self.members:
            project = self._distributions[number].project
            if self.selection.parts != "groups":
                yield ConflictItem(project=project)
            for extra in self.extras[number]:
                yield ConflictItem(project=project, extra=extra)
            for group in self.groups[number]:
                yield ConflictItem(project=project, group=group)

    def starts(self) -> Iterator[Node]:
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
        groups = self.loose_groups()
        ungrouped = self.selects_loose and self.selection.parts != "groups"
        for edge in self.roots.edges:
            if edge.group in groups or (edge.group is None and ungrouped):
                yield edge

    def leaves_out(self, distribution: ResolvedDistribution) -> bool:
        """Tell whether a distribution that was reached is not installed all the same."""
        source = distribution.source
        return (isinstance(source, DirectorySource) and source.virtual) or self.excludes(distribution)

    def excludes(self, distribution: ResolvedDistribution) -> bool:
        """Tell whether the selection wants a distribution resolved, but not installed."""
        selection = self.selection
        if selection.only:
            return distribution.project not in selection.only
        if selection.only_members != "all":
            return not self._is_among(distribution, selection.only_members)
        return distribution.project in selection.exclude or self._is_among(distribution, selection.exclude_members)

    def _is_among(self, distribution: ResolvedDistribution, part: str) -> bool:
        """Tell whether a distribution is the project, a member of the workspace, or on this machine's disk."""
        is_member = distribution.project in self._members
        match part:
            case "project":
                return is_member and self._is_project(distribution)
            case "workspace":
                return is_member
            case "local":
                return is_member or _is_local(distribution.source)
            case _:
                return False

    def _is_project(self, distribution: ResolvedDistribution) -> bool:
        """Tell whether a member is the project that the selection is about: the one named, else the one at the root."""
        chosen = self.selection.members
        if isinstance(chosen, frozenset):
            return chosen == {distribution.project}
        if self.selection.project is not None:
            return distribution.project == self.selection.project
        return is_root(distribution.source)


def is_root(source: Source) -> bool:
    """Tell whether a source is the tree in the folder of the lock."""
    return isinstance(source, DirectorySource) and source.path == Path()


def _is_local(source: Source) -> bool:
    return isinstance(source, DirectorySource) or (isinstance(source, ArchiveSource) and source.url is None)


def _extras_of(member: ResolvedDistribution) -> frozenset[ExtraName]:
    known = {edge.extra for edge in member.dependencies if edge.extra is not None}
    return frozenset(known.union(member.metadata.provides_extras if member.metadata else ()))


def _groups_of(member: ResolvedDistribution) -> frozenset[GroupName]:
    known = {edge.group for edge in member.dependencies if edge.group is not None}
    return frozenset(known.union(member.metadata.requires_dev if member.metadata else ()))


def encoded_item(item: ConflictItem) -> str:
    """Return the artificial extra that stands for a conflict item inside markers."""
    if item.extra is not None:
        return extra_item(item.project, item.extra)
    return group_item(item.project, item.group) if item.group is not None else project_item(item.project)


def described_item(item: ConflictItem) -> str:
    """Return an item of a conflict set in words."""
    if item.extra is not None:
        return f"the extra `{item.extra}` of `{item.project}`"
    return (
        f"the group `{item.group}` of `{item.project}`" if item.group is not None else f"the project `{item.project}`"
    )


def _names(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
